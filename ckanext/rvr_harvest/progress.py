"""How far a job is, while it waits and runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestJob

from . import overview, queue
from .kinds import is_ours
from .model import HarvestRun

__all__ = ["Progress", "of_dry_run", "of_job", "running_job"]

_STEPS = 10


@dataclass(frozen=True, slots=True)
class Progress:
    """`phase`: waiting, reading, writing, finishing, ended, interrupted. `expected`: none if nobody knows."""

    phase: str
    done: int = 0
    expected: int | None = None
    status: str = ""

    @property
    def goes_on(self) -> bool:
        return self.phase in ("waiting", "reading", "writing", "finishing")

    @property
    def step(self) -> str:
        """Changes with the phase and with each tenth: how often a screen reader should speak."""
        tenth = self.done * _STEPS // self.expected if self.expected else 0
        return f"{self.phase}-{tenth}"

    @property
    def sentence(self) -> str:
        """The phase in words."""
        return _sentence(self)


def of_job(job_id: str) -> Progress:
    """How far a harvest job is."""
    run = _last(HarvestRun.job_id == job_id, HarvestRun.kind == "harvest")
    if run is None:
        job: Any = HarvestJob.get(job_id)
        waits = job is not None and job.status in ("New", "Running") and is_ours(job.source.type)
        return Progress("waiting" if waits else "ended")
    return _of_run(run)


def of_dry_run(source_id: str) -> Progress | None:
    """How far the last dry run of a source is, or the one that is to come; none if nobody has asked for one yet."""
    run = _last(HarvestRun.source_id == source_id, HarvestRun.kind == "dry")
    far = run and _of_run(run)
    if far and far.goes_on:
        return far
    return Progress("waiting") if queue.is_dry_run_wanted(source_id) else far


def _last(*conditions: sa.ColumnElement[bool]) -> HarvestRun | None:
    query = sa.select(HarvestRun).where(*conditions).order_by(HarvestRun.started.desc()).limit(1)
    return model.Session.scalars(query).first()


def _of_run(run: HarvestRun) -> Progress:
    status = overview.state(run.status, run.started, run.heartbeat)
    if status != "running":
        return Progress("interrupted" if status == "interrupted" else "ended", run.done, run.expected, status)
    return Progress(run.phase or "reading", run.done, run.expected, status)


def running_job(source_id: str) -> str | None:
    """The job of a source that waits or runs."""
    found = model.Session.execute(
        sa.select(HarvestJob.id)
        .where(HarvestJob.source_id == source_id, HarvestJob.status.in_(("New", "Running")))
        .order_by(HarvestJob.created.desc())
        .limit(1)
    ).scalar()
    return str(found) if found else None


def _sentence(progress: Progress) -> str:
    fixed = {
        "waiting": tk._("Waits for its turn."),
        "finishing": tk._("Brings it to an end: what has vanished, the search, the report."),
        "interrupted": tk._("The run broke off; it starts again by itself."),
    }
    if progress.phase in fixed:
        return fixed[progress.phase]
    if progress.phase == "ended":
        return _end(progress.status)
    numbers = {"done": tk.h.rvr_portal_number(progress.done), "all": tk.h.rvr_portal_number(progress.expected or 0)}
    if progress.phase == "writing":
        words = (
            tk._("Writes the datasets: {done} of {all}") if progress.expected else tk._("Writes the datasets: {done}")
        )
    else:
        words = (
            tk._("Reads the catalogue: {done} of {all}") if progress.expected else tk._("Reads the catalogue: {done}")
        )
    return words.format(**numbers)


def _end(status: str) -> str:
    words = {
        "complete": tk._("Done: the whole catalogue was read."),
        "incomplete": tk._("Done: a part of the catalogue was read."),
        "failed": tk._("Failed: nothing was changed or deleted beyond what the report says."),
    }
    return words.get(status, tk._("Done."))
