"""How each source is doing and what its steward has to do: a handful of queries, however many sources there are."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestSource
from sqlalchemy.dialects.postgresql import JSONB

from . import overview, settings
from .domain.findings import CODES, in_general
from .domain.labels import label
from .domain.light import Light, Signs, light
from .findings import OPEN
from .model import HarvestRecord, HarvestRun
from .verdicts import held_back

__all__ = ["described", "to_repair"]

# kinds of findings named for each source, and records that were refused
TOP = 3
REFUSED = 5
# the clock of the harvest looks every few minutes
LATE = timedelta(hours=6)


def described(sources: Sequence[Any]) -> list[dict[str, Any]]:
    """What `rvr_harvest_source_overview` tells of these sources (rows of `access.editable_sources`)."""
    ids = [source.id for source in sources]
    now = datetime.now(UTC).replace(tzinfo=None)
    ended, newest, good = overview.last_runs(ids, ended=True), overview.last_runs(ids), overview.last_good(ids)
    states, findings, refused = _states(ids), _findings(ids), _refused(ids)
    waiting, plans, organizations = _waiting(ids), _plans(ids), _organizations(sources)
    told = []
    for source in sources:
        last, of_state, found = _last(ended, newest, source.id), states[source.id], findings[source.id]
        plan, running = plans.get(source.id), newest.get(source.id, {}).get("status") == "running"
        next_run = plan.next_run if plan else None
        signs = Signs(
            status=last["status"] if last else "",
            off=source.state == "deleted",
            trial=bool(plan) and settings.is_trial(plan),
            late=bool(next_run) and now - next_run > LATE and not running,
            refused=of_state.get("refused", 0),
            moved=of_state.get("moved", 0),
            waiting=waiting.get(source.id, 0),
            errors=sum(one["count"] for one in found if one["severity"] == "error"),
        )
        told.append(
            {
                "id": source.id,
                "name": source.name,
                "title": source.title or source.name,
                "organization": organizations.get(source.owner_org),
                "light": _light(light(signs)),
                "running": running,
                "last_good": _iso(good.get(source.id)),
                "last_run": _run(last),
                "next_run": _iso(next_run),
                "datasets": last["datasets"] if last else 0,
                "refused": of_state.get("refused", 0),
                "refused_examples": refused[source.id],
                "vanished": of_state.get("archived", 0),
                "moved": of_state.get("moved", 0),
                "waiting": waiting.get(source.id, 0),
                "findings": sum(one["count"] for one in found if one["severity"] != "info"),
                "to_repair": [one for one in found if one["severity"] != "info"][:TOP],
            }
        )
    return told


def to_repair(ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Source → all kinds of errors and warnings, the weightiest and most frequent first."""
    found = _findings(ids)
    return {key: [one for one in found[key] if one["severity"] != "info"] for key in ids}


def _last(ended: dict[str, Any], newest: dict[str, Any], source_id: str) -> dict[str, Any] | None:
    """The last run that ended, or the last one if it broke off."""
    last = newest.get(source_id)
    return last if last and last["status"] != "running" else ended.get(source_id)


def _light(shown: Light) -> dict[str, Any]:
    return {
        "name": shown.name, "colour": shown.colour, "sign": shown.sign,
        "word_de": shown.word.de, "word_en": shown.word.en,
        "reasons_de": [reason.de for reason in shown.reasons], "reasons_en": [reason.en for reason in shown.reasons],
    }  # fmt: skip


def _run(run: dict[str, Any] | None) -> dict[str, Any] | None:
    if run is None:
        return None
    names = ("job_id", "status", *overview.NUMBERS, "sentence_de", "sentence_en")
    return {name: run[name] for name in names} | {"started": _iso(run["started"]), "finished": _iso(run["finished"])}


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _states(ids: list[str]) -> dict[str, dict[str, int]]:
    """Source → state → number of records."""
    found: dict[str, dict[str, int]] = defaultdict(dict)
    rows = model.Session.execute(
        sa.select(HarvestRecord.source_id, HarvestRecord.state, sa.func.count())
        .where(HarvestRecord.source_id.in_(ids))
        .group_by(HarvestRecord.source_id, HarvestRecord.state)
    )
    for source_id, state, number in rows:
        found[source_id][state] = number
    return found


