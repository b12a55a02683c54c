"""Rows out of a file: of texts (CSV, TSV) and of Excel workbooks (XLSX), one at a time."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Protocol
from xml.etree.ElementTree import ParseError

from defusedxml import DefusedXmlException
from lxml.etree import XMLSyntaxError
from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from ..domain.tables.check import MOST_COLUMNS, Row
from ..domain.tables.dialect import LONGEST_CELL, detect_dialect, read_rows
from ..domain.tables.finding import HINT, NOTE, Finding, TableError
from ..domain.tables.text import detect_encoding

__all__ = ["Source", "archive_members", "open_source"]

_PIECE = 1024 * 1024
_SAMPLE = 256 * 1024
# Limits for parts of a workbook, in bytes after unpacking. The shared texts are held in memory, sheets are not.
_SHARED_TEXTS = 32 * 1024 * 1024
_OTHER_PART = 16 * 1024 * 1024
_SHEET = 1024 * 1024 * 1024
_RATIO = 400
_PARTS = 2000
_DIRECTORY = 4 * 1024 * 1024
_END_OF_DIRECTORY = 22 + 65535  # with the longest comment


class Source(Protocol):
    """Rows of a table: `facts` say how they are written (encoding, separator, sheet, sheets).

    `ragged`: rows end with their last filled cell.
    """

    facts: dict[str, Any]
    ragged: bool

    def rows(self) -> Iterator[Row]:
        """All rows from the first; may be called again."""
        ...

    def findings(self) -> list[Finding]:
        """What was noticed on the way; complete after all rows."""
        ...


def open_source(path: Path, kind: str, sheet: str = "") -> Source:
    """Open a table.

    :param kind: CSV, TSV, TAB or XLSX
    :param sheet: name of the sheet of a workbook; without one, or if it is gone, the first
    :raises TableError: it cannot be read
    """
    if path.stat().st_size == 0:
        raise TableError("empty_file")
    return _Workbook(path, sheet) if kind == "XLSX" else _Text(path, tabs=kind in ("TSV", "TAB"))


def archive_members(stream: Any) -> tuple[list[str], str]:
    """Names of the parts of a ZIP archive and the content of its part `mimetype`; nothing when it is none."""
    if not _has_readable_directory(stream):
        return [], ""
    try:
        with zipfile.ZipFile(stream) as archive:
            names = [info.filename for info in archive.infolist()[:_PARTS]]
            return names, _mimetype(archive) if "mimetype" in names else ""
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError, ValueError):
        return [], ""


def _has_readable_directory(stream: IO[bytes]) -> bool:
    """Whether an archive's list of parts, which is read as a whole, is small enough to be read (APPNOTE.TXT, 4.3.16)."""
    size = stream.seek(0, os.SEEK_END)
    stream.seek(max(0, size - _END_OF_DIRECTORY))
    end = stream.read()
    found = end.rfind(b"PK\x05\x06")
    stream.seek(0)
    return found >= 0 and int.from_bytes(end[found + 12 : found + 16], "little") <= _DIRECTORY


def _pieces(stream: IO[bytes]) -> Iterator[bytes]:
    while piece := stream.read(_PIECE):
        yield piece


def _mimetype(archive: zipfile.ZipFile) -> str:
    with archive.open("mimetype") as part:
        return part.read(200).decode("ascii", "replace")


