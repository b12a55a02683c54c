"""Where runs are kept, and how far they are."""

from __future__ import annotations

import json
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs as background
from ckan.lib.redis import connect_to_redis

from .. import config
from ..domain.sheet_columns import Cell
from ..domain.sheet_rows import Group, Row
from ..model import RvrPortalSheetRun

__all__ = [
    "CHECKED",
    "CHECKING",
    "DONE",
    "FAILED",
    "INDEXING",
    "WAITING",
    "create",
    "enqueue",
    "get",
    "groups_of",
    "is_lost",
    "lock",
    "lost",
    "of_user",
    "progress",
    "set_progress",
    "set_state",
]

CHECKING, CHECKED, WAITING, INDEXING, DONE, FAILED = "checking", "checked", "waiting", "indexing", "done", "failed"
_JOBS = {CHECKING: "check", WAITING: "write", INDEXING: "write"}
# a job that was taken out of the queue needs a moment until it is under way (seconds)
_MOMENT = 20


def create(
    kind: str,
    user_id: str,
    owner_org: str,
    label: str,
    lang: str,
    columns: Sequence[str],
    groups: Sequence[Group],
    **more: Any,
) -> RvrPortalSheetRun:
    """Keep a new run; old ones go."""
    now = datetime.now(UTC)
    model.Session.execute(
        sa.delete(RvrPortalSheetRun).where(
            RvrPortalSheetRun.created < now - timedelta(days=config.sheet_runs_kept_days())
        )
    )
    content = {"columns": list(columns), "groups": [_as_json(group) for group in groups], **more}
    run = RvrPortalSheetRun(
        id=str(uuid4()), kind=kind, user_id=user_id, owner_org=owner_org, label=label[:200], lang=lang, state=CHECKING,
        reason="", created=now, changed=now, options={}, content=content, items=[], undo={},
    )  # fmt: skip
    model.Session.add(run)
    model.Session.commit()
    return run


def get(run_id: str) -> RvrPortalSheetRun | None:
    """A run by its id."""
    return model.Session.get(RvrPortalSheetRun, run_id)


def of_user(user_id: str, owner_org: str | None = None, limit: int = 20) -> list[RvrPortalSheetRun]:
    """The last runs of a user, newest first, without their contents."""
    query = sa.select(RvrPortalSheetRun).options(
        *(sa.orm.defer(getattr(RvrPortalSheetRun, name)) for name in ("content", "items", "undo"))
    )
    query = query.where(RvrPortalSheetRun.user_id == user_id)
    if owner_org:
        query = query.where(RvrPortalSheetRun.owner_org == owner_org)
    return list(model.Session.scalars(query.order_by(RvrPortalSheetRun.created.desc()).limit(limit)))


def lost() -> list[RvrPortalSheetRun]:
    """Runs whose job is gone: its worker was killed, or the queue has lost it."""
    query = sa.select(RvrPortalSheetRun).where(RvrPortalSheetRun.state.in_(_JOBS))
    return [run for run in model.Session.scalars(query) if is_lost(run)]


def groups_of(run: RvrPortalSheetRun) -> list[Group]:
    """What was asked for, by dataset."""
    return [
        Group(
            [Row(line, {key: Cell(*cell) for key, cell in cells.items()}) for line, cells in group["rows"]],
            tuple(group["afresh"]),
        )
        for group in run.content["groups"]
    ]


def _as_json(group: Group) -> dict[str, Any]:
    rows = [
        [row.line, {key: [cell.text, cell.is_date] for key, cell in row.cells.items() if cell.text}]
        for row in group.rows
    ]
    return {"rows": rows, "afresh": list(group.afresh)}


def set_state(run: RvrPortalSheetRun, state: str, reason: str = "") -> None:
    """Say where a run stands; the caller commits."""
    run.state, run.reason, run.changed = state, reason, datetime.now(UTC)


# The queue ---------------------------------------------------------------------------------------


def enqueue(run: RvrPortalSheetRun) -> None:
    """Have a worker do what the run waits for; the same one twice is one.

    :raises redis.exceptions.RedisError: the queue does not answer
    """
    set_progress(run.id, 0, 0)
    tk.enqueue_job(
        f"ckanext.rvr_portal.sheets.jobs.{_JOBS[run.state]}",  # type: ignore[arg-type]
        [run.id],
        title=f"rvr_portal sheet {run.id}",
        rq_kwargs={"timeout": config.sheet_timeout(), "job_id": _job_id(run)},
    )


def _job_id(run: RvrPortalSheetRun) -> str:
    return f"rvr_portal_sheet-{_JOBS[run.state]}-{run.id}"


def is_lost(run: RvrPortalSheetRun) -> bool:
    """Whether a run waits for a job that is neither in the queue nor under way."""
    if run.state not in _JOBS or datetime.now(UTC) - run.changed < timedelta(seconds=_MOMENT):
        return False
    if _job_id(run) in background.get_queue().job_ids:
        return False
    # on a connection of its own: a look must not keep the lock
    with model.ensure_engine().connect() as connection:
        free = connection.execute(sa.select(_try_lock(run.id))).scalar()
        connection.rollback()
    return bool(free)


def lock(run_id: str) -> bool:
    """Take the run for this transaction; false if another process has it."""
    return bool(model.Session.execute(sa.select(_try_lock(run_id))).scalar())


def _try_lock(run_id: str) -> Any:
    return sa.func.pg_try_advisory_xact_lock(sa.func.hashtextextended(f"rvr_portal sheet {run_id}", 0))


# Progress ----------------------------------------------------------------------------------------
#
# What is written lies in one transaction, which nobody else can look into: how far it is stands in Redis.


def set_progress(run_id: str, done: int, total: int) -> None:
    """Say how many datasets of how many are done."""
    connect_to_redis().set(_key(run_id), json.dumps([done, total, time.time()]), ex=86_400)


def progress(run_id: str) -> tuple[int, int]:
    """How many datasets are done, of how many (0 if nobody knows yet)."""
    found = connect_to_redis().get(_key(run_id))
    done, total, _at = json.loads(found) if found else (0, 0, 0)
    return done, total


def _key(run_id: str) -> str:
    return f"ckan:{tk.config['ckan.site_id']}:rvr_portal_sheet:{run_id}"
