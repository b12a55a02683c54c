"""Actions with which a person decides what a run could not."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context, DataDict

from .. import verdicts

__all__ = [
    "rvr_harvest_moved_confirm",
    "rvr_harvest_moved_reject",
    "rvr_harvest_run_confirm",
    "rvr_harvest_run_reject",
]


def rvr_harvest_run_confirm(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Archive the datasets that a run held back because too many were missing at once.

    They leave the search, keep their addresses, and return when the source delivers them again.

    :param id: name or id of the harvest source
    :type id: string

    :returns: ``archived``: how many
    :rtype: dictionary
    """
    source_id = _source(context, data_dict, "rvr_harvest_run_confirm")
    return {"archived": verdicts.confirm_gone(source_id, str(context.get("user") or ""))}


def rvr_harvest_run_reject(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Keep the datasets that a run held back; it is not asked again until the source has delivered them.

    :param id: name or id of the harvest source
    :type id: string

    :returns: ``kept``: how many
    :rtype: dictionary
    """
    source_id = _source(context, data_dict, "rvr_harvest_run_reject")
    return {"kept": verdicts.keep_gone(source_id, str(context.get("user") or ""))}


def rvr_harvest_moved_confirm(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Records that came under a new identifier are the datasets they are alike to: these keep their addresses.

    :param id: name or id of the harvest source
    :type id: string
    :param guid: the new identifier of one record (optional; otherwise all that wait)
    :type guid: string

    :returns: ``joined``: how many; the next run brings them up to date
    :rtype: dictionary
    """
    source_id = _source(context, data_dict, "rvr_harvest_moved_confirm")
    return {"joined": verdicts.join_moved(source_id, _guids(data_dict))}


def rvr_harvest_moved_reject(context: Context, data_dict: DataDict) -> dict[str, int]:
    """Records that came under a new identifier are datasets of their own.

    :param id: name or id of the harvest source
    :type id: string
    :param guid: the new identifier of one record (optional; otherwise all that wait)
    :type guid: string

    :returns: ``separated``: how many; the next run makes them
    :rtype: dictionary
    """
    source_id = _source(context, data_dict, "rvr_harvest_moved_reject")
    return {"separated": verdicts.separate_moved(source_id, _guids(data_dict))}


def _source(context: Context, data_dict: DataDict, action: str) -> str:
    package: Any = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    tk.check_access(action, context, {"id": package.id})
    return str(package.id)


def _guids(data_dict: DataDict) -> list[str] | None:
    guid = data_dict.get("guid")
    return [str(guid)] if guid else None
