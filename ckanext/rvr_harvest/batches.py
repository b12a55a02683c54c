"""Batches of drafts between the process that reads a source and those that write.

A batch is a row. Who takes it holds a lease and renews it; when the lease has passed, because the process was killed or
its machine is gone, another one takes the batch over. Whoever lost its lease cannot commit any more.
"""

from __future__ import annotations

import json
import logging
import threading
import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from ckan import model

from .domain.values import DatasetDraft, Finding
from .model import HarvestBatch, HarvestRun

__all__ = ["BATCH", "Batches", "Claimed", "LostLeaseError", "Task", "beating", "lease_of", "utc_now"]

log = logging.getLogger(__name__)

BATCH = 100
LEASE = timedelta(seconds=30)
BEAT = 5.0
# a transaction whose process asks nothing for that long is ended by the database: a machine that stands still, or is cut
# off without a word, would otherwise keep its batch for hours
SILENCE = timedelta(seconds=45)
# a batch whose processes were killed that often is not tried again: something in it kills them
MAX_ATTEMPTS = 4


@dataclass(frozen=True, slots=True)
class Task:
    """One draft to write. `package_id` is the dataset it belongs to, if there is one already."""

    draft: DatasetDraft
    fingerprint: str
    page_url: str
    content: str
    package_id: str | None = None
    identifier: str = ""
    likeness: str = ""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A batch that this process may write. `attempts` counts this one."""

    id: str
    token: str
    attempts: int
    tasks: tuple[Task, ...]

    @property
    def hopeless(self) -> bool:
        """Whether it has cost so many processes that it is given up."""
        return self.attempts > MAX_ATTEMPTS


class LostLeaseError(Exception):
    """Another process has taken the batch over, or the run is over: nothing may be committed."""


def utc_now() -> sa.ColumnElement[Any]:
    """The database's clock, the same for all machines (UTC, without zone)."""
    return sa.func.timezone("utc", sa.func.clock_timestamp())


