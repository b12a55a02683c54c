"""Repair: brings a draft to the vocabularies, and says what it changed and what it could not mend.

One bad value never loses a dataset: it is mended, kept as it came where the field allows that, or left out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from dataclasses import dataclass
from typing import Any, Protocol

from . import repair_resource
from .dates import is_iso, mend_date
from .notes import Notes
from .values import DatasetDraft

__all__ = ["Surroundings", "Unusable", "repair"]


class _Term(Protocol):
    @property
    def key(self) -> str: ...
    @property
    def uri(self) -> str: ...


class _Vocabulary(Protocol):
    def lookup(self, value: Any) -> Any: ...


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What repair must know: vocabularies by name, how to find a place's key, places of the source's organisation."""

    vocabulary: Callable[[str], _Vocabulary]
    find_place: Callable[[str], str | None]
    places: tuple[str, ...] = ()


class Unusable(Exception):
    """The record holds nothing to make a dataset of."""


_TAG_CHARS = re.compile(r"[^\w \-.]+")
_HTTP = re.compile(r"https?://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_SINGLE = (
    ("frequency", "frequency"),
    ("access_rights", "access_right"),
    ("availability", "availability"),
)
_MULTIPLE = (
    ("language", "language"), ("theme", "theme"), ("hvd_category", "hvd_category"),
    ("political_geocoding_level", "geocoding_level"),
)  # fmt: skip
_AGENTS = ("publisher", "creator", "originator", "custodian", "contact")


def repair(draft: DatasetDraft, around: Surroundings) -> DatasetDraft:
    """A new draft in the portal's terms, with findings.

    :raises Unusable: neither title nor description nor identifier
    """
    package: dict[str, Any] = deepcopy(dict(draft.package))
    notes = Notes()
    _title(package, draft.guid, notes)
    _notes(package, notes)
    _tags(package, notes)
    _dates(package, notes)
    _periods(package, notes)
    for field, name in _SINGLE:
        _single(package, field, around.vocabulary(name), notes)
    for field, name in _MULTIPLE:
        _multiple(package, field, around.vocabulary(name), notes)
    _links(package, notes)
    _spatial(package, notes)
    _places(package, around)
    _resources(package, around, notes)
    return DatasetDraft(draft.guid, package, (*draft.findings, *notes.all()))


# characters; an index of CKAN's takes 2,700 bytes
_LONGEST_TITLE = 500


def _title(package: dict[str, Any], guid: str, notes: Notes) -> None:
    title = " ".join(str(package.get("title") or "").split())
    if not title:
        description = " ".join(str(package.get("notes") or "").split())
        name = str(package.get("identifier") or guid.rstrip("/").rpartition("/")[2] or guid)
        title = description[:80] if description else name
        if not title:
            raise Unusable
        notes.add("no_title", "error", "title", repaired=title)
    if len(title) > _LONGEST_TITLE:
        short = title[: _LONGEST_TITLE - 1].rstrip() + "…"
        notes.add("title_too_long", "warning", "title", title, short)
        title = short
    package["title"] = title


def _notes(package: dict[str, Any], notes: Notes) -> None:
    if not str(package.get("notes") or "").strip():
        notes.add("description_missing", "error", "notes")


def _tags(package: dict[str, Any], notes: Notes) -> None:
    names: dict[str, None] = {}
    for tag in package.get("tags") or ():
        came = str(tag["name"])
        name = " ".join(_TAG_CHARS.sub(" ", came).split())[:100].strip()
        if len(name) < 2:
            notes.add("tag_dropped", "info", "tags", came)
            continue
        if name != came:
            notes.add("tag_mended", "info", "tags", came, name)
        names[name] = None
    package["tags"] = [{"name": name} for name in sorted(names, key=str.casefold)]


def _dates(package: dict[str, Any], notes: Notes) -> None:
    for holder in (package, *(package.get("resources") or ())):
        for field in ("issued", "modified"):
            if value := holder.get(field):
                _date(holder, field, str(value), notes)


def _date(holder: dict[str, Any], field: str, value: str, notes: Notes) -> None:
    mended = mend_date(value)
    if mended is None:
        del holder[field]
        notes.add("date_unreadable", "warning", field, value)
    elif mended != value:
        holder[field] = mended
        notes.add("date_mended", "info", field, value, mended)


def _periods(package: dict[str, Any], notes: Notes) -> None:
    rows = package.get("temporal_coverage")
    if not isinstance(rows, list):
        return
    kept = []
    for came in rows:
        ends = ((key, str(came.get(key) or "").strip()) for key in ("start", "end"))
        row = {key: value for key, value in ends if value}
        for field in tuple(row):
            _date(row, field, row[field], notes)
        if not row:
            notes.add("period_empty", "info", "temporal_coverage")
        elif row.get("start") and row.get("end") and _after(row["start"], row["end"]):
            notes.add(
                "period_swapped",
                "warning",
                "temporal_coverage",
                f"{row['start']} – {row['end']}",
            )
            kept.append(row)
        else:
            kept.append(row)
    package["temporal_coverage"] = kept


