"""Where on the map a dataset stands, and the cells of the map that gather what stands near to each other.

A dataset is about an area, a map of thousands of datasets needs points. Each dataset gets one point at most, so that the
numbers on the map add up: the middle of its own geometry, else that of the smallest place that holds all its places. What
is about the whole region, or about more than a large Kreis, stands nowhere in particular and has no point.

Cells are squares of the Web Mercator tiling (EPSG:3857), written "LEVEL/X/Y"; a square of level n is a quarter of the area
of one of level n - 1. They are kept in the index as words, so that a cluster is exactly the datasets of one cell.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any

import numpy as np
from shapely.errors import ShapelyError
from shapely.geometry import shape

from .places import REGION, Place, register

__all__ = [
    "CELL_LEVELS",
    "MAX_CELLS",
    "box_of_places",
    "cell_bounds",
    "cell_level",
    "cells",
    "is_cell",
    "position",
    "towns_near",
]

#: Levels of cells in the index: from the whole region in a few squares to squares of about 60 metres.
CELL_LEVELS = range(7, 19)
#: Cells of a map that fills a screen of 2560 x 1440 pixels and some more beside it.
MAX_CELLS = 1_500
#: A cell is a quarter of a map tile wide: 64 of its 256 pixels.
_FINER = 2
#: Wider or higher than a large Kreis (degrees): no point on the map would say where.
_MOST_WIDE, _MOST_HIGH = 1.0, 0.7
_KM_A_DEGREE = 111.2
#: So much shorter is a degree of longitude than one of latitude in the region.
_STRETCH = math.cos(math.radians(51.5))
#: Farther from the centre of every municipality than from edge to edge of the largest.
_FAR_KM = 15
#: Web Mercator ends here (degrees).
_MOST_NORTH = 85.05


def position(geometry: Mapping[str, Any] | None, places: Iterable[str] = ()) -> tuple[float, float] | None:
    """The point of a dataset as (lon, lat) in degrees (EPSG:4326), or none.

    :param geometry: its GeoJSON geometry (EPSG:4326), if it has one
    :param places: keys of the places it is about, without what they lie in
    """
    if geometry:
        return _middle(geometry)
    return _of_places(list(places))


def box_of_places(keys: Iterable[str]) -> dict[str, Any] | None:
    """A rectangle as large as the places and around their centres, as GeoJSON (EPSG:4326), or none without a place.

    It stands in the index for the area of a dataset that names its places only, so that a search by box finds it.
    """
    boxes = [_box(place) for place in map(register().get, keys) if place]
    if not boxes:
        return None
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def cells(lon: float, lat: float) -> list[str]:
    """The cells a point lies in, one a level."""
    return ["{}/{}/{}".format(level, *_cell(lon, lat, level)) for level in CELL_LEVELS]


def cell_level(zoom: float, box: tuple[float, float, float, float] | None = None) -> int:
    """The level whose cells gather well on a map of this zoom (0 = the world in one tile).

    :param box: west, south, east, north of what the map shows (EPSG:4326), without it the region. One with more than
        `MAX_CELLS` cells, more than fit on any screen, gets larger cells.
    """
    level = min(max(round(zoom) + _FINER, CELL_LEVELS.start), CELL_LEVELS.stop - 1)
    while level > CELL_LEVELS.start and _cells_in(box or _box_of_region(), level) > MAX_CELLS:
        level -= 1
    return level


def cell_bounds(cell: str) -> tuple[float, float, float, float]:
    """West, south, east, north of a cell in degrees (EPSG:4326)."""
    level, x, y = map(int, cell.split("/"))
    size = 2**level
    north, south = (math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / size)))) for row in (y, y + 1))
    return x / size * 360 - 180, south, (x + 1) / size * 360 - 180, north


def is_cell(text: str) -> bool:
    """Whether a text of unknown origin is a cell of the index."""
    parts = text.split("/")
    if len(parts) != 3 or not all(part.isascii() and part.isdecimal() and len(part) < 8 for part in parts):
        return False
    level, x, y = map(int, parts)
    return level in CELL_LEVELS and x < 2**level and y < 2**level and text == f"{level}/{x}/{y}"


def towns_near(points: Sequence[tuple[float, float]]) -> list[Place | None]:
    """For each point (EPSG:4326) the municipality whose centre is nearest; none for a point far away from the region."""
    towns = register().municipalities
    if not points:
        return []
    stretched = np.array([_STRETCH, 1.0])
    centres = np.array([(town.lon, town.lat) for town in towns]) * stretched
    away = np.array(points)[:, None] * stretched - centres[None]
    distances = np.hypot(away[..., 0], away[..., 1]) * _KM_A_DEGREE
    nearest = distances.argmin(axis=1)
    return [
        towns[index] if distance <= _FAR_KM else None
        for index, distance in zip(nearest, distances.min(axis=1), strict=True)
    ]


def _cells_in(box: tuple[float, float, float, float], level: int) -> int:
    west, south, east, north = box
    (left, low), (right, high) = _cell(west, south, level), _cell(east, north, level)
    return (right - left + 1) * (low - high + 1)


@cache
def _box_of_region() -> tuple[float, float, float, float]:
    towns = register().municipalities
    lons, lats = [town.lon for town in towns], [town.lat for town in towns]
    return min(lons), min(lats), max(lons), max(lats)


def _middle(geometry: Mapping[str, Any]) -> tuple[float, float] | None:
    try:
        area = shape(dict(geometry))
        west, south, east, north = area.bounds
        if area.is_empty or east - west > _MOST_WIDE or north - south > _MOST_HIGH:
            return None
        # the middle of a crescent lies outside of it
        within = area.geom_type == "GeometryCollection" or area.covers(area.centroid)
        point = area.centroid if within else area.representative_point()
        return _rounded(point.x, point.y) if math.isfinite(point.x) and math.isfinite(point.y) else None
    except (ShapelyError, ValueError, TypeError, KeyError, AttributeError):
        return None


def _of_places(keys: list[str]) -> tuple[float, float] | None:
    chains = [[place.key for place in register().ancestors(key)] for key in keys]
    chains = [chain for chain in chains if chain]
    if not chains:
        return None
    common = next((key for key in chains[0] if all(key in chain for chain in chains)), REGION)
    place = register().get(common)
    return None if place is None or place.key == REGION else _rounded(place.lon, place.lat)


def _box(place: Place) -> tuple[float, float, float, float]:
    half = math.sqrt(place.area_km2) / 2
    dy = half / _KM_A_DEGREE
    dx = dy / math.cos(math.radians(place.lat))
    return (*_rounded(place.lon - dx, place.lat - dy), *_rounded(place.lon + dx, place.lat + dy))


def _rounded(lon: float, lat: float) -> tuple[float, float]:
    return round(lon, 5), round(lat, 5)


def _cell(lon: float, lat: float, level: int) -> tuple[int, int]:
    """Column and row, counted from the west and the north."""
    size = 2**level
    angle = math.radians(min(max(lat, -_MOST_NORTH), _MOST_NORTH))
    x = (lon + 180) / 360 * size
    y = (1 - math.asinh(math.tan(angle)) / math.pi) / 2 * size
    return min(int(x), size - 1), min(int(y), size - 1)
