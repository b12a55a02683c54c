"""What the kept points say: sums, repairs, lists and history. Only of datasets that everybody may see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import ARRAY

from .domain.links import OK
from .domain.quality import MOST, level_of
from .domain.quality_words import DIMENSIONS, INDICATORS, LEVELS, REPAIRS
from .model import DatasetQuality, LinkCheck, QualityDay
from .rating import today

__all__ = [
    "SORTS", "Wish", "dimension_sum", "history", "listed", "mean_of", "organizations", "public_datasets", "summary",
]  # fmt: skip

_PACKAGE, _QUALITY = model.Package, DatasetQuality
_TITLE = sa.func.lower(sa.func.coalesce(_PACKAGE.title, _PACKAGE.name))
SORTS = {
    "worst": (_QUALITY.points, _TITLE, _PACKAGE.id),
    "best": (_QUALITY.points.desc(), _TITLE, _PACKAGE.id),
    "title": (_TITLE, _PACKAGE.id),
    "overdue": (_QUALITY.due.asc().nulls_last(), _TITLE, _PACKAGE.id),
}
_DAYS_SHOWN = 366


@dataclass(frozen=True, slots=True)
class Wish:
    """Which datasets are wanted; an empty part wants all.

    `organization`: id; `repair`: key of a repair that would bring something; `indicator`: key of one that is not met;
    `level`: key of a level.
    """

    organization: str = ""
    repair: str = ""
    indicator: str = ""
    level: str = ""
    overdue: bool = False
    broken: bool = False
    errors: bool = False


def public_datasets(query: Any) -> Any:
    """The query over points and packages, for what everybody may see."""
    return (
        query.select_from(_QUALITY)
        .join(_PACKAGE, _PACKAGE.id == _QUALITY.package_id)
        .where(
            _PACKAGE.type == "dataset",
            _PACKAGE.state == "active",
            _PACKAGE.private.is_(False),
            _QUALITY.public.is_(True),
        )
    )


def dimension_sum(name: str) -> Any:
    """The column that adds up the points of a dimension."""
    return sa.func.sum(sa.cast(sa.func.jsonb_extract_path_text(_QUALITY.dimensions, name), sa.Integer)).label(name)


def summary(organization: str = "") -> dict[str, Any]:
    """The points of an organisation (by id) or of the whole portal; see `rvr_dcat_quality_show`."""
    where = _matching(Wish(organization=organization))
    row = model.Session.execute(_numbers().where(*where)).one()
    count = int(row.datasets or 0)
    points = _mean(row.points, count)
    states = _states(where)
    return {
        "datasets": count,
        "points": points,
        "median": float(row.median or 0),
        "most": MOST,
        "unchecked": _mean(row.unchecked, count),
        "level": level_of(points).key if count else None,
        "levels": {level.key: int(getattr(row, level.key) or 0) for level in LEVELS},
        "overdue": int(row.overdue or 0),
        "broken": int(row.broken or 0),
        "errors": int(row.errors or 0),
        "computed": row.computed.isoformat() if row.computed else None,
        "dimensions": {
            name: {
                "points": _mean(getattr(row, name), count),
                "most": sum(one.points for one in INDICATORS if one.dimension == name),
            }
            for name in DIMENSIONS
        },
        "indicators": {
            one.key: {
                "met": count - states["missing"].get(one.key, 0) - states["waiting"].get(one.key, 0),
                "missing": states["missing"].get(one.key, 0),
                "unchecked": states["waiting"].get(one.key, 0),
            }
            for one in INDICATORS
        },
        "repairs": _repairs(where, count),
        "links": _links(where),
    }


def mean_of(organization: str) -> dict[str, Any]:
    """Number of public datasets of an organisation (by id), their mean `points` and the `level` of it."""
    columns = sa.select(sa.func.count().label("datasets"), sa.func.sum(_QUALITY.points).label("points"))
    row = model.Session.execute(public_datasets(columns).where(_PACKAGE.owner_org == organization)).one()
    points = _mean(row.points, row.datasets)
    return {"datasets": row.datasets, "points": points, "level": level_of(points).key}


def organizations() -> list[dict[str, Any]]:
    """All organisations that have public datasets, the best first; `change` is that of the mean in about 30 days."""
    query = _numbers().add_columns(_PACKAGE.owner_org).group_by(_PACKAGE.owner_org)
    numbers = {row.owner_org: row for row in model.Session.execute(query) if row.owner_org}
    group = model.Group
    named = sa.select(group.id, group.name, group.title).where(group.id.in_(numbers), group.state == "active")
    before = _before()
    found = []
    for one in model.Session.execute(named):
        row = numbers[one.id]
        points = _mean(row.points, row.datasets)
        found.append(
            {
                "id": one.id,
                "name": one.name,
                "title": one.title or one.name,
                "datasets": row.datasets,
                "points": points,
                "level": level_of(points).key,
                "overdue": row.overdue,
                "broken": row.broken,
                "errors": row.errors,
                "change": round(points - before[one.id], 1) if one.id in before else None,
            }
        )
    return sorted(found, key=lambda one: (-one["points"], one["title"].lower()))


def listed(wish: Wish, sort: str, limit: int, offset: int = 0) -> tuple[int, list[dict[str, Any]]]:
    """The number of datasets that match, and a part of them; see `rvr_dcat_quality_dataset_list`."""
    where = _matching(wish)
    count = int(model.Session.scalar(public_datasets(sa.select(sa.func.count())).where(*where)) or 0)
    group = model.Group
    columns = (
        _PACKAGE.id, _PACKAGE.name, _PACKAGE.title, _QUALITY.points, _QUALITY.unchecked, _QUALITY.dimensions,
        _QUALITY.gains, _QUALITY.errors, _QUALITY.broken, _QUALITY.due, _QUALITY.computed,
        group.name.label("organization"), group.title.label("organization_title"),
    )  # fmt: skip
    query = public_datasets(sa.select(*columns)).outerjoin(group, group.id == _PACKAGE.owner_org).where(*where)
    rows = model.Session.execute(query.order_by(*SORTS[sort]).limit(limit).offset(offset))
    day = today()
    return count, [
        {
            "id": row.id,
            "name": row.name,
            "title": row.title or row.name,
            "organization": row.organization,
            "organization_title": row.organization_title or row.organization,
            "points": row.points,
            "unchecked": row.unchecked,
            "level": level_of(row.points).key,
            "dimensions": {name: row.dimensions.get(name, 0) for name in DIMENSIONS},
            "gains": _in_order(row.gains),
            "errors": row.errors,
            "broken": row.broken,
            "overdue_since": row.due.isoformat() if row.due and row.due < day else None,
            "computed": row.computed.isoformat(),
        }
        for row in rows
    ]


def history(organization: str = "") -> list[dict[str, Any]]:
    """A row for each day of the last year, the oldest first: means of points, and numbers."""
    query = (
        sa.select(QualityDay)
        .where(QualityDay.organization_id == organization, QualityDay.day > today() - timedelta(days=_DAYS_SHOWN))
        .order_by(QualityDay.day)
    )
    return [
        {
            "day": row.day.isoformat(),
            "datasets": row.datasets,
            "points": _mean(row.points, row.datasets),
            "dimensions": {name: _mean(row.dimensions.get(name, 0), row.datasets) for name in DIMENSIONS},
            "overdue": row.overdue,
            "broken": row.broken,
            "errors": row.errors,
        }
        for row in model.Session.scalars(query)
    ]


def _numbers() -> Any:
    count = sa.func.count()
    bounds = dict(zip([one.key for one in LEVELS], [MOST + 1, *(one.least for one in LEVELS)], strict=False))
    return public_datasets(
        sa.select(
            count.label("datasets"),
            sa.func.sum(_QUALITY.points).label("points"),
            sa.func.percentile_cont(0.5).within_group(_QUALITY.points).label("median"),
            sa.func.sum(_QUALITY.unchecked).label("unchecked"),
            sa.func.max(_QUALITY.computed).label("computed"),
            count.filter(_QUALITY.due < today()).label("overdue"),
            count.filter(_QUALITY.broken > 0).label("broken"),
            count.filter(_QUALITY.errors > 0).label("errors"),
            *(
                count.filter(_QUALITY.points >= level.least, _QUALITY.points < bounds[level.key]).label(level.key)
                for level in LEVELS
            ),
            *(dimension_sum(name) for name in DIMENSIONS),
        )
    )


def _matching(wish: Wish) -> list[Any]:
    level = next((one for one in LEVELS if one.key == wish.level), None)
    above = next((one.least for one in reversed(LEVELS) if level and one.least > level.least), MOST + 1)
    return [
        *([_PACKAGE.owner_org == wish.organization] if wish.organization else []),
        *([_QUALITY.gains.has_key(wish.repair)] if wish.repair else []),
        *([_QUALITY.missing.contains(sa.cast([wish.indicator], ARRAY(sa.UnicodeText)))] if wish.indicator else []),
        *([_QUALITY.points >= level.least, _QUALITY.points < above] if level else []),
        *([_QUALITY.due < today()] if wish.overdue else []),
        *([_QUALITY.broken > 0] if wish.broken else []),
        *([_QUALITY.errors > 0] if wish.errors else []),
    ]


def _states(where: list[Any]) -> dict[str, dict[str, int]]:
    found = {}
    for name in ("missing", "waiting"):
        key = sa.func.unnest(getattr(_QUALITY, name)).table_valued("value").render_derived()
        query = public_datasets(sa.select(key.c.value, sa.func.count())).join(key, sa.true()).where(*where)
        found[name] = {row[0]: row[1] for row in model.Session.execute(query.group_by(key.c.value))}
    return found


def _repairs(where: list[Any], count: int) -> list[dict[str, Any]]:
    one = sa.func.jsonb_each_text(_QUALITY.gains).table_valued("key", "value").render_derived()
    total = sa.func.sum(sa.cast(one.c.value, sa.Integer))
    query = public_datasets(sa.select(one.c.key, sa.func.count().label("datasets"), total.label("gain")))
    rows = model.Session.execute(query.join(one, sa.true()).where(*where).group_by(one.c.key))
    found = [
        {"repair": row.key, "datasets": row.datasets, "gain": int(row.gain), "mean_gain": _mean(row.gain, count)}
        for row in rows
        if row.key in REPAIRS
    ]
    order = list(REPAIRS)
    return sorted(found, key=lambda repair: (-repair["gain"], order.index(repair["repair"])))


def _links(where: list[Any]) -> dict[str, Any]:
    key = sa.func.unnest(_QUALITY.addresses).table_valued("value").render_derived()
    used = public_datasets(sa.select(key.c.value)).join(key, sa.true()).where(*where).distinct()
    count = sa.func.count()
    row = model.Session.execute(
        sa.select(
            count.label("total"),
            count.filter(LinkCheck.checked.is_(None)).label("unchecked"),
            count.filter(LinkCheck.checked.is_not(None), LinkCheck.outcome != OK).label("failing"),
            sa.func.min(LinkCheck.checked).label("oldest"),
            sa.func.max(LinkCheck.checked).label("newest"),
        ).where(LinkCheck.url_hash.in_(used))
    ).one()
    return {
        "total": row.total,
        "unchecked": row.unchecked,
        "failing": row.failing,
        "oldest": row.oldest.isoformat() if row.oldest else None,
        "newest": row.newest.isoformat() if row.newest else None,
    }


def _before() -> dict[str, float]:
    """Means of about 30 days ago by organisation."""
    end = today() - timedelta(days=30)
    day = sa.select(sa.func.max(QualityDay.day)).where(QualityDay.day <= end).scalar_subquery()
    rows = model.Session.scalars(sa.select(QualityDay).where(QualityDay.day == day))
    return {row.organization_id: _mean(row.points, row.datasets) for row in rows if row.datasets}


def _in_order(gains: dict[str, int]) -> dict[str, int]:
    return dict(sorted(((key, gain) for key, gain in gains.items() if key in REPAIRS), key=lambda item: -item[1]))


def _mean(total: Any, count: int) -> float:
    return round(float(total or 0) / count, 1) if count else 0.0
