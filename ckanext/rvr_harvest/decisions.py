"""What waits for a person: datasets that would go, and records that probably are known datasets under a new guid."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model

from .model import HarvestRecord, HarvestRun
from .verdicts import held_back, waiting_run

__all__ = ["moved", "number_open", "waiting"]

_SHOWN = 500


def waiting(source_id: str) -> dict[str, Any] | None:
    """The question of a run: ``count`` datasets missing of ``known``, and ``datasets`` with ``title``, ``name`` and
    ``since`` (the first complete run without them); none if there is no question, or another comes first (`held_back`).
    """
    if waiting_run(source_id) is None:
        return None
    missing = _missing(source_id)
    known = model.Session.scalar(
        sa.select(sa.func.count()).where(HarvestRecord.source_id == source_id, HarvestRecord.state == "active")
    )
    rows = model.Session.execute(
        missing.add_columns(HarvestRecord.title, model.Package.title.label("shown"), model.Package.name)
        .order_by(model.Package.title)
        .limit(_SHOWN)
    ).all()
    if not rows:
        return None
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(missing.subquery())) or 0
    runs = _complete_runs(source_id, max(row.missing_runs for row in rows))
    datasets = [
        {
            "title": row.shown or row.title or row.guid,
            "name": row.name,
            "since": runs[min(row.missing_runs, len(runs)) - 1] if runs else None,
        }
        for row in rows
    ]
    return {"count": count, "known": known or 0, "datasets": datasets}


def moved(source_id: str) -> list[dict[str, Any]]:
    """Records under a new guid: ``guid``, ``title``, ``url`` and the ``dataset`` (``title``, ``name``) they resemble."""
    rows = model.Session.execute(
        sa.select(HarvestRecord.guid, HarvestRecord.title, HarvestRecord.url, model.Package.title, model.Package.name)
        .outerjoin(model.Package, model.Package.id == HarvestRecord.twin_id)
        .where(HarvestRecord.source_id == source_id, HarvestRecord.state == "moved")
        .order_by(HarvestRecord.title)
        .limit(_SHOWN)
    )
    return [
        {
            "guid": row[0],
            "title": row[1],
            "url": row[2],
            "dataset": {"title": row[3] or row[4], "name": row[4]} if row[4] else None,
        }
        for row in rows
    ]


def number_open(source_id: str) -> int:
    """How many datasets of a source somebody has to decide about."""
    gone = 0
    if waiting_run(source_id) is not None:
        gone = model.Session.scalar(sa.select(sa.func.count()).select_from(_missing(source_id).subquery())) or 0
    others = model.Session.scalar(
        sa.select(sa.func.count()).where(HarvestRecord.source_id == source_id, HarvestRecord.state == "moved")
    )
    return gone + (others or 0)


def _missing(source_id: str) -> sa.Select[Any]:
    return (
        sa.select(HarvestRecord.guid, HarvestRecord.missing_runs)
        .join(model.Package, model.Package.id == HarvestRecord.package_id)
        .where(HarvestRecord.source_id == source_id, held_back())
    )


def _complete_runs(source_id: str, count: int) -> list[Any]:
    """When the last complete runs began, the newest first."""
    rows = model.Session.execute(
        sa.select(HarvestRun.started)
        .where(HarvestRun.source_id == source_id, HarvestRun.status == "complete", HarvestRun.kind == "harvest")
        .order_by(HarvestRun.started.desc())
        .limit(count)
    )
    return [row[0] for row in rows]
