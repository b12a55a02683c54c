"""Why a cell or a dataset is not taken, in a sentence that says what to do; and the language to say it in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import flask
from flask_babel import force_locale

from .. import application
from ..exceptions import N_

__all__ = ["language", "sentence", "speaking"]

_SENTENCES = {
    # cells
    "turned_into_date": N_(
        "Excel has turned this into a date ({value}). Please format the cell as text and write the value again."
    ),
    "not_yes_or_no": N_("“{value}” is neither yes nor no. Please write “yes” or leave the cell empty."),
    "not_in_list": N_("“{value}” is not in the list of this column. Please choose an entry of the list."),
    "near": N_("“{value}” is not in the list of this column. Did you mean “{near}”?"),
    "too_long": N_("This text is longer than the {limit} characters that a cell can hold. Please shorten it."),
    # rows
    "no_dataset": N_("This row belongs to no dataset. Please enter the key of a dataset or a title."),
    "two_values": N_("Row {line} says something else for the same dataset. Please delete one of the two values."),
    "no_resource": N_(
        "The dataset has no file with the key “{value}”. Please take over the key from an export, or delete it for a new "
        "file."
    ),
    "resource_twice": N_("Row {line} is about the same file. Please delete one of the two rows."),
    "new_resource_needs_address": N_("A new file or service needs its web address. Please enter it."),
    # datasets
    "unknown": N_(
        "There is no dataset with the key “{value}” that you may change. Please take over the key from an export, or "
        "delete it to create a new dataset."
    ),
    "same_title": N_(
        "Your organisation already has a dataset with this title: {name}. Please enter its address in the portal to "
        "change it, or another title."
    ),
    "title_twice": N_("Row {line} holds a new dataset with the same title. Please delete one, or change its title."),
    "dataset_twice": N_("Row {line} is about the same dataset. Please put the rows together with the same key."),
    "no_right_to_create": N_("You may not create datasets for this organisation. Please ask whoever manages it."),
    "unknown_heading": N_(
        "The column “{value}” is not known and is not read. Please take its heading from the template."
    ),
    # hints
    "harvested": N_(
        "This dataset is collected from another catalogue. The next run may overwrite your change: better make it there."
    ),
    "changed_since": N_("Somebody has changed this dataset since your export."),
    "changed_meanwhile": N_("Somebody changed this dataset after the check: it was left out."),
    # why nothing was written
    "search_down": N_(
        "The search does not answer, so nothing was written. Please try again later; if it lasts, tell the operators."
    ),
    "refused_late": N_(
        "A dataset was refused while it was written, so nothing was written at all. Please upload the file again: {value}"
    ),
    "no_right": N_("You may no longer change one of these datasets, so nothing was written at all."),
    "broke_off": N_("Writing broke off, so nothing was written at all. Please try again."),
    "check_broke_off": N_("The check broke off. Nothing was written. Please try again."),
}


def sentence(reason: str, params: Mapping[str, Any] | None = None) -> str:
    """The sentence of a reason in the language that is being spoken."""
    return tk._(_SENTENCES[reason]).format(**(params or {}))


def language() -> str:
    """Language of the request, or the site's own: "de" or "en"."""
    asked = tk.h.lang() if flask.has_request_context() else None
    return "en" if str(asked or tk.config["ckan.locale_default"]).startswith("en") else "de"


@contextmanager
def speaking(lang: str) -> Iterator[None]:
    """Within this block sentences are in that language, also in a background job."""
    if flask.has_app_context():
        with force_locale(lang):
            yield
        return
    # a job or command: only the application knows the translations
    with application.current().app_context(), force_locale(lang):
        yield
