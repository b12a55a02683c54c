"""Sheets as files: Excel tables and CSV as a German Excel writes them, read as rows and written from rows."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import openpyxl
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from ..domain.sheet import restored, sheet
from ..domain.sheet_columns import Cell, Column
from ..domain.sheet_rows import COMMENT, Row
from ..domain.vocabulary import normalise
from .exceptions import BadSheetError, SheetError, SheetTooLargeError

__all__ = ["CSV", "XLSX", "Table", "read_table", "write_table"]

CSV, XLSX = "csv", "xlsx"
_OLE = b"\xd0\xcf\x11\xe0"
_MOST_COLUMNS = 300
# an Excel table may unfold to that many times the size allowed for a file
_UNFOLDED = 20
_MOST_PARTS = 500
# rows without content count, too, because they take time; of those there may be that many times the allowed rows
_EMPTY_ROWS = 4
_DOCTYPE = re.compile(rb"<\s*!\s*(?:DOCTYPE|ENTITY)", re.IGNORECASE)
# Excel would show _x0041_ as A; it writes, and is given, _x005F_x0041_ instead
_ESCAPE = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_ESCAPED = re.compile(r"_x005F_(?=x[0-9A-Fa-f]{4}_)")
_TITLES = {"de": ("Datensätze", "Listen"), "en": ("Datasets", "Lists")}
_ROWS_WITH_LISTS = 5000
_SKIPPED = {
    "de": "# Erklärung: Zeilen, die mit # beginnen, werden nicht gelesen.",
    "en": "# Explanation: rows that begin with # are not read.",
}


@dataclass(frozen=True, slots=True)
class Table:
    """A sheet as it came: its known columns, its rows, and headings that mean nothing to the portal."""

    columns: list[Column]
    rows: list[Row]
    unknown: list[str] = field(default_factory=list)


def read_table(data: bytes, columns: Sequence[Column], max_bytes: int, max_rows: int) -> Table:
    """Read an XLSX or CSV file.

    :param max_bytes: largest file in bytes; an XLSX may unfold to twenty times that
    :param max_rows: most rows below the headings
    :raises SheetError: the file is none of both, too large, or not made from the template
    """
    if len(data) > max_bytes:
        raise SheetTooLargeError("bytes", max_bytes // 2**20 or 1)
    if data.startswith(_OLE):
        raise BadSheetError("protected" if b"E\x00n\x00c\x00r\x00y\x00p\x00t" in data else "old_excel")
    lines = _xlsx_lines(data, max_bytes, max_rows) if data.startswith(b"PK") else _csv_lines(data, columns)
    return _table(lines, columns, max_rows)


def _table(lines: Iterator[tuple[int, list[Cell]]], columns: Sequence[Column], max_rows: int) -> Table:
    heads = next((cells for _line, cells in lines if any(cell.text.strip() for cell in cells)), None)
    if heads is None:
        raise BadSheetError("empty")
    known, unknown = _headings([cell.text.strip() for cell in heads], columns)
    rows: list[Row] = []
    for line, cells in lines:
        if not any(cell.text.strip() for cell in cells):
            continue
        if len(rows) > max_rows:
            raise SheetTooLargeError("rows", max_rows)
        rows.append(Row(line, {column.key: cells[at] for at, column in known.items() if at < len(cells)}))
    if not any(not row.text("id").startswith(COMMENT) for row in rows):
        raise BadSheetError("empty")
    return Table(list(known.values()), rows, unknown)


def _headings(heads: Sequence[str], columns: Sequence[Column]) -> tuple[dict[int, Column], list[str]]:
    names: dict[str, Column] = {}
    for column in columns:
        for name in (*column.headings.values(), column.key):
            names.setdefault(normalise(name), column)
    found: dict[int, Column] = {}
    unknown: list[str] = []
    for at, head in enumerate(heads):
        column = names.get(normalise(restored(head)))
        if column is None:
            unknown += [head[:80]] if head else []
        elif column in found.values():
            raise BadSheetError("twice", heading=head[:80])
        else:
            found[at] = column
    if not {"id", "name", "title"} & {column.key for column in found.values()}:
        raise BadSheetError("no_headings")
    return found, unknown


# CSV ---------------------------------------------------------------------------------------------


def _csv_lines(data: bytes, columns: Sequence[Column]) -> Iterator[tuple[int, list[Cell]]]:
    text = _decoded(data)
    delimiter = _delimiter(text, columns)
    csv.field_size_limit(max(csv.field_size_limit(), len(text) + 1))
    try:
        for line, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), 1):
            yield line, [Cell(restored(cell)) for cell in cells[:_MOST_COLUMNS]]
    except csv.Error as error:
        raise SheetError(str(error)) from error


def _decoded(data: bytes) -> str:
    """UTF-8 with or without mark, UTF-16 as Excel's "Unicode text", or Windows' own encoding."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    if b"\x00" in data:
        raise SheetError("binary")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")


def _delimiter(text: str, columns: Sequence[Column]) -> str:
    known = {normalise(name) for column in columns for name in (*column.headings.values(), column.key)}
    start = text[:20_000]

    def hits(delimiter: str) -> int:
        heads = next(csv.reader(io.StringIO(start, newline=""), delimiter=delimiter), [])
        return sum(normalise(restored(head)) in known for head in heads)

    return max((";", ",", "\t"), key=hits)


# XLSX --------------------------------------------------------------------------------------------


