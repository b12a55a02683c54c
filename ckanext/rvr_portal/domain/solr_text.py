"""Filter queries of Solr, written from values that may hold anything."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from .query import escape_phrase
from .search_request import UPDATED, SearchRequest

__all__ = ["FIELDS", "TAGS", "any_of", "filters", "since"]

#: The field of the index behind each filter with several values.
FIELDS = {
    "places": "rvr_covers",
    "theme": "rvr_theme",
    "format_group": "rvr_format_group",
    "res_format": "res_format",
    "openness": "rvr_openness",
    "organization": "organization",
    "hvd": "rvr_hvd",
}
#: Filters that stand together as one choice, by another name than their own.
TAGS = {"format_group": "format", "res_format": "format", "period_from": "period", "period_to": "period"}


def filters(request: SearchRequest, today: date) -> dict[str, str]:
    """The filter queries of a request by their tag; the box is left to ckanext-spatial.

    :param today: from when "updated" counts back
    """
    found: dict[str, str] = {}
    for name, field in FIELDS.items():
        if values := getattr(request, name):
            tag = TAGS.get(name, name)
            found[tag] = f"{found[tag]} OR {any_of(field, values)}" if tag in found else any_of(field, values)
    if request.ids:
        found["ids"] = f"{any_of('id', request.ids)} OR {any_of('name', request.ids)}"
    if request.cell:
        found["cell"] = any_of("rvr_cell", [request.cell])
    if request.updated:
        found["updated"] = since(request.updated, today)
    if request.period_from or request.period_to:
        found["period"] = _period(request.period_from, request.period_to)
    for number, (field, value) in enumerate(request.other):
        found[f"other{number}"] = f"{field}:{_phrase(value)}"
    return found


def since(name: str, today: date) -> str:
    """Filter query of what changed within a "week", "month" or "year"."""
    return f"rvr_updated:[{_phrase((today - timedelta(days=UPDATED[name])).isoformat())} TO *]"


def any_of(field: str, values: Iterable[str]) -> str:
    """Filter query: one of the values is enough."""
    return f"{field}:({' OR '.join(map(_phrase, values))})"


def _period(start: str, end: str) -> str:
    """What speaks of a time that overlaps with the one asked for; both ends count as whole years or months."""
    first = f"{start}-01-01"[:10] if start else ""
    last = (f"{end}-12-31" if len(end) == 4 else f"{end}-31")[:10] if end else ""
    parts = [f"rvr_period_end:[{_phrase(first)} TO *]" if first else "rvr_period_end:*"]
    parts.append(f"rvr_period_start:[* TO {_phrase(last)}]" if last else "rvr_period_start:*")
    return " AND ".join(parts)


def _phrase(value: str) -> str:
    return f'"{escape_phrase(value)}"'
