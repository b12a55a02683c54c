"""How single values are written in DCAT-AP.de: dates, sizes, geometries, media types, checksums, states."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import shapely

from .tree import Iri, Text, address, clean_text

__all__ = [
    "algorithm",
    "around",
    "checksum",
    "date",
    "decimal",
    "duration",
    "geojson",
    "geometry",
    "listed",
    "media_type",
    "size",
    "status",
]

IANA = "https://www.iana.org/assignments/media-types/"
_DATES = (
    (re.compile(r"\d{4}"), "xsd:gYear"),
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])"), "xsd:gYearMonth"),
    (re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"), "xsd:date"),
    (re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:\d\d)?"), "xsd:dateTime"),
)
_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9][a-z0-9.+_-]*", re.IGNORECASE)
_HEX = re.compile(r"(?:[0-9a-f]{2})+", re.IGNORECASE)
_SPDX = "http://spdx.org/rdf/terms#checksumAlgorithm_"
_ALGORITHMS = {"md5", "sha1", "sha224", "sha256", "sha384", "sha512"}
_BY_LENGTH = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_STATES = {
    "completed": "COMPLETED",
    "deprecated": "DEPRECATED",
    "underdevelopment": "DEVELOP",
    "withdrawn": "WITHDRAWN",
}
_STATUS = "http://publications.europa.eu/resource/authority/distribution-status/"


def date(value: Any) -> Text | None:
    """A date with the type that fits its precision; anything else as it came."""
    text = clean_text(value).strip()
    kind = next((kind for pattern, kind in _DATES if pattern.fullmatch(text)), "")
    return Text(text, kind) if text else None


def size(value: Any) -> Text | None:
    """A whole number of bytes; none if it is no such number."""
    try:
        number = int(float(value))
    except (TypeError, ValueError, OverflowError):
        return None
    return Text(str(number), "xsd:nonNegativeInteger") if number >= 0 else None


def decimal(value: Any) -> Text | None:
    """A decimal number; none if it is none."""
    try:
        number = float(value)
    except (TypeError, ValueError):
        return None
    return Text(f"{number:f}".rstrip("0").rstrip("."), "xsd:decimal") if abs(number) < 1e12 else None


def duration(value: Any) -> Text | None:
    """A duration as ISO 8601 writes it (P1D, PT10M); none if it is none."""
    text = clean_text(value).strip()
    return Text(text, "xsd:duration") if re.fullmatch(r"P(?=.)[\dYMDTHS.]*[YMDHS]", text) else None


def media_type(value: Any) -> Iri | None:
    """The address of a media type in IANA's register; none if it is no media type."""
    text = clean_text(value).partition(";")[0].strip()
    if "/media-types/" in text:
        text = text.partition("/media-types/")[2]
    return Iri(IANA + text) if _MEDIA_TYPE.fullmatch(text) else None


def algorithm(value: Any, digest: str) -> Iri | None:
    """The address of a checksum's algorithm, from its name, its address in an older list, or the digest's length."""
    name = re.sub(
        r"[^a-z0-9]", "", str(value or "").lower().split("hashalgorithms/")[-1].split("checksumalgorithm_")[-1]
    )
    if name not in _ALGORITHMS:
        if (found := address(value)) and "dcat-ap.de" not in found:
            return found
        name = "" if name else _BY_LENGTH.get(len(digest), "")
    return Iri(_SPDX + name) if name else None


def checksum(value: Any) -> Text | None:
    """A digest in hexadecimal digits; none if it is none."""
    text = str(value).strip().lower()
    return Text(text, "xsd:hexBinary") if _HEX.fullmatch(text) else None


def status(value: Any) -> Iri | None:
    """The state of a distribution in the EU's list; another list's own address stays."""
    found = address(value)
    word = re.sub(r"[^a-z]", "", str(value).lower().rsplit("/", 1)[-1])
    if found and "purl.org/adms/status" not in found:
        return found
    return Iri(_STATUS + _STATES[word]) if word in _STATES else None


def geometry(value: Any) -> Text | None:
    """A geometry (GeoJSON as text or object, or WKT; EPSG:4326) as WKT; none if it is none."""
    text = json.dumps(value) if isinstance(value, dict) else value
    well_known = _well_known(text.strip()) if isinstance(text, str) else ""
    return Text(well_known, "gsp:wktLiteral") if well_known else None


@lru_cache(maxsize=512)
def _well_known(text: str) -> str:
    try:
        shape = shapely.from_geojson(text) if text.startswith("{") else shapely.from_wkt(text)
        return shapely.to_wkt(shape, rounding_precision=-1) if shape is not None and not shape.is_empty else ""
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        return ""


@lru_cache(maxsize=512)
def around(well_known: str) -> Text | None:
    """The box around a geometry, as WKT; of a point the point itself."""
    shape = shapely.from_wkt(well_known)
    box = shapely.envelope(shape)
    return geometry(shapely.to_wkt(box, rounding_precision=-1))


def geojson(well_known: str) -> str:
    """A geometry in WKT as GeoJSON text; empty if it is none."""
    try:
        return shapely.to_geojson(shapely.from_wkt(well_known))
    except (shapely.errors.ShapelyError, ValueError, TypeError):
        return ""


def listed(value: Any) -> list[Any]:
    """A field's value as a list: a list, a single value, or JSON text of a list."""
    if isinstance(value, str):
        if value.lstrip().startswith("["):
            try:
                loaded = json.loads(value)
            except ValueError:
                return [value]
            return loaded if isinstance(loaded, list) else [value]
        return [value] if value.strip() else []
    if isinstance(value, dict):
        return [value]
    if isinstance(value, list | tuple | set):
        return [item for item in value if item not in (None, "")]
    return [] if value is None else [value]
