"""Where the data lie, as numbers that somebody types: the four sides of a box, or a point, in degrees (EPSG:4326).

The form shows a geometry as GeoJSON, and beside it, where it is a box or a point, as numbers. What was typed into the numbers
counts only if it is not what was shown there: so no geometry changes by being shown, and a text edited by hand stays.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterable, Sequence
from itertools import pairwise
from typing import Any

__all__ = [
    "BOX",
    "BOX_MARK",
    "POINT",
    "POINT_MARK",
    "SHOWN",
    "box_of",
    "german",
    "number",
    "point_of",
    "polygon",
    "typed",
]

BOX = ("west", "south", "east", "north")
POINT = ("lon", "lat")
#: Beginning of a value that stands for numbers which are none; the rest is what was typed, separated by semicolons.
BOX_MARK, POINT_MARK = "box:", "point:"
#: Name of the hidden field that says which numbers were shown: the geometry's name, a dot and this.
SHOWN = "shown"

_NUMBER = re.compile(r"[+-]?\d{1,9}(?:[.,]\d{1,15})?")
# about a tenth of a metre
_DECIMALS = 6

Pairs = Sequence[tuple[str, str]]
Texts = tuple[str, ...]


def box_of(text: str) -> Texts | None:
    """West, south, east, north of a stored geometry as texts; four empty ones of none; None if it is no upright box."""
    if not text.strip():
        return ("",) * 4
    if text.startswith(BOX_MARK):
        return _as_typed(text, BOX_MARK, 4)
    ring = _coordinates(text, "Polygon")
    if not isinstance(ring, list) or len(ring) != 1 or not isinstance(ring[0], list) or len(ring[0]) != 5:
        return None
    corners = [corner for corner in ring[0] if _is_position(corner)]
    if len(corners) != 5 or corners[0] != corners[4]:
        return None
    lons, lats = sorted({corner[0] for corner in corners}), sorted({corner[1] for corner in corners})
    # each side keeps one of the two coordinates
    upright = all((one[0] == other[0]) != (one[1] == other[1]) for one, other in pairwise(corners))
    if len(lons) != 2 or len(lats) != 2 or not upright:
        return None
    return tuple(map(number, (lons[0], lats[0], lons[1], lats[1])))


def point_of(text: str) -> Texts | None:
    """Longitude and latitude of a stored geometry as texts; two empty ones of none; None if it is no point."""
    if not text.strip():
        return ("",) * 2
    if text.startswith(POINT_MARK):
        return _as_typed(text, POINT_MARK, 2)
    at: Any = _coordinates(text, "Point")
    return (number(at[0]), number(at[1])) if _is_position(at) else None


def typed(pairs: Pairs) -> list[tuple[str, str]]:
    """The pairs of a form with the numbers that were changed put into the geometries they belong to."""
    sent = dict(pairs)
    changed: dict[str, str] = {}
    for name, shown in sent.items():
        base, dot, last = name.rpartition(".")
        if not dot or last != SHOWN or base not in sent:
            continue
        for parts, make in ((BOX, polygon), (POINT, _point)):
            names = [f"{base}.{part}" for part in parts]
            if not all(one in sent for one in names):
                continue
            numbers = [sent[one].strip() for one in names]
            if " ".join(numbers).strip() != shown.strip():
                changed[base] = make(numbers)
    return [(name, changed.get(name, value)) for name, value in pairs]


def polygon(numbers: Iterable[str]) -> str:
    """GeoJSON of the box of west, south, east, north; what is no box comes back as it was typed, marked as such."""
    numbers = list(numbers)
    if not any(numbers):
        return ""
    values = [_value(one) for one in numbers]
    if len(values) != 4 or None in values:
        return BOX_MARK + ";".join(numbers)
    west, east = sorted((values[0], values[2]))  # type: ignore[type-var]
    south, north = sorted((values[1], values[3]))  # type: ignore[type-var]
    if west == east or south == north:
        return BOX_MARK + ";".join(numbers)
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def number(value: float) -> str:
    """A coordinate as text, without digits that say nothing."""
    text = f"{value:.{_DECIMALS}f}"
    return text.rstrip("0").rstrip(".") if float(text) else "0"


def german(text: str) -> str:
    """A coordinate as German writes it, with a comma; what is none stays as it is."""
    return text.replace(".", ",") if _NUMBER.fullmatch(text) else text


def _point(numbers: list[str]) -> str:
    if not any(numbers):
        return ""
    values = [_value(one) for one in numbers]
    if None in values:
        return POINT_MARK + ";".join(numbers)
    return json.dumps({"type": "Point", "coordinates": values})


def _value(text: str) -> float | None:
    return float(text.replace(",", ".")) if _NUMBER.fullmatch(text) else None


def _as_typed(text: str, mark: str, count: int) -> Texts:
    found = text.removeprefix(mark).split(";")
    return tuple((found + [""] * count)[:count])


def _coordinates(text: str, kind: str) -> object:
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None
    # what else an object holds would be lost in numbers
    if isinstance(value, dict) and set(value) == {"type", "coordinates"} and value["type"] == kind:
        return value["coordinates"]
    return None


def _is_position(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in value)
    )
