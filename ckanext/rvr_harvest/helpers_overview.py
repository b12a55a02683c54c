"""Template helpers that tell how sources are doing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from . import access, decisions, findings, overview, progress
from .domain.findings import in_general
from .domain.history import HEIGHT, history
from .domain.labels import label
from .domain.told import state_word
from .model import HarvestRecord

__all__ = [
    "rvr_harvest_choices",
    "rvr_harvest_decisions",
    "rvr_harvest_field",
    "rvr_harvest_has_sources",
    "rvr_harvest_history",
    "rvr_harvest_progress",
    "rvr_harvest_running_job",
    "rvr_harvest_said",
    "rvr_harvest_state_word",
    "rvr_harvest_twins",
]

RUNS_SHOWN = 60


def rvr_harvest_said(thing: Any, name: str) -> Any:
    """What a dict says under ``<name>_de`` or ``<name>_en``, in the visitor's language."""
    return thing.get(f"{name}_{'en' if _lang().startswith('en') else 'de'}")


def rvr_harvest_field(field: str) -> str:
    """What a field is called that a finding is about."""
    return label(field, _lang())


def rvr_harvest_state_word(status: str) -> str:
    """The state of a run as a word."""
    return state_word(status).in_language(_lang())


def rvr_harvest_history(source_id: str) -> dict[str, Any]:
    """The last 60 runs of a source: ``runs`` (the newest first), ``chart`` (bars) and its ``height`` in px."""
    runs = overview.runs(source_id, RUNS_SHOWN)
    return {"runs": runs, "chart": history(runs), "height": HEIGHT}


def rvr_harvest_progress(job_id: str) -> progress.Progress:
    """How far a job is."""
    return progress.of_job(job_id)


def rvr_harvest_running_job(source_id: str) -> str | None:
    """The job of a source that waits or runs."""
    return progress.running_job(source_id)


def rvr_harvest_decisions(source_id: str) -> int:
    """About how many datasets of a source somebody has to decide."""
    return decisions.number_open(source_id)


def rvr_harvest_has_sources() -> bool:
    """Whether there are sources that the visitor may change."""
    return bool(access.editable_sources({"user": tk.current_user.name}))


def rvr_harvest_choices(
    counts: Mapping[str, Mapping[str, int]], wanted: Mapping[str, str]
) -> dict[str, list[dict[str, Any]]]:
    """Options of the filters of the findings list, each with its number; what was chosen is always among them."""
    titles = findings.titles_of({*counts["source"]})
    sources = [(titles[key][1], titles[key][0], number) for key, number in counts["source"].items() if key in titles]
    if wanted["source"] and wanted["source"] not in {value for value, _, _ in sources}:
        sources.append((wanted["source"], wanted["source"], 0))
    fields = {key: number for key, number in counts["field"].items() if key}
    whole = [("-", label("", _lang()), counts["field"][""])] if "" in counts["field"] else []
    return {
        "source": _options(sources, wanted["source"]),
        "severity": _severities(counts["severity"], wanted["severity"]),
        "field": _options([*((key, label(key, _lang()), n) for key, n in fields.items()), *whole], wanted["field"]),
        "code": _options([(key, in_general(key, _lang()), n) for key, n in counts["code"].items()], wanted["code"]),
    }


def rvr_harvest_twins(pkg_dict: Mapping[str, Any]) -> list[dict[str, str]]:
    """Other sources that deliver this dataset, too: ``title`` and ``name`` of the source, ``url`` of the dataset there.

    Sources that the visitor may not see are left out.
    """
    rows = model.Session.execute(
        sa.select(model.Package.title, model.Package.name, model.Package.private, HarvestRecord.url)
        .join(model.Package, model.Package.id == HarvestRecord.source_id)
        .where(
            HarvestRecord.twin_id == pkg_dict["id"],
            HarvestRecord.state == "duplicate",
            model.Package.state == "active",
        )
        .order_by(model.Package.title)
    )
    return [
        {"title": row.title or row.name, "name": row.name, "url": row.url}
        for row in rows
        if not row.private or tk.h.check_access("package_show", {"id": row.name})
    ]


def _severities(counts: Mapping[str, int], chosen: str) -> list[dict[str, Any]]:
    numbers = {name: counts.get(name, 0) for name in findings.SEVERITIES}
    options = [
        ("", tk._("Errors and warnings"), numbers["error"] + numbers["warning"]),
        ("error", tk._("Errors"), numbers["error"]),
        ("warning", tk._("Warnings"), numbers["warning"]),
        ("info", tk._("Trifles"), numbers["info"]),
        ("all", tk._("Everything"), sum(numbers.values())),
    ]
    return [_option(*one, chosen) for one in options]


def _options(found: list[tuple[str, str, int]], chosen: str) -> list[dict[str, Any]]:
    return [_option(*one, chosen) for one in sorted(found, key=lambda one: one[1].lower())]


def _option(value: str, text: str, number: int, chosen: str) -> dict[str, Any]:
    return {"value": value, "text": f"{text} ({tk.h.rvr_portal_number(number)})", "chosen": value == chosen}


def _lang() -> str:
    return str(tk.h.lang() or "de")
