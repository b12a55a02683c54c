"""Validators of what people type: texts, addresses, dates, periods, geometries. When they refuse: see `refusal`."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from decimal import Decimal, InvalidOperation
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.types import Context, FlattenDataDict, FlattenErrorDict, FlattenKey

from ..domain import text_rules
from ..domain.dates import parse_date
from ..domain.geometry import GeometryProblem, problem_with_geometry
from .refusal import keeps, refuse

__all__ = [
    "rvr_portal_address",
    "rvr_portal_addresses",
    "rvr_portal_date",
    "rvr_portal_default_name",
    "rvr_portal_email",
    "rvr_portal_geometry",
    "rvr_portal_guess_format",
    "rvr_portal_line",
    "rvr_portal_lines",
    "rvr_portal_not_before_start",
    "rvr_portal_prose",
    "rvr_portal_resource_address",
    "rvr_portal_size",
    "rvr_portal_strip",
    "rvr_portal_text",
    "rvr_portal_title",
]

_EMAIL = re.compile(r"^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+$")
_SCHEMES = {"http", "https", "ftp", "ftps", "urn", "doi", "mailto"}
_MOST_LINES = 200
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})


def rvr_portal_strip(value: Any) -> Any:
    """Text without blanks around it."""
    return value.strip() if isinstance(value, str) else value


def rvr_portal_text(value: Any, context: Context) -> Any:
    """Text of a field that nobody types; lists and objects as JSON text."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)
    if len(text) > text_rules.MACHINE:
        return refuse(text, _too_long(text, text_rules.MACHINE), context)
    return text


def rvr_portal_line(value: Any, context: Context) -> Any:
    """One line of text: at most 500 characters, no HTML, nothing that a spreadsheet would run."""
    return _text(rvr_portal_strip(value), text_rules.LINE, context, prose=False)


def rvr_portal_prose(value: Any, context: Context) -> Any:
    """Text of several lines: at most 100,000 characters; simple markup is kept, scripts are refused."""
    return _text(value, text_rules.PROSE, context, prose=True)


def rvr_portal_date(value: str, context: Context) -> str:
    """ISO 8601 date, partial ones included; German spelling becomes ISO."""
    value = value.strip()
    if not value:
        return value
    found = parse_date(value)
    if found:
        return found.text
    return refuse(value, tk._("Please enter a date, for example 2026-11-23, 2026-11 or 2026."), context)


def rvr_portal_not_before_start(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The end of a period; not before the start that stands beside it. A whole year or month ends on its last day."""
    end, start = (data.get((*key[:-1], name)) for name in ("end", "start"))
    last, first = (parse_date(one) if isinstance(one, str) else None for one in (end, start))
    if not first or not last:
        return
    parts = [
        [part for part in (one.year, one.month, one.day) if part is not None] for one in (first, last)
    ]  # 2024 to 2024-03 is in order, and so is 2024-03 to 2024
    shared = min(map(len, parts))
    if parts[1][:shared] < parts[0][:shared] and not (keeps(end, context) and keeps(start, context)):
        errors[key].append(tk._("The end is before the start. Please check both dates."))


def rvr_portal_email(value: str, context: Context) -> str:
    """E-mail address, without "mailto:"."""
    value = value.strip()
    if value[:7].lower() == "mailto:":
        value = value[7:]
    if not value or (len(value) <= text_rules.EMAIL and _EMAIL.match(value) and not _is_formula(value)):
        return value
    return refuse(value, tk._("Please enter an email address, for example opendata@example.org."), context)


def rvr_portal_address(value: str, context: Context) -> str:
    """Web address or another name of a thing (urn:, doi:); never one that runs code."""
    value = value.strip()
    if not value or _is_address(value):
        return value
    sentence = tk._("Please enter a web address that starts with https:// or http://.")
    if text_rules.is_harmful(value):
        return refuse(value, sentence, context, instead="")
    return refuse(value, sentence, context)


def rvr_portal_resource_address(
    key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context
) -> None:
    """The address of a file or service; the name of an uploaded file, or of a table in the DataStore, is none."""
    value = data.get(key)
    if isinstance(value, str) and not data.get((*key[:-1], "url_type")):
        data[key] = rvr_portal_address(text_rules.splittable(value), context)


def rvr_portal_guess_format(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """CKAN's `if_empty_guess_format`, which falls over an address that cannot be taken apart."""
    with suppress(ValueError):
        tk.get_validator("if_empty_guess_format")(key, data, errors, context)  # type: ignore[call-arg]


def rvr_portal_addresses(values: list[Any], context: Context) -> list[Any]:
    """A list of addresses; the message names the line that is none."""
    return _each(values, context, lambda one: rvr_portal_address(one, context) if isinstance(one, str) else one)


def rvr_portal_lines(values: list[Any], context: Context) -> list[Any]:
    """A list of short texts, addresses among them; the message names the line that is meant."""

    def checked(value: Any) -> Any:
        if isinstance(value, str) and text_rules.is_harmful(value):
            return rvr_portal_address(value, context)
        return _text(value, text_rules.ADDRESS, context, prose=False)

    return _each(values, context, checked)


def rvr_portal_geometry(value: Any, context: Context) -> Any:
    """GeoJSON geometry as text, EPSG:4326; an object becomes text."""
    text = json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value).strip()
    problem = problem_with_geometry(text) if text else None
    return refuse(text, _geometry_sentence(*problem), context) if problem else text