def _findings(ids: list[str]) -> dict[str, list[dict[str, Any]]]:
    """Source → kinds of findings, the weightiest and most frequent first."""
    one = sa.func.jsonb_array_elements(HarvestRecord.findings).table_valued("value").render_derived()
    severity, field, code = (one.c.value.op("->>")(key) for key in ("severity", "field", "code"))
    rows = model.Session.execute(
        sa.select(HarvestRecord.source_id, severity, field, code, sa.func.count())
        .join(one, sa.true())
        .where(HarvestRecord.source_id.in_(ids), HarvestRecord.state.in_(OPEN))
        .group_by(HarvestRecord.source_id, severity, field, code)
    )
    found: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        if words := CODES.get(row[3]):
            found[row[0]].append(
                {
                    "severity": row[1], "field": row[2], "code": row[3], "count": row[4],
                    "field_de": label(row[2], "de"), "field_en": label(row[2], "en"),
                    "message_de": in_general(row[3], "de"), "message_en": in_general(row[3], "en"),
                    "hint_de": words.hint_de, "hint_en": words.hint_en,
                }
            )  # fmt: skip
    weight = {"error": 0, "warning": 1, "info": 2}
    for kinds in found.values():
        # without advice there is nothing to do
        kinds.sort(key=lambda one: (weight.get(one["severity"], 3), not one["hint_de"], -one["count"], one["code"]))
    return found


def _refused(ids: list[str]) -> dict[str, list[dict[str, str]]]:
    """Source → some records that were refused, each with the reason."""
    number = sa.func.row_number().over(partition_by=HarvestRecord.source_id, order_by=HarvestRecord.guid)
    found = (
        sa.select(
            HarvestRecord.source_id, HarvestRecord.title, HarvestRecord.url,
            sa.cast(HarvestRecord.findings[0], JSONB).label("finding"), number.label("number"),
        )
        .where(HarvestRecord.source_id.in_(ids), HarvestRecord.state == "refused")
        .subquery()
    )  # fmt: skip
    told: dict[str, list[dict[str, str]]] = defaultdict(list)
    for row in model.Session.execute(sa.select(found).where(found.c.number <= REFUSED).order_by(found.c.number)):
        finding = row.finding or {}
        texts = {name: finding.get(name) or "" for name in ("message_de", "message_en", "hint_de", "hint_en")}
        told[row.source_id].append({"title": row.title, "url": row.url, **texts})
    return told


def _waiting(ids: list[str]) -> dict[str, int]:
    """Source → datasets about which somebody has to decide."""
    asking = sa.select(HarvestRun.source_id).where(HarvestRun.source_id.in_(ids), HarvestRun.decision == "waiting")
    rows = model.Session.execute(
        sa.select(HarvestRecord.source_id, sa.func.count())
        .where(HarvestRecord.source_id.in_(asking), held_back())
        .group_by(HarvestRecord.source_id)
    )
    return {row[0]: row[1] for row in rows}


def _plans(ids: list[str]) -> dict[str, Any]:
    """Source → its row in ckanext-harvest: `config`, `next_run`."""
    rows = model.Session.query(HarvestSource.id, HarvestSource.config, HarvestSource.next_run)
    return {row.id: row for row in rows.filter(HarvestSource.id.in_(ids))}


def _organizations(sources: Iterable[Any]) -> dict[str, dict[str, str]]:
    wanted = {source.owner_org for source in sources if source.owner_org}
    rows = model.Session.query(model.Group.id, model.Group.name, model.Group.title).filter(model.Group.id.in_(wanted))
    return {row.id: {"name": row.name, "title": row.title or row.name} for row in rows}
