"""Template helpers."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from .helpers_overview import (
    rvr_harvest_choices,
    rvr_harvest_decisions,
    rvr_harvest_field,
    rvr_harvest_has_sources,
    rvr_harvest_history,
    rvr_harvest_progress,
    rvr_harvest_running_job,
    rvr_harvest_said,
    rvr_harvest_state_word,
    rvr_harvest_twins,
)
from .helpers_pages import (
    rvr_harvest_datasets,
    rvr_harvest_findings,
    rvr_harvest_frequencies,
    rvr_harvest_frequency,
    rvr_harvest_kinds,
    rvr_harvest_last_runs,
    rvr_harvest_moment,
    rvr_harvest_runs,
)
from .helpers_plan import (
    rvr_harvest_plan_days,
    rvr_harvest_plan_form,
    rvr_harvest_plan_kinds,
    rvr_harvest_plans,
)
from .model import HarvestRecord, HarvestRun

__all__ = [
    "rvr_harvest_choices",
    "rvr_harvest_datasets",
    "rvr_harvest_decisions",
    "rvr_harvest_field",
    "rvr_harvest_findings",
    "rvr_harvest_frequencies",
    "rvr_harvest_frequency",
    "rvr_harvest_has_sources",
    "rvr_harvest_history",
    "rvr_harvest_kinds",
    "rvr_harvest_last_runs",
    "rvr_harvest_moment",
    "rvr_harvest_origin",
    "rvr_harvest_plan_days",
    "rvr_harvest_plan_form",
    "rvr_harvest_plan_kinds",
    "rvr_harvest_plans",
    "rvr_harvest_progress",
    "rvr_harvest_report",
    "rvr_harvest_running_job",
    "rvr_harvest_runs",
    "rvr_harvest_said",
    "rvr_harvest_state_word",
    "rvr_harvest_twins",
]


def rvr_harvest_origin(pkg_dict: dict[str, Any]) -> dict[str, Any] | None:
    """Where a dataset comes from: ``title`` and ``name`` of the source portal, ``url`` of the dataset there,
    ``last_sync`` (end of the last run that got through, UTC), ``last_changed`` and ``vanished``; none for own datasets
    and for those of a source that the user may not see.
    """
    last = (
        sa.select(sa.func.max(HarvestRun.finished))
        .where(HarvestRun.source_id == HarvestRecord.source_id, HarvestRun.status.in_(("complete", "incomplete")))
        .scalar_subquery()
    )
    row = model.Session.execute(
        sa.select(
            model.Package.title, model.Package.name, HarvestRecord.url, HarvestRecord.changed, HarvestRecord.state,
            last.label("last_sync"), model.Package.private,
        )
        .join(model.Package, model.Package.id == HarvestRecord.source_id)
        .where(HarvestRecord.package_id == pkg_dict["id"])
        .limit(1)
    ).first()  # fmt: skip
    if row is None or (row.private and not tk.h.check_access("package_show", {"id": row.name})):
        return None
    return {
        "title": row.title or row.name,
        "name": row.name,
        "url": row.url,
        "last_sync": row.last_sync,
        "last_changed": row.changed,
        "vanished": row.state == "archived",
    }


def rvr_harvest_report(source_id: str, job_id: str | None = None) -> dict[str, Any] | None:
    """The report of a source's last run or of one job; none if there is none or the user may not see it."""
    try:
        return tk.get_action("rvr_harvest_report_show")({}, {"id": source_id, "job_id": job_id})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