class Batches:
    """The batches of one run."""

    def __init__(self, run_id: str) -> None:
        self.run_id = run_id
        self._mine = HarvestBatch.run_id == run_id

    def add(self, tasks: Sequence[Task], state: str = "waiting") -> str:
        """Store a batch and commit; its id. In the state `deferred` it is kept, but not given out."""
        number = model.Session.scalar(sa.select(sa.func.count()).where(self._mine)) or 0
        batch = HarvestBatch(
            id=str(uuid4()), run_id=self.run_id, number=number, state=state, token="", attempts=0, payload=_pack(tasks)
        )
        model.Session.add(batch)
        batch_id: str = batch.id
        model.Session.commit()
        return batch_id

    def claim(self) -> Claimed | None:
        """Take the first batch that waits or whose lease has passed, and commit; none if there is none."""
        free = (
            sa.select(HarvestBatch.id)
            .join(HarvestRun, HarvestRun.id == HarvestBatch.run_id)
            .where(self._mine, HarvestRun.status == "running", self._free())
            .order_by(HarvestBatch.number)
            .limit(1)
            .with_for_update(skip_locked=True, of=HarvestBatch)
        )
        token = str(uuid4())
        row = model.Session.execute(
            sa.update(HarvestBatch)
            .where(HarvestBatch.id == free.scalar_subquery())
            .values(state="running", token=token, lease_until=utc_now() + LEASE, attempts=HarvestBatch.attempts + 1)
            .returning(HarvestBatch.id, HarvestBatch.attempts, HarvestBatch.payload)
            .execution_options(synchronize_session=False)
        ).first()
        model.Session.commit()
        if row is None:
            return None
        return Claimed(row.id, token, row.attempts, _unpack(row.payload))

    def _free(self) -> sa.ColumnElement[bool]:
        overdue = sa.and_(HarvestBatch.state == "running", HarvestBatch.lease_until < utc_now())
        return sa.or_(HarvestBatch.state == "waiting", overdue)

    def hold(self, claimed: Claimed) -> None:
        """Begin a transaction that writes: nobody else takes the batch, or begins another run, before it has ended.

        A process that was killed while it committed may still commit; whoever comes next waits here for that.

        :raises LostLeaseError: the batch is no longer ours
        """
        limit = f"{int(SILENCE.total_seconds() * 1000)}ms"
        row = model.Session.execute(
            sa.select(HarvestBatch.id, sa.func.set_config("idle_in_transaction_session_timeout", limit, True))
            .where(HarvestBatch.id == claimed.id, HarvestBatch.token == claimed.token)
            .with_for_update()
        ).first()
        if row is None:
            raise LostLeaseError

    def written(self, claimed: Claimed, outcome: dict[str, Any]) -> None:
        """Note, in the transaction that writes the datasets, what became of them.

        :raises LostLeaseError: the transaction must be rolled back
        """
        self._settle(claimed, state="written", outcome=outcome, payload=None)

    def done(self, claimed: Claimed, outcome: dict[str, Any]) -> None:
        """The datasets are in the search, too."""
        self._settle(claimed, state="done", outcome=outcome, payload=None)

    def _settle(self, claimed: Claimed, **values: Any) -> None:
        running = sa.exists().where(HarvestRun.id == self.run_id, HarvestRun.status == "running")
        result = model.Session.execute(
            sa.update(HarvestBatch)
            .where(HarvestBatch.id == claimed.id, HarvestBatch.token == claimed.token, running)
            .values(**values)
            .execution_options(synchronize_session=False)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            raise LostLeaseError

    def waiting(self) -> int:
        """How many batches nobody works on."""
        return model.Session.scalar(sa.select(sa.func.count()).where(self._mine, HarvestBatch.state == "waiting")) or 0

    def unfinished(self) -> int:
        """How many batches are not done: waiting, being written, or written by a living process but not indexed."""
        alive = sa.and_(HarvestBatch.state == "written", HarvestBatch.lease_until >= utc_now())
        open_ = sa.or_(HarvestBatch.state.in_(("waiting", "running")), alive)
        return model.Session.scalar(sa.select(sa.func.count()).where(self._mine, open_)) or 0

    def written_records(self) -> int:
        """How many records of batches were written so far."""
        length = sa.func.jsonb_array_length(HarvestBatch.outcome["notes"])
        query = sa.select(sa.func.coalesce(sa.func.sum(length), 0)).where(self._mine, HarvestBatch.outcome.is_not(None))
        return int(model.Session.scalar(query) or 0)

    def deferred(self) -> Iterator[tuple[Task, ...]]:
        """The tasks of deferred batches, batch by batch."""
        rows = model.Session.execute(
            sa.select(HarvestBatch.id).where(self._mine, HarvestBatch.state == "deferred").order_by(HarvestBatch.number)
        )
        for (batch_id,) in rows.all():
            yield _unpack(
                model.Session.scalar(sa.select(HarvestBatch.payload).where(HarvestBatch.id == batch_id)) or b""
            )

    def outcomes(self) -> dict[str, dict[str, Any]]:
        """What became of the batches that were written, by their id and in their order."""
        rows = model.Session.execute(
            sa.select(HarvestBatch.id, HarvestBatch.outcome)
            .where(self._mine, HarvestBatch.outcome.is_not(None))
            .order_by(HarvestBatch.number)
        )
        return {row[0]: row[1] for row in rows}

    def drop(self) -> None:
        """Forget the batches; the report has what they told."""
        model.Session.execute(sa.delete(HarvestBatch).where(self._mine))


def lease_of(claimed: Claimed) -> sa.Update:
    """The statement that renews a lease."""
    return (
        sa.update(HarvestBatch)
        .where(HarvestBatch.id == claimed.id, HarvestBatch.token == claimed.token)
        .values(lease_until=utc_now() + LEASE)
    )


@contextmanager
def beating(statement: Callable[[], sa.Update], seconds: float = BEAT) -> Iterator[None]:
    """Run a statement every few seconds on a connection of its own, beside whatever this thread does.

    A beat that fails is left out: who is late is taken for dead, and that is meant.
    """
    over = threading.Event()
    engine: Any = model.meta.engine

    def beat() -> None:
        while not over.wait(seconds):
            try:
                with engine.begin() as connection:
                    connection.execute(statement())
            except sa.exc.SQLAlchemyError as error:
                log.warning("A heartbeat failed: %s", error)

    thread = threading.Thread(target=beat, name="rvr_harvest heartbeat", daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def _pack(tasks: Sequence[Task]) -> bytes:
    values = [{**_fields(task), "draft": _fields(task.draft)} for task in tasks]
    return zlib.compress(json.dumps(values, ensure_ascii=False, default=_fields).encode("utf-8", "surrogatepass"), 1)


def _fields(value: Any) -> dict[str, Any]:
    return {one.name: getattr(value, one.name) for one in fields(value)}


def _unpack(payload: bytes) -> tuple[Task, ...]:
    if not payload:
        return ()
    values = json.loads(zlib.decompress(payload).decode("utf-8", "surrogatepass"))
    return tuple(_task(one) for one in values)


def _task(values: dict[str, Any]) -> Task:
    draft = values.pop("draft")
    findings = tuple(Finding(**one) for one in draft["findings"])
    return Task(DatasetDraft(draft["guid"], draft["package"], findings), **values)
