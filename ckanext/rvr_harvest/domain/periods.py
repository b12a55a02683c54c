"""Periods as catalogues in JSON write them."""

from __future__ import annotations

import re
from typing import Any

from .dates import mend_date
from .json_records import as_text

__all__ = ["periods"]

_BETWEEN = re.compile(r"\s+(?:-|–|—|bis|to)\s+")
_OPEN = frozenset({"", "..", "-", "?", "null", "none"})
_STARTS = ("startDate", "start", "begin", "beginning", "from", "dcat:startDate", "schema:startDate")
_ENDS = ("endDate", "end", "to", "until", "dcat:endDate", "schema:endDate")


def periods(value: Any) -> list[dict[str, str]] | None:
    """Rows of `temporal_coverage` (start, end, as written); None where the value says something that is no period."""
    if isinstance(value, list):
        rows = [periods(item) for item in value]
        return None if None in rows else [row for part in rows for row in part or ()]
    if isinstance(value, dict):
        return _rows(_first(value, _STARTS), _first(value, _ENDS)) or (None if value else [])
    text = as_text(value)
    if not text:
        return []
    if mend_date(text):
        return _rows(text, text)
    parts = text.split("/") if text.count("/") == 1 else _BETWEEN.split(text)
    if len(parts) != 2:
        return None
    start, end = ("" if part.strip().lower() in _OPEN else part.strip() for part in parts)
    if not (start or end) or any(part and not mend_date(part) for part in (start, end)):
        return None
    return _rows(start, end)


def _rows(start: str, end: str) -> list[dict[str, str]]:
    row = {key: text for key, text in (("start", start), ("end", end)) if text}
    return [row] if row else []


def _first(value: dict[str, Any], names: tuple[str, ...]) -> str:
    return next((text for name in names if (text := as_text(value.get(name)))), "")
