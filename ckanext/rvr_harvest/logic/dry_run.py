"""Actions about dry runs: what a run of a source would do, without doing it."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.types import Context, DataDict

from .. import queue
from ..model import HarvestRun

__all__ = ["rvr_harvest_dry_run", "rvr_harvest_dry_run_show"]


def rvr_harvest_dry_run(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Put a dry run of a harvest source into the queue: it reads everything and writes nothing but its report.

    :param id: name or id of the source
    :type id: string

    :returns: ``id`` and ``name`` of the source; the report is in ``rvr_harvest_dry_run_show``
    :rtype: dictionary
    """
    package = _source(data_dict)
    tk.check_access("rvr_harvest_dry_run", context, {"id": package.id})
    queue.enqueue_dry_run(package.id)
    return {"id": package.id, "name": package.name}


@tk.side_effect_free
def rvr_harvest_dry_run_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """The last dry run of a harvest source.

    :param id: name or id of the source
    :type id: string

    :returns: as ``rvr_harvest_report_show``, and ``examples``: titles of some datasets that would be ``added``,
        ``changed``, would have ``vanished`` or would be ``held`` back
    :rtype: dictionary
    """
    package = _source(data_dict)
    tk.check_access("rvr_harvest_dry_run_show", context, {"id": package.id})
    run = model.Session.scalars(
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == package.id, HarvestRun.kind == "dry")
        .order_by(HarvestRun.started.desc())
        .limit(1)
    ).first()
    if run is None:
        raise tk.ObjectNotFound(tk._("There was no dry run of this source yet."))
    return {
        "examples": {},
        **run.report,
        "source": {"id": package.id, "name": package.name, "title": package.title},
        "run": run.id,
        "job_id": None,
        "status": run.status,
        "done": run.done,
        "expected_now": run.expected,
        "started": run.started.isoformat(),
        "finished": run.finished and run.finished.isoformat(),
    }


def _source(data_dict: DataDict) -> Any:
    package: Any = model.Package.get(tk.get_or_bust(data_dict, "id"))
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    return package
