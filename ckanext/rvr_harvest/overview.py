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

__all__ = ["EXAMPLES", "NUMBERS", "examples", "last_runs", "runs", "state"]

# datasets named with a finding
EXAMPLES = 5

NUMBERS = ("added", "changed", "unchanged", "vanished", "refused")
_COLUMNS = (
    HarvestRun.source_id, HarvestRun.job_id, HarvestRun.status, HarvestRun.started, HarvestRun.finished,
    *(HarvestRun.report[name].as_integer().label(name) for name in NUMBERS),
    HarvestRun.report["sentences_de"][0].as_string().label("sentence_de"),
    HarvestRun.report["sentences_en"][0].as_string().label("sentence_en"),
)  # fmt: skip


def last_runs(source_ids: Iterable[str]) -> dict[str, dict[str, Any]]:
    """The last run of each source, with ``findings`` (of all its records, trifles left out) and ``datasets``."""
    ids = list(source_ids)
    query = (
        sa.select(*_COLUMNS)
        .where(HarvestRun.source_id.in_(ids))
        .order_by(HarvestRun.source_id, HarvestRun.started.desc())
        .distinct(HarvestRun.source_id)
    )
    found = {row.source_id: _as_dict(row) for row in model.Session.execute(query)}
    findings, datasets = _findings(ids), _datasets(ids)
    for source_id, run in found.items():
        run["findings"] = findings.get(source_id, 0)
        run["datasets"] = datasets.get(source_id, 0)
    return found


def runs(source_id: str, limit: int) -> list[dict[str, Any]]:
    """The last runs of a source, the newest first."""
    query = (
        sa.select(*_COLUMNS)
        .where(HarvestRun.source_id == source_id)
        .order_by(HarvestRun.started.desc())
        .limit(limit)
    )  # fmt: skip
    return [_as_dict(row) for row in model.Session.execute(query)]


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


def state(status: str, started: datetime) -> str:
    """The state of a run; one that is still `running` after its time is `interrupted`: its worker is gone."""
    limit = datetime.now(UTC).replace(tzinfo=None) - timedelta(seconds=config.run_timeout())
    return "interrupted" if status == "running" and started < limit else status


def _as_dict(row: Any) -> dict[str, Any]:
    run = dict(row._mapping)
    return run | {name: run[name] or 0 for name in NUMBERS} | {"status": state(row.status, row.started)}


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
