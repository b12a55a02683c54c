"""The map of the region as plain shapes: projection, simplification, classes of amounts, SVG paths.

Works without boundaries (circles near the centres, area in proportion to the amount, none over another) and with them
(areas coloured by class).
Nothing here draws: the template turns these values into SVG and a list of the same items.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import shapely
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

__all__ = [
    "CLASSES",
    "BaseArea",
    "BaseMap",
    "LegendEntry",
    "MapItem",
    "MapLabel",
    "RegionMap",
    "build_base",
    "draw",
    "legend_of",
]

CLASSES = 5
"""Classes of amounts above zero, light to dark (`--rvr-seq-2` to `--rvr-seq-6`); class 0 is "none"."""

WIDTH = 640
MARGIN = 26
MIN_RADIUS = 8.0
MAX_RADIUS = 34.0
GAP = 1.5
"""Between two circles, in map units."""
FILLED = 0.3
"""Share of the map that circles cover at most: more of them would leave no room to stand near their places."""

# Width of a letter and height of a line of a name in map units, as large as they are on a phone.
_LETTER = 10.5
_LINE = 21


@dataclass(frozen=True)
class BaseArea:
    """A municipality in map units; `path` is empty without boundaries."""

    key: str
    name: str
    x: int
    y: int
    path: str = ""
    label: str = ""
    rank: int = 0


@dataclass(frozen=True)
class BaseMap:
    """What of the map does not change with the amounts: can be kept for the life of a process."""

    width: int
    height: int
    areas: tuple[BaseArea, ...]
    attribution: str = ""

    @property
    def has_areas(self) -> bool:
        return any(area.path for area in self.areas)


@dataclass(frozen=True)
class LegendEntry:
    """A class of amounts: lowest and highest whole number in it."""

    number: int
    low: int
    high: int


@dataclass(frozen=True)
class MapItem:
    """A municipality with its amount, its class (0 to `CLASSES`) and, on a map of circles, its radius in map units."""

    key: str
    name: str
    value: int
    number: int
    x: int
    y: int
    path: str
    radius: float


@dataclass(frozen=True)
class MapLabel:
    """A name on the map: middle of the text in map units."""

    text: str
    x: float
    y: float


@dataclass(frozen=True)
class RegionMap:
    """A map ready to be drawn: items by name; `shapes` in drawing order (large circles first); `labels` have a name."""

    width: int
    height: int
    items: tuple[MapItem, ...]
    shapes: tuple[MapItem, ...]
    labels: tuple[MapLabel, ...]
    legend: tuple[LegendEntry, ...]
    has_areas: bool
    attribution: str = ""


def build_base(
    places: Iterable[tuple[str, str, float, float]],
    boundaries: Mapping[str, Mapping[str, Any]] | None = None,
    tolerance: float = 0.8,
    labels: Mapping[str, str] | None = None,
    attribution: str = "",
) -> BaseMap:
    """Project places and, if there are any, boundaries to map units.

    :param places: key, name, longitude and latitude of the centre (EPSG:4326)
    :param boundaries: GeoJSON Polygon or MultiPolygon by key, EPSG:4326 lon/lat; keys without one become circles
    :param tolerance: allowed deviation of a simplified boundary in map units; neighbours keep their common border
    :param labels: names to be written on the map by key, the most important first; others stand in the list only
    :param attribution: what the owner of the boundaries wants to be said
    """
    listed = list(places)
    shapes = {key: shape(dict(geometry)) for key, geometry in (boundaries or {}).items()}
    to_map, height = _projection(listed, shapes)
    projected = {key: shapely.transform(it, to_map, interleaved=False) for key, it in shapes.items()}
    simple = _simplify(projected, tolerance)
    ranks = {key: rank for rank, key in enumerate(labels or {})}
    areas = []
    for key, name, lon, lat in listed:
        x, y = _label_point(simple.get(key)) or to_map(lon, lat)
        areas.append(
            BaseArea(
                key, name, round(x), round(y), _path(simple.get(key)), (labels or {}).get(key, ""), ranks.get(key, 0)
            )
        )
    return BaseMap(WIDTH, height, tuple(areas), attribution)


def draw(base: BaseMap, amounts: Mapping[str, int]) -> RegionMap:
    """Give every municipality its amount, class and radius; a key without an amount counts 0."""
    legend = legend_of([amounts.get(area.key, 0) for area in base.areas])
    highest = max((amounts.get(area.key, 0) for area in base.areas), default=0)
    placed = _spread([_item(area, amounts.get(area.key, 0), legend, highest) for area in base.areas], base.height)
    items = tuple(sorted(placed, key=_name_order))
    # Small circles stay on top of the areas and of large circles; areas do not overlap, so their order is free.
    shapes = tuple(sorted(items, key=lambda item: -item.radius))
    ranks = {area.key: area.rank for area in base.areas}
    written = {area.key: area.label for area in base.areas if area.label}
    wanted = sorted((item for item in items if item.key in written), key=lambda item: ranks[item.key])
    labels = _labels([(item, written[item.key]) for item in wanted])
    return RegionMap(base.width, base.height, items, shapes, labels, legend, base.has_areas, base.attribution)


def legend_of(values: Sequence[int]) -> tuple[LegendEntry, ...]:
    """At most `CLASSES` classes over the values above zero, none of them empty, each of about equally many values."""
    filled = sorted(value for value in values if value > 0)
    if not filled:
        return ()
    uppers: list[int] = []
    for number in range(1, CLASSES + 1):
        upper = filled[math.ceil(len(filled) * number / CLASSES) - 1]
        if not uppers or upper > uppers[-1]:
            uppers.append(upper)
    # Few classes use the darker end too, so that the highest amount is always the darkest.
    numbers = [CLASSES - len(uppers) + 1 + index for index in range(len(uppers))]
    lows = [1, *(upper + 1 for upper in uppers[:-1])]
    return tuple(LegendEntry(*entry) for entry in zip(numbers, lows, uppers, strict=True))


def _item(area: BaseArea, value: int, legend: Sequence[LegendEntry], highest: int) -> MapItem:
    number = next((entry.number for entry in legend if entry.low <= value <= entry.high), 0)
    radius = 0.0 if area.path else max(MIN_RADIUS, MAX_RADIUS * math.sqrt(value / highest)) if highest else MIN_RADIUS
    return MapItem(area.key, area.name, value, number, area.x, area.y, area.path, round(radius, 1))


def _spread(items: list[MapItem], height: int, steps: int = 80) -> list[MapItem]:
    """Push circles that overlap apart, a little at a time, and pull all back to their centres (Dorling's cartogram).

    Areas stay where they are. Source: D. Dorling, Area Cartograms, CATMOG 59 (1996).
    """
    circles = [index for index, item in enumerate(items) if item.radius]
    if len(circles) < 2:
        return items
    home = np.array([(items[index].x, items[index].y) for index in circles], dtype=float)
    radii = np.array([items[index].radius for index in circles])
    radii *= min(1.0, math.sqrt(FILLED * WIDTH * height / (math.pi * (radii**2).sum())))
    reach = radii[:, None] + radii[None, :] + GAP
    np.fill_diagonal(reach, 0)
    low = radii[:, None] + 1
    high = np.array([WIDTH, height]) - low
    at = home.copy()
    for step in range(steps):
        away = at[:, None] - at[None, :]
        distance = np.maximum(np.hypot(away[..., 0], away[..., 1]), 0.01)
        overlap = np.maximum(reach - distance, 0)
        if step and not overlap.any():
            break
        at += (away / distance[..., None] * overlap[..., None] * 0.45).sum(axis=1)
        if step < steps // 2:
            at += (home - at) * 0.05
        at = np.clip(at, low, high)
    moved = list(items)
    for index, (x, y), radius in zip(circles, at, radii, strict=True):
        moved[index] = replace(items[index], x=round(x), y=round(y), radius=round(float(radius), 1))
    return moved


def _labels(wanted: Sequence[tuple[MapItem, str]]) -> tuple[MapLabel, ...]:
    """Names that do not overlap, the first ones first; one that finds no room is left out and stands in the list."""
    placed: list[tuple[MapLabel, float]] = []
    for item, text in wanted:
        half = len(text) * _LETTER / 2
        x = min(max(item.x, half + 2), WIDTH - half - 2)
        for y in _heights(item):
            if all(abs(x - other.x) >= half + width or abs(y - other.y) >= _LINE for other, width in placed):
                placed.append((MapLabel(text, round(x), round(y)), half))
                break
    return tuple(label for label, _ in placed)


def _heights(item: MapItem) -> tuple[float, ...]:
    # Inside an area or a large circle; under or over a small one, which it would hide.
    if item.radius and item.radius < _LINE:
        return (item.y + item.radius + 11, item.y - item.radius - 11)
    return (item.y, item.y + _LINE * 0.6, item.y - _LINE * 0.6)


def _name_order(item: MapItem) -> str:
    return item.name.lower().translate(str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"}))


def _projection(places: Sequence[tuple[str, str, float, float]], shapes: Mapping[str, BaseGeometry]) -> Any:
    """Function (lon, lat) → (x, y), true to scale at the middle latitude, and the height of the map in map units."""
    xs = [lon for _, _, lon, _ in places]
    ys = [lat for _, _, _, lat in places]
    for geometry in shapes.values():
        west, south, east, north = geometry.bounds
        xs += [west, east]
        ys += [south, north]
    west, east, south, north = min(xs), max(xs), min(ys), max(ys)
    shrink = math.cos(math.radians((south + north) / 2))
    margin = 4 if shapes else MARGIN
    scale = (WIDTH - 2 * margin) / (((east - west) * shrink) or 1)

    def to_map(lon: float, lat: float) -> tuple[float, float]:
        return margin + (lon - west) * shrink * scale, margin + (north - lat) * scale

    return to_map, round(2 * margin + (north - south) * scale)


def _simplify(shapes: Mapping[str, BaseGeometry], tolerance: float) -> dict[str, BaseGeometry]:
    """Simplify all boundaries together: a border shared by two areas stays one line, so no gap opens between them."""
    if not shapes:
        return {}
    geometries = [geometry if geometry.is_valid else shapely.make_valid(geometry) for geometry in shapes.values()]
    # `coverage_simplify` measures the area of the triangle a removed point leaves: tolerance is its root.
    simple = shapely.coverage_simplify(geometries, tolerance * 2)
    return dict(zip(shapes, simple, strict=True))


def _label_point(geometry: BaseGeometry | None) -> tuple[float, float] | None:
    """The middle of the largest circle that fits into the area: a label there stays inside."""
    if geometry is None or geometry.is_empty:
        return None
    largest = max(_polygons(geometry), key=lambda polygon: polygon.area)
    middle = shapely.maximum_inscribed_circle(largest, 1.0).coords[0]
    return middle[0], middle[1]


def _path(geometry: BaseGeometry | None) -> str:
    """SVG path with relative whole numbers; rings that shrink to nothing are left out."""
    if geometry is None:
        return ""
    return "".join(_ring(ring) for polygon in _polygons(geometry) for ring in (polygon.exterior, *polygon.interiors))


def _ring(ring: Any) -> str:
    points = [(round(x), round(y)) for x, y, *_ in ring.coords[:-1]]
    steps = []
    previous = points[0]
    for point in points[1:]:
        if point != previous:
            steps.append(f"{point[0] - previous[0]} {point[1] - previous[1]}".replace(" -", "-"))
            previous = point
    if len(steps) < 2:
        return ""
    return f"M{points[0][0]} {points[0][1]}l{' '.join(steps)}z"


def _polygons(geometry: BaseGeometry) -> list[Any]:
    if geometry.geom_type == "Polygon":
        return [geometry]
    return [part for part in getattr(geometry, "geoms", ()) if part.geom_type == "Polygon"]
