"""Actions: the report, and ckanext-harvest's own ones put right for CKAN 2.12."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import rebuild
from ckan.types import Action, Context, DataDict
from ckanext.harvest.model import HarvestJob, HarvestSource

from ..access import check_source
from ..hiding import hide_config
from ..jobs import enqueue, revive
from ..kinds import is_ours
from ..model import HarvestRecord, HarvestRun
from ..quiet import is_quiet
from ..schedule import settle
from ..store import Store
from .decide import (
    rvr_harvest_moved_confirm,
    rvr_harvest_moved_reject,
    rvr_harvest_run_confirm,
    rvr_harvest_run_reject,
)
from .dry_run import rvr_harvest_dry_run, rvr_harvest_dry_run_show
from .frame import (
    get_mail_extra_vars,
    harvest_abort_failed_jobs,
    harvest_job_create_all,
    harvest_source_patch,
    harvest_source_update,
    prepare_error_mail,
    prepare_summary_mail,
    send_error_email,
    send_mail,
    send_summary_email,
)
from .operate import harvest_job_create, refuse_new_source, rvr_harvest_probe, rvr_harvest_source_activate
from .overview import rvr_harvest_finding_list, rvr_harvest_run_list, rvr_harvest_source_overview
from .source import package_create, package_update

__all__ = [
    "get_mail_extra_vars",
    "harvest_abort_failed_jobs",
    "harvest_job_create",
    "harvest_job_create_all",
    "harvest_jobs_run",
    "harvest_send_job_to_gather_queue",
    "harvest_source_clear",
    "harvest_source_list",
    "harvest_source_patch",
    "harvest_source_reindex",
    "harvest_source_update",
    "package_create",
    "package_create_default_resource_views",
    "package_update",
    "prepare_error_mail",
    "prepare_summary_mail",
    "rvr_harvest_dry_run",
    "rvr_harvest_dry_run_show",
    "rvr_harvest_finding_list",
    "rvr_harvest_moved_confirm",
    "rvr_harvest_moved_reject",
    "rvr_harvest_probe",
    "rvr_harvest_report_show",
    "rvr_harvest_run_confirm",
    "rvr_harvest_run_list",
    "rvr_harvest_run_reject",
    "rvr_harvest_source_activate",
    "rvr_harvest_source_overview",
    "send_error_email",
    "send_mail",
    "send_summary_email",
]


@tk.side_effect_free
def rvr_harvest_report_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Report of the last run of a harvest source, or of the run of one job.

    :param id: name or id of the source
    :type id: string
    :param job_id: id of a harvest job of that source (optional; otherwise the last run)
    :type job_id: string

    :returns: ``source``, ``run``, ``started``, ``finished`` (UTC), ``status`` (``complete``, ``incomplete``,
        ``failed``, ``running``), the numbers ``added``, ``changed``, ``unchanged``, ``vanished``, ``refused``,
        ``held``, ``sentences_de`` and ``sentences_en``, ``findings`` (counts by severity, field and code),
        ``records`` (findings of the records that were read in this run) and ``open_findings`` (counts over all records of the source)
    :rtype: dictionary
    """
    tk.check_access("rvr_harvest_report_show", context, data_dict)
    package = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    query = sa.select(HarvestRun).where(HarvestRun.source_id == package.id, HarvestRun.kind == "harvest")
    if job_id := data_dict.get("job_id"):
        query = query.where(HarvestRun.job_id == job_id)
    run = model.Session.scalars(query.order_by(HarvestRun.started.desc()).limit(1)).first()
    if run is None:
        raise tk.ObjectNotFound(tk._("This source has not been harvested yet."))
    return {
        **run.report,
        "source": {"id": package.id, "name": package.name, "title": package.title},
        "run": run.id,
        "job_id": run.job_id,
        "status": run.status,
        "started": run.started.isoformat(),
        "finished": run.finished and run.finished.isoformat(),
        "open_findings": _open_findings(package.id),
    }


def _open_findings(source_id: str) -> list[dict[str, Any]]:
    """Findings of all records of a source as they stand now, counted by the database."""
    one = sa.func.jsonb_array_elements(HarvestRecord.findings).table_valued("value").render_derived()
    severity, field, code = (one.c.value.op("->>")(key) for key in ("severity", "field", "code"))
    number = sa.func.count()
    rows = model.Session.execute(
        sa.select(severity, field, code, number)
        .select_from(HarvestRecord)
        .join(one, sa.true())
        .where(HarvestRecord.source_id == source_id)
        .group_by(severity, field, code)
    )
    weight = {"error": 0, "warning": 1, "info": 2}
    ordered = sorted(rows, key=lambda row: (weight.get(row[0], 3), -row[3], row[2]))
    return [{"severity": row[0], "field": row[1], "code": row[2], "count": row[3]} for row in ordered]


@tk.chained_action
def harvest_source_reindex(next_: Action, context: Context, data_dict: DataDict) -> bool:
    """Put a harvest source into the index.

    ckanext-harvest 1.6.3 stores the unvalidated dict as the validated one on CKAN 2.12, whereby the cached source
    loses its type, frequency and configuration; this goes through CKAN's own indexing instead.

    :param id: id of the source
    :type id: string
    """
    check_source("harvest_source_reindex", context, data_dict)
    rebuild(tk.get_or_bust(data_dict, "id"), defer_commit=bool(context.get("defer_commit")))
    return True


@tk.chained_action
def harvest_send_job_to_gather_queue(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Send a harvest job to the queue it belongs to: ours go to CKAN's background workers.

    :param id: id of the job
    :type id: string
    """
    job = HarvestJob.get(tk.get_or_bust(data_dict, "id"))
    if job is None or not is_ours(job.source.type):
        return next_(context, data_dict)
    tk.check_access("harvest_send_job_to_gather_queue", context, {"id": job.id, "source_id": job.source_id})
    if not job.source.active:
        raise tk.ValidationError({"source_id": [tk._("This source is not active.")]})
    refuse_new_source(job.source)
    job.status = "Running"
    job.save()
    enqueue(job.id)
    return tk.get_action("harvest_job_show")(tk.fresh_context(context), {"id": job.id})


@tk.chained_action
def harvest_jobs_run(next_: Action, context: Context, data_dict: DataDict) -> Any:
    """Start what is due of the stock harvesters; jobs of ours that were lost with their worker start again.

    Sources of our kinds are started by their plans: `ckan rvr-harvest tick`.

    :param source_id: id of a source, if only its jobs are looked after (optional)
    :type source_id: string
    """
    tk.check_access("harvest_jobs_run", context, data_dict)
    if not data_dict.get("source_id"):
        settle()
        revive()
    return next_(context, data_dict)


@tk.chained_action
def harvest_source_clear(next_: Action, context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Remove all datasets, jobs and objects of a source, and what the next run would compare with.

    :param id: id of the source
    :type id: string
    """
    result = next_(context, data_dict)
    source = HarvestSource.get(data_dict["id"])
    if source is not None:
        Store(source.id).forget()
        model.Session.commit()
    return result


@tk.chained_action
@tk.side_effect_free
def harvest_source_list(next_: Action, context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """All harvest sources; the configuration only of those the user may change."""
    sources = next_(context, data_dict)
    for source in sources:
        hide_config(context, source)
    return sources


@tk.chained_action
def package_create_default_resource_views(next_: Action, context: Context, data_dict: DataDict) -> list[Any]:
    """Default views of a new dataset; none are made while a harvest batch is written."""
    if is_quiet():
        tk.check_access("package_create_default_resource_views", context, data_dict)
        return []
    return next_(context, data_dict)
