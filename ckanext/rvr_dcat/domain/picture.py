"""The line of a history, as the numbers an SVG needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from .quality import MOST

__all__ = ["HEIGHT", "WIDTH", "Line", "history_line"]

WIDTH, HEIGHT = 600, 120


@dataclass(frozen=True, slots=True)
class Line:
    """`points` in the form of SVG's polyline, in a room of 600 × 120; the first and last day with their values."""

    points: str
    first: tuple[str, float]
    last: tuple[str, float]


def history_line(days: Sequence[tuple[str, float]]) -> Line | None:
    """A line over days (ISO 8601, in order) and points (0 to 405); None with fewer than two days."""
    if len(days) < 2:
        return None
    begin = date.fromisoformat(days[0][0])
    span = (date.fromisoformat(days[-1][0]) - begin).days or 1
    places = [
        f"{(date.fromisoformat(day) - begin).days / span * WIDTH:.1f},{HEIGHT - value / MOST * HEIGHT:.1f}"
        for day, value in days
    ]
    return Line(" ".join(places), days[0], days[-1])
