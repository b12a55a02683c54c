"""The background job: one run of one source."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs as background
from ckanext.harvest.model import HarvestJob, HarvestSource

from . import config, harvester
from .exceptions import AlreadyRunningError
from .kinds import all_adapters

__all__ = ["enqueue", "revive", "run"]

log = logging.getLogger(__name__)


def enqueue(job_id: str) -> None:
    """Put a harvest job into the queue; the same one twice is one."""
    tk.enqueue_job(
        run,
        [job_id],
        title=f"rvr_harvest {job_id}",
        queue=config.queue_name(),
        rq_kwargs={"timeout": config.run_timeout(), "job_id": _queue_id(job_id)},
    )


def revive() -> list[str]:
    """Put those jobs into the queue again whose worker was killed or whose entry in the queue is gone; their ids.

    Otherwise such a job counts as running for ever, and its source is never harvested again.
    """
    running = (
        model.Session.query(HarvestJob.id, HarvestJob.source_id)
        .join(HarvestSource)
        .filter(HarvestJob.status == "Running", HarvestSource.type.in_(all_adapters()))
    )
    waiting = set(background.get_queue(config.queue_name()).job_ids)
    lost = [
        job.id for job in running.all() if _queue_id(job.id) not in waiting and not harvester.is_running(job.source_id)
    ]
    for job_id in lost:
        log.warning("Harvest job %s was lost and goes into the queue again", job_id)
        enqueue(job_id)
    return lost


def _queue_id(job_id: str) -> str:
    return f"rvr_harvest-{job_id}"


def run(job_id: str) -> None:
    """Work on a harvest job. A job that is gone or done is left alone."""
    job: Any = HarvestJob.get(job_id)
    if job is None:
        log.info("Harvest job %s no longer exists", job_id)
        return
    try:
        harvester.run_job(job)
    except AlreadyRunningError:
        log.info("Harvest job %s: its source is being harvested already", job_id)
