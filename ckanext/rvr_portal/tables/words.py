"""The sentences for what was found in a file; in the language of the request."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ..helpers_labels import rvr_portal_bytes, rvr_portal_label, rvr_portal_number

__all__ = ["column_note", "facts_of", "finding", "reading", "refusal", "type_name"]

_Facts = Mapping[str, Any]


def refusal(code: str, facts: _Facts) -> str:
    """Why a file is not accepted, and what to do."""
    return _REFUSALS[code](facts)


def finding(found: Mapping[str, Any]) -> str:
    """A stored finding as a sentence."""
    facts = {"line": rvr_portal_number(found.get("line") or 0), **found.get("facts", {})}
    sentence = _FINDINGS.get(found["code"])
    return sentence(facts) if sentence else tk._("The file could not be read as a table.")


def column_note(column: Mapping[str, Any]) -> str:
    """What kept a column text; "" when there is nothing to say."""
    sentence = _WHY.get(column.get("why", ""))
    if not sentence:
        return ""
    facts = dict(column.get("facts", {}))
    return sentence({"title": column["title"] or column["name"], **facts})


def type_name(type_: str) -> str:
    """What a column of the DataStore holds."""
    if type_.startswith(("int", "numeric", "float", "double", "real")):
        return tk._("Numeric value")
    if type_.startswith("timestamp"):
        return tk._("Date and time")
    return tk._("Date") if type_ == "date" else tk._("Text")


def reading(column: Mapping[str, Any]) -> str:
    """How a column was read: "Number, written like 1.234,5"."""
    details = {
        "german": tk._("written like 1.234,5"),
        "english": tk._("written like 1,234.5"),
        "date_german": tk._("written like 31.12.2024"),
        "date_iso": tk._("written like 2024-12-31"),
        "moment_german": tk._("written like 31.12.2024 14:30"),
        "moment_iso": tk._("written like 2024-12-31 14:30"),
    }
    detail = details.get(column["reading"], "")
    return f"{type_name(column['type'])}, {detail}" if detail else type_name(column["type"])


def facts_of(facts: _Facts) -> list[tuple[str, str]]:
    """How the file is written, as pairs for a list of facts."""
    separators = {";": tk._("Semicolon"), ",": tk._("Comma"), "\t": tk._("Tabulator"), "|": tk._("Vertical bar")}
    separator = str(facts.get("separator", ""))
    return [
        (tk._("Character encoding"), str(facts.get("encoding", ""))),
        (tk._("Separator"), separators.get(separator, separator)),
        (tk._("Sheet"), str(facts.get("sheet", ""))),
    ]


def _kinds(keys: list[str]) -> str:
    return ", ".join(rvr_portal_label("file_type", key) + f" ({key})" for key in keys)


_REFUSALS: dict[str, Callable[[_Facts], str]] = {
    "empty_file": lambda f: tk._("The file is empty. Please choose the file again, or check how it was saved."),
    "too_large": lambda f: tk._(
        "The file is too large: {size}, allowed are {limit} MB. Please divide it or pack it as a ZIP archive."
    ).format(size=rvr_portal_bytes(f["size"]), limit=rvr_portal_number(f["limit"])),
    "program": lambda f: tk._(
        "This file is a program or script. Programs cannot be uploaded, because they could harm those who download them."
    ),
    "macros": lambda f: tk._(
        "This Office file holds macros, which are small programs. Please save it without macros, for example as XLSX, and "
        "upload that."
    ),
    "not_allowed": lambda f: tk._("Files of this kind cannot be uploaded here. Accepted are: {kinds}.").format(
        kinds=_kinds(f["allowed"])
    ),
}

_FINDINGS: dict[str, Callable[[_Facts], str]] = {
    "width": lambda f: (
        tk._("Line {line} has {found} columns instead of {expected}.").format(**_with(f, "found", "expected"))
        + (" " + tk._("It only says “{value}”.").format(value=f["value"]) if f.get("value") else "")
    ),
    "width_more": lambda f: tk.ungettext(
        "One more line does not fit.", "{number} more lines do not fit.", f["number"]
    ).format(**_with(f, "number")),
    "quote_open": lambda f: tk._(
        "In line {line} a quotation mark opens a cell that never ends. Please close it or remove it."
    ).format(**f),
    "quote_misplaced": lambda f: tk._(
        "In line {line} there is something behind the closing quotation mark of a cell. A quotation mark inside a cell "
        "must be written twice."
    ).format(**f),
    "line_too_long": lambda f: tk._("Line {line} is longer than 4 MB. Is it really a table with line breaks?").format(
        **f
    ),
    "empty_file": lambda f: tk._("The file is empty."),
    "empty_table": lambda f: tk._("There is nothing in this table."),
    "header_only": lambda f: tk._("There are headings, but no rows under them."),
    "no_header": lambda f: tk._(
        "Line {line} holds values where headings are expected. The columns were numbered; headings make the table "
        "understandable."
    ).format(**f),
    "lines_above": lambda f: tk._("The lines above the headings in line {line} are not part of the table.").format(**f),
    "blank_rows": lambda f: tk.ungettext(
        "An empty line was left out.", "{number} empty lines were left out.", f["number"]
    ).format(**_with(f, "number")),
    "too_many_columns": lambda f: tk._(
        "The table has {number} columns; at most {limit} can be shown. Would some of the columns be better as rows?"
    ).format(**_with(f, "number", "limit")),
    "column_unnamed": lambda f: tk._("Column {number} has no heading; it is called “{name}” here.").format(**f),
    "column_repeated": lambda f: tk._(
        "The heading “{title}” occurs more than once; column {number} is called “{name}” here."
    ).format(**f),
    "column_renamed": lambda f: tk._("The heading “{title}” of column {number} is written “{name}” here.").format(**f),
    "formula": lambda f: tk._(
        "In the column “{column}”, line {line}, stands “{value}”. A spreadsheet would take that for a formula."
    ).format(**f),
    "encoding_broken": lambda f: tk._(
        "Characters in line {line} do not fit the encoding UTF-8 and are shown as “�”. Please save the file as UTF-8 again."
    ).format(**f),
    "zeros_removed": lambda f: tk._(
        "Line {line} holds invisible zero characters; they were left out of the table."
    ).format(**f),
    "mixed_ends": lambda f: tk._("The file mixes different line ends. All of them were understood."),
    "sheets": lambda f: tk._("The workbook has {number} sheets; the table shows the sheet “{sheet}”.").format(
        **_with(f, "number")
    ),
    "no_sheet": lambda f: tk._("The workbook has no sheet with a table."),
    "workbook_broken": lambda f: tk._(
        "The Excel file is damaged or protected by a password. Please open it, save it again as XLSX and upload that."
    ),
    "workbook_too_large": lambda f: tk._(
        "Unpacked, the Excel file is too large for a preview. Please save the sheet as CSV and upload that."
    ),
    "workbook_hostile": lambda f: tk._(
        "The Excel file holds instructions that have no place in a table. Please save it again with a spreadsheet program."
    ),
    "row_too_big": lambda f: tk._(
        "A row is too long for the database: too many columns with long texts. Please divide the table."
    ),
    "not_searchable": lambda f: tk._("Some cells are so long that the words of this table cannot be searched."),
    "too_slow": lambda f: tk._(
        "The table was not finished within {minutes} minutes. Please divide the file, or ask the operators of the portal."
    ).format(**_with(f, "minutes")),
    "file_missing": lambda f: tk._("The file is not there any more. Please upload it again."),
    "internal": lambda f: tk._(
        "Something went wrong on the server. Please load the table again. If it fails again, tell the operators the "
        "reference number {reference}."
    ).format(**f),
}

_WHY: dict[str, Callable[[_Facts], str]] = {
    "misfit": lambda f: (
        (
            tk._("The column “{title}” stays text: line {line} says “{value}”, {fitting} other values are numbers.")
            if f["kind"] == "number"
            else tk._("The column “{title}” stays text: line {line} says “{value}”, {fitting} other values are dates.")
        ).format(**_with(f, "line", "fitting"))
        + (
            " " + tk._("In all, {others} values do not fit.").format(**_with(f, "others"))
            if f.get("others", 1) > 1
            else ""
        )
    ),
    "mixed": lambda f: tk._(
        "The column “{title}” stays text: line {line} says “{value}” with a decimal comma, line {other_line} says "
        "“{other_value}” with a decimal point."
    ).format(**_with(f, "line", "other_line")),
    "ambiguous": lambda f: tk._(
        "The column “{title}” stays text: “{value}” in line {line} may mean thousands or decimals, and nothing in the file "
        "tells which."
    ).format(**_with(f, "line")),
    "zeros": lambda f: tk._(
        "The column “{title}” stays text, so that leading zeros are kept (“{value}” in line {line})."
    ).format(**_with(f, "line")),
    "key": lambda f: tk._(
        "The column “{title}” stays text, because its heading speaks of keys and not of amounts."
    ).format(**f),
}


def _with(facts: _Facts, *numbers: str) -> dict[str, Any]:
    """The facts with some numbers as readers write them."""
    return {**facts, **{name: rvr_portal_number(facts[name]) for name in numbers if name in facts}}