class _Text:
    """A text file; never more than one cell's length of it in memory."""

    ragged = False

    def __init__(self, path: Path, *, tabs: bool) -> None:
        self._path = path
        with path.open("rb") as stream:
            self._encoding = detect_encoding(_pieces(stream))
        with self._open() as stream:
            sample = stream.read(_SAMPLE).replace("\0", "")
            self._dialect = detect_dialect(sample, complete=not stream.read(1), tabs=tabs)
        self.facts = {"encoding": self._encoding.name, "separator": self._dialect.separator}
        self._zeros = self._broken = 0
        self._ends: Any = None

    def rows(self) -> Iterator[Row]:
        with self._open() as stream:
            yield from read_rows(self._lines(stream), self._dialect)
            self._ends = stream.newlines

    def findings(self) -> list[Finding]:
        found = []
        if self._broken:
            found.append(Finding("encoding_broken", HINT, self._broken, {"number": self._encoding.broken}))
        if self._zeros:
            found.append(Finding("zeros_removed", HINT, self._zeros))
        if isinstance(self._ends, tuple):
            found.append(Finding("mixed_ends", NOTE))
        return found

    def _open(self) -> io.TextIOWrapper:
        return self._path.open(encoding=self._encoding.codec, errors="replace", newline="")

    def _lines(self, stream: io.TextIOWrapper) -> Iterator[str]:
        number = 0
        while line := stream.readline(LONGEST_CELL + 1):
            number += 1
            if len(line) > LONGEST_CELL:
                raise TableError("line_too_long", number)
            if "\0" in line:
                self._zeros = self._zeros or number
                line = line.replace("\0", "")
            if self._encoding.broken and not self._broken and "\ufffd" in line:
                self._broken = number
            yield line


class _Workbook:
    """An Excel workbook, read sheet by sheet and row by row; entities are refused, sizes limited before unpacking."""

    ragged = True

    def __init__(self, path: Path, sheet: str) -> None:
        self._path = path
        _check_parts(path)
        with self._open() as book:
            names = [found.title for found in book.worksheets]
        if not names:
            raise TableError("no_sheet")
        self._sheet = sheet if sheet in names else names[0]
        self.facts = {"sheet": self._sheet, "sheets": names}

    def rows(self) -> Iterator[Row]:
        with self._open() as book, _refusals():
            found = book[self._sheet]
            found.reset_dimensions()
            rows = found.iter_rows(max_col=MOST_COLUMNS + 1, values_only=True)
            for number, cells in enumerate(rows, start=1):
                yield number, _without_tail(cells)

    def findings(self) -> list[Finding]:
        names = self.facts["sheets"]
        if len(names) < 2:
            return []
        return [Finding("sheets", NOTE, facts={"number": len(names), "sheet": self._sheet})]

    def _open(self) -> Any:
        return _Closing(self._path)


class _Closing:
    """A workbook that is closed again, with its file."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __enter__(self) -> Any:
        self._stream = self._path.open("rb")  # openpyxl refuses a path without a known ending
        try:
            with _refusals():
                self._book = load_workbook(self._stream, read_only=True, data_only=True, keep_links=False)
        except TableError:
            self._stream.close()
            raise
        return self._book

    def __exit__(self, *_: object) -> None:
        self._book.close()
        self._stream.close()


class _refusals:  # noqa: N801 - used as a function
    """Turns what openpyxl and the parsers complain about into the one sentence that a reader can use."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: Any, error: BaseException | None, trace: object) -> None:
        if isinstance(error, DefusedXmlException) or isinstance(error and error.__cause__, DefusedXmlException):
            raise TableError("workbook_hostile") from error
        known = (InvalidFileException, zipfile.BadZipFile, ParseError, XMLSyntaxError, KeyError, ValueError, TypeError,
                 AttributeError, IndexError, EOFError, OSError, RuntimeError)  # fmt: skip
        if isinstance(error, known):
            raise TableError("workbook_broken") from error


def _without_tail(cells: tuple[Any, ...]) -> list[Any]:
    """A row without the empty cells behind its last; Excel knows no width."""
    size = len(cells)
    while size and (cells[size - 1] is None or cells[size - 1] == ""):
        size -= 1
    return list(cells[:size])


def _check_parts(path: Path) -> None:
    with path.open("rb") as stream:
        if not _has_readable_directory(stream):
            raise TableError("workbook_broken")
    try:
        with zipfile.ZipFile(path) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError):
        raise TableError("workbook_broken") from None
    if len(parts) > _PARTS:
        raise TableError("workbook_too_large")
    for part in parts:
        name = part.filename.lower()
        limit = _SHEET if name.startswith("xl/worksheets/sheet") else _OTHER_PART
        limit = _SHARED_TEXTS if name.endswith("sharedstrings.xml") else limit
        if part.file_size > limit or part.file_size > _RATIO * max(part.compress_size, 1) + _OTHER_PART:
            raise TableError("workbook_too_large")
