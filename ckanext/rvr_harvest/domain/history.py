"""The last runs of a source as bars: plain geometry for an SVG that is as wide as there is room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

__all__ = ["HEIGHT", "Bar", "History", "history"]

HEIGHT = 120
"""Height of the bars in px."""

_LEAST = 3
# a run that brought nothing has no height of its own; it must be seen nevertheless
_FAILED = 28
_SLOTS = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """`x` and `width` in per cent of the picture, `y` and `height` in px from its top; `lot`: pattern and colour."""

    x: float
    y: float
    width: float
    height: float
    lot: str
    run: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class History:
    """Bars from the oldest to the newest run; `highest`: datasets that the highest bar stands for."""

    bars: tuple[Bar, ...]
    highest: int
    lots: tuple[str, ...]


def history(runs: Sequence[Mapping[str, Any]]) -> History:
    """Place the runs that ended, given the newest first. A bar stands for the datasets that the run read."""
    ended = [run for run in reversed(runs) if run["status"] != "running"]
    highest = max((run["seen"] for run in ended), default=0)
    step = 100 / max(len(ended), _SLOTS)
    bars = tuple(_bar(run, position * step, step, highest) for position, run in enumerate(ended))
    known = {bar.lot for bar in bars}
    return History(bars, highest, tuple(lot for lot in ("complete", "incomplete", "failed") if lot in known))


def _bar(run: Mapping[str, Any], x: float, step: float, highest: int) -> Bar:
    lot = run["status"] if run["status"] in ("complete", "incomplete") else "failed"
    height = float(_FAILED) if lot == "failed" else max(_LEAST, HEIGHT * run["seen"] / max(highest, 1))
    return Bar(round(x + step * 0.1, 3), round(HEIGHT - height, 1), round(step * 0.8, 3), round(height, 1), lot, run)
