"""CKAN's dump of a table as CSV, with nothing in it that a spreadsheet would calculate."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator

from ckan.common import request
from ckan.types import Response

from ..domain.sheet import is_formula
from ..domain.tables.dialect import LONGEST_CELL

__all__ = ["safe_export", "without_formulas"]

_SEPARATORS = {"csv": ("text/csv", ","), "tsv": ("text/tab-separated-values", "\t")}
_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def safe_export(response: Response) -> Response:
    """Texts that would be formulas begin with an apostrophe; numbers stay as they are."""
    if request.endpoint == "datastore.dump" and response.status_code == 200:
        # CKAN 2.12 names the type as bytes, of which no header comes
        media_type, separator = _SEPARATORS.get(request.args.get("format", "csv"), ("", ""))
        if separator:
            response.content_type = f"{media_type}; charset=utf-8"
            response.response = without_formulas(response.iter_encoded(), separator)
    return response


def without_formulas(chunks: Iterable[bytes], separator: str) -> Iterator[bytes]:
    """The same CSV (UTF-8), row by row."""
    csv.field_size_limit(max(csv.field_size_limit(), LONGEST_CELL))
    out = io.StringIO()
    writer = csv.writer(out, delimiter=separator, lineterminator="\r\n")
    for row in csv.reader(_lines(chunks), delimiter=separator):
        writer.writerow([_safe(cell) for cell in row])
        yield out.getvalue().encode()
        out.seek(0)
        out.truncate()


def _safe(cell: str) -> str:
    return "'" + cell if is_formula(cell) and not _NUMBER.fullmatch(cell) else cell


def _lines(chunks: Iterable[bytes]) -> Iterator[str]:
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            yield line.decode() + "\n"
    if rest:
        yield rest.decode()
