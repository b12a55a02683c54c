"""A map of points over the outline of the region, drawn on the server in the projection of web maps.

Because it is Web Mercator (EPSG:3857), the same drawing can lie under a Leaflet map, and no tile server is needed.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape

__all__ = ["Backdrop", "Mark", "Outline", "build", "group"]

WIDTH = 1000
_MARGIN = 12
_EARTH_RADIUS_KM = 6378.137


@dataclass(frozen=True)
class Outline:
    """A municipality on the drawing: an SVG path, or a circle as large as its area."""

    key: str
    name: str
    x: float
    y: float
    radius: float
    path: str
    large: bool


@dataclass(frozen=True)
class Backdrop:
    """The drawing of the region; `west` to `north` are the degrees (EPSG:4326) of its edges."""

    width: int
    height: int
    west: float
    south: float
    east: float
    north: float
    outlines: tuple[Outline, ...]

    def xy(self, lon: float, lat: float) -> tuple[float, float]:
        """Place of a point on the drawing."""
        left, top = _mercator(self.west, self.north)
        scale = self.width / (_mercator(self.east, self.north)[0] - left)
        x, y = _mercator(lon, lat)
        return round((x - left) * scale, 1), round((top - y) * scale, 1)


@dataclass(frozen=True)
class Mark:
    """Points so near to each other that they are one mark on the drawing."""

    x: float
    y: float
    keys: tuple[str, ...]


def build(
    places: Iterable[tuple[str, str, float, float, float, bool]],
    boundaries: Mapping[str, Mapping[str, Any]] | None = None,
) -> Backdrop:
    """The drawing of the region.

    :param places: key, name, lon and lat of the centre (EPSG:4326), area in km², whether its name is always shown
    :param boundaries: GeoJSON (multi)polygons by key, EPSG:4326; places without one become circles
    """
    listed = list(places)
    shapes = {key: shape(dict(geometry)) for key, geometry in (boundaries or {}).items()}
    boxes = [_box_of_circle(lon, lat, area) for key, _, lon, lat, area, _ in listed if key not in shapes]
    boxes += [geometry.bounds for geometry in shapes.values()]
    west, south, east, north = _pad(boxes)
    left, bottom = _mercator(west, south)
    right, top = _mercator(east, north)
    frame = Backdrop(WIDTH, round(WIDTH * (top - bottom) / (right - left)), west, south, east, north, ())
    paths = _paths(frame, shapes)
    outlines = tuple(_outline(frame, place, paths.get(place[0], "")) for place in listed)
    return Backdrop(frame.width, frame.height, west, south, east, north, outlines)


def group(points: Sequence[tuple[str, float, float]], distance: float) -> tuple[Mark, ...]:
    """Gather points (key, x, y) that lie within `distance` of the first of their group, in the order given."""
    groups: list[tuple[float, float, list[str]]] = []
    for key, x, y in points:
        for left, top, keys in groups:
            if math.hypot(x - left, y - top) <= distance:
                keys.append(key)
                break
        else:
            groups.append((x, y, [key]))
    return tuple(Mark(x, y, tuple(keys)) for x, y, keys in groups)


def _outline(frame: Backdrop, place: tuple[str, str, float, float, float, bool], path: str) -> Outline:
    key, name, lon, lat, area, large = place
    x, y = frame.xy(lon, lat)
    west, _, east, _ = _box_of_circle(lon, lat, area)
    radius = (frame.xy(east, lat)[0] - frame.xy(west, lat)[0]) / 2
    return Outline(key, name, x, y, round(radius, 1), path, large)


def _box_of_circle(lon: float, lat: float, area_km2: float) -> tuple[float, float, float, float]:
    radius = math.sqrt(area_km2 / math.pi)
    dy = math.degrees(radius / _EARTH_RADIUS_KM)
    dx = dy / math.cos(math.radians(lat))
    return lon - dx, lat - dy, lon + dx, lat + dy


def _pad(boxes: Sequence[tuple[float, float, float, float]]) -> tuple[float, float, float, float]:
    west, south = min(box[0] for box in boxes), min(box[1] for box in boxes)
    east, north = max(box[2] for box in boxes), max(box[3] for box in boxes)
    dx, dy = (east - west) * _MARGIN / WIDTH, (north - south) * _MARGIN / WIDTH
    return west - dx, south - dy, east + dx, north + dy


def _paths(frame: Backdrop, shapes: Mapping[str, Any]) -> dict[str, str]:
    """SVG paths; all boundaries are simplified together, so that neighbours keep their common border."""
    if not shapes:
        return {}
    projected = [_to_frame(frame, geometry) for geometry in shapes.values()]
    simple = shapely.coverage_simplify(projected, 1.2)
    return {key: _path(geometry) for key, geometry in zip(shapes, simple, strict=True)}


def _to_frame(frame: Backdrop, geometry: Any) -> Any:
    valid = geometry if geometry.is_valid else shapely.make_valid(geometry)
    return shapely.transform(valid, lambda pairs: np.array([frame.xy(lon, lat) for lon, lat in pairs]))


def _path(geometry: Any) -> str:
    polygons = [part for part in getattr(geometry, "geoms", [geometry]) if part.geom_type == "Polygon"]
    rings = [ring for polygon in polygons for ring in (polygon.exterior, *polygon.interiors)]
    return "".join("M" + "L".join(f"{x:.0f} {y:.0f}" for x, y in list(ring.coords)[:-1]) + "z" for ring in rings)


def _mercator(lon: float, lat: float) -> tuple[float, float]:
    return math.radians(lon), math.log(math.tan(math.pi / 4 + math.radians(lat) / 2))
