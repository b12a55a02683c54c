"""Actions of those who look after sources: find out what a portal is, switch a new source on."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Action, Context, DataDict
from ckanext.harvest.model import HarvestSource

from .. import probe, settings
from ..access import check_source
from ..kinds import is_ours
from ..model import HarvestRun

__all__ = ["harvest_job_create", "refuse_new_source", "rvr_harvest_probe", "rvr_harvest_source_activate"]


def rvr_harvest_probe(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Find out which kind of catalogue a portal offers, from its address alone.

    A few small requests are made to that address; local addresses are refused as everywhere.

    :param url: address of the portal or of its catalogue
    :type url: string

    :returns: ``found`` (boolean), ``kind`` and ``kind_title`` of the source, ``url`` (the address to harvest),
        ``title`` (what the portal calls itself), ``expected`` (how many datasets it announces, or null) and
        ``sentence`` (all of it in words, in the language of the request; also why nothing was found)
    :rtype: dictionary
    """
    tk.check_access("rvr_harvest_probe", context, data_dict)
    url = str(tk.get_or_bust(data_dict, "url")).strip()
    return probe.probe(url).as_dict()


def rvr_harvest_source_activate(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Switch a new source on, after a dry run was looked at: from now on it is harvested by its plan.

    :param id: name or id of the source
    :type id: string

    :returns: ``id``, ``name`` and ``next_run`` (UTC, null without a plan)
    :rtype: dictionary
    """
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    tk.check_access("rvr_harvest_source_activate", context, {"id": package.id})
    source: Any = HarvestSource.get(package.id)
    if settings.is_trial(source):
        if not _tried(package.id):
            raise tk.ValidationError({"id": [tk._("This source is new. Please make a dry run first and look at it.")]})
        values = {key: value for key, value in settings.read(source.config).items() if key != settings.TRIAL}
        # an empty text would leave the settings as they were
        _store(context, package.id, json.dumps(values))
        source = HarvestSource.get(package.id)
    return {
        "id": package.id,
        "name": package.name,
        "next_run": source.next_run.isoformat() if source.next_run else None,
    }


def _store(context: Context, source_id: str, config: str) -> None:
    # who may do this was checked above
    inner: Any = {"user": context.get("user", ""), "ignore_auth": True, "rvr_harvest_activate": True}
    tk.get_action("harvest_source_patch")(inner, {"id": source_id, "config": config})


def _tried(source_id: str) -> bool:
    """Whether a dry run of a source came to its end."""
    query = sa.select(HarvestRun.id).where(
        HarvestRun.source_id == source_id, HarvestRun.kind == "dry", HarvestRun.status.in_(("complete", "incomplete"))
    )
    return model.Session.scalars(query.limit(1)).first() is not None


@tk.chained_action
def harvest_job_create(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Make a harvest job and put it into the queue; of a new source only after a dry run was looked at.

    :param source_id: id of the source
    :type source_id: string
    :param run: whether to put it into the queue at once (default: true)
    :type run: boolean
    """
    check_source("harvest_job_create", context, data_dict, "source_id")
    refuse_new_source(HarvestSource.get(data_dict.get("source_id")))
    return next_(context, data_dict)


def refuse_new_source(source: Any) -> None:
    """Nothing is fetched from a new source but for a dry run."""
    if source is not None and is_ours(source.type) and settings.is_trial(source):
        raise tk.ValidationError(
            {"source_id": [tk._("This source is new. Please make a dry run first, look at it and switch it on.")]}
        )
