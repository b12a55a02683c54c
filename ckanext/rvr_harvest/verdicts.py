"""What a person decides after a run: whether datasets are gone, and whether those under a new identifier are the same."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from . import indexer
from .batch_work import utc_clock
from .model import HarvestRecord, HarvestRun
from .store import Store, probably_moved

__all__ = ["confirm_gone", "held_back", "join_moved", "keep_gone", "purge_archived", "separate_moved", "waiting_run"]


def waiting_run(source_id: str) -> Any:
    """The run of a source that waits for a person; none if none does."""
    return model.Session.scalars(
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == source_id, HarvestRun.decision == "waiting")
        .order_by(HarvestRun.started.desc())
        .limit(1)
    ).first()


def confirm_gone(source_id: str, user: str, clock: Callable[[], datetime] = utc_clock) -> int:
    """Archive the datasets that were held back and have not come again since; how many."""
    return _decide(source_id, user, "confirmed", clock, lambda store, guids, now: store.archive(guids, now))


def keep_gone(source_id: str, user: str, clock: Callable[[], datetime] = utc_clock) -> int:
    """Keep the datasets that were held back, and do not ask again until their source has delivered them; how many."""
    return _decide(source_id, user, "rejected", clock, lambda store, guids, _now: store.update(guids, state="kept"))


def _decide(
    source_id: str,
    user: str,
    decision: str,
    clock: Callable[[], datetime],
    act: Callable[[Store, list[str], datetime], Any],
) -> int:
    run = waiting_run(source_id)
    if run is None:
        return 0
    now = clock()
    guids = _absent(source_id)
    if not guids and _moved(source_id, None):
        return 0  # the other question comes first; what is left after it is asked about then
    act(Store(source_id), guids, now)
    run.decision, run.decided, run.decided_by = decision, now, user
    model.Session.commit()
    _index(source_id)
    return len(guids)


def held_back() -> sa.ColumnElement[bool]:
    """Records about which somebody has to decide whether they are gone: absent in the last complete run, too.

    Those that probably came under a new guid are not among them: whether they are the same is asked first.
    """
    return sa.and_(
        HarvestRecord.state == "active",
        HarvestRecord.missing_runs > 0,
        HarvestRecord.package_id.is_not(None),
        ~probably_moved(),
    )


def _absent(source_id: str) -> list[str]:
    return list(
        model.Session.scalars(sa.select(HarvestRecord.guid).where(HarvestRecord.source_id == source_id, held_back()))
    )


def join_moved(source_id: str, guids: list[str] | None = None) -> int:
    """Records under a new guid take over the datasets they are alike to; the next run brings these up to date."""
    records = _moved(source_id, guids)
    for record in records:
        old = model.Session.scalars(
            sa.select(HarvestRecord).where(
                HarvestRecord.source_id == source_id, HarvestRecord.package_id == record.twin_id
            )
        ).first()
        if old is not None:
            model.Session.delete(old)
            model.Session.flush()
            record.package_id, record.state = record.twin_id, "active"
        else:
            record.state = "separate"
        record.twin_id, record.fingerprint = "", ""
    _read_again(source_id)
    return len(records)


def separate_moved(source_id: str, guids: list[str] | None = None) -> int:
    """Records under a new guid are datasets of their own; the next run makes them."""
    records = _moved(source_id, guids)
    for record in records:
        record.state, record.twin_id, record.fingerprint = "separate", "", ""
    _read_again(source_id)
    return len(records)


def _moved(source_id: str, guids: list[str] | None) -> list[Any]:
    query = sa.select(HarvestRecord).where(HarvestRecord.source_id == source_id, HarvestRecord.state == "moved")
    if guids is not None:
        query = query.where(HarvestRecord.guid.in_(guids))
    return list(model.Session.scalars(query))


def _read_again(source_id: str) -> None:
    """The pages must be parsed again although they have not changed. A run that has nothing left to ask waits no more."""
    Store(source_id).forget_pages()
    model.Session.flush()
    run = waiting_run(source_id)
    if run is not None and not _moved(source_id, None) and not _absent(source_id):
        run.decision = ""
    model.Session.commit()


def purge_archived(source_id: str, purge: Callable[[str], Any]) -> int:
    """Remove the archived datasets of a source for good; how many. `purge` removes one by its id."""
    rows = model.Session.execute(
        sa.select(HarvestRecord.guid, HarvestRecord.package_id).where(
            HarvestRecord.source_id == source_id, HarvestRecord.state == "archived"
        )
    ).all()
    for _guid, package_id in rows:
        if package_id and model.Session.get(model.Package, package_id) is not None:
            purge(package_id)
    model.Session.execute(
        sa.delete(HarvestRecord).where(
            HarvestRecord.source_id == source_id, HarvestRecord.guid.in_([row.guid for row in rows])
        )
    )
    model.Session.commit()
    return len(rows)


def _index(source_id: str) -> None:
    store = Store(source_id)
    rest = store.not_indexed()
    refused = indexer.index_in_parts(rest)
    if rest:
        indexer.commit_index()
        store.indexed(one for one in rest if one not in refused)
        model.Session.commit()
