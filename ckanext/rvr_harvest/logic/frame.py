"""Actions of ckanext-harvest 1.6.3 that anybody may call, or that CKAN 2.12 does not let anybody call."""

from __future__ import annotations

import logging
from typing import Any, NoReturn

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Action, Context, DataDict
from ckanext.harvest.logic import HarvestJobExists
from ckanext.harvest.model import HarvestSource

from ..access import check_source

__all__ = [
    "get_mail_extra_vars",
    "harvest_abort_failed_jobs",
    "harvest_job_create_all",
    "harvest_source_patch",
    "harvest_source_update",
    "prepare_error_mail",
    "prepare_summary_mail",
    "send_error_email",
    "send_mail",
    "send_summary_email",
]

log = logging.getLogger(__name__)


@tk.chained_action
def harvest_source_patch(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Change some fields of a harvest source; the others stay as they are.

    ckanext-harvest asks for no right under the action's own name, and CKAN then refuses it after all is done.

    :param id: name or id of the source
    :type id: string
    """
    check_source("harvest_source_patch", context, data_dict)
    return next_(context, data_dict)


@tk.chained_action
def harvest_source_update(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Change a harvest source; fields that are left out are emptied.

    ckanext-harvest asks for no right under the action's own name, and CKAN then refuses it after all is done.

    :param id: name or id of the source
    :type id: string
    """
    check_source("harvest_source_update", context, data_dict)
    return next_(context, data_dict)


@tk.chained_action
def harvest_abort_failed_jobs(next_: Action, context: Context, data_dict: DataDict) -> str:
    """Stop jobs of the stock harvesters that run for too long. ckanext-harvest lets anybody begin with it.

    :param life_span: days after which a job counts as failed
    :type life_span: int
    """
    tk.check_access("harvest_jobs_run", context, {})
    return next_(context, data_dict)


@tk.chained_action
def harvest_job_create_all(next_: Action, context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """Make a job for each active source and put it into its queue; new sources and those with a job are left out.

    :param run: whether to put them into the queue at once (default: true)
    :type run: boolean
    """
    tk.check_access("harvest_job_create_all", context, data_dict)
    made = []
    for (source_id,) in model.Session.query(HarvestSource.id).filter(HarvestSource.active.is_(True)).all():
        try:
            job = {"source_id": source_id, "run": data_dict.get("run", True)}
            made.append(tk.get_action("harvest_job_create")(tk.fresh_context(context), job))
        except (HarvestJobExists, tk.ValidationError) as error:
            log.info("No job for source %s: %s", source_id, error)
    return made


def _closed(next_: Action, context: Context, data_dict: DataDict) -> NoReturn:
    """Not an action: ckanext-harvest's helper of this name was open to everybody by mistake."""
    raise tk.NotAuthorized(tk._("This is no action."))


get_mail_extra_vars = tk.chained_action(_closed)
prepare_error_mail = tk.chained_action(_closed)
prepare_summary_mail = tk.chained_action(_closed)
send_error_email = tk.chained_action(_closed)
send_mail = tk.chained_action(_closed)
send_summary_email = tk.chained_action(_closed)
