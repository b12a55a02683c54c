"""Template helpers of the stewards' form: its steps, what is wrong in it, and what was kept of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import g

from . import form_drafts
from .domain import form_defaults
from .form_state import messages_in, place_of

__all__ = [
    "rvr_portal_form",
    "rvr_portal_form_errors",
    "rvr_portal_form_gaps",
    "rvr_portal_form_more",
    "rvr_portal_form_steps",
]

_HIDDEN = "rvr_hidden.html"
_STEPS = ("required", "recommended", "more")

Fields = list[dict[str, Any]]


def rvr_portal_form_steps(fields: Fields, errors: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The three steps of a form: `{key, number, title, lead, failed, parts: [{title, fields, failed, open}]}`.

    The parts of the last step are folded but for those where something is wrong or was just asked for.
    Fields that nobody types are in none, unless something is wrong with them.
    """
    words = {
        "required": (tk._("Required"), tk._("What the rules for open data (DCAT-AP.de) ask of every dataset.")),
        "recommended": (tk._("Recommended"), tk._("What helps people find and understand the data.")),
        "more": (tk._("More"), tk._("Only where it applies.")),
    }
    failed = set(errors or ())
    asked = {rvr_portal_form_more(), str(g.get("rvr_portal_located", "")).partition("-")[0]}
    steps = {
        key: {"key": key, "number": number, "title": words[key][0], "lead": words[key][1], "failed": 0, "parts": {}}
        for number, key in enumerate(_STEPS, 1)
    }
    for field in fields:
        if field.get("form_snippet", "") is None:
            continue
        if field.get("form_snippet") == _HIDDEN and field["field_name"] not in failed:
            continue
        section = field.get("rvr_section", "more")
        step = steps[section if section in _STEPS else "more"]
        part = step["parts"].setdefault(
            section, {"title": _part_title(section), "fields": [], "failed": 0, "open": False}
        )
        part["fields"].append(field)
        part["open"] |= field["field_name"] in failed | asked
        if field["field_name"] in failed:
            part["failed"] += 1
            step["failed"] += 1
    return [step | {"parts": list(step["parts"].values())} for step in steps.values() if step["parts"]]


def rvr_portal_form_errors(errors: Mapping[str, Any], fields: Fields) -> list[dict[str, str]]:
    """What is wrong in a form, in the order of its fields: `{target, label, message}`; `target` is a field's id."""
    found: list[dict[str, str]] = []
    left = dict(errors)
    for field in fields:
        name = field["field_name"]
        if name in left:
            found += _of_field(f"field-{name}", _label(field), left.pop(name), field.get("repeating_subfields"))
    for name, messages in left.items():
        if name not in ("__before", "__after", "__junk"):
            found += [{"target": "", "label": str(name), "message": text} for text in messages_in(messages)]
    return found


def rvr_portal_form(kind: str, data: Mapping[str, Any], dataset: str = "") -> dict[str, Any]:
    """What a form knows about itself: `{place, offer, restored, prefilled, others}`.

    :param kind: dataset or resource
    :param dataset: name or id of the dataset of a resource
    :returns: `offer` is when and what this account typed here without saving, `others` are its other new datasets
    """
    place = place_of(kind, data, dataset)
    user = tk.current_user.id if tk.current_user.is_authenticated else ""
    asked = tk.request.method == "GET" and bool(user)
    restored = asked and "draft" in tk.request.args
    is_new = place.startswith("dataset/new")
    kept = form_drafts.find(user, place) if asked and not restored and not is_new else None
    others = form_drafts.listed(user, "dataset/new/") if asked and is_new and not restored else []
    return {
        "place": place,
        "offer": kept,
        "restored": restored and form_drafts.find(user, place) is not None,
        "prefilled": g.get("rvr_portal_prefilled", []),
        "others": others[:3],
    }


def rvr_portal_form_gaps(owner_org: str | None) -> dict[str, Any] | None:
    """What an organisation lacks to give defaults: `{title, fields, edit}`; None if nothing or if there is none.

    `edit` is the address where this user may fill it, if they may.
    """
    if not owner_org:
        return None
    context: Any = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    try:
        plain = {"include_users": False, "include_groups": False, "include_dataset_count": False}
        organization = tk.get_action("organization_show")(context.copy(), {"id": owner_org, **plain})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    words = {"email": tk._("email address for questions"), "places": tk._("places")}
    fields = [words[field] for field in form_defaults.missing(organization)]
    edit = ""
    if fields and tk.h.check_access("organization_update", {"id": organization["id"]}):
        edit = tk.url_for("organization.edit", id=organization["name"])
    return {"title": organization["title"] or organization["name"], "fields": fields, "edit": edit}


def rvr_portal_form_more() -> str:
    """The group of fields for which another empty one was asked for."""
    return str(g.get("rvr_portal_more", ""))


def _part_title(section: str) -> str:
    titles = {
        "people": tk._("Other responsible bodies"),
        "more": tk._("More information"),
        "legal": tk._("Law and quality"),
        "technical": tk._("Technical details"),
        "location": tk._("Location on the map"),
    }
    return titles.get(section, "")


def _of_field(target: str, label: str, messages: Any, subfields: Fields | None) -> list[dict[str, str]]:
    if not subfields or not any(isinstance(one, Mapping) for one in messages):
        return [{"target": target, "label": label, "message": text} for text in messages_in(messages)]
    found = []
    for number, group in enumerate(messages):
        for field in subfields:
            name = field["field_name"]
            for text in messages_in((group or {}).get(name)):
                where = f"{target}-{number}-{name}"
                found.append({"target": where, "label": f"{label}: {_label(field)}", "message": text})
    return found


def _label(field: Mapping[str, Any]) -> str:
    return str(tk.h.scheming_language_text(field.get("label") or field["field_name"]))
