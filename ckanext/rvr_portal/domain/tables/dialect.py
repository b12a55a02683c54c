"""Which sign separates the columns of a text file, and which one quotes a cell.

The separator is the one with which most lines have the same number of cells, more than one; where two are as good, the one
that is more usual in German files wins. Rules: RFC 4180, and Excel's own first line `sep=;`.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from .finding import TableError

__all__ = ["LONGEST_CELL", "Dialect", "detect_dialect", "read_rows"]

SEPARATORS = (";", "\t", ",", "|")
# A longer cell is taken for a quotation mark that was never closed.
LONGEST_CELL = 4 * 1024 * 1024
_HINT = re.compile(r"sep=(.)\r?\n?", re.IGNORECASE)
_SAMPLE_ROWS = 200
_ENOUGH = 0.5


@dataclass(frozen=True, slots=True)
class Dialect:
    """Separator and quotation mark (one character each); `skip` is the number of lines before the table (`sep=;`)."""

    separator: str
    quote: str = '"'
    skip: int = 0


def detect_dialect(sample: str, *, complete: bool = True, tabs: bool = False) -> Dialect:
    """The dialect of a text's beginning.

    :param sample: the first lines, decoded
    :param complete: False if the sample may end within a line
    :param tabs: the file says that it is separated by tabulators
    """
    hint = _HINT.match(sample)
    if hint:
        return Dialect(hint.group(1), _quote(sample[hint.end() :], hint.group(1)), 1)
    lines = sample.splitlines(keepends=True)
    if not complete and len(lines) > 1:
        lines.pop()
    order = ("\t", ";", ",", "|") if tabs else SEPARATORS
    scores = {separator: _score(lines, separator) for separator in order}
    best = max(order, key=lambda separator: scores[separator])  # the first of equals
    if scores[best] < _ENOUGH and not tabs:
        best = best if scores[best] > 0 else ";"
    return Dialect(best, _quote(sample, best))


def read_rows(lines: Iterable[str], dialect: Dialect) -> Iterator[tuple[int, list[str]]]:
    """Rows with the number of the line each begins in (from 1).

    :param lines: lines with their ends, as of a text opened with `newline=""`
    :raises TableError: a quotation mark is not closed or stands where it cannot
    """
    csv.field_size_limit(LONGEST_CELL)
    reader = csv.reader(
        islice(lines, dialect.skip, None), delimiter=dialect.separator, quotechar=dialect.quote, strict=True
    )
    before = dialect.skip
    try:
        for row in reader:
            yield before + 1, row
            before = dialect.skip + reader.line_num
    except csv.Error as error:
        reason = str(error)
        code = "quote_open" if "limit" in reason or "unexpected end" in reason else "quote_misplaced"
        raise TableError(code, before + 1) from None


def _score(lines: list[str], separator: str) -> float:
    widths: Counter[int] = Counter()
    reader = csv.reader(io.StringIO("".join(lines), newline=""), delimiter=separator)
    try:
        for number, row in enumerate(reader):
            if number >= _SAMPLE_ROWS:
                break
            if any(cell.strip() for cell in row):
                widths[len(row)] += 1
    except csv.Error:  # an open quotation mark at the end of the sample
        pass
    widths_of_tables = [(count, width) for width, count in widths.items() if width > 1]
    if not widths_of_tables:
        return 0.0
    count, _ = max(widths_of_tables)
    return count / widths.total()


def _quote(sample: str, separator: str) -> str:
    """An apostrophe only where cells are put between two of them and no quotation mark occurs."""
    if '"' in sample:
        return '"'
    cells = [cell.strip() for line in sample.splitlines()[:50] for cell in line.split(separator)]
    quoted = sum(1 for cell in cells if len(cell) > 1 and cell[0] == cell[-1] == "'")
    return "'" if quoted and quoted * 2 >= len([cell for cell in cells if cell]) else '"'