def rvr_portal_size(value: Any, context: Context) -> int | None:
    """Size in bytes: a whole number, also written as text or with a decimal point."""
    if value in (None, ""):
        return None
    try:
        # not as float, which is sure of 15 digits only
        number = Decimal(str(value).strip())
        if 0 <= number < 2**63:
            return int(number)
    except InvalidOperation:
        pass
    return refuse(value, tk._("Please enter the size in bytes as a whole number."), context, instead=None)


def rvr_portal_title(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """A title; where a program sends none at all, the name."""
    value = data.get(key)
    if value is tk.missing or value is None:
        data[key] = data.get(("name",))
    if not isinstance(data[key], str) or data[key].strip():
        return
    if keeps(value, context):
        data[key] = data.get(("name",))
        return
    errors[key].append(tk._("Please give a title."))
    raise tk.StopOnError


def rvr_portal_default_name(key: FlattenKey, data: FlattenDataDict, errors: FlattenErrorDict, context: Context) -> None:
    """The name in addresses: as it was, or made from the title when none is given; a taken one gets a number."""
    value, package = data.get(key), context.get("package")
    if isinstance(value, str) and value.strip():
        return
    if package is not None:
        data[key] = package.name
        return
    title = data.get(("title",))
    base = (
        munge_title_to_name(str(title).lower().translate(_UMLAUTS))[:80].strip("-_") if isinstance(title, str) else ""
    )
    if not base:
        return
    base = base if len(base) > 1 else f"{base}-1"
    name, number = base, 2
    while model.Package.get(name) is not None:
        name, number = f"{base}-{number}", number + 1
    data[key] = name


def _text(value: Any, longest: int, context: Context, *, prose: bool) -> Any:
    if not isinstance(value, str):
        return value
    problem = text_rules.problem_with_text(value, longest, prose=prose)
    if problem is None:
        return value
    sentences = {
        "too_long": _too_long(value, longest),
        "markup": tk._("Please write without HTML such as <b>. A single < is fine."),
        "script": tk._("Please leave out scripts, frames and other active content."),
        "formula": tk._("Please do not begin like a formula: a spreadsheet would run the text."),
        "control": tk._("The text holds characters that cannot be shown. Please type it anew."),
    }
    return refuse(value, sentences[problem], context)


def _too_long(text: str, longest: int) -> str:
    number = tk.h.rvr_portal_number
    return tk._("Please shorten the text to {most} characters. Now it has {length}.").format(
        most=number(longest), length=number(len(text.replace("\r\n", "\n")))
    )


def _is_formula(text: str) -> bool:
    return text_rules.problem_with_text(text, text_rules.ADDRESS) == "formula"


def _is_address(value: str) -> bool:
    if len(value) > text_rules.ADDRESS or re.search(r"[\s<>\"]", value):
        return False
    scheme = text_rules.scheme(value)
    return scheme in _SCHEMES and (scheme not in ("http", "https") or _has_host(value))


def _has_host(value: str) -> bool:
    try:
        host = urlsplit(value).hostname
    except ValueError:
        return False
    return bool(host) and "%" not in host


def _each(values: list[Any], context: Context, check: Any) -> list[Any]:
    if len(values) > _MOST_LINES and not keeps(values, context):
        raise tk.Invalid(tk._("Please enter at most {most} lines.").format(most=_MOST_LINES))
    checked = []
    for number, value in enumerate(values, 1):
        try:
            checked.append(check(value))
        except tk.Invalid as problem:
            if len(values) == 1:
                raise
            raise tk.Invalid(tk._("Line {number}: {problem}").format(number=number, problem=problem.error)) from None
    return [value for value in checked if value not in ("", None)]


def _geometry_sentence(problem: GeometryProblem, place: str) -> str:
    sentences = {
        "too_long": tk._("The geometry is too large. Please simplify it, or give its bounding box."),
        "no_box": tk._(
            "Please enter all four sides of the box as numbers in degrees, for example west 6.9, south 51.4, east 7.1, north "
            "51.5. East and west differ, and so do north and south."
        ),
        "no_point": tk._(
            "Please enter both numbers of the point in degrees, for example longitude 7.01, latitude 51.46."
        ),
        "unreadable": tk._("Please enter a geometry in GeoJSON, for example {example}.").format(
            example='{"type": "Point", "coordinates": [7.01, 51.46]}'
        ),
        "empty": tk._("The geometry is empty. Please enter at least one point, or clear the field."),
        "metres": tk._(
            "The coordinates are metres, probably of EPSG:25832. Please convert them to degrees (EPSG:4326, longitude first)."
        ),
        "swapped": tk._(
            "Longitude and latitude are swapped. Please write the longitude first, for example [7.01, 51.46]."
        ),
        "outside": tk._(
            "The coordinates lie outside the earth. Please enter degrees, longitude first, for example [7.01, 51.46]."
        ),
        "crossing": tk._("The outline crosses itself at {place}. Please correct its corners.").format(
            place=place or "?"
        ),
    }
    return sentences[problem]
