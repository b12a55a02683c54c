"""Tables as CSV that a spreadsheet opens by double click and never takes for formulas."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

__all__ = ["is_formula", "neutral", "restored", "sheet"]

BOM = "\ufeff"
# full-width signs count, too: Excel in East Asian languages reads them as the plain ones
_FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠")
_CONTROL = ("\t", "\r", "\n")


def sheet(headings: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> bytes:
    """CSV as RFC 4180 writes it, but with semicolons and a byte order mark, as a German Excel wants it.

    Texts that a spreadsheet would take for a formula begin with an apostrophe; numbers stay numbers.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow([_cell(one) for one in headings])
    writer.writerows([_cell(one) for one in row] for row in rows)
    return (BOM + out.getvalue()).encode()


def neutral(text: str) -> str:
    """The text with an apostrophe in front if a spreadsheet would take it for a formula; `restored` takes it away."""
    return "'" + text if is_formula(text.lstrip("'")) else text


def restored(text: str) -> str:
    """The text before `neutral`."""
    return text[1:] if text.startswith("'") and neutral(text[1:]) == text else text


def _cell(value: str | int | float | None) -> str | int | float | None:
    return neutral(value) if isinstance(value, str) else value


def is_formula(value: str) -> bool:
    """Whether a spreadsheet would take a text for a formula."""
    return value.startswith(_CONTROL) or value.lstrip().startswith(_FORMULA)
