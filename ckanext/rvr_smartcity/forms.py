"""The project form: what comes in, what goes out, which fields stand in which section."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response
from werkzeug.datastructures import MultiDict

from ckanext.rvr_portal.shared import places

from .search import TYPE

#: Sections of the form in reading order.
GROUPS = ("core", "state", "content", "location", "people", "money", "transfer")
#: Empty rows offered below the filled ones of a repeating field.
BLANK_ROWS = 1

_ROW_KEY = re.compile(r"^(\d{1,3})-(\w+)$")


def fields() -> list[dict[str, Any]]:
    """Fields of the form as the schema has them."""
    schema = tk.h.scheming_get_dataset_schema(TYPE)
    return [field for field in schema["dataset_fields"] if field.get("form_group")]


def from_request(form: MultiDict[str, str]) -> dict[str, Any]:
    """Package dict of a posted form; every field of the form is in it, so that an emptied one is removed."""
    data: dict[str, Any] = {"private": form.get("private") == "True"}
    for field in fields():
        name = field["field_name"]
        if field.get("widget") == "rows":
            data[name] = _rows(name, form)
        elif field.get("widget") == "lines":
            data[name] = [line.strip() for line in form.get(name, "").splitlines() if line.strip()]
        elif field.get("multiple"):
            data[name] = [value for value in form.getlist(name) if value]
        else:
            data[name] = form.get(name, "").strip()
    return data


def _rows(name: str, form: MultiDict[str, str]) -> list[dict[str, str]]:
    """Rows of a repeating field (`partners-0-name`), without those that are wholly empty."""
    rows: dict[int, dict[str, str]] = {}
    for key in form:
        match = _ROW_KEY.match(key.removeprefix(f"{name}-")) if key.startswith(f"{name}-") else None
        if match:
            rows.setdefault(int(match[1]), {})[match[2]] = form.get(key, "").strip()
    return [rows[number] for number in sorted(rows) if any(rows[number].values())]


def merge(package: Mapping[str, Any], data: Mapping[str, Any]) -> dict[str, Any]:
    """The stored package with the form's fields put over it; what the form does not show stays."""
    return {**package, **data}


def blank(args: MultiDict[str, str]) -> dict[str, Any]:
    """Start values of a new project: the only organisation one may write for, and its place."""
    organizations = tk.h.organizations_available("create_dataset")
    wanted = args.get("organization", "")
    chosen = [org for org in organizations if wanted in (org["name"], org["id"])] if wanted else organizations
    data: dict[str, Any] = {"private": False}
    if len(chosen) == 1:
        data["owner_org"] = chosen[0]["id"]
        place = places().by_slug(chosen[0]["name"])
        if place:
            data["places"] = [place.key]
    return data


def render(
    data: Mapping[str, Any], errors: Mapping[str, Any], package: Mapping[str, Any] | None, more: str = ""
) -> str:
    """The form page; `package` is the stored project when one is edited, `more` a repeating field to lengthen."""
    known = {field["field_name"] for field in fields()}
    return tk.render(
        "rvr_smartcity/form.html",
        extra_vars={
            "data": data,
            "errors": {name: messages for name, messages in errors.items() if name in known},
            "other_errors": [text for name, found in errors.items() if name not in known for text in _texts(found)],
            "package": package,
            "more": more,
            "groups": [(group, [f for f in fields() if f["form_group"] == group]) for group in GROUPS],
            "organizations": tk.h.organizations_available("create_dataset"),
            "place_groups": place_groups(),
            "blank_rows": BLANK_ROWS,
        },
    )


def place_groups() -> list[tuple[str, list[Any]]]:
    """All places to choose from: cities without Kreis, each Kreis with its municipalities, the region."""
    register = places()
    cities = [place for place in register.municipalities if place.is_member_body]
    groups: list[tuple[str, list[Any]]] = [(tk._("Cities"), sorted(cities, key=_by_name))]
    for kreis in register.kreise:
        towns = sorted((t for t in register.municipalities if t.parent == kreis.key), key=_by_name)
        groups.append((kreis.name, [kreis, *towns]))
    groups.append((tk._("Whole region"), [register.region]))
    return groups


def saved(package: Mapping[str, Any], created: bool) -> Response:
    """On to the project's page, with a sentence about what happened."""
    if package.get("private"):
        text = tk._("The project is saved. Only members of your organization can see it.")
    elif created:
        text = tk._("The project is published.")
    else:
        text = tk._("Your changes are published.")
    tk.h.flash_success(text)
    return tk.redirect_to("rvr_smartcity.read", id=package["name"])


def _by_name(place: Any) -> str:
    return place.name.casefold().translate(str.maketrans({"ä": "a", "ö": "o", "ü": "u"}))


def _texts(found: Any) -> list[str]:
    if isinstance(found, str):
        return [found]
    if isinstance(found, Mapping):
        return [text for value in found.values() for text in _texts(value)]
    return [text for value in found or () for text in _texts(value)]
