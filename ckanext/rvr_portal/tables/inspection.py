"""A look at a file that is not uploaded yet, or at its beginning."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path
from typing import IO, Any

from ..domain.tables.check import check_rows
from ..domain.tables.finding import TableError
from ..domain.tables.kinds import TABLES
from .gate import kind_of
from .reader import open_source

__all__ = ["inspect"]

# more than what a browser sends beforehand is not looked at here; the worker looks at all of it
_MOST = 4 * 1024 * 1024
# what cannot be told from a part of a file
_OF_THE_WHOLE = ("quote_open", "header_only", "workbook_broken")


def inspect(name: str, stream: IO[bytes], size: int | None) -> dict[str, Any]:
    """Kind, way of writing, columns and findings of a file.

    :param size: of the whole file in bytes, if the stream holds only its beginning
    :raises tk.ValidationError: it may not be uploaded
    """
    sent = stream.seek(0, os.SEEK_END)
    whole = size is None or size <= sent
    kind = kind_of(name, stream, None if whole else size)
    # the list of an archive's parts is at its end
    cut = not whole or sent > _MOST
    key = "XLSX" if cut and kind.key == "ZIP" and name.lower().endswith(".xlsx") else kind.key
    seen: dict[str, Any] = {
        "format": key, "media_type": kind.media_type, "named": kind.named if key == kind.key else "",
        "complete": not cut, "facts": {}, "columns": [], "findings": [],
    }  # fmt: skip
    if key in TABLES and not (cut and key == "XLSX"):
        with tempfile.NamedTemporaryFile() as copy:
            _copy(stream, copy, cut=cut)
            seen |= _look(Path(copy.name), key, cut=cut)
    return seen


def _look(path: Path, key: str, *, cut: bool) -> dict[str, Any]:
    try:
        source = open_source(path, key)
    except TableError as error:
        return {"findings": _but_of_the_whole([error.finding.as_dict()], cut=cut)}
    try:
        check = check_rows(source.rows(), ragged=source.ragged)
    except TableError as error:
        return {"facts": source.facts, "findings": _but_of_the_whole([error.finding.as_dict()], cut=cut)}
    columns = [
        {"title": c.title, "name": c.name, "type": c.type, "reading": c.reading, "why": c.why, "facts": c.facts}
        for c in check.columns
    ]
    findings = [finding.as_dict() for finding in (*source.findings(), *check.findings)]
    return {"facts": source.facts, "columns": columns, "findings": _but_of_the_whole(findings, cut=cut)}


def _but_of_the_whole(findings: list[dict[str, Any]], *, cut: bool) -> list[dict[str, Any]]:
    return [finding for finding in findings if not (cut and finding["code"] in _OF_THE_WHOLE)]


def _copy(stream: IO[bytes], copy: IO[bytes], *, cut: bool) -> None:
    """A part of a file ends with its last whole line."""
    stream.seek(0)
    if cut:
        beginning = stream.read(_MOST)
        copy.write(beginning[: beginning.rfind(b"\n") + 1] or beginning)
    else:
        shutil.copyfileobj(stream, copy)
    copy.flush()
