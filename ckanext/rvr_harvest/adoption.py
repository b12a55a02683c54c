"""Takes over sources of the stock harvesters: their next run updates the same datasets, and makes no second ones."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckanext.harvest.model import HarvestJob, HarvestObject, HarvestSource
from sqlalchemy.dialects.postgresql import insert

from . import settings
from .domain.adoption import KINDS, Translated, our_guid, translate
from .domain.plan import Plan, from_frequency
from .kinds import is_ours
from .model import HarvestRecord

__all__ = ["Adoption", "AdoptionError", "adopt", "examine", "stock_sources"]


class AdoptionError(Exception):
    """A source cannot be taken over; the text (German) says why."""


@dataclass(frozen=True, slots=True)
class Adoption:
    """What a take-over does. `records`: guid → id of the dataset; `doubled`: names of datasets whose guid another one
    has too; `deleted`: how many of its datasets are deleted already and stay so.
    """

    source_id: str
    name: str
    stock_kind: str
    kind: str
    plan: Plan
    translated: Translated
    records: dict[str, str] = field(default_factory=dict)
    doubled: tuple[str, ...] = ()
    deleted: int = 0


def stock_sources() -> list[str]:
    """Names of the sources that can be taken over."""
    query = model.Session.query(model.Package.name).join(HarvestSource, HarvestSource.id == model.Package.id)
    return [row[0] for row in query.filter(HarvestSource.type.in_(KINDS)).order_by(model.Package.name)]


def examine(package: model.Package) -> Adoption:
    """What taking over a source would do; nothing is written.

    :raises AdoptionError: it cannot be taken over
    """
    source: Any = HarvestSource.get(package.id)
    if source is None:
        raise AdoptionError("Zu dieser Quelle fehlt der Eintrag in ckanext-harvest.")
    if is_ours(source.type):
        raise AdoptionError("Diese Quelle ist schon übernommen.")
    if source.type not in KINDS:
        raise AdoptionError(f"Für Quellen der Art „{source.type}“ gibt es hier nichts Gleiches.")
    kind = KINDS[source.type]
    records: dict[str, str] = {}
    doubled: list[str] = []
    deleted = 0
    for dataset, guid in _datasets(source.id):
        key = our_guid(kind, guid, source.url, dataset.name, dataset.title or "", _extra(dataset, "uri"))
        if dataset.state != "active":
            deleted += 1
        elif key in records:
            doubled.append(dataset.name)
        elif key:
            records[key] = dataset.id
    return Adoption(
        source.id, package.name, source.type, kind, from_frequency(source.frequency),
        translate(settings.read(source.config)), records, tuple(doubled), deleted,
    )  # fmt: skip


def adopt(found: Adoption, context: Any) -> None:
    """Take a source over as examined. Safe to repeat.

    :raises AdoptionError: ckanext-harvest refuses the new settings
    """
    source: Any = HarvestSource.get(found.source_id)
    _remember(found)
    model.Session.execute(
        sa.update(HarvestJob)
        .where(HarvestJob.source_id == found.source_id, HarvestJob.status != "Finished")
        .values(status="Finished", finished=_now())
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()
    data = {
        "id": found.source_id, "source_type": found.kind, "frequency": source.frequency,
        "config": settings.write(found.translated.settings),
    }  # fmt: skip
    try:
        tk.get_action("harvest_source_patch")(context, data)
    except tk.ValidationError as error:
        raise AdoptionError("; ".join(error.error_summary.values())) from error


def _remember(found: Adoption) -> None:
    now = _now()
    rows = [
        {
            "source_id": found.source_id, "guid": guid, "package_id": package_id, "fingerprint": "", "page_url": "",
            "url": "", "state": "active", "missing_runs": 0, "needs_index": False, "created": now, "changed": now,
            "findings": [], "title": "", "identifier": "", "likeness": "", "twin_id": "",
        }
        for guid, package_id in found.records.items()
    ]  # fmt: skip
    if rows:
        model.Session.execute(insert(HarvestRecord).values(rows).on_conflict_do_nothing())


def _datasets(source_id: str) -> Iterator[tuple[Any, str]]:
    """Each dataset of a source with its guid, the one harvested last first.

    ckanext-harvest loses the mark of the current object at times, and clearing its history loses objects: then the
    last object counts, and what the dataset itself says.
    """
    columns = (HarvestObject.package_id, HarvestObject.guid)
    objects = (
        sa.select(*columns)
        .where(HarvestObject.harvest_source_id == source_id, HarvestObject.package_id.is_not(None))
        .order_by(HarvestObject.current.desc(), HarvestObject.import_finished.desc().nulls_last())
    )
    guids: dict[str, str] = {}
    for row in model.Session.execute(objects):
        if row.guid:
            guids.setdefault(row.package_id, row.guid)
    named = model.Session.query(model.Package).filter(
        model.Package.extras["harvest_source_id"].astext == source_id, model.Package.type == "dataset"
    )
    for dataset in named:
        if guid := _extra(dataset, "guid"):
            guids.setdefault(dataset.id, guid)
    found = {one.id: one for one in model.Session.query(model.Package).filter(model.Package.id.in_(list(guids)))}
    return ((found[package_id], guid) for package_id, guid in guids.items() if package_id in found)


def _extra(dataset: Any, key: str) -> str:
    return str((dataset.extras or {}).get(key) or "").strip()


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
