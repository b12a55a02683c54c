"""Where and when: extents of an ISO 19139 record as coverages of the portal's schema."""

from __future__ import annotations

import json
from itertools import zip_longest
from typing import Any

from ..domain.xml_records import Element
from .iso_xml import address_of, every, one, text_of

__all__ = ["area_keys", "box_geometry", "places", "spatial", "temporal"]

_EXTENT = "identificationInfo/*/extent/*"
_CODE = "geographicElement/*/geographicIdentifier/*/code"
_GEOCODING = "http://dcat-ap.de/def/politicalGeocoding/"
# length of an official key → list of DCAT-AP.de that has it
_KEYS = {12: "regionalKey", 8: "municipalityKey", 5: "districtKey"}
_EDGES = ("westBoundLongitude", "southBoundLatitude", "eastBoundLongitude", "northBoundLatitude")


def spatial(root: Element) -> list[dict[str, Any]]:
    """A row for each place or box; the first name of an extent goes with its first box."""
    rows: list[dict[str, Any]] = []
    for extent in every(root, _EXTENT):
        boxes = [{"bbox": box_geometry(*(one(box, edge) for edge in _EDGES))} for box in _boxes(extent)]
        for name, box in zip_longest(_names(extent), boxes, fillvalue={}):
            row = {**name, **box}
            if row and row not in rows:
                rows.append(row)
    return rows


def area_keys(root: Element) -> list[str]:
    """Addresses of areas in DCAT-AP.de's lists, also of those given by their official key."""
    found: dict[str, None] = {}
    for element in every(root, f"{_EXTENT}/{_CODE}"):
        text = text_of(element)
        if text.isdecimal() and (kind := _KEYS.get(len(text))):
            found[f"{_GEOCODING}{kind}/{text}"] = None
        for address in (address_of(element), text):
            if "dcat-ap.de/def/politicalGeocoding/" in address:
                found[address] = None
    return list(found)


def places(root: Element) -> list[str]:
    """Keywords that are names of places."""
    return list(
        dict.fromkeys(
            text
            for group in every(root, "identificationInfo/*/descriptiveKeywords/*")
            if one(group, "type").lower() == "place"
            for keyword in every(group, "keyword")
            if (text := text_of(keyword))
        )
    )


def temporal(root: Element) -> list[dict[str, str]]:
    """A row for each period or moment; "now" and "unknown" are open ends."""
    rows: list[dict[str, str]] = []
    for extent in every(root, f"{_EXTENT}/temporalElement/*/extent/*"):
        moment = one(extent, "timePosition")
        start = moment or _end(extent, "begin")
        end = moment or _end(extent, "end")
        row = {key: value for key, value in (("start", start), ("end", end)) if value}
        if row and row not in rows:
            rows.append(row)
    return rows


def box_geometry(west: str, south: str, east: str, north: str) -> str:
    """GeoJSON of a box in EPSG:4326; of one without extent a point. Edges in the wrong order are put right.

    What cannot be read is given back as it came: repair says so.
    """
    try:
        xs = sorted(float(text.replace(",", ".")) for text in (west, east))
        ys = sorted(float(text.replace(",", ".")) for text in (south, north))
    except ValueError:
        return ", ".join((west, south, east, north))
    if xs[0] == xs[1] and ys[0] == ys[1]:
        return json.dumps({"type": "Point", "coordinates": [xs[0], ys[0]]})
    ring = [[xs[0], ys[0]], [xs[1], ys[0]], [xs[1], ys[1]], [xs[0], ys[1]], [xs[0], ys[0]]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})


def _boxes(extent: Element) -> list[Element]:
    return [
        box
        for box in every(extent, "geographicElement/*")
        if str(box.tag).endswith("EX_GeographicBoundingBox") and any(one(box, edge) for edge in _EDGES)
    ]


def _names(extent: Element) -> list[dict[str, Any]]:
    found = [*every(extent, _CODE), *every(extent, "description")]
    names: list[dict[str, Any]] = []
    for element in found:
        address = address_of(element)
        text = text_of(element)
        if text.isdecimal():  # a key, see area_keys
            continue
        name = {"text": text, "uri": address if address.startswith("http") else ""}
        if text.startswith(("http://", "https://")):
            name = {"text": "", "uri": text}
        if (name := {key: value for key, value in name.items() if value}) and name not in names:
            names.append(name)
    return names


def _end(period: Element, which: str) -> str:
    for path in (f"{which}Position", f"{which}/*/timePosition"):
        for found in every(period, path):
            known = found.get("indeterminatePosition", "").strip().lower() not in ("now", "unknown")
            if known and (text := text_of(found)):
                return text
    return ""