def _xlsx_lines(data: bytes, max_bytes: int, max_rows: int) -> Iterator[tuple[int, list[Cell]]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _check_parts(archive, max_bytes * _UNFOLDED)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
        page: Any = next((book[title] for title, _ in _TITLES.values() if title in book.sheetnames), book.worksheets[0])
        page.reset_dimensions()
        for line, row in _rows_of(page, max_rows):
            yield line, [_cell(cell.value) for cell in row]
    except SheetError:
        raise
    except Exception as error:  # what broken files make of openpyxl has many names
        raise SheetError(repr(error)) from error


def _rows_of(page: Any, max_rows: int) -> Iterator[tuple[int, Any]]:
    """The rows that stand in the file. Where a million are missing before the next, openpyxl gives one and the same."""
    before, looked_at = None, 0
    for line, row in enumerate(page.iter_rows(max_col=_MOST_COLUMNS), 1):
        if row is before:
            continue
        before, looked_at = row, looked_at + 1
        if looked_at > max_rows * _EMPTY_ROWS:
            raise SheetTooLargeError("rows", max_rows)
        yield line, row


def _check_parts(archive: zipfile.ZipFile, limit: int) -> None:
    """Refuse what unfolds to too much, and XML with definitions of its own."""
    parts = archive.infolist()
    if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > limit:
        raise SheetTooLargeError("bytes", limit // _UNFOLDED // 2**20 or 1)
    for part in parts:
        with archive.open(part) as stream:
            rest = b""
            # never more than the size named in the archive, whatever is really in it
            while block := stream.read(2**20):
                plain = (rest + block).replace(b"\x00", b"")
                if _DOCTYPE.search(plain):
                    raise BadSheetError("hostile", part.filename)
                rest = block[-64:]


def _cell(value: Any) -> Cell:
    if value is None:
        return Cell()
    if isinstance(value, bool):
        return Cell("ja" if value else "nein")
    if isinstance(value, datetime):
        at_midnight = value.time() == time()
        return Cell(value.date().isoformat() if at_midnight else value.isoformat(), is_date=True)
    if isinstance(value, date | time | timedelta):
        return Cell(value.isoformat() if isinstance(value, date | time) else str(value), is_date=True)
    if isinstance(value, float) and value.is_integer():
        return Cell(str(int(value)))
    # formulas, too: they are texts here, and never reckoned
    return Cell(_ESCAPED.sub("_", str(value)))


# Writing -----------------------------------------------------------------------------------------


def write_table(
    form: str, columns: Sequence[Column], rows: Iterable[Mapping[str, str]], lang: str, *, explained: bool = True
) -> bytes:
    """A sheet as file: headings, a row of explanations, then the rows (texts by the columns' keys)."""
    heads = [column.heading(lang) for column in columns]
    lines = [[row.get(column.key, "") for column in columns] for row in rows]
    if explained:
        lines.insert(0, _explanations(columns, lang))
    if form == CSV:
        return sheet(heads, lines)
    return _xlsx(columns, heads, lines, lang, explained=explained)


def _explanations(columns: Sequence[Column], lang: str) -> list[str]:
    texts = [column.help.get(lang[:2]) or column.help.get("de", "") for column in columns]
    return [f"{_SKIPPED[lang[:2]]} {texts[0]}", *texts[1:]]


def _xlsx(
    columns: Sequence[Column], heads: Sequence[str], lines: Sequence[Sequence[str]], lang: str, *, explained: bool
) -> bytes:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.title, list_title = _TITLES[lang[:2]]
    for at, column in enumerate(columns, 1):
        dimension = page.column_dimensions[get_column_letter(at)]
        dimension.width = 40 if column.key in ("title", "notes", "resource.url", "resource.name") else 22
        # what is typed stays as it is typed: no dates of version numbers, no keys without their zero
        dimension.number_format = "@"
    head = (
        Font(bold=True, color="FFFFFF"),
        PatternFill("solid", fgColor="1F4E79"),
        Alignment(wrap_text=True, vertical="top"),
    )
    note = Font(italic=True, color="404040"), PatternFill("solid", fgColor="EEEEEE"), head[2]
    for number, line in enumerate([heads, *lines], 1):
        looks = head if number == 1 else note if explained and number == 2 else None
        for at, text in enumerate(line, 1):
            if text == "":
                continue
            cell = page.cell(number, at)
            cell.value = _ESCAPE.sub("_x005F_", text)
            cell.data_type = "s"  # also what looks like a formula or an error
            cell.number_format = "@"
            if looks:
                cell.font, cell.fill, cell.alignment = looks
    page.freeze_panes = "C2"
    if explained:
        page.row_dimensions[2].height = 90
    _lists(book, page, columns, list_title, lang, first=3 if explained else 2)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _lists(book: Any, page: Any, columns: Sequence[Column], title: str, lang: str, first: int) -> None:
    """Drop-downs for columns with a list; where several values are allowed, others may be typed."""
    lists = book.create_sheet(title)
    lists.sheet_state = "hidden"
    at = 0
    for number, column in enumerate(columns, 1):
        options = column.options(lang)
        if not options:
            continue
        at += 1
        letter = get_column_letter(at)
        for line, option in enumerate(options, 1):
            lists.cell(line, at).value = option
        rule = DataValidation(
            type="list",
            formula1=f"'{title}'!${letter}$1:${letter}${len(options)}",
            allow_blank=True,
            showErrorMessage=column.kind in ("term", "choice", "mark"),
            errorStyle="warning",
        )
        page.add_data_validation(rule)
        rule.add(f"{get_column_letter(number)}{first}:{get_column_letter(number)}{_ROWS_WITH_LISTS}")
