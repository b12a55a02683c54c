"""A harvest source as a run sees it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ckan import model

from ckanext.rvr_dcat.shared import MAPPING_VERSION
from ckanext.rvr_portal.shared import places

from . import settings

__all__ = ["REPAIR_VERSION", "Source"]

# Raise it whenever reading or repair turns the same record into something else.
REPAIR_VERSION = "2"


@dataclass(frozen=True, slots=True)
class Source:
    """`mapping` stamps everything but the record itself that decides what becomes of it."""

    id: str
    name: str
    title: str
    url: str
    type: str
    owner_org: str | None
    places: tuple[str, ...]
    mapping: str
    options: Mapping[str, Any] = field(default_factory=dict)
    priority: int = 0

    @classmethod
    def load(cls, harvest_source: Any) -> Source:
        """Read a source and what its organisation stands for."""
        package: Any = model.Session.get(model.Package, harvest_source.id)
        organization: Any = model.Session.get(model.Group, package.owner_org) if package and package.owner_org else None
        keys = _places(organization)
        options = settings.for_adapter(harvest_source.config)
        stamp = json.dumps(
            [MAPPING_VERSION, REPAIR_VERSION, organization and organization.id, keys, options], sort_keys=True
        )
        return cls(
            id=harvest_source.id,
            name=package.name if package else harvest_source.id,
            title=harvest_source.title or "",
            url=harvest_source.url,
            type=harvest_source.type,
            owner_org=organization.id if organization else None,
            places=keys,
            mapping=hashlib.sha256(stamp.encode()).hexdigest(),
            options=options,
            priority=settings.priority_of(harvest_source),
        )


def _places(organization: Any) -> tuple[str, ...]:
    """Register keys of an organisation: as entered, else by its name."""
    if organization is None:
        return ()
    entered: Any = organization.extras.get("places") or ""
    try:
        keys = json.loads(entered) if isinstance(entered, str) and entered.startswith("[") else [entered]
    except ValueError:
        keys = [entered]
    known = tuple(place.key for key in keys if (place := places().get(str(key))))
    if known:
        return known
    place = places().by_slug(organization.name)
    return (place.key,) if place else ()
