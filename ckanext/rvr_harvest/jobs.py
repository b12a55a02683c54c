"""The background jobs: one run of one source, and help with its batches."""

from __future__ import annotations

import logging
import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any

from ckan import model
from ckanext.harvest.model import HarvestJob, HarvestSource
from rq import get_current_job

from . import harvester
from .batch_work import BatchWork
from .exceptions import AlreadyRunningError
from .kinds import all_adapters
from .model import HarvestRun
from .queue import enqueue, is_waiting
from .quiet import seldom_collected

__all__ = ["dry_run", "enqueue", "help_with", "revive", "run"]

log = logging.getLogger(__name__)

# a helper waits that long for the next batch before its worker looks for other work (seconds)
_LINGER = 2.0
_PAUSE = 0.1
# who visits the portal waits, a harvest does not: its processes take what computing time others leave (0 to 19)
_NICENESS = 10


def revive() -> list[str]:
    """Put those jobs into the queue again whose worker was killed or whose entry in the queue is gone; their ids.

    Otherwise such a job counts as running for ever, and its source is never harvested again.
    """
    running = (
        model.Session.query(HarvestJob.id, HarvestJob.source_id)
        .join(HarvestSource)
        .filter(HarvestJob.status == "Running", HarvestSource.type.in_(all_adapters()))
    )
    lost = [job.id for job in running.all() if not is_waiting(job.id) and not harvester.is_running(job.source_id)]
    for job_id in lost:
        log.warning("Harvest job %s was lost and goes into the queue again", job_id)
        enqueue(job_id)
    return lost


def dry_run(source_id: str) -> None:
    """What a run of a source would do. While it is harvested, there is nothing to try."""
    _step_back()
    try:
        harvester.dry_run(source_id)
    except AlreadyRunningError:
        log.info("Source %s is being harvested already", source_id)


def help_with(run_id: str) -> None:
    """Write batches of a run as long as there are any. A run that is over is left alone."""
    _step_back()
    run: Any = model.Session.get(HarvestRun, run_id)
    if run is None or run.status != "running":
        return
    source: Any = HarvestSource.get(run.source_id)
    package: Any = model.Session.get(model.Package, run.source_id)
    if source is None or package is None:
        return
    work = BatchWork(run_id, run.job_id, run.source_id, package.owner_org or None, harvester.site_user())
    model.Session.commit()
    with seldom_collected():
        idle_since = time.monotonic()
        while time.monotonic() - idle_since < _LINGER:
            if work.one():
                idle_since = time.monotonic()
            else:
                model.Session.remove()
                time.sleep(_PAUSE)


def run(job_id: str) -> None:
    """Work on a harvest job. A job that is gone or done is left alone."""
    _step_back()
    job: Any = HarvestJob.get(job_id)
    if job is None:
        log.info("Harvest job %s no longer exists", job_id)
        return
    try:
        harvester.run_job(job)
    except AlreadyRunningError:
        log.info("Harvest job %s: its source is being harvested already", job_id)


def _step_back() -> None:
    """Let others go first. A worker has a process for each job, so this ends with the job; elsewhere nothing is done.

    Linux may share the computing time out by sessions before it does so by processes (autogroup). A worker that is the only
    one of its session, as every service is, therefore lowers that as well; it stays so for the worker's later jobs.
    """
    if get_current_job() is None:
        return
    os.setpriority(os.PRIO_PROCESS, 0, _NICENESS)
    if os.getsid(0) in (os.getpid(), os.getppid()):
        with suppress(OSError):
            Path("/proc/self/autogroup").write_text(str(_NICENESS))
