"""Template helpers of the harvest pages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from babel.dates import format_datetime

from . import overview
from .domain.findings import CODES, in_general
from .domain.labels import label

__all__ = [
    "rvr_harvest_datasets",
    "rvr_harvest_findings",
    "rvr_harvest_frequencies",
    "rvr_harvest_frequency",
    "rvr_harvest_kinds",
    "rvr_harvest_last_runs",
    "rvr_harvest_moment",
    "rvr_harvest_runs",
]

RUNS_SHOWN = 60
DATASETS_A_PAGE = 20


def rvr_harvest_last_runs(sources: Iterable[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """The last run of each of these sources, by the source's id."""
    return overview.last_runs([source["id"] for source in sources])


def rvr_harvest_runs(source_id: str) -> list[dict[str, Any]]:
    """The last runs of a source, the newest first."""
    return overview.runs(source_id, RUNS_SHOWN)


def rvr_harvest_datasets(source_id: str) -> dict[str, Any]:
    """The datasets of a source that the visitor may see: ``items`` of this page, ``count``, ``page``, ``pages``."""
    asked = tk.request.args.get("page", "")
    page = min(max(int(asked), 1), 10_000) if asked.isdecimal() and len(asked) < 9 else 1
    found = tk.get_action("package_search")(
        {},
        {
            "fq": f'harvest_source_id:"{source_id}"',
            "rows": DATASETS_A_PAGE,
            "start": (page - 1) * DATASETS_A_PAGE,
            "sort": "metadata_modified desc, id asc",
        },
    )
    pages = -(-found["count"] // DATASETS_A_PAGE)
    return {"items": found["results"], "count": found["count"], "page": page, "pages": pages}


def rvr_harvest_findings(report: dict[str, Any], of_run: bool = False) -> list[dict[str, Any]]:
    """The findings over all records of a source, or (`of_run`) of one run, grouped by field.

    Each group: ``field`` (label), ``count`` and ``findings``; each finding: ``severity``, ``count``, ``message``,
    ``hint`` and ``examples`` (``title``, ``name`` and ``message`` of some datasets; none for trifles).
    """
    known = _of_run(report) if of_run else overview.examples(report["source"]["id"])
    groups: dict[str, dict[str, Any]] = {}
    for one in report.get("findings" if of_run else "open_findings") or []:
        words = CODES.get(one["code"])
        if words is None:
            continue
        field = label(one["field"], _lang())
        group = groups.setdefault(field, {"field": field, "count": 0, "findings": []})
        group["count"] += one["count"]
        english = _lang().startswith("en")
        group["findings"].append(
            {
                "severity": one["severity"],
                "count": one["count"],
                "message": in_general(one["code"], _lang()),
                "hint": words.hint_en if english else words.hint_de,
                "examples": _examples(known, one),
            }
        )
    return list(groups.values())


def _of_run(report: dict[str, Any]) -> list[dict[str, Any]]:
    """Errors and warnings of one run, dataset by dataset."""
    return [
        {"title": record["title"] or tk._("Whole catalogue"), "name": "", "finding": finding}
        for record in report.get("records") or []
        for finding in record["findings"]
        if finding["severity"] != "info"
    ]


def _examples(known: list[dict[str, Any]], wanted: dict[str, Any]) -> list[dict[str, str]]:
    key = "message_en" if _lang().startswith("en") else "message_de"
    found = []
    for one in known:
        finding = one["finding"]
        if (finding["code"], finding["field"]) == (wanted["code"], wanted["field"]):
            found.append(
                {"title": one["title"], "name": one["name"], "message": finding[key] if finding["value"] else ""}
            )
    return found[: overview.EXAMPLES]


def rvr_harvest_moment(value: str | datetime | None, short: bool = False) -> str:
    """A moment (UTC) in words and in the site's time: "23. November 2026, 03:12 Uhr"; `short`: "23.11.2026, 03:12"."""
    if not value:
        return ""
    moment = datetime.fromisoformat(value) if isinstance(value, str) else value
    zone: Any = tk.h.get_display_timezone()
    there = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(zone)
    if short:
        return format_datetime(there, "dd.MM.y, HH:mm" if _lang().startswith("de") else "y-MM-dd, HH:mm", locale="de")
    if _lang().startswith("de"):
        return format_datetime(there, "d. MMMM y, HH:mm 'Uhr'", locale="de")
    return format_datetime(there, "d MMMM y, HH:mm", locale="en")


def rvr_harvest_frequencies() -> list[dict[str, str]]:
    """How often a source may be harvested, as options of a choice, the usual ones first."""
    labels = {
        "DAILY": tk._("every day"),
        "WEEKLY": tk._("every week"),
        "BIWEEKLY": tk._("every two weeks"),
        "MONTHLY": tk._("every month"),
        "ALWAYS": tk._("as often as possible"),
        "MANUAL": tk._("only on request"),
    }
    return [{"value": value, "text": text} for value, text in labels.items()]


def rvr_harvest_frequency(value: str | None) -> str:
    """How often a source is harvested, in words."""
    return next((one["text"] for one in rvr_harvest_frequencies() if one["value"] == value), "")


def rvr_harvest_kinds() -> list[dict[str, str]]:
    """The kinds of sources that can be entered: ``name``, ``title``, ``description`` in the visitor's language."""
    kinds = tk.get_action("harvesters_info_show")({}, {})
    words = ("title", "description")
    return [{**kind, **{word: tk._(text) for word in words if (text := kind.get(word, ""))}} for kind in kinds]


def _lang() -> str:
    return str(tk.h.lang() or "de")
