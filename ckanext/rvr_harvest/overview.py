"""What the pages show of sources and their runs: a handful of queries a page, however many sources there are."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB

from . import config
from .model import HarvestRecord, HarvestRun

__all__ = ["EXAMPLES", "NUMBERS", "count_runs", "examples", "last_good", "last_runs", "runs", "state"]

# datasets named with a finding
EXAMPLES = 5

# a process that works renews its heartbeat every few seconds
SILENCE = timedelta(minutes=3)

NUMBERS = ("added", "changed", "unchanged", "vanished", "refused", "held", "seen")
_COLUMNS = (
    HarvestRun.id, HarvestRun.source_id, HarvestRun.job_id, HarvestRun.status, HarvestRun.started, HarvestRun.finished,
    HarvestRun.heartbeat, HarvestRun.decision,
    *(HarvestRun.report[name].as_integer().label(name) for name in NUMBERS),
    HarvestRun.report["seconds"].as_float().label("seconds"),
    HarvestRun.report["sentences_de"][0].as_string().label("sentence_de"),
    HarvestRun.report["sentences_en"][0].as_string().label("sentence_en"),
)  # fmt: skip


def last_runs(source_ids: Iterable[str], *, ended: bool = False) -> dict[str, dict[str, Any]]:
    """The last run of each source, with ``findings`` (of all its records, trifles left out) and ``datasets``.

    :param ended: a run that is going on does not count
    """
    ids = list(source_ids)
    query = (
        sa.select(*_COLUMNS)
        .where(HarvestRun.source_id.in_(ids), HarvestRun.kind == "harvest")
        .where(HarvestRun.status != "running" if ended else sa.true())
        .order_by(HarvestRun.source_id, HarvestRun.started.desc())
        .distinct(HarvestRun.source_id)
    )
    found = {row.source_id: _as_dict(row) for row in model.Session.execute(query)}
    findings, datasets = _findings(ids), _datasets(ids)
    for source_id, run in found.items():
        run["findings"] = findings.get(source_id, 0)
        run["datasets"] = datasets.get(source_id, 0)
    return found


def runs(source_id: str, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """The last runs of a source, the newest first; dry ones are not among them."""
    query = (
        sa.select(*_COLUMNS)
        .where(HarvestRun.source_id == source_id, HarvestRun.kind == "harvest")
        .order_by(HarvestRun.started.desc(), HarvestRun.id)
        .limit(limit)
        .offset(offset)
    )
    return [_as_dict(row) for row in model.Session.execute(query)]


def count_runs(source_id: str) -> int:
    """How many runs of a source there are."""
    query = sa.select(sa.func.count()).where(HarvestRun.source_id == source_id, HarvestRun.kind == "harvest")
    return int(model.Session.execute(query).scalar_one())


def last_good(source_ids: Iterable[str]) -> dict[str, datetime]:
    """When a run of each source last got through completely (UTC)."""
    rows = model.Session.execute(
        sa.select(HarvestRun.source_id, sa.func.max(HarvestRun.finished))
        .where(
            HarvestRun.source_id.in_(list(source_ids)), HarvestRun.kind == "harvest", HarvestRun.status == "complete"
        )
        .group_by(HarvestRun.source_id)
    )
    return {row[0]: row[1] for row in rows}


def examples(source_id: str) -> list[dict[str, Any]]:
    """For each error and warning of a source's records some datasets: ``title``, ``name`` and the ``finding``."""
    one = sa.func.jsonb_array_elements(HarvestRecord.findings).table_valued("value").render_derived()
    severity, field, code = (one.c.value.op("->>")(key) for key in ("severity", "field", "code"))
    number = sa.func.row_number().over(partition_by=(field, code), order_by=HarvestRecord.guid).label("number")
    found = (
        sa.select(model.Package.title, model.Package.name, sa.cast(one.c.value, JSONB).label("finding"), number)
        .select_from(HarvestRecord)
        .join(one, severity != "info")
        .join(model.Package, model.Package.id == HarvestRecord.package_id)
        .where(HarvestRecord.source_id == source_id, model.Package.state == "active")
        .subquery()
    )
    rows = model.Session.execute(sa.select(found).where(found.c.number <= EXAMPLES))
    return [{"title": row.title, "name": row.name, "finding": row.finding} for row in rows]


def state(status: str, started: datetime, heartbeat: datetime | None = None) -> str:
    """The state of a run; one that is still `running` but silent is `interrupted`: its worker is gone."""
    if status != "running":
        return status
    now = datetime.now(UTC).replace(tzinfo=None)
    silent = now - heartbeat > SILENCE if heartbeat else now - started > timedelta(seconds=config.run_timeout())
    return "interrupted" if silent else status


def _as_dict(row: Any) -> dict[str, Any]:
    run = dict(row._mapping)
    return run | {name: run[name] or 0 for name in NUMBERS} | {"status": state(row.status, row.started, row.heartbeat)}


def _findings(ids: list[str]) -> dict[str, int]:
    one = sa.func.jsonb_array_elements(HarvestRecord.findings).table_valued("value").render_derived()
    rows = model.Session.execute(
        sa.select(HarvestRecord.source_id, sa.func.count())
        .join(one, one.c.value.op("->>")("severity") != "info")
        .where(HarvestRecord.source_id.in_(ids))
        .group_by(HarvestRecord.source_id)
    )
    return {row[0]: row[1] for row in rows}


def _datasets(ids: list[str]) -> dict[str, int]:
    rows = model.Session.execute(
        sa.select(HarvestRecord.source_id, sa.func.count())
        .join(model.Package, model.Package.id == HarvestRecord.package_id)
        .where(HarvestRecord.source_id.in_(ids), model.Package.state == "active")
        .group_by(HarvestRecord.source_id)
    )
    return {row[0]: row[1] for row in rows}
