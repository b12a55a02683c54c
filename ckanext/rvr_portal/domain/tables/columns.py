"""Columns of a table: their names in the database, and the one reading that fits all their values."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from . import values
from .finding import HINT, NOTE, Finding, clip

__all__ = ["Column", "Tally", "decide", "formulas", "name_columns"]

# PostgreSQL's limit for names, in bytes
_LONGEST_NAME = 63
_SYSTEM_NAMES = {"oid", "tableoid", "xmin", "cmin", "xmax", "cmax", "ctid", "rank"}
# Digits in such columns are keys, not amounts, even where none begins with a zero.
_KEYS = {
    "plz", "postleitzahl", "ags", "ars", "gkz", "schluessel", "kennziffer", "kennzahl", "telefon", "tel", "fax",
    "telefax", "hausnummer", "hausnr", "iban", "isbn", "zip", "postcode", "phone",
}  # fmt: skip
_KEY_ENDINGS = ("schluessel", "kennziffer", "postleitzahl", "telefonnummer", "plz")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
# so many of a column's values must share a reading for the others to be named as the ones that do not fit
_MOST = 0.75


@dataclass(frozen=True, slots=True)
class Column:
    """A column as it is loaded.

    `position` counts from 0 in the file, `title` is as in the file, `name` as in the database, `type` PostgreSQL's name of
    the type, `reading` a key of `values.READINGS` or "text"; `why` and `facts` say what kept a column text.
    """

    position: int
    title: str
    name: str
    type: str = "text"
    reading: str = "text"
    why: str = ""
    facts: dict[str, Any] = field(default_factory=dict)


class Tally:
    """What was seen in one column: for each set of readings how often, first where, and an example."""

    __slots__ = ("seen",)

    def __init__(self) -> None:
        self.seen: dict[int, list[Any]] = {}

    def add(self, mask: int, line: int, cell: values.Cell) -> None:
        """Count a cell; `mask` as `values.readings` gives it."""
        entry = self.seen.get(mask)
        if entry is None:
            self.seen[mask] = [1, line, clip(values.text_of(cell))]
        else:
            entry[0] += 1

    def filled(self) -> dict[int, list[Any]]:
        """The same without empty cells."""
        return {mask: entry for mask, entry in self.seen.items() if mask != values.EMPTY}


def name_columns(titles: Sequence[str], word: str = "Spalte") -> tuple[list[str], list[Finding]]:
    """Names for the database: not empty, each once, short enough; with a finding for each that was changed."""
    names: list[str] = []
    findings: list[Finding] = []
    taken: set[str] = set()
    for number, title in enumerate(titles, start=1):
        name, code = _clean(title), ""
        if not name:
            name, code = f"{word} {number}", "column_unnamed"
        elif name != title.strip() or name in _SYSTEM_NAMES:
            code = "column_renamed"
            name = f"{name} ({word})" if name in _SYSTEM_NAMES else name
        if name in taken:
            code = "column_repeated" if code != "column_unnamed" else code
            name = next(
                one for one in (_numbered(name, times) for times in range(2, len(titles) + 3)) if one not in taken
            )
        if code:
            findings.append(Finding(code, NOTE, facts={"number": number, "title": clip(title), "name": name}))
        taken.add(name)
        names.append(name)
    return names, findings


def decide(titles: Sequence[str], names: Sequence[str], tallies: Sequence[Tally]) -> list[Column]:
    """The reading of each column; what may be German or English (1.234) follows the rest of the file."""
    decimal = _decimal_of(tallies)
    return [
        _decide(Column(position, title, name), tally, decimal)
        for position, (title, name, tally) in enumerate(zip(titles, names, tallies, strict=True))
    ]


def formulas(columns: Iterable[Column], tallies: Sequence[Tally]) -> list[Finding]:
    """A hint for each column with cells that a spreadsheet would calculate."""
    found = []
    for column in columns:
        lines = [entry for mask, entry in tallies[column.position].seen.items() if mask & values.FORMULA]
        if lines:
            _, line, example = min(lines, key=lambda entry: entry[1])
            found.append(Finding("formula", HINT, line, {"column": column.title or column.name, "value": example}))
    return found


def _clean(title: str) -> str:
    text = "".join(" " if unicodedata.category(char).startswith("C") else char for char in title)
    text = " ".join(text.replace('"', "'").split()).lstrip("_").strip()
    return _cut(text, _LONGEST_NAME)


def _cut(text: str, size: int) -> str:
    return text.encode()[:size].decode("utf-8", "ignore").strip()


def _numbered(name: str, times: int) -> str:
    ending = f" ({times})"
    return _cut(name, _LONGEST_NAME - len(ending)) + ending


def _decimal_of(tallies: Sequence[Tally]) -> str:
    """The one way in which the file writes numbers, as far as it can be told; else nothing."""
    ways = set()
    for tally in tallies:
        masks = tally.filled()
        german = all(mask & values.GERMAN for mask in masks)
        english = all(mask & values.ENGLISH for mask in masks)
        if masks and german != english:
            ways.add("german" if german else "english")
    return ways.pop() if len(ways) == 1 else ""


def _decide(column: Column, tally: Tally, decimal: str) -> Column:
    seen = tally.filled()
    if not seen:
        return _text(column, "")
    numbers = any(mask & (values.INTEGER | values.ZEROS) for mask in seen)
    if numbers and _is_key(column.title):
        return _text(column, "key")
    zeros = [entry for mask, entry in seen.items() if mask & values.ZEROS]
    if zeros and all(mask & (values.INTEGER | values.ZEROS) for mask in seen):
        return _text(column, "zeros", line=zeros[0][1], value=zeros[0][2])
    fitting = [name for name, (bit, _) in values.READINGS.items() if all(mask & bit for mask in seen)]
    if not fitting:
        return _misfit(column, seen)
    reading = fitting[0]
    if reading == "integer":
        type_ = "numeric" if any(mask & values.BIG for mask in seen) else "int8"
        return _read(column, reading, type_)
    if {"german", "english"} <= set(fitting):
        if not decimal:
            example = next(entry for mask, entry in seen.items() if not mask & values.INTEGER)
            return _text(column, "ambiguous", line=example[1], value=example[2])
        reading = decimal
    return _read(column, reading, values.READINGS[reading][1])


def _misfit(column: Column, seen: dict[int, list[Any]]) -> Column:
    """Text, and why: two ways of writing numbers, or a few values that do not fit the others."""
    total = sum(entry[0] for entry in seen.values())
    if all(mask & (values.GERMAN | values.ENGLISH) for mask in seen):
        german = min((e for m, e in seen.items() if not m & values.ENGLISH), key=lambda entry: entry[1])
        english = min((e for m, e in seen.items() if not m & values.GERMAN), key=lambda entry: entry[1])
        return _text(
            column, "mixed", line=german[1], value=german[2], other_line=english[1], other_value=english[2]
        )  # fmt: skip
    counts = {name: sum(e[0] for m, e in seen.items() if m & bit) for name, (bit, _) in values.READINGS.items()}
    best = max(counts, key=lambda name: counts[name])
    if counts[best] < _MOST * total:
        return _text(column, "")
    bit = values.READINGS[best][0]
    others = [entry for mask, entry in seen.items() if not mask & bit]
    _, line, value = min(others, key=lambda entry: entry[1])
    kind = {"integer": "number", "german": "number", "english": "number"}.get(best, "date")
    facts = {"line": line, "value": value, "kind": kind, "others": total - counts[best], "fitting": counts[best]}
    return _text(column, "misfit", **facts)


def _is_key(title: str) -> bool:
    words = re.split(r"[\W_]+", title.casefold().translate(_UMLAUTS))
    return any(word in _KEYS or word.endswith(_KEY_ENDINGS) for word in words)


def _text(column: Column, why: str, **facts: Any) -> Column:
    return Column(column.position, column.title, column.name, why=why, facts=facts)


def _read(column: Column, reading: str, type_: str) -> Column:
    return Column(column.position, column.title, column.name, type_, reading)
