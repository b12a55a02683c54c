"""Fields of the older ckanext-rvr and of plain CKAN as those of our schema.

The older one knew `org_spatial` of organisations, `dataset_spatial` of datasets (GeoJSON each), one high-value category
by a name of its own, one legal act, and themes as groups.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

from shapely.errors import GEOSException
from shapely.geometry import Point, shape

from .places import register
from .vocabulary import load

__all__ = ["ORGANIZATION_KEYS", "DatasetChanges", "dataset_changes", "places_of"]

ORGANIZATION_KEYS = ("org_spatial",)
_HVD = {
    "meteorologie": "Meteorologie",
    "unternehmen-und-unternehmenseigentum": "Unternehmen und Eigentümerschaft von Unternehmen",
    "georaum": "Georaum",
    "mobilitaet": "Mobilität",
    "erdbeobachtung-und-umwelt": "Erdbeobachtung und Umwelt",
    "statistik": "Statistik",
}

DatasetChanges = tuple[dict[str, Any], tuple[str, ...]]


def places_of(name: str, title: str, spatial: str | None) -> list[str]:
    """Keys of the places an organisation stands for: by its name or title, else the municipalities in its area.

    :param spatial: a geometry as GeoJSON (EPSG:4326), or nothing
    """
    places = register()
    for text in (title, name, name.replace("-", " ")):
        if place := places.by_slug(text) or places.find(text):
            return [place.key]
    geometry = _geometry(spatial)
    if geometry is None:
        return []
    try:
        area = shape(geometry)
        return [town.key for town in places.municipalities if area.contains(Point(town.lon, town.lat))]
    except (GEOSException, ValueError, TypeError, AttributeError, KeyError, IndexError):
        return []


def dataset_changes(stored: Mapping[str, Any], extras: Mapping[str, Any], groups: Iterable[str]) -> DatasetChanges:
    """What a dataset of the older plugin gets in our schema, and which of its extras go; nothing where all is well.

    :param stored: CKAN's own fields (`author`, `author_email`, `maintainer`, `maintainer_email`)
    :param extras: all other fields as they are stored, ours among them
    :param groups: names of the dataset's groups
    """
    changes: dict[str, Any] = {}
    gone: list[str] = []
    spatial = next((extras[key] for key in ("dataset_spatial", "spatial") if _geometry(extras.get(key))), None)
    if spatial and not extras.get("spatial_coverage"):
        changes["spatial_coverage"] = [{"geom": json.dumps(_geometry(spatial))}]
    gone += [key for key in ("dataset_spatial", "spatial") if key in extras]
    _categories(extras, changes)
    law = str(extras.get("applicable_legislation") or "").strip()
    if law and not law.startswith("["):
        changes["applicable_legislation"] = [law]
    themes = [term.uri for group in groups if (term := load("theme").get(group.upper()))]
    if themes and not _entries(extras.get("theme")):
        changes["theme"] = themes
    _people(stored, extras, changes)
    return changes, tuple(gone)


def _categories(extras: Mapping[str, Any], changes: dict[str, Any]) -> None:
    entered = _entries(extras.get("hvd_category"))
    known = [load("hvd_category").lookup(_HVD.get(name.strip().lower(), name)) for name in entered]
    wanted = [term.uri for term in known if term]
    if wanted != entered:
        changes["hvd_category"] = wanted


def _people(stored: Mapping[str, Any], extras: Mapping[str, Any], changes: dict[str, Any]) -> None:
    for field, role in (("contact", "maintainer"), ("creator", "author")):
        person = {"name": stored.get(role), "email": stored.get(f"{role}_email")}
        person = {key: str(value).strip() for key, value in person.items() if str(value or "").strip()}
        if person and not extras.get(field):
            changes[field] = [person]


def _entries(value: Any) -> list[str]:
    """The entries of a field with several, however it is stored."""
    if isinstance(value, str) and value.startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            return [value]
    if isinstance(value, list):
        return [str(one) for one in value if str(one).strip()]
    return [str(value)] if str(value or "").strip() else []


def _geometry(text: Any) -> dict[str, Any] | None:
    try:
        found = json.loads(text) if isinstance(text, str) else text
    except ValueError:
        return None
    return found if isinstance(found, dict) and found.get("type") and found.get("coordinates") else None
