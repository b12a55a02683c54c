"""How the values of a column are to be read: number, date, moment or text.

Each cell is looked at once and gives a set of readings (a bit mask); a column has the reading that all its cells share.
Nothing is guessed: what may mean two things, and what would lose a sign (leading zeros, a plus), stays text.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import date, datetime, time
from decimal import Decimal
from functools import lru_cache

from ..sheet import is_formula

__all__ = ["BIG", "EMPTY", "FORMULA", "READINGS", "ZEROS", "Cell", "converter", "readings", "text_of"]

Cell = str | int | float | bool | Decimal | date | datetime | time | None

EMPTY = 0
INTEGER, GERMAN, ENGLISH, DATE_GERMAN, DATE_ISO, MOMENT_GERMAN, MOMENT_ISO = (1 << bit for bit in range(1, 8))
ZEROS = 1 << 8  # digits with leading zeros: a key
BIG = 1 << 9  # more digits than a 64-bit number has
FORMULA = 1 << 10  # a spreadsheet would take it for a formula
TEXT = 1 << 11  # there is something

# reading: (bit, PostgreSQL type); in the order in which they are preferred
READINGS = {
    "integer": (INTEGER, "int8"),
    "german": (GERMAN, "numeric"),
    "english": (ENGLISH, "numeric"),
    "date_german": (DATE_GERMAN, "date"),
    "date_iso": (DATE_ISO, "date"),
    "moment_german": (MOMENT_GERMAN, "timestamp"),
    "moment_iso": (MOMENT_ISO, "timestamp"),
}

_LONGEST_VALUE = 64
_DIGITS_OF_INT8 = 18
_INTEGER = re.compile(r"-?(?:0|[1-9][0-9]*)")
_GERMAN = re.compile(r"-?(?:(?:0|[1-9][0-9]*)(?:,[0-9]+)?|[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]+)?)")
_ENGLISH = re.compile(
    r"-?(?:(?:0|[1-9][0-9]*)(?:\.[0-9]+(?:[eE][+-]?[0-9]{1,2})?)?|[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?)"
)
_ZEROS = re.compile(r"-?0[0-9]+")
_CLOCK = r"(?:[01]?[0-9]|2[0-3]):[0-5][0-9](?::[0-5][0-9](?:\.[0-9]{1,6})?)?"
_DATE_GERMAN = re.compile(rf"([0-9]{{1,2}})\.([0-9]{{1,2}})\.([0-9]{{4}})(?:,? +({_CLOCK})(?: Uhr)?)?")
_DATE_ISO = re.compile(rf"([0-9]{{4}})-([0-9]{{2}})-([0-9]{{2}})(?:[T ]({_CLOCK}))?")


def readings(cell: Cell) -> int:
    """The readings of a cell as a bit mask; `EMPTY` when there is nothing in it."""
    if cell is None:
        return EMPTY
    if isinstance(cell, str):
        return _of_text(cell) if len(cell) <= _LONGEST_VALUE else _of_long_text(cell)
    return _of_typed(cell)


def text_of(cell: Cell) -> str:
    """A cell of a spreadsheet as text: numbers with a point, dates as ISO 8601."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return format(Decimal(repr(cell)), "f") if math.isfinite(cell) else ""
    if isinstance(cell, Decimal):
        return format(cell, "f")
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ")
    return "" if cell is None else str(cell)


def converter(reading: str) -> Callable[[str], str]:
    """How a text is turned into what PostgreSQL reads for the column's type; the text has that reading."""
    return _CONVERTERS[reading]


def _of_long_text(text: str) -> int:
    return TEXT | _formula(text)


def _of_typed(cell: Cell) -> int:
    if isinstance(cell, bool):
        return TEXT
    if isinstance(cell, int):
        return TEXT | INTEGER | GERMAN | ENGLISH | _big(str(cell))
    if isinstance(cell, float | Decimal):
        return TEXT | ENGLISH if text_of(cell) else EMPTY
    if isinstance(cell, datetime):
        return TEXT | MOMENT_ISO | (0 if cell.time() != time() else DATE_ISO)
    return TEXT | (DATE_ISO if isinstance(cell, date) else 0)


@lru_cache(maxsize=50_000)
def _of_text(text: str) -> int:
    stripped = text.strip()
    if not stripped:
        return EMPTY
    if not ("0" <= stripped[-1] <= "9" and stripped[0] in "-0123456789") and not stripped.endswith("Uhr"):
        return TEXT | _formula(text)
    mask = TEXT
    if _INTEGER.fullmatch(stripped):
        mask |= INTEGER | GERMAN | ENGLISH | _big(stripped)
    elif _ZEROS.fullmatch(stripped):
        mask |= ZEROS
    else:
        mask |= GERMAN if _GERMAN.fullmatch(stripped) else 0
        mask |= ENGLISH if _ENGLISH.fullmatch(stripped) else 0
        mask |= _dates(stripped)
        if mask == TEXT:
            mask |= _formula(text)
    return mask


def _formula(text: str) -> int:
    """A lone sign, as statistics have it for "nothing", calculates nothing."""
    return FORMULA if is_formula(text) and len(text.strip()) > 1 else 0


def _big(digits: str) -> int:
    return BIG if len(digits) > _DIGITS_OF_INT8 else 0


def _dates(text: str) -> int:
    for pattern, day_first, on_date, on_moment in (
        (_DATE_GERMAN, True, DATE_GERMAN, MOMENT_GERMAN),
        (_DATE_ISO, False, DATE_ISO, MOMENT_ISO),
    ):
        match = pattern.fullmatch(text)
        if match:
            first, second, third = map(int, match.groups()[:3])
            year, month, day = (third, second, first) if day_first else (first, second, third)
            return (on_moment if match.group(4) else on_date) if _exists(year, month, day) else 0
    return 0


def _exists(year: int, month: int, day: int) -> bool:
    try:
        date(year, month, day)
    except ValueError:
        return False
    return True


def _german(text: str) -> str:
    return text.strip().replace(".", "").replace(",", ".")


def _english(text: str) -> str:
    return text.strip().replace(",", "")


def _date_german(text: str) -> str:
    match = _DATE_GERMAN.fullmatch(text.strip())
    assert match
    day, month, year, clock = match.groups()
    return f"{year}-{int(month):02}-{int(day):02}" + (f" {clock}" if clock else "")


_CONVERTERS: dict[str, Callable[[str], str]] = {
    "integer": str.strip,
    "german": _german,
    "english": _english,
    "date_german": _date_german,
    "date_iso": lambda text: text.strip()[:10],
    "moment_german": _date_german,
    "moment_iso": str.strip,
}