def _after(start: str, end: str) -> bool:
    length = min(len(start), len(end), 10)
    return is_iso(start) and is_iso(end) and start[:length] > end[:length]


def _single(package: dict[str, Any], field: str, terms: _Vocabulary, notes: Notes) -> None:
    if value := package.get(field):
        package[field] = _term(field, str(value), terms, notes)


def _multiple(package: dict[str, Any], field: str, terms: _Vocabulary, notes: Notes) -> None:
    values = package.get(field)
    if isinstance(values, str):
        values = [values]
    if values:
        package[field] = list(dict.fromkeys(_term(field, str(value), terms, notes) for value in values))
    elif field == "theme":
        notes.add("theme_missing", "warning", "theme")


def _term(field: str, value: str, terms: _Vocabulary, notes: Notes) -> str:
    term = terms.lookup(value)
    if term is None:
        notes.add("value_unknown", "warning", field, value)
        return value
    if term.uri != value and not _same_address(term.uri, value):
        notes.add("value_mapped", "info", field, value, term.uri)
    return term.uri


def _same_address(one: str, other: str) -> bool:
    return re.sub(r"^https?://(www\.)?", "", one).rstrip("/") == re.sub(r"^https?://(www\.)?", "", other).rstrip("/")


def _links(package: dict[str, Any], notes: Notes) -> None:
    """Addresses that a reader could click: http and https only."""
    _link(package, "url", notes)
    for field in _AGENTS:
        for row in package.get(field) or ():
            _link(row, "url", notes, field)
            if "email" in row:
                # an address without "mailto:" is read as a page beside the catalogue: its end is the e-mail address
                row["email"] = re.sub(r"\s+|^mailto:|^https?://[^@]*/(?=[^/]+@[^/]+$)", "", str(row["email"]).strip())


def _link(holder: dict[str, Any], field: str, notes: Notes, name: str = "") -> None:
    value = str(holder.get(field) or "").strip()
    if value and not _HTTP.fullmatch(value):
        del holder[field]
        notes.add("url_bad", "warning", name or field, value)
    elif value:
        holder[field] = value


def _spatial(package: dict[str, Any], notes: Notes) -> None:
    for row in package.get("spatial_coverage") or ():
        for field in ("geom", "bbox", "centroid"):
            if row.get(field) and not _is_geometry(row[field]):
                del row[field]
                notes.add("geometry_bad", "warning", "spatial_coverage")


def _is_geometry(value: Any) -> bool:
    try:
        data = json.loads(value) if isinstance(value, str) else value
    except (ValueError, RecursionError):
        return False
    if not isinstance(data, dict) or not isinstance(kind := data.get("type"), str) or kind not in _GEOMETRIES:
        return False
    points = list(_points(data.get("coordinates"))) if kind != "GeometryCollection" else [(0.0, 0.0)]
    return bool(points) and all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points)


_GEOMETRIES = frozenset(
    {
        "Point",
        "MultiPoint",
        "LineString",
        "MultiLineString",
        "Polygon",
        "MultiPolygon",
        "GeometryCollection",
    }
)


def _points(coordinates: Any, depth: int = 4) -> list[tuple[float, float]]:
    """All positions; one at (999, 999) for what is none, or lies deeper than those of a MultiPolygon (RFC 7946, 3.1.7)."""
    bad = [(999.0, 999.0)]
    if not isinstance(coordinates, list) or not coordinates or not depth:
        return bad
    if all(isinstance(number, int | float) and not isinstance(number, bool) for number in coordinates):
        return [(coordinates[0], coordinates[1])] if len(coordinates) >= 2 else bad
    return [point for part in coordinates for point in _points(part, depth - 1)]


def _places(package: dict[str, Any], around: Surroundings) -> None:
    """Register keys: what the record says, else what its organisation stands for."""
    said: list[str] = [
        *_strings(package.get("political_geocoding")),
        *_strings(package.get("geocoding_text")),
    ]
    for row in package.get("spatial_coverage") or ():
        said += [str(row[field]) for field in ("uri", "text") if row.get(field)]
    found = [key for text in said if (key := around.find_place(text))]
    keys = list(dict.fromkeys(found or around.places))
    if keys:
        package["places"] = keys


def _strings(value: Any) -> Sequence[str]:
    if isinstance(value, str):
        return [value] if value else []
    return [str(item) for item in value or ()]


def _resources(package: dict[str, Any], around: Surroundings, notes: Notes) -> None:
    resources: list[Mapping[str, Any]] = package.get("resources") or []
    if not resources:
        notes.add("resource_missing", "warning", "resources")
    package["resources"] = [repair_resource.repair(dict(item), around.vocabulary, notes) for item in resources]
    keys = {
        term.key if (term := around.vocabulary("license").lookup(item.get("license"))) else None
        for item in package["resources"]
    }
    if not package.get("license_id") and len(keys) == 1 and (key := keys.pop()):
        package["license_id"] = key
