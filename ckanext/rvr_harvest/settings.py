"""The settings of a source: the JSON object that ckanext-harvest calls its configuration.

Most of them are for the adapter. Two say when a source is harvested: `plan` (see `domain.plan`), and `trial`, which
stands there as long as nobody has looked at a dry run and switched the source on. `priority` decides between sources
that deliver the same dataset, `contact` is the address for letters.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from .domain.plan import MANUAL, Plan, PlanError, from_frequency, parse_plan

__all__ = [
    "CONTACT", "PLAN", "PRIORITY", "TRIAL", "for_adapter", "is_object", "is_trial", "plan_of", "priority_of", "read",
    "write",
]  # fmt: skip

PLAN = "plan"
TRIAL = "trial"
PRIORITY = "priority"
CONTACT = "contact"
_NOT_FOR_ADAPTERS = frozenset({PLAN, TRIAL, PRIORITY, CONTACT})


def read(config: str | None) -> dict[str, Any]:
    """The settings as entered; none where they cannot be read."""
    try:
        values = json.loads(config or "{}")
    except ValueError:
        return {}
    return values if isinstance(values, dict) else {}


def write(values: Mapping[str, Any]) -> str:
    """The settings as ckanext-harvest stores them: empty if there are none."""
    return json.dumps(values, ensure_ascii=False) if values else ""


def is_object(config: str) -> bool:
    """Whether a text is a JSON object."""
    try:
        return isinstance(json.loads(config), dict)
    except ValueError:
        return False


def for_adapter(config: str | None) -> dict[str, Any]:
    """The settings that decide what is read, not when."""
    return {key: value for key, value in read(config).items() if key not in _NOT_FOR_ADAPTERS}


def plan_of(source: Any) -> Plan:
    """When a source (`HarvestSource`) is harvested. One made without a plan has a frequency of ckanext-harvest."""
    text = read(source.config).get(PLAN)
    try:
        return parse_plan(text) if isinstance(text, str) else from_frequency(source.frequency)
    except PlanError:
        return MANUAL


def priority_of(source: Any) -> int:
    """The priority of a source (`HarvestSource`): the higher number has a dataset that both deliver."""
    value = read(source.config).get(PRIORITY) if source else 0
    return value if isinstance(value, int) else 0


def is_trial(source: Any) -> bool:
    """Whether a source is new: nothing is fetched from it but for a dry run."""
    return bool(read(source.config).get(TRIAL))
