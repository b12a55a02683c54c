"""What of a dataset goes into the search index beside CKAN's own fields."""

from __future__ import annotations

import json
import time
from typing import Any

from ckan import model

from .domain import index_fields, map_position
from .domain.places import register
from .index_text import add_text

__all__ = ["before_dataset_index"]

# Groups of fields and which of their parts are worth finding; without geometries, which are no words.
_GROUPS = {
    "contact": ("name", "email"),
    "publisher": ("name", "email", "identifier", "uri"),
    "creator": ("name", "email", "identifier", "uri"),
    "originator": ("name", "email"),
    "custodian": ("name", "email"),
    "temporal_coverage": ("start", "end"),
    "spatial_coverage": ("text", "uri"),
}
# Solr refuses a document with a longer value in a field that is not text.
_MAX_BYTES = 32_000
_LONG = {"data_dict", "validated_data_dict", "notes", "title", "text"}
_NO_PLACES = {"harvest"}
_CACHE_SECONDS = 10.0

_organization_places: dict[str, tuple[float, list[str]]] = {}


def before_dataset_index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add places, codes and geometry to a document on its way to Solr; never refuses one."""
    validated = _validated(pkg_dict)
    dataset_type = pkg_dict.get("dataset_type") or pkg_dict.get("type")
    own = [] if dataset_type in _NO_PLACES else _own_places(pkg_dict, validated)
    if dataset_type not in _NO_PLACES:
        pkg_dict["places"] = index_fields.places_with_ancestors(own)
    _formats(pkg_dict)
    if dataset_type == "dataset":
        _facets(pkg_dict, validated, own)
    add_text(pkg_dict, validated)
    _spatial(pkg_dict, own)
    _flatten_groups(pkg_dict)
    _tidy(pkg_dict)
    return pkg_dict


def _validated(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    try:
        found = json.loads(pkg_dict.get("validated_data_dict") or "{}")
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _facets(pkg_dict: dict[str, Any], validated: dict[str, Any], own_places: list[str]) -> None:
    """What the filters of the search page ask for, in words of the vocabularies."""

    def values(name: str) -> list[Any]:
        return index_fields.listed(validated.get(name) or pkg_dict.get(name))

    resources = [resource for resource in validated.get("resources") or [] if isinstance(resource, dict)]
    licenses = index_fields.licenses(resources, pkg_dict.get("license_id"))
    period = index_fields.period(values("temporal_coverage"))
    dates = (validated.get(name) or pkg_dict.get(name) for name in ("modified", "issued", "metadata_modified"))
    pkg_dict |= {
        "rvr_place": own_places,
        "rvr_covers": index_fields.covered_places(own_places),
        "rvr_theme": index_fields.themes(values("theme")),
        "rvr_license": licenses,
        "rvr_openness": index_fields.openness(licenses),
        "rvr_format_group": index_fields.format_groups(pkg_dict["rvr_format"]),
        "rvr_hvd": index_fields.high_value(values("hvd_category")),
        "rvr_updated": index_fields.updated(*dates) or [],
        "rvr_period_start": period[0] if period else [],
        "rvr_period_end": period[1] if period else [],
    }


def _own_places(pkg_dict: dict[str, Any], validated: dict[str, Any]) -> list[str]:
    """Keys of the places a dataset is about: those it names, else its organisation's."""
    own = index_fields.known_places(index_fields.listed(validated.get("places") or pkg_dict.get("places")))
    if own:
        return own
    known = index_fields.known_places(_places_of_organization(pkg_dict.get("owner_org")))
    if known:
        return known
    place = register().by_slug(pkg_dict.get("organization") or "")
    return [place.key] if place else []


def _places_of_organization(organization_id: Any) -> list[str]:
    """Places of an organisation; asked at most every ten seconds, since a rebuild indexes thousands of datasets."""
    if not isinstance(organization_id, str) or not organization_id:
        return []
    now = time.monotonic()
    cached = _organization_places.get(organization_id)
    if cached and now - cached[0] < _CACHE_SECONDS:
        return cached[1]
    extras = model.Session.query(model.Group.extras).filter_by(id=organization_id).scalar()
    places = index_fields.listed((extras or {}).get("places"))
    _organization_places[organization_id] = (now, places)
    return places


def _formats(pkg_dict: dict[str, Any]) -> None:
    codes = index_fields.formats(pkg_dict.get("res_format") or [])
    pkg_dict["res_format"] = codes
    pkg_dict["rvr_format"] = list(dict.fromkeys(codes)) or [index_fields.NONE]


def _spatial(pkg_dict: dict[str, Any], places: list[str]) -> None:
    """Leave exactly one valid geometry where ckanext-spatial looks for it, or none at all; and one point for the map."""
    coverage = [
        *index_fields.listed(pkg_dict.get("spatial_coverage")),
        {"geom": pkg_dict.pop("spatial", None)},
        {"geom": pkg_dict.pop("extras_spatial", None)},
    ]
    own = index_fields.geometry(coverage)
    point = map_position.position(own, places)
    if point:
        pkg_dict |= {"rvr_lon": point[0], "rvr_lat": point[1], "rvr_cell": map_position.cells(*point)}
    found = own or map_position.box_of_places(places)
    if found:
        pkg_dict["spatial"] = pkg_dict["extras_spatial"] = json.dumps(found)


def _flatten_groups(pkg_dict: dict[str, Any]) -> None:
    """Index the words of the groups of fields; ckanext-dcat would stumble over a group of another shape."""
    for name, parts in _GROUPS.items():
        items = [item for item in index_fields.listed(pkg_dict.pop(name, None)) if isinstance(item, dict)]
        pkg_dict.pop(f"extras_{name}", None)
        for part in parts:
            words = " ".join(str(item[part]) for item in items if isinstance(item.get(part), str | int) and item[part])
            if words:
                pkg_dict[f"extras_{name}__{part}"] = words


def _tidy(pkg_dict: dict[str, Any]) -> None:
    """Lists as words, and nothing in the document that Solr would refuse."""
    for key, value in list(pkg_dict.items()):
        if key in _LONG or not isinstance(value, str):
            continue
        if value.startswith("["):
            words = [str(item) for item in index_fields.listed(value) if isinstance(item, str | int)]
            if key.startswith("extras_"):
                pkg_dict[key] = " ".join(words)
            elif f"extras_{key}" in pkg_dict:
                # The one value of a list field is no use as JSON text; its words are in extras_*.
                del pkg_dict[key]
        elif len(value) > _MAX_BYTES // 4 and not key.startswith("extras_") and len(value.encode()) > _MAX_BYTES:
            del pkg_dict[key]
