"""The queue of background jobs: what a run asks of the workers."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
from ckan.lib import jobs as background
from redis.exceptions import RedisError
from rq import Worker
from rq.job import JobStatus

from . import config

__all__ = ["call_helper", "call_off_helpers", "enqueue", "enqueue_dry_run", "is_dry_run_wanted", "is_waiting"]

log = logging.getLogger(__name__)

# functions of `jobs`, by name, because those import what needs the queue
_RUN = "ckanext.rvr_harvest.jobs.run"
_DRY_RUN = "ckanext.rvr_harvest.jobs.dry_run"
_HELP = "ckanext.rvr_harvest.jobs.help_with"


def enqueue(job_id: str) -> None:
    """Put a harvest job into the queue; the same one twice is one."""
    tk.enqueue_job(
        _RUN,  # type: ignore[arg-type]
        [job_id],
        title=f"rvr_harvest {job_id}",
        queue=config.queue_name(),
        rq_kwargs={"timeout": config.run_timeout(), "job_id": _queue_id(job_id)},
    )


def enqueue_dry_run(source_id: str) -> None:
    """Have a worker try what a run of a source would do."""
    tk.enqueue_job(
        _DRY_RUN,  # type: ignore[arg-type]
        [source_id],
        title=f"rvr_harvest dry run {source_id}",
        queue=config.queue_name(),
        rq_kwargs={"timeout": config.run_timeout(), "job_id": _dry_run_id(source_id)},
    )


def is_waiting(job_id: str) -> bool:
    """Whether a harvest job waits in the queue."""
    return _queue_id(job_id) in background.get_queue(config.queue_name()).job_ids


def is_dry_run_wanted(source_id: str) -> bool:
    """Whether a dry run of a source waits in the queue, or a worker has just taken it up."""
    try:
        job = background.get_queue(config.queue_name()).fetch_job(_dry_run_id(source_id))
        return job is not None and job.get_status() in (JobStatus.QUEUED, JobStatus.STARTED)
    except RedisError as error:
        log.warning("Nobody knows whether a dry run of %s waits: %s", source_id, error)
        return False


def call_helper(run_id: str, number: int) -> None:
    """Ask for help with a run that has a batch more. Without a queue or without workers the run does it alone.

    Who helps stays until there is nothing left: no more is asked for than there are workers who could come.
    """
    try:
        queue = background.get_queue(config.queue_name())
        asked = sum(job_id.startswith(_helper_id(run_id, "")) for job_id in queue.job_ids)
        if asked >= Worker.count(queue=queue):
            return
        tk.enqueue_job(
            _HELP,  # type: ignore[arg-type]
            [run_id],
            title=f"rvr_harvest batch {number} of {run_id}",
            queue=config.queue_name(),
            rq_kwargs={"timeout": config.run_timeout(), "job_id": _helper_id(run_id, number)},
        )
    except RedisError as error:
        log.warning("No help for run %s: %s", run_id, error)


def call_off_helpers(run_id: str) -> None:
    """Take requests for help out of the queue that nobody has answered: the run is over."""
    try:
        queue = background.get_queue(config.queue_name())
        for job_id in queue.job_ids:
            if job_id.startswith(_helper_id(run_id, "")):
                queue.remove(job_id)
    except RedisError as error:
        log.warning("Requests for help with run %s stay in the queue: %s", run_id, error)


def _dry_run_id(source_id: str) -> str:
    return f"rvr_harvest-dry-{source_id}"


def _helper_id(run_id: str, number: int | str) -> str:
    return f"rvr_harvest-{run_id}-{number}"


def _queue_id(job_id: str) -> str:
    return f"rvr_harvest-{job_id}"
