"""The plan of a source as fields of its form: `plan_every`, `plan_weekday`, `plan_day` and `plan_time`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from .. import settings
from ..domain.plan import Plan, from_frequency, parse_plan

__all__ = ["FIELDS", "as_frequency", "chosen", "without"]

FIELDS = ("plan_every", "plan_weekday", "plan_day", "plan_time")
_FREQUENCIES = {"daily": "DAILY", "weekly": "WEEKLY", "monthly": "MONTHLY", "manual": "MANUAL"}


def chosen(data: Mapping[str, Any], values: Mapping[str, Any]) -> Plan | None:
    """The plan that was chosen in the form, else in the settings, else as a frequency; none if there is no word of it.

    :raises PlanError: it cannot be read
    """
    every = str(data.get("plan_every") or "")
    if every:
        day = {"weekly": data.get("plan_weekday"), "monthly": data.get("plan_day")}.get(every, "")
        return parse_plan(f"{every} {day or ''} {_time(data) if every != 'manual' else ''}")
    if settings.PLAN in values:
        return parse_plan(str(values[settings.PLAN]))
    frequency = str(data.get("frequency") or "MANUAL")
    return None if frequency == "MANUAL" else from_frequency(frequency)


def as_frequency(data: dict[str, Any]) -> dict[str, Any]:
    """The data for a stock harvester, which knows frequencies only."""
    frequency = _FREQUENCIES.get(str(data.get("plan_every") or ""))
    return without(data) | ({"frequency": frequency} if frequency else {})


def without(data: Mapping[str, Any]) -> dict[str, Any]:
    """The data without these fields."""
    return {key: value for key, value in data.items() if key not in FIELDS}


def _time(data: Mapping[str, Any]) -> str:
    return str(data.get("plan_time") or "").strip()[:5]
