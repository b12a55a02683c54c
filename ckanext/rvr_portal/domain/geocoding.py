"""Answers of a geocoder: places of an address in the region, with a box to look at each."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["MOST", "Found", "read"]

#: Most places of an answer that are offered.
MOST = 5
# half a side of the box around a point, in degrees: about 400 metres
_AROUND = 0.004
# degrees around the region in which a place still counts as near
_MARGIN = 0.15
_LONGEST = 120

Box = tuple[float, float, float, float]


@dataclass(frozen=True, slots=True)
class Found:
    """A place: what it is called, and west, south, east, north of a box around it (EPSG:4326, degrees)."""

    title: str
    box: Box


def read(body: bytes, region: Box) -> list[Found]:
    """The places of a GeoJSON FeatureCollection as Photon, Nominatim (`format=geojson`) and BKG's geocoder answer it.

    What cannot be read, or lies elsewhere, is left out.

    :param region: west, south, east, north of the region
    """
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        return []
    features = answer.get("features") if isinstance(answer, dict) else None
    found: dict[str, Found] = {}
    for feature in features if isinstance(features, list) else []:
        one = _found(feature, region) if isinstance(feature, dict) else None
        if one:
            found.setdefault(one.title, one)
    return list(found.values())[:MOST]


def _found(feature: Mapping[str, Any], region: Box) -> Found | None:
    geometry, properties = feature.get("geometry"), feature.get("properties")
    at = geometry.get("coordinates") if isinstance(geometry, dict) and geometry.get("type") == "Point" else None
    title = _title(properties) if isinstance(properties, dict) else ""
    if not title or not isinstance(at, list) or len(at) < 2 or not all(map(_is_number, at[:2])):
        return None
    lon, lat = at[:2]
    west, south, east, north = region
    if not (west - _MARGIN <= lon <= east + _MARGIN and south - _MARGIN <= lat <= north + _MARGIN):
        return None
    return Found(title, _box(feature, lon, lat))


def _title(properties: Mapping[str, Any]) -> str:
    whole = next((properties[name] for name in ("display_name", "text", "label") if properties.get(name)), None)
    if whole is None:
        street = " ".join(_texts(properties, "street", "housenumber"))
        town = " ".join(_texts(properties, "postcode", "city"))
        whole = ", ".join(dict.fromkeys(part for part in (*_texts(properties, "name"), street, town) if part))
    text = " ".join(str(whole).split())
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1].rstrip() + "…"


def _texts(properties: Mapping[str, Any], *names: str) -> list[str]:
    return [str(properties[name]) for name in names if isinstance(properties.get(name), str | int)]


def _box(feature: Mapping[str, Any], lon: float, lat: float) -> Box:
    own = feature.get("bbox")
    if isinstance(own, list) and len(own) == 4 and all(map(_is_number, own)):
        west, south, east, north = own
        # a house is too small to look at
        if west <= lon <= east and south <= lat <= north and east - west > _AROUND and north - south > _AROUND / 2:
            return west, south, east, north
    return (
        round(lon - _AROUND * 1.6, 5),
        round(lat - _AROUND, 5),
        round(lon + _AROUND * 1.6, 5),
        round(lat + _AROUND, 5),
    )


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
