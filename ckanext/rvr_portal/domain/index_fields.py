"""What of a dataset goes into the search index: places with what they lie in, codes instead of addresses, geometry.

Works on whatever catalogues deliver: a bad value is left out, it never keeps a dataset out of the index.
"""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Mapping
from typing import Any, cast

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping, shape

from .dates import NO_END_YEAR, CatalogDate, parse_date
from .places import register
from .vocabulary import Term, load
from .wording import readable

__all__ = [
    "ANY", "NONE", "OPENNESS", "OTHER", "covered_places", "format_groups", "formats", "geometry", "high_value", "known_places",
    "licenses", "listed", "openness", "period", "places_with_ancestors", "themes", "updated",
]  # fmt: skip

ANY = "any"
NONE = "none"
OTHER = "other"
#: How free the use of a dataset is, the freest first.
OPENNESS = ("free", "attribution", "restricted", "unknown")
#: Beginning and end of a period that has none, so that they can be compared as text.
_NO_START, _NO_END = "0000-01-01", f"{NO_END_YEAR}-12-31"
_MAX_GEOMETRIES = 20


def listed(value: Any) -> list[Any]:
    """List from a list or its JSON text; anything else is a list of itself, nothing an empty one."""
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except (ValueError, RecursionError):
            return [value]
    if isinstance(value, list | tuple):
        return list(value)
    return [] if value in (None, "") else [value]


def known_places(values: Iterable[Any]) -> list[str]:
    """Keys of those of the values that are places of the register, each once."""
    texts = (value for value in values if isinstance(value, str))
    found = (register().get(text) or register().find(text) for text in texts)
    return list(dict.fromkeys(place.key for place in found if place))


def places_with_ancestors(values: Iterable[Any]) -> list[str]:
    """Keys of the places and of all they lie in, each once, the smaller first."""
    found: dict[str, None] = {}
    for key in known_places(values):
        found |= dict.fromkeys(above.key for above in register().ancestors(key))
    return list(found)


def covered_places(own: Iterable[str]) -> list[str]:
    """Keys of all places that data about these places is about: what they lie in, and of a Kreis its municipalities.

    The region as a whole does not stand for each of its 53 municipalities: its data would drown what is their own.
    """
    keys = list(own)
    kreise = {kreis.key for kreis in register().kreise} & set(keys)
    inside = [town.key for town in register().municipalities if town.parent in kreise]
    return list(dict.fromkeys([*places_with_ancestors(keys), *inside]))


def themes(values: Iterable[Any]) -> list[str]:
    """Codes of the EU themes; `none` when there is none."""
    terms = (load("theme").lookup(value) for value in values)
    return list(dict.fromkeys(term.key for term in terms if term)) or [NONE]


def formats(values: Iterable[Any]) -> list[str]:
    """Codes of file types, one per value; an unknown one as it came, of an address its last part."""
    return [code for value in values if (code := _format(value))]


def _format(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        return ""
    term = load("file_type").lookup(value)
    if term:
        return term.key
    return (readable(value).upper() if "://" in value else value.strip())[:100]


def licenses(resources: Iterable[Mapping[str, Any]], dataset_license: Any) -> list[str]:
    """Keys of the licences of all resources; the dataset's own where a resource has none; `other`, `none`."""
    own = [resource.get("license") or dataset_license for resource in resources] or [dataset_license]
    keys = (_license(value) for value in own)
    return list(dict.fromkeys(keys))


def _license(value: Any) -> str:
    if not isinstance(value, str) or value.strip() in ("", "notspecified"):
        return NONE
    term: Term | None = load("license").lookup(value)
    return term.key if term else OTHER


def format_groups(codes: Iterable[str]) -> list[str]:
    """Groups of file types (table, map, service, …) of codes as `formats` gives them; `none` without any."""
    terms = ((code, load("file_type").get(code)) for code in codes)
    groups = [(term.group if term else "") or OTHER for code, term in terms if code != NONE]
    return list(dict.fromkeys(groups)) or [NONE]


def openness(license_keys: Iterable[str]) -> list[str]:
    """How free the use is by the licences of the files: `free`, `attribution`, `restricted`, `unknown`, each once."""
    return list(dict.fromkeys(_openness(load("license").get(key)) for key in license_keys))


def _openness(term: Term | None) -> str:
    if term is None:
        return "unknown"
    if not term.open:
        return "restricted"
    return "attribution" if term.attribution else "free"


def high_value(values: Iterable[Any]) -> list[str]:
    """Codes of the categories of high-value datasets, and `any` if there is one; empty for all other datasets."""
    terms = (load("hvd_category").lookup(value) for value in values)
    codes = list(dict.fromkeys(term.key for term in terms if term))
    return [ANY, *codes] if codes else []


def updated(*dates: Any) -> str:
    """Day (ISO 8601) of the first of the dates that is one; empty without any."""
    return next((found.first_day.isoformat() for value in dates if (found := _date(value))), "")


def period(coverage: Iterable[Any]) -> tuple[str, str] | None:
    """First and last day (ISO 8601) of all periods together; an open side begins at year 0 or ends in 9999."""
    starts, ends = [], []
    for part in coverage:
        if not isinstance(part, Mapping):
            continue
        start, end = _date(part.get("start")), _date(part.get("end"))
        if start or end:
            starts.append(start.first_day.isoformat() if start else _NO_START)
            ends.append(_last_day(end) if end else _NO_END)
    return (min(starts), max(ends)) if starts else None


def _date(value: Any) -> CatalogDate | None:
    return parse_date(value) if isinstance(value, str) else None


def _last_day(date: CatalogDate) -> str:
    # compared as text only: 31 in every month is late enough
    return f"{date.year:04}-{date.month or 12:02}-{date.day or 31:02}"


def geometry(coverage: Iterable[Any]) -> dict[str, Any] | None:
    """GeoJSON geometry of a spatial coverage (items with geom, bbox, centroid; GeoJSON or WKT, EPSG:4326).

    :returns: one geometry, several as a GeometryCollection, or none when there is no usable one
    """
    found: list[dict[str, Any]] = []
    for item in coverage:
        if not isinstance(item, Mapping):
            continue
        best = next((g for name in ("geom", "bbox", "centroid") if (g := _geometry(item.get(name)))), None)
        if best and best not in found:
            found.append(best)
    if len(found) > 1:
        return {"type": "GeometryCollection", "geometries": found[:_MAX_GEOMETRIES]}
    return found[0] if found else None


def _geometry(value: Any) -> dict[str, Any] | None:
    if not value or not isinstance(value, str | Mapping):
        return None
    try:
        found = _read(value)
        if found is None or found.is_empty or not _on_earth(found.bounds):
            return None
        return json.loads(json.dumps(mapping(shapely.force_2d(found))))
    except (ShapelyError, ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError):
        # The many ways in which a geometry can be none.
        return None


def _read(value: str | Mapping[str, Any]) -> Any:
    if isinstance(value, str):
        text = value.strip()
        if not text.startswith("{"):
            return shapely.from_wkt(text.partition(";")[2] if text.upper().startswith("SRID=4326;") else text)
        value = cast(Mapping[str, Any], json.loads(text))
    found = shape(dict(value))
    return None if found.geom_type == "GeometryCollection" else found


def _on_earth(bounds: tuple[float, float, float, float]) -> bool:
    west, south, east, north = bounds
    return all(map(math.isfinite, bounds)) and -180 <= west <= east <= 180 and -90 <= south <= north <= 90
