"""Whether a typed geometry is GeoJSON in EPSG:4326, and if not, what most likely happened."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any, Literal

from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry
from shapely.validation import explain_validity

from .form_location import BOX_MARK, POINT_MARK

__all__ = ["GeometryProblem", "problem_with_geometry"]

GeometryProblem = Literal[
    "too_long", "no_box", "no_point", "unreadable", "empty", "metres", "swapped", "outside", "crossing"
]

_LONGEST = 400_000
# around Germany, in degrees: what lies in it only after swapping was swapped
_WEST, _EAST, _SOUTH, _NORTH = 5.0, 16.0, 46.5, 56.0
_AT = re.compile(r"\[(-?[\d.]+(?:e[+-]?\d+)?) (-?[\d.]+(?:e[+-]?\d+)?)", re.IGNORECASE)


def problem_with_geometry(text: str) -> tuple[GeometryProblem, str] | None:
    """What is wrong with a geometry, with a place where one can be told ("7.01, 51.45"); None if nothing.

    :param text: GeoJSON geometry (RFC 7946: longitude before latitude, EPSG:4326)
    """
    if len(text) > _LONGEST:
        return "too_long", ""
    if text.startswith((BOX_MARK, POINT_MARK)):
        return "no_box" if text.startswith(BOX_MARK) else "no_point", ""
    geometry = _read(text)
    if geometry is None:
        return "unreadable", ""
    if geometry.is_empty:
        return "empty", ""
    west, south, east, north = geometry.bounds
    checks: dict[GeometryProblem, Callable[[], bool]] = {
        "metres": lambda: max(map(abs, geometry.bounds)) > 360,
        "swapped": lambda: _near(south, west, north, east) and not _near(west, south, east, north),
        "outside": lambda: not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90),
    }
    found: GeometryProblem | None = next((name for name, is_so in checks.items() if is_so()), None)
    if found:
        return found, ""
    if geometry.is_valid:
        return None
    at = _AT.search(explain_validity(geometry))
    return "crossing", f"{float(at[1]):g}, {float(at[2]):g}" if at else ""


def _near(west: float, south: float, east: float, north: float) -> bool:
    return west >= _WEST and east <= _EAST and south >= _SOUTH and north <= _NORTH


def _read(text: str) -> BaseGeometry | None:
    try:
        value: Any = json.loads(text, parse_constant=_no_number)
        if not isinstance(value, dict) or not ("coordinates" in value or "geometries" in value):
            return None
        return shape(value) if _are_numbers(value.get("coordinates", [])) else None
    except (ShapelyError, ValueError, TypeError, AttributeError, KeyError, IndexError, RecursionError):
        return None


def _are_numbers(value: Any) -> bool:
    """Whether all leaves of nested lists are numbers: shapely reads digits in quotes, too, but no other program does."""
    if isinstance(value, list):
        return all(map(_are_numbers, value))
    return isinstance(value, int | float) and not isinstance(value, bool)


def _no_number(name: str) -> float:
    raise ValueError(f"{name} is no number of JSON")
