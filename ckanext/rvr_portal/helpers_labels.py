"""Template helpers that turn codes, addresses, dates and numbers into words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from flask import has_request_context

from .domain import dates, wording
from .domain.places import Place, fold_name, register
from .domain.vocabulary import load

__all__ = [
    "rvr_portal_bytes",
    "rvr_portal_choices",
    "rvr_portal_date",
    "rvr_portal_label",
    "rvr_portal_license",
    "rvr_portal_number",
    "rvr_portal_place",
    "rvr_portal_place_choices",
    "rvr_portal_time",
]


def _lang() -> str:
    # validators speak of numbers outside of requests, too
    return (tk.h.lang() if has_request_context() else None) or "de"


def rvr_portal_label(vocabulary_name: str, value: str | None) -> str:
    """Label of a value in the visitor's language; for unknown ones what of it can be read, else "other"."""
    if not value:
        return ""
    label = load(vocabulary_name).label(value, _lang())
    if label:
        return label
    if vocabulary_name == "license":
        return rvr_portal_license(value)["title"]
    return wording.readable(str(value)) or tk._("Other")


def rvr_portal_place(key: str | None) -> Place | None:
    """Place of the register by AGS, Kreis key or "ruhr"."""
    return register().get(key)


def rvr_portal_license(value: str | None) -> dict[str, Any]:
    """Licence in words: title, url of its text, summary, open. Unknown ones are named after where they stand."""
    term = load("license").lookup(value)
    lang = _lang()
    if term:
        summary = term.summary.get(lang[:2]) or term.summary.get("de", "")
        return {"title": term.label(lang), "url": term.url, "summary": summary, "open": term.open}
    text = (value or "").strip()
    if text.startswith(("http://", "https://")):
        host = _host(text)
        return {"title": tk._("Licence at {host}").format(host=host), "url": text, "summary": "", "open": False}
    title = wording.readable(text) if text and text != "notspecified" else ""
    return {"title": title or tk._("No licence stated"), "url": "", "summary": "", "open": False}


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


def rvr_portal_date(value: Any, long: bool = True) -> str:
    """Date in words ("23. November 2026", "Juni 2023", "2024", "ohne Ende") or short ("23.11.2026")."""
    return dates.format_date(value, _lang(), long)


def rvr_portal_time(moment: datetime | None) -> str:
    """Time of day in the readers' time zone of a moment (UTC without offset), of now for None: "14:05"."""
    moment = moment or datetime.now(UTC).replace(tzinfo=None)
    local = moment.replace(tzinfo=UTC).astimezone(tk.h.get_display_timezone())
    text = local.strftime("%H:%M")
    return text if _lang().startswith("en") else f"{text} Uhr"


def rvr_portal_number(value: Any) -> str:
    """Number with the separators of the visitor's language."""
    return wording.format_number(value, _lang())


def rvr_portal_bytes(value: Any) -> str:
    """Size of a file in words: "1,4 MB"."""
    return wording.format_bytes(value, _lang())


def rvr_portal_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """Choices of a form field from the vocabulary it names in `rvr_vocabulary`."""
    codes = field["rvr_vocabulary"] == "file_type"
    return [
        {"value": term.key if codes or not term.uri else term.uri, "label": term.labels}
        for term in load(field["rvr_vocabulary"])
        if term.key != "OP_DATPRO"
    ]


def rvr_portal_place_choices(field: dict[str, Any]) -> list[dict[str, Any]]:
    """Choices of places by group: the region, the cities, each Kreis with its municipalities."""
    places = register()
    bodies = sorted(places.member_bodies, key=lambda place: fold_name(place.name))
    groups = [(tk._("Whole region"), [places.region])]
    groups.append((tk._("Cities without a district"), [one for one in bodies if one.kind == "municipality"]))
    for body in (one for one in bodies if one.kind != "municipality"):
        towns = sorted(
            (town for town in places.municipalities if town.parent == body.key), key=lambda t: fold_name(t.name)
        )
        groups.append((body.name, [body, *towns]))
    return [{"value": place.key, "label": place.name, "group": group} for group, found in groups for place in found]
