"""The background job: one run of one source."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckanext.harvest.model import HarvestJob

from . import config, harvester
from .exceptions import AlreadyRunningError

__all__ = ["enqueue", "run"]

log = logging.getLogger(__name__)


def enqueue(job_id: str) -> None:
    """Put a harvest job into the queue; the same one twice is one."""
    tk.enqueue_job(
        run,
        [job_id],
        title=f"rvr_harvest {job_id}",
        queue=config.queue_name(),
        rq_kwargs={"timeout": config.run_timeout(), "job_id": f"rvr_harvest-{job_id}"},
    )


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
