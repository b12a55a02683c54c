"""Template helpers of the place of data in the stewards' form."""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk
import shapely
from flask import g
from shapely.geometry import shape

from .boundaries import Boundaries, boundaries
from .domain import form_location
from .shared import Place, places

__all__ = [
    "rvr_portal_box",
    "rvr_portal_located",
    "rvr_portal_location_kind",
    "rvr_portal_place_boxes",
    "rvr_portal_point",
]

_KM_A_DEGREE = 111.32


def rvr_portal_box(value: Any) -> dict[str, Any] | None:
    """Sides of a geometry that is a box, or of none at all: `{west, south, east, north, shown}`; None for other shapes."""
    return _numbers(form_location.BOX, form_location.box_of(_text(value)))


def rvr_portal_point(value: Any) -> dict[str, Any] | None:
    """Longitude and latitude of a geometry that is a point, or of none at all: `{lon, lat, shown}`; None for others."""
    return _numbers(form_location.POINT, form_location.point_of(_text(value)))


def rvr_portal_location_kind(value: Any) -> str:
    """What a stored geometry is: "none", "box", "point", "shape", or "numbers" for typed ones that are none."""
    text = _text(value)
    if not text.strip():
        return "none"
    if text.startswith((form_location.BOX_MARK, form_location.POINT_MARK)):
        return "numbers"
    if form_location.point_of(text):
        return "point"
    return "box" if form_location.box_of(text) else "shape"


def rvr_portal_place_boxes() -> tuple[dict[str, Any], ...]:
    """The box around each place: `{key, name, box}`, the region first; `box` is "west south east north" in degrees.

    Of the loaded boundaries; without them a square as large as the place around its centre.
    """
    return _place_boxes(boundaries())


def rvr_portal_located() -> str:
    """Name of the field whose box was just filled in from a place."""
    return str(g.get("rvr_portal_located", ""))


@lru_cache(maxsize=1)
def _place_boxes(loaded: Boundaries) -> tuple[dict[str, Any], ...]:
    towns = {town.key: _box(town, loaded.shapes.get(town.key)) for town in places().municipalities}
    found = []
    for place in (places().region, *sorted((*places().municipalities, *places().kreise), key=lambda one: one.name)):
        inside = [
            towns[town.key]
            for town in places().municipalities
            if place.key in (town.key, town.parent) or place is places().region
        ]
        west, south = min(box[0] for box in inside), min(box[1] for box in inside)
        east, north = max(box[2] for box in inside), max(box[3] for box in inside)
        box = " ".join(form_location.number(round(side, 4)) for side in (west, south, east, north))
        found.append({"key": place.key, "name": place.name, "box": box})
    return tuple(found)


def _box(town: Place, outline: Mapping[str, Any] | None) -> tuple[float, float, float, float]:
    if outline:
        west, south, east, north = shapely.bounds(shape({**outline}))
        return float(west), float(south), float(east), float(north)
    high = math.sqrt(town.area_km2) / 2 / _KM_A_DEGREE
    wide = high / math.cos(math.radians(town.lat))
    return town.lon - wide, town.lat - high, town.lon + wide, town.lat + high


def _numbers(names: tuple[str, ...], found: tuple[str, ...] | None) -> dict[str, Any] | None:
    if found is None:
        return None
    if tk.h.lang() == "de":
        found = tuple(map(form_location.german, found))
    return dict(zip(names, found, strict=True)) | {"shown": " ".join(found).strip()}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
