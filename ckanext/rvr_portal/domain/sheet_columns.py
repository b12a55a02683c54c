"""What stands in one column of a sheet of datasets: how a value becomes the text of a cell, and a text a value again.

A cell that still says what the export wrote means "leave it": only what a steward changed is ever read. So nothing is
lost that a cell cannot hold, and whatever Excel does to dates and leading zeros is no change.
"""

from __future__ import annotations

import dataclasses
import difflib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from . import vocabulary
from .dates import parse_date
from .places import register

__all__ = [
    "KEEP",
    "LONGEST",
    "SEPARATOR",
    "Cell",
    "CellError",
    "Column",
    "clean",
    "joined",
    "read",
    "render",
    "same",
    "split",
]

SEPARATOR = " | "
# Excel cuts texts at 32,767 characters without a word
LONGEST = 32_000
# stands for a text that no cell can hold
KEEP = "[bleibt]"

Kind = Literal["key", "text", "date", "list", "term", "terms", "format", "places", "tags", "number", "choice", "mark"]

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff\ud800-\udfff]")
_MONTHS = {
    name: number
    for number, names in enumerate(
        ("jan", "feb", "mar mär mrz", "apr", "may mai", "jun", "jul", "aug", "sep", "oct okt", "nov", "dec dez"), 1
    )
    for name in names.split()
}
# what Excel makes of 2024-06 or 06.2024
_EXCEL_MONTH = re.compile(r"^([A-Za-zä]{3})[a-zä]*\.?[ -](\d\d|\d{4})$")
_EXCEL_NUMBER = re.compile(r"^\d(?:[.,]\d+)?E\+\d+$", re.IGNORECASE)
# a part of how Excel writes control characters; openpyxl takes it out of the texts that Excel has saved
_UNREADABLE = "x005F_"
_YES = {"x", "ja", "yes", "1", "wahr", "true", "entfernen", "remove"}
_NO = {"", "nein", "no", "0", "falsch", "false"}


@dataclass(frozen=True, slots=True)
class Cell:
    """Text of a cell; `is_date` when the spreadsheet holds a date there, `text` is then 2024-12-31."""

    text: str = ""
    is_date: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """One column: `key` is its lasting name, `headings` and `help` are by language.

    `field` and `subfield` say where the value stands in the dataset, or in the resource if `of_resource`. Columns of
    kind "choice" take one of `choices` (value: label by language). `goes_with_name` marks what nobody sees of a body or
    person (its address in other catalogues): it was the other's when the name changes.
    """

    key: str
    kind: Kind
    headings: Mapping[str, str]
    help: Mapping[str, str] = dataclasses.field(default_factory=dict)
    field: str = ""
    subfield: str = ""
    of_resource: bool = False
    vocabulary: str = ""
    choices: Mapping[str, Mapping[str, str]] = dataclasses.field(default_factory=dict)
    required: bool = False
    goes_with_name: bool = False

    def heading(self, lang: str = "de") -> str:
        """Heading in the language; German where there is none."""
        return self.headings.get(lang[:2]) or self.headings["de"]

    @property
    def has_several(self) -> bool:
        """Whether a cell may hold several values."""
        return self.kind in ("list", "terms", "places", "tags")

    def options(self, lang: str) -> list[str]:
        """What can be chosen, in the words of the cells; empty where anything can be written."""
        if self.kind in ("term", "terms", "format"):
            terms = vocabulary.load(self.vocabulary)
            return [
                term.key if self.kind == "format" else term.label(lang) for term in terms if term.key != "OP_DATPRO"
            ]
        if self.kind == "choice":
            return [_label(labels, lang) for labels in self.choices.values()]
        if self.kind == "places":
            places = register()
            return [place.name for place in (places.region, *places.member_bodies, *places.municipalities)]
        return ["ja" if lang.startswith("de") else "yes"] if self.kind == "mark" else []


class CellError(ValueError):
    """A cell that cannot be read. `reason` names the sentence (see `sheets.words`), `params` fill it."""

    def __init__(self, reason: str, **params: str) -> None:
        super().__init__(reason)
        self.reason = reason
        self.params = params


def clean(text: str) -> str:
    """Text as every kind of file keeps it: one kind of line break, no control characters, no blanks around."""
    return _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).strip()


def joined(values: list[str]) -> str:
    """Several values in one cell."""
    return SEPARATOR.join(value.replace("\\", "\\\\").replace("|", "\\|") for value in values)


def split(text: str) -> list[str]:
    r"""The values in a cell, between bars or line breaks; `\|` is a bar inside a value."""
    parts, current, escaped = [], [], False
    for char in text:
        if escaped:
            current.append(char if char in "\\|" else "\\" + char)
            escaped = False
        elif char == "\\":
            escaped = True
        elif char in "|\n":
            parts.append("".join(current))
            current = []
        else:
            current.append(char)
    parts.append("".join([*current, "\\" * escaped]))
    return [part.strip() for part in parts if part.strip()]


