"""What the description of datasets needs to know of this portal."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

from ckan import model
from ckanext.dcat.utils import catalog_uri, dataset_uri, resource_uri

from ckanext.rvr_portal.shared import places

from . import config
from .description import PublicBody, Site
from .domain.values import listed

__all__ = ["this_site"]

_CONTRIBUTORS = "http://dcat-ap.de/def/contributors/"
_GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
_LEVEL = f"{_GEOCODING}Level/"


def this_site() -> Site:
    """The portal as it is now; one question to the database, for the organisations."""
    url = catalog_uri().rstrip("/")
    return Site(
        url=url,
        dataset_iri=dataset_uri,
        resource_iri=resource_uri,
        bodies=_bodies(url),
        place=_place,
        contributor_id=config.contributor_id(),
        contributors=_contributors(),
        license=config.default_license(),
    )


def _bodies(url: str) -> dict[str, PublicBody]:
    query = model.Session.query(model.Group.id, model.Group.title, model.Group.name, model.Group.extras)
    found = query.filter(model.Group.is_organization.is_(True), model.Group.state == "active")
    return {row.id: _body(url, row) for row in found.order_by(model.Group.id)}


def _body(url: str, row: Any) -> PublicBody:
    extras = row.extras or {}
    return PublicBody(
        f"{url}/organization/{row.id}",
        row.title or row.name,
        str(extras.get("email") or ""),
        str(extras.get("url") or ""),
        tuple(str(key) for key in listed(extras.get("places"))),
    )


def _place(key: str) -> tuple[str, str] | None:
    place = places().get(key)
    if place is None or not place.ags:
        return None
    if place.kind == "municipality":
        return f"{_GEOCODING}municipalityKey/{place.ags}", f"{_LEVEL}municipality"
    return f"{_GEOCODING}districtKey/{place.key}", f"{_LEVEL}administrativeDistrict"


@cache
def _contributors() -> frozenset[str]:
    lines = (Path(__file__).parent / "data" / "contributors.txt").read_text("utf-8").split()
    return frozenset(_CONTRIBUTORS + line for line in lines)
