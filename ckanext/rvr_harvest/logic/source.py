"""CKAN's actions on datasets, for harvest sources: what the form says, beside the field and in the user's language.

ckanext-harvest takes any address and answers some mistakes in English with the inner names of things.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckan.types import Action, Context, DataDict

from ckanext.rvr_portal.http import check_url
from ckanext.rvr_portal.shared import HttpDoorError

__all__ = ["package_create", "package_update"]

Errors = dict[str, list[str]]


@tk.chained_action
def package_create(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Create a dataset; of a harvest source the address is checked, and a missing name is made from the title."""
    if data_dict.get("type") != "harvest":
        return next_(context, data_dict)
    data_dict = {**data_dict, "name": data_dict.get("name") or _free_name(str(data_dict.get("title") or ""))}
    _refuse(_missing(data_dict) | _bad_address(data_dict, ""), context, "package_create", data_dict)
    return _told(next_, context, data_dict)


@tk.chained_action
def package_update(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Update a dataset; of a harvest source a new address is checked."""
    if data_dict.get("type", "harvest") != "harvest":
        return next_(context, data_dict)
    stored = model.Package.get(data_dict.get("id") or data_dict.get("name"))
    if stored is None or stored.type != "harvest":
        return next_(context, data_dict)
    _refuse(_missing(data_dict) | _bad_address(data_dict, stored.url or ""), context, "package_update", data_dict)
    return _told(next_, context, data_dict)


def _missing(data: DataDict) -> Errors:
    errors: Errors = {}
    if not str(data.get("title") or data.get("name") or "").strip():
        errors["title"] = [tk._("Please give the source a name.")]
    if not data.get("source_type") and not any(one["key"] == "source_type" for one in data.get("extras") or []):
        errors["source_type"] = [tk._("Please choose the kind of the source.")]
    return errors


def _bad_address(data: DataDict, known: str) -> Errors:
    """What is wrong with the address; one that was accepted earlier is left to the run, which reports it."""
    url = str(data.get("url") or "").strip()
    if not url:
        return {"url": [tk._("Please enter the address of the catalogue.")]}
    if url == known:
        return {}
    try:
        check_url(url)
    except HttpDoorError as error:
        return {"url": [error.sentence]}
    return {}


def _refuse(errors: Errors, context: Context, action: str, data: DataDict) -> None:
    if errors:
        tk.check_access(action, context, data)
        raise tk.ValidationError(errors)  # type: ignore[arg-type]


def _told(next_: Action, context: Context, data: DataDict) -> Any:
    try:
        return next_(context, data)
    except tk.ValidationError as error:
        told = {key: _in_words(found) if isinstance(found, list) else found for key, found in error.error_dict.items()}
        raise tk.ValidationError(told) from error  # type: ignore[arg-type]


def _in_words(errors: list[Any]) -> list[Any]:
    words = {
        "There already is a Harvest Source": tk._("Another source already has this address."),
        "Unknown harvester type": tk._("Please choose the kind of the source."),
        "Frequency": tk._("Please choose how often the source is harvested."),
        "Error parsing the configuration": tk._("These settings cannot be read. Please write a JSON object."),
    }
    return [next((text for start, text in words.items() if str(one).startswith(start)), one) for one in errors]


def _free_name(title: str) -> str:
    """A name for the address of the source's page that no dataset has yet; empty without a title."""
    if not title.strip():
        return ""
    base = munge_title_to_name(title)[:90].strip("-_") or "quelle"
    names = [base, *(f"{base}-{number}" for number in range(2, 1000))]
    return next((name for name in names if model.Package.get(name) is None), base)
