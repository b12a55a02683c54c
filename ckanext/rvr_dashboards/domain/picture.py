"""Horizontal bars as plain geometry: for the page (as wide as there is room) and as a picture for reports."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from .tile import Bar, Tile

__all__ = ["BAR", "ROW", "Picture", "height_of", "layout", "line_y"]

ROW = 44
"""Height of a bar with its label in px; also the size of the area to click or touch (WCAG 2.5.8 asks for 24)."""

BAR = 12
WIDTH = 720
_MARGIN = 24
_HEAD = 34
_LINE = 22
_CHARACTERS = 88


@dataclass(frozen=True)
class PlacedBar:
    """A bar with its place: baseline of the label, top and length of the bar, in px."""

    bar: Bar
    text_y: int
    bar_y: int
    length: float


@dataclass(frozen=True)
class Picture:
    """A whole picture: title, sentence in lines, bars, source."""

    title: str
    sentence: tuple[str, ...]
    description: str
    bars: tuple[PlacedBar, ...]
    source: str
    source_y: int
    sentence_y: int
    width: int
    height: int
    margin: int


def line_y(position: int) -> int:
    """Top of the bar at a position (from 0) in px."""
    return position * ROW


def height_of(tile: Tile) -> int:
    """Height of a tile's bars in px."""
    return max(1, len(tile.bars)) * ROW


def layout(tile: Tile, source: str) -> Picture:
    """Place title, sentence, bars and source of a tile on a picture that stands alone."""
    sentence = tuple(textwrap.wrap(tile.sentence or tile.empty, _CHARACTERS))
    top = _MARGIN + _HEAD + len(sentence) * _LINE + 14
    inner = WIDTH - 2 * _MARGIN
    bars = tuple(
        PlacedBar(bar, top + line_y(i) + 16, top + line_y(i) + 23, round(inner * bar.width / 100, 1))
        for i, bar in enumerate(tile.bars)
    )
    bottom = top + len(bars) * ROW
    return Picture(
        title=tile.title,
        sentence=sentence,
        description="; ".join(f"{bar.full_label}: {bar.text}" for bar in tile.bars),
        bars=bars,
        source=source,
        source_y=bottom + 22,
        sentence_y=_MARGIN + _HEAD + 14,
        width=WIDTH,
        height=bottom + 22 + _MARGIN,
        margin=_MARGIN,
    )
