"""The look at all rows of a table: where it begins, how wide it is, which lines do not fit, what its columns are.

One pass, one row in memory at a time but for the first hundred.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice

from . import values
from .columns import Column, Tally, decide, formulas, name_columns
from .finding import ERROR, HINT, NOTE, Finding, TableError, clip

__all__ = ["MOST_COLUMNS", "Row", "TableCheck", "check_rows", "table_rows"]

Row = tuple[int, Sequence[values.Cell]]

# PostgreSQL keeps 1,600 columns at most, of which a row of texts fills its page long before
MOST_COLUMNS = 1000
_HEAD = 100
_SHOWN = 20
_TICK = 2000


@dataclass(frozen=True, slots=True)
class TableCheck:
    """`header` is the line of the headings (0: there are none), `first` the line of the first row, `width` the cells of a row."""

    header: int
    first: int
    width: int
    columns: tuple[Column, ...]
    rows: int
    findings: tuple[Finding, ...]

    @property
    def broken(self) -> bool:
        """Whether lines do not fit, so that no table can be made of the file."""
        return any(finding.severity == ERROR for finding in self.findings)


def check_rows(
    rows: Iterable[Row], word: str = "Spalte", tick: Callable[[int], None] | None = None, *, ragged: bool = False
) -> TableCheck:
    """Look at all rows.

    :param rows: line (from 1) and cells
    :param ragged: rows end with their last filled cell, as in a spreadsheet: a short one is in order
    :param word: what a column without a name is called, with its number behind
    :param tick: told the number of rows so far, now and then
    :raises TableError: there is nothing in it, or more columns than the DataStore can keep
    """
    source = iter(rows)
    head = list(islice(source, _HEAD))
    width, start, findings = _beginning(head)
    first_line, first = head[start]
    headed = not _is_data(first)
    titles = _titles(first, width) if headed else [""] * width
    look = _Look(width, ragged=ragged)
    body = chain(head[start + 1 :] if headed else head[start:], source)
    for number, (line, cells) in enumerate(body, start=1):
        look.at(line, cells)
        if tick and number % _TICK == 0:
            tick(number)
    if not headed:
        findings.append(Finding("no_header", HINT, first_line))
    kept = look.kept(titles)
    names, renamed = name_columns([titles[position] for position in kept], word)
    by_position = dict(zip(kept, names, strict=True))
    columns = decide(titles, [by_position.get(position, "") for position in range(width)], look.tallies)
    columns = [column for column in columns if column.position in by_position]
    if headed and not look.rows and not look.wrong:
        findings.append(Finding("header_only", HINT, first_line))
    findings += [*look.findings(), *renamed, *formulas(columns, look.tallies)]
    start_line = look.first or first_line
    return TableCheck(first_line if headed else 0, start_line, width, tuple(columns), look.rows, tuple(findings))


def table_rows(rows: Iterable[Row], check: TableCheck) -> Iterator[list[str | None]]:
    """The rows of a checked table as texts for the database, in the order of the check's columns; None for empty."""
    plans = [
        (column.position, None if column.reading == "text" else values.converter(column.reading))
        for column in check.columns
    ]
    for line, cells in rows:
        if line < check.first or line == check.header:
            continue
        texts = [values.text_of(cell) for cell in cells]
        if not any(text.strip() for text in texts):
            continue
        texts += [""] * (check.width - len(texts))
        yield [
            (text or None) if convert is None else (convert(text) if text.strip() else None)
            for text, convert in ((texts[position], convert) for position, convert in plans)
        ]


class _Look:
    """What is seen row by row."""

    def __init__(self, width: int, *, ragged: bool) -> None:
        self.width, self._ragged = width, ragged
        self.tallies = [Tally() for _ in range(width)]
        self.rows = self.wrong = self.blank = self.first = 0
        self._findings: list[Finding] = []

    def at(self, line: int, cells: Sequence[values.Cell]) -> None:
        masks = [values.readings(cell) for cell in cells]
        if not any(masks):
            self.blank += 1
            return
        short = len(cells) < self.width and not self._ragged
        if short or any(masks[self.width :]):
            self._is_wrong(line, cells)
            return
        self.rows += 1
        self.first = self.first or line
        for tally, mask, cell in zip(self.tallies, masks, cells, strict=False):
            tally.add(mask, line, cell)

    def kept(self, titles: Sequence[str]) -> list[int]:
        """Positions of the columns that have a heading or at least one value."""
        return [
            position
            for position, tally in enumerate(self.tallies)
            if titles[position].strip() or tally.filled() or self.width == 1
        ]

    def findings(self) -> Iterator[Finding]:
        yield from self._findings
        if self.wrong > len(self._findings):
            yield Finding("width_more", ERROR, facts={"number": self.wrong - len(self._findings)})
        if self.blank:
            yield Finding("blank_rows", NOTE, facts={"number": self.blank})

    def _is_wrong(self, line: int, cells: Sequence[values.Cell]) -> None:
        self.wrong += 1
        if len(self._findings) < _SHOWN:
            filled = [values.text_of(cell) for cell in cells if values.readings(cell)]
            facts = {"found": len(cells), "expected": self.width, "value": clip(filled[0] if len(filled) == 1 else "")}
            self._findings.append(Finding("width", ERROR, line, facts))


def _beginning(head: list[Row]) -> tuple[int, int, list[Finding]]:
    """Width of the table, index of its first row in the head, and what is to be said about lines before it."""
    filled = [(index, cells) for index, (_, cells) in enumerate(head) if any(map(values.readings, cells))]
    if not filled:
        raise TableError("empty_table")
    widths = Counter(len(cells) for _, cells in filled)
    width = max(widths, key=lambda size: (widths[size], size))
    if width > 1:
        # titles and remarks above the table: lines with a single cell
        rest = [(i, cells) for i, cells in filled if sum(1 for cell in cells if values.readings(cell)) > 1]
        above = rest[0][0] if rest else filled[0][0]
    else:
        above = filled[0][0]
    if width > MOST_COLUMNS:
        raise TableError("too_many_columns", head[above][0], number=width, limit=MOST_COLUMNS)
    findings = []
    if any(index < above for index, _ in filled):
        findings.append(Finding("lines_above", NOTE, head[above][0]))
    first = head[above][1]
    return width if _is_data(first) else _width_of_headings(width, first), above, findings


def _width_of_headings(width: int, first: Sequence[values.Cell]) -> int:
    """The headings are the measure; empty ones behind the last count as far as the rows go."""
    if len(first) <= width:
        return len(first)
    return max(width, *(index + 1 for index, cell in enumerate(first) if values.readings(cell)))


def _is_data(cells: Sequence[values.Cell]) -> bool:
    """Whether a first row holds values, not headings; a row of years is one of headings."""
    masks = [values.readings(cell) for cell in cells if values.readings(cell)]
    typed = (
        values.INTEGER | values.GERMAN | values.ENGLISH | values.DATE_GERMAN | values.DATE_ISO | values.MOMENT_GERMAN
    )
    if not masks or not all(mask & (typed | values.MOMENT_ISO) for mask in masks):
        return False
    texts = [values.text_of(cell).strip() for cell in cells if values.readings(cell)]
    return not all(text.isdigit() and "1800" <= text <= "2100" and len(text) == 4 for text in texts)


def _titles(cells: Sequence[values.Cell], width: int) -> list[str]:
    titles = [" ".join(values.text_of(cell).split()) for cell in cells[:width]]
    return titles + [""] * (width - len(titles))
