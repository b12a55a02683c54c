"""Points and findings of datasets: counted when a dataset is shown, and kept for lists, sums and history."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.plugins import get_permission_labels
from sqlalchemy.dialects.postgresql import insert

from .domain.conformance import Finding, check, conforms
from .domain.freshness import due_on, last_day
from .domain.links import OK, url_hash
from .domain.quality import Score, access_url, download_url, rate
from .domain.quality_words import DIMENSIONS
from .known import known
from .links import addresses_of, is_own
from .model import DatasetQuality, LinkCheck, QualityDay

__all__ = ["Rated", "rate_datasets", "today", "update"]

# Raise it whenever the same dataset would get other points
RULES = "1"
_BATCH = 100


@dataclass(frozen=True, slots=True)
class Rated:
    """A dataset as it stands; `links` are its checked addresses, `due` the day by which new data should have come."""

    score: Score
    findings: list[Finding]
    due: date | None
    links: dict[str, LinkCheck]
    addresses: tuple[str, ...]


def today() -> date:
    """The day in the time zone that visitors see."""
    return datetime.now(tk.h.get_display_timezone()).date()


def rate_datasets(packages: Iterable[Mapping[str, Any]]) -> Iterator[Rated]:
    """Rate dataset dicts as `package_show` gives them; one question to the database for all their addresses."""
    packages = list(packages)
    addresses = [
        tuple(dict.fromkeys(url for one in package.get("resources") or [] for url in addresses_of(one)))
        for package in packages
    ]
    wanted = {url_hash(url) for urls in addresses for url in urls}
    query = sa.select(LinkCheck).where(LinkCheck.url_hash.in_(wanted), LinkCheck.checked.is_not(None))
    rows = {row.url: row for row in model.Session.scalars(query)} if wanted else {}
    for package, urls in zip(packages, addresses, strict=True):
        links = {url: rows[url] for url in urls if url in rows}
        answered = {url: row.outcome == OK for url, row in links.items()} | dict.fromkeys(_own(package), True)
        findings = check(package, known)
        score = rate(package, known, answered, conforms=conforms(findings))
        yield Rated(score, findings, _due(package), links, urls)


def update(*, everything: bool = False, now: datetime | None = None) -> int:
    """Count anew what has changed since the last time, and note the day; returns the number of datasets counted.

    :param everything: count all datasets anew
    :param now: UTC without offset
    """
    moment = now or datetime.now(UTC).replace(tzinfo=None)
    _forget()
    ids = list(model.Session.scalars(_stale(everything)))
    counted = 0
    for start in range(0, len(ids), _BATCH):
        counted += _count(ids[start : start + _BATCH], moment)
        model.Session.commit()
    _note_day(today())
    model.Session.commit()
    return counted


def _own(package: Mapping[str, Any]) -> Iterator[str]:
    for resource in package.get("resources") or []:
        yield from (
            url for url in (access_url(resource), download_url(resource, known)) if url and is_own(url, resource)
        )


def _due(package: Mapping[str, Any]) -> date | None:
    term = known("frequency", package.get("frequency"))
    return due_on(term.key, _last_change(package)) if term else None


def _last_change(package: Mapping[str, Any]) -> date | None:
    """The last day of the data's own dates; those of the record would move with every corrected comma."""
    resources = package.get("resources") or []
    for values in (
        [package.get("modified")],
        [one.get("modified") or one.get("last_modified") for one in resources],
        [one.get("issued") for one in resources],
        [package.get("issued")],
        [package.get("metadata_created")],
    ):
        if days := [day for value in values if isinstance(value, str) and (day := last_day(value))]:
            return max(days)
    return None


def _stale(everything: bool) -> Any:
    package, quality = model.Package, DatasetQuality
    query = (
        sa.select(package.id)
        .outerjoin(quality, quality.package_id == package.id)
        .where(package.type == "dataset", package.state == "active")
        .order_by(package.id)
    )
    if everything:
        return query
    link_changed = sa.exists().where(
        LinkCheck.url_hash == sa.any_(quality.addresses), LinkCheck.changed > quality.computed
    )
    return query.where(
        sa.or_(
            quality.package_id.is_(None),
            quality.rules != RULES,
            quality.stamp.is_distinct_from(package.metadata_modified),
            link_changed,
        )
    )


