"""Chained actions of ckanext-harvest, whose own ones show everybody what was fetched, for private datasets too."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict

from .hardening import is_hidden_dataset, visible_datasets

__all__ = ["harvest_object_show", "harvest_source_list", "harvest_source_show_status"]

_SUMMARIES = ("object_error_summary", "gather_error_summary")


@tk.chained_action
@tk.side_effect_free
def harvest_object_show(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show what was fetched for one dataset, to those who may see the dataset.

    What never became a dataset is shown to those who may change the source.

    :param id: id of the harvest object
    :type id: string
    :param dataset_id: id or name of a dataset, instead of `id`
    :type dataset_id: string
    """
    given = data_dict.get("dataset_id")
    if given and not data_dict.get("id") and not _may("package_show", context, str(given)):
        raise tk.ObjectNotFound("Dataset not found")  # word for word as for an unknown one
    found = next_(context, data_dict)
    package = found.get("package")
    if not (
        _may("package_show", context, package) if package else _may("harvest_source_update", context, found["source"])
    ):
        raise tk.ObjectNotFound("Harvest object not found")
    return found


@tk.chained_action
@tk.side_effect_free
def harvest_source_list(next_: Action, context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the harvest sources that the user may see."""
    tk.check_access("harvest_source_list", context, data_dict)  # ckanext-harvest forgets it, CKAN insists on it
    found = next_(context, data_dict)
    if context.get("ignore_auth"):
        return found
    visible = visible_datasets(context, [source["id"] for source in found])
    return [source for source in found if source["id"] in visible]


@tk.chained_action
@tk.side_effect_free
def harvest_source_show_status(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """State of a harvest source; what went wrong in the last job only for those who may change the source.

    :param id: id or name of the source
    :type id: string
    """
    source = tk.get_or_bust(data_dict, "id")
    if not context.get("ignore_auth") and is_hidden_dataset("package", source, context.get("user", "")):
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    status = next_(context, data_dict)
    if status.get("last_job") and not _may("harvest_source_update", context, source):
        status["last_job"] = {name: value for name, value in status["last_job"].items() if name not in _SUMMARIES}
    return status


def _may(action: str, context: Context, reference: str) -> bool:
    if context.get("ignore_auth"):
        return True
    try:
        tk.check_access(action, {"user": context.get("user", "")}, {"id": reference})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True
