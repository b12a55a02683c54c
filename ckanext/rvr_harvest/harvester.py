"""The stage that ckanext-harvest calls, and the same run for a worker and for the command line."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import SearchIndexError
from ckanext.harvest.model import HarvestGatherError, HarvestJob, HarvestSource
from sqlalchemy.exc import SQLAlchemyError

from . import notify
from .domain.report import Report
from .dry_run import DryRun
from .exceptions import AlreadyRunningError
from .pipeline import Progress, Run
from .quiet import call_silently
from .source import Source
from .store import try_lock, unlock

__all__ = ["dry_run", "is_running", "run_job", "site_user"]

log = logging.getLogger(__name__)

# seconds
_PATIENCE = 1.0


def run_job(job: Any, progress: Progress | None = None) -> Report | None:
    """Run a harvest job to its end and mark it as finished; none if the job was finished before.

    :raises AlreadyRunningError: another process harvests the same source
    """
    job_id, source_id = job.id, job.source_id
    with _lock(source_id):
        model.Session.refresh(job)
        if job.status == "Finished":
            return None
        _mark(job, status="Running", gather_started=_now())
        source = Source.load(_source(source_id))
        run = Run(source, job_id, site_user(), progress=progress, stopped=lambda: _is_finished(job_id))
        report = run.execute()
        job = HarvestJob.get(job_id)
        if problem := report.failure or report.crawl.problem:
            model.Session.add(HarvestGatherError(message=problem.de, job=job))
        now = _now()
        _mark(job, status="Finished", gather_finished=now, finished=now)
        if run.wrote:
            _tell(source, report)
        notify.after_run(source.id, run.id)
        return report


def dry_run(source_id: str, progress: Progress | None = None) -> Report:
    """What a run of a source would do; nothing is written but the report.

    :raises AlreadyRunningError: another process harvests the same source
    """
    with _lock(source_id):
        return DryRun(Source.load(_source(source_id)), "", site_user(), progress=progress).execute()


def is_running(source_id: str) -> bool:
    """Whether some process harvests the source right now."""
    try:
        with _lock(source_id, patience=0):
            return False
    except AlreadyRunningError:
        return True


def _is_finished(job_id: str) -> bool:
    """Whether the job was marked as finished in the meantime: somebody pressed “Stop this run”."""
    return bool(
        model.Session.execute(sa.select(HarvestJob.status).where(HarvestJob.id == job_id)).scalar() == "Finished"
    )


def _tell(source: Source, report: Report) -> None:
    """What others see of a run that changed something: one activity entry, and the source's state in the search."""
    user = site_user()
    context: dict[str, Any] = {"user": user.name, "ignore_auth": True}
    try:
        tk.get_action("harvest_source_reindex")(dict(context), {"id": source.id})  # type: ignore[arg-type]
    except SearchIndexError as error:  # the run is over, and its report says that the search does not answer
        log.error("Source %s is not up to date in the search: %s", source.id, error)
    if not _has_action("activity_create"):
        return
    package = tk.get_action("package_show")({"ignore_auth": True}, {"id": source.id})
    package.pop("config", None)
    call_silently(
        "activity_create",
        context,
        {
            "user_id": user.id,
            "object_id": source.id,
            "activity_type": "changed package",
            "data": {"package": package, "actor": user.name, "rvr_harvest": _brief(report)},
        },
    )


def _brief(report: Report) -> dict[str, Any]:
    return {key: value for key, value in report.as_dict().items() if isinstance(value, int | float | str)}


def _has_action(name: str) -> bool:
    try:
        tk.get_action(name)
    except KeyError:
        return False
    return True


def _mark(job: Any, **values: Any) -> None:
    for key, value in values.items():
        setattr(job, key, value)
    model.Session.add(job)
    model.Session.commit()


def _source(source_id: str) -> Any:
    source = HarvestSource.get(source_id)
    if source is None:
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    return source


def site_user() -> model.User:
    """CKAN's own user, in whose name harvested datasets are written."""
    name = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    user = model.User.get(name)
    assert user is not None
    return user


@contextmanager
def _lock(source_id: str, patience: float = _PATIENCE) -> Iterator[None]:
    """Only one run of a source at a time, on all machines; the lock is gone with its connection."""
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        if not _locked_soon(connection, source_id, patience):
            raise AlreadyRunningError
        try:
            yield
        finally:
            # let go at once; a connection that is only closed lets go when the server notices
            with suppress(SQLAlchemyError):
                unlock(connection, source_id)
            connection.invalidate()  # closed for good, so that the pool hands out no connection that holds the lock


def _locked_soon(connection: sa.Connection, source_id: str, patience: float) -> bool:
    """Take the lock, also from somebody who only looked whether it is taken, or whose end the server has not noticed."""
    until = time.monotonic() + patience
    while not try_lock(connection, source_id):
        if time.monotonic() >= until:
            return False
        time.sleep(patience / 20)
    return True


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
