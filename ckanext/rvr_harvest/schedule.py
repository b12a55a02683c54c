"""Starts what is due by the plans of the sources. Safe to call at any time, from several machines at once."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.logic import HarvestJobExists
from ckanext.harvest.model import HarvestJob, HarvestSource
from sqlalchemy.exc import SQLAlchemyError

from . import config, jobs, settings
from .domain.plan import next_due, own_time
from .kinds import all_adapters
from .store import try_lock

__all__ = ["TICKED", "Tick", "default_time", "next_run", "plan_anew", "settle", "tick"]

log = logging.getLogger(__name__)

# Sent at the end of each tick with `now` (UTC): for what else has its time, such as weekly mails. Receivers see to it
# themselves that nothing is done twice; what they raise is logged and stops nobody.
TICKED = tk.signals.ckanext.signal("rvr_harvest:ticked")

_LOCK = "rvr_harvest:tick"


@dataclass(slots=True)
class Tick:
    """What one tick did: names of sources started, ids of jobs revived. `busy`: another one was at work."""

    started: list[str] = field(default_factory=list)
    revived: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    busy: bool = False


def tick(now: datetime | None = None) -> Tick:
    """Start what is due, and revive jobs whose worker was lost.

    A run that was missed is made up for once, however often it was missed. A source that is being harvested when it is
    due is left to that run.

    :param now: the moment (UTC) to go by, instead of the present one
    """
    now = now or datetime.now(UTC)
    done = Tick()
    with _alone() as alone:
        if not alone:
            done.busy = True
            return done
        settle()
        done.revived = jobs.revive()
        for source_id, name in _due(now):
            try:
                if _start(source_id, now):
                    done.started.append(name)
            except (tk.ValidationError, tk.ObjectNotFound, SQLAlchemyError):
                model.Session.rollback()
                log.exception("Source %s was not started", source_id)
                done.failed.append(name)
        for receiver in TICKED.receivers_for(None):
            try:
                receiver(None, now=now)
            except Exception:
                # whatever others do with the moment, the harvest goes on
                model.Session.rollback()
                log.exception("%r failed", receiver)
    return done


def next_run(source: Any, after: datetime) -> datetime | None:
    """The next planned run (UTC) of a source (`HarvestSource`) after a moment; none for one without a plan."""
    return next_due(settings.plan_of(source), after, config.timezone(), default_time(source.id))


def default_time(source_id: str) -> time:
    """The time of a source whose plan names none."""
    return own_time(source_id, config.night())


def plan_anew(source: Any, now: datetime | None = None) -> None:
    """Note the next run of a source whose plan was made or changed. Nothing is committed."""
    due = next_run(source, now or datetime.now(UTC))
    source.next_run = due.replace(tzinfo=None) if due else None
    model.Session.add(source)


def settle() -> None:
    """Give a plan to sources of our kinds that still have a frequency of ckanext-harvest, so that they start once."""
    query = model.Session.query(HarvestSource.id, HarvestSource.frequency).filter(
        HarvestSource.type.in_(all_adapters()), HarvestSource.frequency != "MANUAL", HarvestSource.active.is_(True)
    )
    for source_id, frequency in query.all():
        try:
            tk.get_action("harvest_source_patch")(_site_context(), {"id": source_id, "frequency": frequency})
        except tk.ValidationError as error:
            log.error("Source %s has no plan: %s", source_id, error)


def _due(now: datetime) -> list[tuple[str, str]]:
    """Id and name of each source whose time has come; new ones only get their next run noted."""
    query = (
        model.Session.query(HarvestSource, model.Package.name)
        .join(model.Package, model.Package.id == HarvestSource.id)
        .filter(HarvestSource.active.is_(True), model.Package.state == "active")
        .filter(HarvestSource.type.in_(all_adapters()))
        .order_by(HarvestSource.next_run, model.Package.name)
    )
    due = []
    for source, name in query.all():
        if settings.is_trial(source):
            continue
        if source.next_run is None:
            plan_anew(source, now)
        elif source.next_run.replace(tzinfo=UTC) <= now:
            due.append((source.id, name))
    model.Session.commit()
    return due


def _start(source_id: str, now: datetime) -> bool:
    """Put a run of a source into the queue and note the next one; false if one is waiting or going on already."""
    started = False
    try:
        job_id = tk.get_action("harvest_job_create")(_site_context(), {"source_id": source_id, "run": False})["id"]
    except HarvestJobExists:
        job_id = _unstarted(source_id)
    if job_id:
        tk.get_action("harvest_send_job_to_gather_queue")(_site_context(), {"id": job_id})
        started = True
    plan_anew(HarvestSource.get(source_id), now)
    model.Session.commit()
    return started


def _unstarted(source_id: str) -> str | None:
    """A job that was made but never started: somebody was interrupted between the two."""
    return model.Session.scalars(
        sa.select(HarvestJob.id).where(HarvestJob.source_id == source_id, HarvestJob.status == "New").limit(1)
    ).first()


def _site_context() -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True}


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other tick is at work on any machine; the lock is gone with its connection, whatever happens."""
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        got = try_lock(connection, _LOCK)
        try:
            yield got
        finally:
            if got:  # the server may take a while to notice that a connection was closed
                connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), {"key": _LOCK})
            connection.invalidate()
