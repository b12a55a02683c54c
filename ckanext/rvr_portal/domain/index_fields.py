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

from .places import register
from .vocabulary import Term, load
from .wording import readable

__all__ = ["NONE", "OTHER", "formats", "geometry", "licenses", "listed", "places_with_ancestors", "themes"]

NONE = "none"
OTHER = "other"
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


def places_with_ancestors(values: Iterable[Any]) -> list[str]:
    """Keys of the places and of all they lie in, each once, the smaller first."""
    found: dict[str, None] = {}
    for value in values:
        place = (register().get(value) or register().find(value)) if isinstance(value, str) else None
        if place:
            found |= dict.fromkeys(above.key for above in register().ancestors(place.key))
    return list(found)


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