def render(column: Column, value: Any, lang: str = "de") -> str:
    """The text of a cell for a value of the dataset."""
    if value in (None, "", []):
        return ""
    if column.has_several:
        values = value if isinstance(value, list) else [value]
        text = joined([_word(column, str(one), lang) for one in values])
    elif column.kind == "choice":
        labels = column.choices.get(str(value))
        text = _label(labels, lang) if labels else str(value)
    else:
        text = _word(column, str(value), lang)
    text = clean(text)
    return KEEP if _UNREADABLE in text or _length(text) > LONGEST else text


def _length(text: str) -> int:
    """Characters as Excel counts them: some emoji are two."""
    return len(text) + sum(char > "\uffff" for char in text)


def _word(column: Column, value: str, lang: str) -> str:
    if column.kind == "date":
        return _date(value, lang)
    if column.kind in ("term", "terms"):
        return vocabulary.load(column.vocabulary).label(value, lang) or value
    if column.kind == "places":
        place = register().get(value)
        return place.name if place else value
    return value


def _date(value: str, lang: str) -> str:
    found = parse_date(value)
    if not found or found.moment or not lang.startswith("de") or found.text != value:
        return value
    parts = (found.day, found.month, found.year)
    return ".".join(f"{part:02d}" for part in parts if part) if found.month else value


def same(column: Column, cell: Cell, rendered: str) -> bool:
    """Whether a cell says what the export wrote, also after Excel has had it in its hands."""
    text = clean(cell.text)
    if text in (rendered, KEEP):
        return True
    if column.kind == "date":
        return bool(text) and _plain_date(cell) == _plain_date(Cell(rendered))
    if column.has_several:
        return split(text) == split(rendered)
    if not text or not rendered:
        return False
    return _is_damaged(text, rendered)


def _is_damaged(text: str, rendered: str) -> bool:
    """A number for Excel, digits for us: 05911 became 5911, 123456789012 became 1,23457E+11."""
    if not rendered.isdecimal():
        return False
    if text.isdecimal():
        return rendered.startswith("0") and rendered.lstrip("0") == text.lstrip("0")
    if not _EXCEL_NUMBER.match(text):
        return False
    number = text.upper().replace(",", ".")
    decimals = len(number.partition("E")[0].partition(".")[2])
    return float(f"{float(rendered):.{decimals}E}") == float(number)


def _plain_date(cell: Cell) -> str:
    text = clean(cell.text)
    if match := _EXCEL_MONTH.match(text):
        month = _MONTHS.get(match[1].lower())
        year = match[2] if len(match[2]) == 4 else ("19" if match[2] > "69" else "20") + match[2]
        return f"{year}-{month:02d}" if month else text
    found = parse_date(text)
    return found.text if found else text


def read(column: Column, cell: Cell) -> Any:
    """The value that a cell means: text, list, or none for an empty one. Whether it is allowed, the schema says.

    :raises CellError: no value can be read
    """
    text = clean(cell.text)
    if column.kind == "mark":
        return _mark(text)
    if not text:
        return None
    if cell.is_date and column.kind != "date":
        raise CellError("turned_into_date", value=text)
    if column.kind == "date":
        return _plain_date(cell)
    if column.kind == "number":
        return _number(text)
    if column.kind == "term":
        return _term(column, text)
    if column.kind == "choice":
        return _choice(column, text)
    if column.kind == "terms":
        return [_term(column, one) for one in split(text)]
    if column.has_several:
        return list(dict.fromkeys(split(text)))
    return text


def _mark(text: str) -> bool:
    word = text.casefold()
    if word not in _YES | _NO:
        raise CellError("not_yes_or_no", value=text)
    return word in _YES


def _number(text: str) -> str:
    """1.234.567 and 1.234,5 as German writes them; the validator says whether the number is allowed."""
    if re.fullmatch(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?", text) or re.fullmatch(r"\d+,\d+", text):
        return text.replace(".", "").replace(",", ".")
    return text.replace("\u00a0", "").replace(" ", "")


def _term(column: Column, text: str) -> str:
    terms = vocabulary.load(column.vocabulary)
    term = terms.lookup(text)
    if term:
        return term.key if not term.uri else term.uri
    if re.match(r"https?://", text):
        return text
    raise _unknown(text, [label for one in terms for label in one.labels.values()])


def _choice(column: Column, text: str) -> str:
    wanted = vocabulary.normalise(text)
    found = [
        value
        for value, labels in column.choices.items()
        if text == value or wanted in {vocabulary.normalise(label) for label in (*labels.values(), value)}
    ]
    if len(found) == 1 or text in found:
        return text if text in found else found[0]
    raise _unknown(text, [label for labels in column.choices.values() for label in labels.values()])


def _unknown(text: str, labels: list[str]) -> CellError:
    near = difflib.get_close_matches(text[:200], labels, n=1, cutoff=0.6)
    value = text if len(text) <= 80 else text[:80] + "…"
    return CellError("near", value=value, near=near[0]) if near else CellError("not_in_list", value=value)


def _label(labels: Mapping[str, str], lang: str) -> str:
    return labels.get(lang[:2]) or labels["de"]
