"""What a tile shows: a measure and what its author wrote about it → sentence, bars and lines of the table."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from ckanext.rvr_portal.shared import Measure, MeasureRow

from .tile_file import TileSpec

__all__ = ["NONE", "Bar", "Tile", "compose", "shorten"]

NONE = "none"
"""Key of the row of items that have no category at all; never called the largest."""

CATEGORIES = 7
_LABEL_LENGTH = 32
_AND = {"de": "und", "en": "and"}
_MORE = {"de": "{} weitere", "en": "{} more"}


@dataclass(frozen=True)
class Bar:
    """One bar: `width` in percent of the longest, `colour` 1 to 7 for categories or 0 for amounts."""

    label: str
    full_label: str
    value: int
    text: str
    width: float
    colour: int
    query_url: str


@dataclass(frozen=True)
class Tile:
    """A tile ready for any form: page, SVG, CSV, JSON. `left_out`: filled rows that are in the table only."""

    id: str
    title: str
    category: str
    unit: str
    sentence: str
    note: str
    empty: str
    measure: Measure
    bars: tuple[Bar, ...]
    left_out: int

    @property
    def is_empty(self) -> bool:
        return not any(row.value for row in self.measure.rows)

    @property
    def rows(self) -> tuple[MeasureRow, ...]:
        return self.measure.rows


def compose(spec: TileSpec, measure: Measure, lang: str, number: Callable[[int], str]) -> Tile:
    """Fill a tile with a measure.

    :param lang: language of the texts, `de` or `en`
    :param number: writes a whole number in that language
    """
    filled = [row for row in measure.rows if row.value > 0]
    bars = _bars(spec, measure.rows, number)
    return Tile(
        id=spec.id,
        title=spec.title.get(lang),
        category=spec.category.get(lang),
        unit=measure.unit[1],
        sentence=_sentence(spec, measure, filled, lang, number) if filled else "",
        note=spec.note.get(lang) if spec.note and sum(row.value for row in filled) != measure.n_records else "",
        empty=spec.empty.get(lang),
        measure=measure,
        bars=bars,
        left_out=max(0, len(filled) - len(bars)),
    )


def shorten(text: str, length: int) -> str:
    """Text cut at a word's end, with an ellipsis, so that it has at most `length` characters."""
    if len(text) <= length:
        return text
    cut = text[: length - 1]
    return (cut[: cut.rfind(" ")] if " " in cut[length // 2 :] else cut).rstrip(" ,;:–-") + "…"


def _bars(spec: TileSpec, rows: tuple[MeasureRow, ...], number: Callable[[int], str]) -> tuple[Bar, ...]:
    # Categories have an order of their own and show their gaps; amounts show the largest only.
    shown = [row for row in rows if row.value > 0 or spec.colour == "category"][: spec.bars]
    longest = max((row.value for row in shown), default=0) or 1
    return tuple(
        Bar(
            label=shorten(row.label, _LABEL_LENGTH),
            full_label=row.label,
            value=row.value,
            text=number(row.value),
            width=round(100 * row.value / longest, 2),
            colour=min(position, CATEGORIES) if spec.colour == "category" else 0,
            query_url=row.query_url,
        )
        for position, row in enumerate(shown, 1)
    )


def _sentence(
    spec: TileSpec, measure: Measure, filled: list[MeasureRow], lang: str, number: Callable[[int], str]
) -> str:
    named = [row for row in filled if row.key != NONE] or filled
    highest = max(row.value for row in named)
    top = [row.label for row in named if row.value == highest]
    if len(filled) == 1:
        pattern = spec.sentence.only
    else:
        pattern = spec.sentence.tie if len(top) > 1 else spec.sentence.many
    return pattern.get(lang).format(
        total=_amount(measure.n_records, measure.unit, number),
        top=number(highest),
        top_label=_listing(top, lang, number),
        filled=number(len(named)),
        rows=number(len(measure.rows)),
    )


def _amount(value: int, unit: tuple[str, str], number: Callable[[int], str]) -> str:
    return f"{number(value)} {unit[0] if value == 1 else unit[1]}"


def _listing(labels: list[str], lang: str, number: Callable[[int], str]) -> str:
    lang = lang if lang in _AND else "de"
    if len(labels) > 3:
        labels = [*labels[:2], _MORE[lang].format(number(len(labels) - 2))]
    if len(labels) == 1:
        return labels[0]
    return f"{', '.join(labels[:-1])} {_AND[lang]} {labels[-1]}"
