"""The open findings of all records, as the visitor may see them: filtered, sorted and counted by the database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import aliased

from .access import Reader
from .domain.findings import CODES
from .model import HarvestRecord

__all__ = ["SEVERITIES", "SORTS", "Wish", "counts", "listed", "titles_of"]

SEVERITIES = ("error", "warning", "info")
# what has vanished or comes from elsewhere is nobody's task here
OPEN = ("active", "refused", "moved")

_DATASET, _SOURCE = aliased(model.Package), aliased(model.Package)
_ONE = (
    sa.func.jsonb_array_elements(HarvestRecord.findings)
    .table_valued("value", with_ordinality="number")
    .render_derived()
)
_SEVERITY, _FIELD, _CODE = (_ONE.c.value.op("->>")(key) for key in ("severity", "field", "code"))
_WEIGHT = sa.case({name: place for place, name in enumerate(SEVERITIES)}, value=_SEVERITY, else_=len(SEVERITIES))
_TITLE = sa.func.lower(sa.func.coalesce(_DATASET.title, HarvestRecord.title))

SORTS = {
    "weight": (_WEIGHT, _TITLE),
    "dataset": (_TITLE,),
    "source": (sa.func.lower(_SOURCE.title), _WEIGHT, _TITLE),
    "field": (_FIELD, _WEIGHT, _TITLE),
    "newest": (HarvestRecord.changed.desc(), _TITLE),
    "oldest": (HarvestRecord.changed, _TITLE),
}


@dataclass(frozen=True, slots=True)
class Wish:
    """Which findings are wanted; an empty part wants all. `source`: id; `refused`: only of records without a dataset."""

    source: str = ""
    severities: tuple[str, ...] = ()
    field: str | None = None
    code: str = ""
    refused: bool = False


def counts(reader: Reader, wish: Wish) -> tuple[int, dict[str, Counter[str]]]:
    """How many findings there are, and how many by `source`, `severity`, `field` and `code`.

    The number for a choice counts what would be found with that choice and all the other ones of the wish.
    """
    rows = model.Session.execute(
        _joined(sa.select(HarvestRecord.source_id, _SEVERITY, _FIELD, _CODE, sa.func.count()))
        .where(*_visible(reader), *_matching(replace(wish, source="", severities=(), field=None, code="")))
        .group_by(HarvestRecord.source_id, _SEVERITY, _FIELD, _CODE)
    ).all()
    wanted = {
        "source": {wish.source} - {""},
        "severity": set(wish.severities),
        "field": set() if wish.field is None else {wish.field},
        "code": {wish.code} - {""},
    }
    names = tuple(wanted)
    found: dict[str, Counter[str]] = {name: Counter() for name in names}
    total = 0
    for *values, number in rows:
        missed = [name for name, value in zip(names, values, strict=True) if wanted[name] and value not in wanted[name]]
        total += 0 if missed else number
        for name, value in zip(names, values, strict=True):
            if set(missed) <= {name}:
                found[name][value] += number
    return total, found


def listed(reader: Reader, wish: Wish, sort: str, limit: int, offset: int = 0) -> list[dict[str, Any]]:
    """The findings, one dict each: see `rvr_harvest_finding_list`."""
    query = _joined(
        sa.select(
            HarvestRecord.guid, HarvestRecord.url, HarvestRecord.state, HarvestRecord.changed, HarvestRecord.title,
            sa.cast(_ONE.c.value, JSONB).label("finding"),
            _DATASET.id.label("dataset_id"), _DATASET.name.label("dataset_name"),
            _DATASET.title.label("dataset_title"),
            _SOURCE.id.label("source_id"), _SOURCE.name.label("source_name"), _SOURCE.title.label("source_title"),
        )
    )  # fmt: skip
    query = (
        query.where(*_visible(reader), *_matching(wish))
        .order_by(*SORTS[sort], HarvestRecord.source_id, HarvestRecord.guid, _ONE.c.number)
        .limit(limit)
        .offset(offset)
    )
    return [_as_dict(row) for row in model.Session.execute(query)]


def _joined(query: Any) -> Any:
    return (
        query.select_from(HarvestRecord)
        .join(_SOURCE, sa.and_(_SOURCE.id == HarvestRecord.source_id, _SOURCE.type == "harvest"))
        .outerjoin(_DATASET, sa.and_(_DATASET.id == HarvestRecord.package_id, _DATASET.state == "active"))
        .join(_ONE, sa.true())
    )


def _visible(reader: Reader) -> list[Any]:
    shown: list[Any] = [HarvestRecord.state.in_(OPEN), _SOURCE.state == "active"]
    if reader.everything:
        return shown
    readable = sa.or_(_DATASET.private.is_(False), _DATASET.owner_org.in_(reader.organizations))
    own = sa.and_(HarvestRecord.source_id.in_(reader.sources), sa.or_(_DATASET.id.is_(None), readable))
    if not reader.public:
        return [*shown, own]
    known = sa.or_(_SOURCE.private.is_(False), _SOURCE.owner_org.in_(reader.organizations))
    return [*shown, sa.or_(own, sa.and_(known, _DATASET.id.is_not(None), readable))]


def _matching(wish: Wish) -> list[Any]:
    return [
        *([HarvestRecord.source_id == wish.source] if wish.source else []),
        *([_SEVERITY.in_(wish.severities)] if wish.severities else []),
        *([_FIELD == wish.field] if wish.field is not None else []),
        *([_CODE == wish.code] if wish.code else []),
        *([HarvestRecord.state == "refused"] if wish.refused else []),
    ]


def _as_dict(row: Any) -> dict[str, Any]:
    finding = row.finding
    words = CODES.get(finding["code"])
    dataset = {"id": row.dataset_id, "name": row.dataset_name, "title": row.dataset_title} if row.dataset_id else None
    return {
        "source": {"id": row.source_id, "name": row.source_name, "title": row.source_title},
        "dataset": dataset,
        "title": (dataset and dataset["title"]) or row.title,
        "url": row.url,
        "refused": row.state == "refused",
        "severity": finding["severity"],
        "field": finding["field"],
        "code": finding["code"],
        "value": finding.get("value", ""),
        "message_de": finding["message_de"],
        "message_en": finding["message_en"],
        # today's advice, not that of the day on which the record came
        "hint_de": words.hint_de if words else finding.get("hint_de", ""),
        "hint_en": words.hint_en if words else finding.get("hint_en", ""),
        "since": row.changed.isoformat(),
    }


def titles_of(ids: Iterable[str]) -> dict[str, tuple[str, str]]:
    """Title and name of sources by id."""
    package = model.Package
    rows = model.Session.execute(sa.select(package.id, package.title, package.name).where(package.id.in_(list(ids))))
    return {row.id: (row.title or row.name, row.name) for row in rows}
