"""Template helpers that turn codes, addresses, dates and numbers into words."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
from flask import has_request_context

from .domain import dates, wording
from .domain.places import Place, register
from .domain.vocabulary import load

__all__ = [
    "rvr_portal_bytes",
    "rvr_portal_choices",
    "rvr_portal_date",
    "rvr_portal_hidden_fields",
    "rvr_portal_label",
    "rvr_portal_license",
    "rvr_portal_number",
    "rvr_portal_place",
    "rvr_portal_place_choices",
    "rvr_portal_sections",
]

# Fields of CKAN that the dataset form does not show and that must survive it.
_CORE_FIELDS = ("author", "author_email", "maintainer", "maintainer_email")
# What CKAN keeps up itself; sending it back would be at best useless.
_RESOURCE_OWN = {
    "id", "package_id", "position", "state", "created", "metadata_modified", "last_modified", "datastore_active",
    "tracking_summary", "url_type", "cache_url", "cache_last_updated", "mimetype_inner", "resource_type", "has_views",
    "on_same_domain", "datastore_contains_all_records_of_source_file", "upload", "clear_upload", "save",
}  # fmt: skip


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
    """Choices of places: the region, then the member bodies, each Kreis followed by its municipalities."""
    places = register()
    choices = [places.region]
    for body in sorted(places.member_bodies, key=lambda place: place.name):
        choices.append(body)
        choices += sorted((town for town in places.municipalities if town.parent == body.key), key=lambda t: t.name)
    return [{"value": place.key, "label": place.name} for place in choices]


def rvr_portal_sections(fields: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Sections of a form: title, fields, and whether it starts open. Fields without `rvr_section` come first."""
    titles = {
        "required": tk._("Required"),
        "recommended": tk._("Recommended"),
        "people": tk._("Other responsible bodies"),
        "more": tk._("More information"),
        "legal": tk._("Law and quality"),
        "technical": tk._("Technical details"),
    }
    sections: dict[str, dict[str, Any]] = {}
    for field in fields:
        name = field.get("rvr_section", "more")
        section = sections.setdefault(name, {"name": name, "title": titles.get(name, name), "fields": []})
        section["fields"].append(field)
    for position, section in enumerate(sections.values()):
        section["open"] = position < 2
    return list(sections.values())


def rvr_portal_hidden_fields(data: dict[str, Any], fields: list[dict[str, Any]], kind: str) -> list[tuple[str, str]]:
    """What a form must send back unseen so that saving loses nothing, as (name, value) of hidden inputs.

    :param data: the dataset or resource being edited
    :param fields: the schema's fields, which the form shows itself
    :param kind: "dataset" or "resource"
    """
    if kind == "resource":
        known = {field["field_name"] for field in fields} | _RESOURCE_OWN
        return [(key, str(value)) for key, value in data.items() if key not in known and isinstance(value, str | int)]
    pairs = [(key, str(data[key])) for key in _CORE_FIELDS if data.get(key)]
    for index, group in enumerate(data.get("groups") or []):
        pairs.append((f"groups__{index}__id", str(group.get("id") or "")))
    for index, extra in enumerate(data.get("extras") or []):
        pairs += [
            (f"extras__{index}__key", str(extra.get("key"))),
            (f"extras__{index}__value", str(extra.get("value"))),
        ]
    return pairs
