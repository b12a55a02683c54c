"""Template helpers for the plans of sources: in words, and as fields of the form."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.harvest.model import HarvestSource

from . import schedule, settings
from .domain.plan import DAYS, Plan, PlanError, from_frequency, parse_plan
from .kinds import is_ours
from .language import in_words
from .logic import plan_fields

__all__ = ["rvr_harvest_plan_days", "rvr_harvest_plan_form", "rvr_harvest_plan_kinds", "rvr_harvest_plans"]


def rvr_harvest_plans(sources: Iterable[Mapping[str, Any]]) -> dict[str, dict[str, Any]]:
    """When these sources are harvested, by id: ``words``, ``next_run`` (UTC, or none) and ``trial`` (whether it is new
    and waits for a dry run). One query for all.
    """
    ids = [source["id"] for source in sources]
    rows = model.Session.query(HarvestSource).filter(HarvestSource.id.in_(ids))
    return {str(row.id): _planned(row) for row in rows}


def _planned(source: Any) -> dict[str, Any]:
    ours = is_ours(source.type)
    plan = settings.plan_of(source) if ours else from_frequency(source.frequency)
    trial = ours and settings.is_trial(source)
    return {
        "words": in_words(plan.words(schedule.default_time(source.id))) if ours else "",
        "next_run": source.next_run if ours and source.active and not trial else None,
        "trial": trial,
    }


def rvr_harvest_plan_form(data: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a source's form: ``every``, ``weekday``, ``day``, ``time``, and ``config`` without the plan."""
    config = str(data.get("config") or "")
    rest = settings.for_adapter(config)
    shown = settings.write(rest) if settings.is_object(config) else config
    if data.get("plan_every"):  # as it was entered, right or wrong
        every, weekday, day, at = (str(data.get(name) or "") for name in plan_fields.FIELDS)
        return {"every": every, "weekday": weekday, "day": day, "time": at, "config": shown}
    plan = _stored(data, config)
    return {
        "every": plan.every,
        "weekday": DAYS[plan.day] if plan.every == "weekly" else "",
        "day": str(plan.day) if plan.every == "monthly" else "",
        "time": f"{plan.at:%H:%M}" if plan.at else "",
        "config": shown,
    }


def _stored(data: Mapping[str, Any], config: str) -> Plan:
    try:
        plan = plan_fields.chosen(data, settings.read(config))
    except PlanError:
        plan = None
    return plan or (Plan("manual") if data.get("id") else parse_plan("daily"))


def rvr_harvest_plan_kinds() -> list[dict[str, str]]:
    """How often a source may be harvested, the usual first."""
    words = {
        "daily": tk._("every day"),
        "weekly": tk._("every week"),
        "monthly": tk._("every month"),
        "manual": tk._("only on request"),
    }
    return [{"value": value, "text": text} for value, text in words.items()]


def rvr_harvest_plan_days() -> list[dict[str, str]]:
    """The days of the week."""
    words = (
        tk._("Monday"), tk._("Tuesday"), tk._("Wednesday"), tk._("Thursday"), tk._("Friday"), tk._("Saturday"),
        tk._("Sunday"),
    )  # fmt: skip
    return [{"value": value, "text": text} for value, text in zip(DAYS, words, strict=True)]