def _count(ids: list[str], now: datetime) -> int:
    packages = list(_read(ids))
    objects = {one.id: one for one in model.Session.query(model.Package).filter(model.Package.id.in_(ids))}
    labels = get_permission_labels()
    rows = []
    for package, rated in zip(packages, rate_datasets(packages), strict=True):
        stored = objects.get(package["id"])
        if stored is None:
            continue
        public = "public" in labels.get_dataset_labels(stored)
        rows.append(_row(package, rated, now, public=public))
    if rows:
        statement = insert(DatasetQuality).values(rows)
        changes = {name: statement.excluded[name] for name in rows[0] if name != "package_id"}
        model.Session.execute(statement.on_conflict_do_update(index_elements=["package_id"], set_=changes))
    return len(rows)


def _read(ids: list[str]) -> Iterator[dict[str, Any]]:
    """The datasets from the index, which is much faster than from the database; what is not there, from there."""
    quoted = " OR ".join(f'"{one}"' for one in ids)
    query = {"q": "*:*", "fq": f"id:({quoted})", "include_private": True, "rows": len(ids), "facet": "false"}
    left = set(ids)
    for package in tk.get_action("package_search")(_context(), query)["results"]:
        left.discard(package["id"])
        yield package
    for missing in sorted(left):
        try:
            yield tk.get_action("package_show")(_context(), {"id": missing})
        except tk.ObjectNotFound:  # deleted at this moment
            continue


def _context() -> Any:
    return {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}


def _row(package: Mapping[str, Any], rated: Rated, now: datetime, *, public: bool) -> dict[str, Any]:
    score = rated.score
    return {
        "package_id": package["id"],
        "public": public,
        "points": score.total,
        "unchecked": score.unchecked,
        "dimensions": {name: score.of(name)[0] for name in DIMENSIONS},
        "missing": [one.key for one in score.points if one.state == "missing"],
        "waiting": [one.key for one in score.points if one.state == "unchecked"],
        "gains": {gain.repair.key: gain.points for gain in score.gains},
        "errors": sum(one.severity == "error" for one in rated.findings),
        "warnings": sum(one.severity != "error" for one in rated.findings),
        "broken": sum(row.outcome != OK for row in rated.links.values()),
        "due": rated.due,
        "addresses": [url_hash(url) for url in rated.addresses],
        "stamp": datetime.fromisoformat(package["metadata_modified"]),
        "rules": RULES,
        "computed": now,
    }


def _forget() -> None:
    """Datasets that are no more."""
    alive = sa.select(model.Package.id).where(model.Package.state == "active", model.Package.type == "dataset")
    model.Session.execute(sa.delete(DatasetQuality).where(DatasetQuality.package_id.not_in(alive)))


def _note_day(day: date) -> None:
    from .quality_report import dimension_sum, public_datasets  # it reads what this module writes

    quality, package = DatasetQuality, model.Package
    columns = [
        package.owner_org,
        sa.func.count().label("datasets"),
        sa.func.sum(quality.points).label("points"),
        *(dimension_sum(name) for name in DIMENSIONS),
        sa.func.count().filter(quality.due < day).label("overdue"),
        sa.func.count().filter(quality.broken > 0).label("broken"),
        sa.func.count().filter(quality.errors > 0).label("errors"),
    ]
    sums: dict[str, dict[str, Any]] = {"": _nothing(day, "")}
    for row in model.Session.execute(public_datasets(sa.select(*columns)).group_by(package.owner_org)):
        own = sums.setdefault(row.owner_org or "-", _nothing(day, row.owner_org or "-"))
        for target in (own, sums[""]):
            for name in ("datasets", "points", "overdue", "broken", "errors"):
                target[name] += int(getattr(row, name) or 0)
            for name in DIMENSIONS:
                target["dimensions"][name] += int(getattr(row, name) or 0)
    model.Session.execute(sa.delete(QualityDay).where(QualityDay.day == day))
    model.Session.execute(insert(QualityDay).values(list(sums.values())))


def _nothing(day: date, organization: str) -> dict[str, Any]:
    numbers = dict.fromkeys(("datasets", "points", "overdue", "broken", "errors"), 0)
    return {"day": day, "organization_id": organization, "dimensions": dict.fromkeys(DIMENSIONS, 0), **numbers}
