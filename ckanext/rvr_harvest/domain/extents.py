"""Places as catalogues in JSON write them: a name, an address, a box, WKT or GeoJSON."""

from __future__ import annotations

import json
import re
from typing import Any

import shapely

from .json_records import as_text

__all__ = ["extents"]

_NUMBER = r"[-+]?\d{1,3}(?:\.\d{1,20})?"
_BOX = re.compile(rf"{_NUMBER}(?:\s*[,;\s]\s*{_NUMBER}){{3}}")
_ENVELOPE = re.compile(rf"(?:ENVELOPE|BOX2?D?)\s*\(\s*({_NUMBER}(?:[,\s]+{_NUMBER}){{3}})\s*\)", re.IGNORECASE)
_WKT = re.compile(
    r"(?:SRID=\d+;)?\s*((?:MULTI)?(?:POINT|LINESTRING|POLYGON)|GEOMETRYCOLLECTION)\s*Z?\s*\(", re.IGNORECASE
)
_GEOJSON = frozenset(
    {"Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon", "GeometryCollection"}
)
_NAMES = ("prefLabel", "name", "title", "label", "text", "@value")
_ADDRESSES = ("@id", "uri", "url")
_LONGEST_WKT = 1_000_000


def extents(value: Any) -> list[dict[str, str]]:
    """Rows of `spatial_coverage` (text, uri, geom, bbox; geometries as GeoJSON text, EPSG:4326 lon/lat).

    Nothing is left out: what is no geometry becomes text.
    """
    if isinstance(value, list):
        if box := _box(value):
            return [{"bbox": box}]
        return [row for item in value for row in extents(item)]
    row = _of_object(value) if isinstance(value, dict) else _of_text(as_text(value))
    return [row] if row else []


def _of_text(text: str) -> dict[str, str]:
    if not text:
        return {}
    if text.startswith("{"):
        try:
            loaded = json.loads(text)
        except (ValueError, RecursionError):
            loaded = None
        if isinstance(loaded, dict):
            return _of_object(loaded)
    if (match := _ENVELOPE.fullmatch(text)) or _BOX.fullmatch(text):
        numbers = [float(number) for number in re.findall(_NUMBER, match[1] if match else text)]
        if box := _box(_by_axes(numbers) if match and text[0] in "Ee" else numbers):
            return {"bbox": box}
    if _WKT.match(text) and (geometry := _of_wkt(text)):
        return {"geom": geometry}
    return {"uri": text} if re.fullmatch(r"https?://\S+", text) else {"text": text}


def _of_object(value: dict[str, Any]) -> dict[str, str]:
    kind = str(value.get("type", ""))
    if kind.lower() == "envelope" and (box := _box(value.get("coordinates"))):
        return {"bbox": box}
    if kind == "Feature" and isinstance(geometry := value.get("geometry"), dict):
        return _of_object(geometry)
    if kind in _GEOJSON:
        return {"geom": json.dumps(value)}
    row = {"text": _first(value, _NAMES), "uri": _first(value, _ADDRESSES)}
    for field, names in (("geom", ("geometry", "geom")), ("bbox", ("bbox",)), ("centroid", ("centroid",))):
        for name in names:
            inner = extents(value.get(name))
            if len(inner) == 1 and (geometry := inner[0].get("geom") or inner[0].get("bbox")):
                row[field] = geometry
    row = {field: text for field, text in row.items() if text}
    return row or ({"text": as_text(value)} if value else {})


def _first(value: dict[str, Any], names: tuple[str, ...]) -> str:
    found = (value.get(name) for name in names)
    return next((text.strip() for text in found if isinstance(text, str) and text.strip()), "")


def _of_wkt(text: str) -> str:
    try:
        geometry = shapely.from_wkt(text[:_LONGEST_WKT].partition(";")[2] if text[:4].upper() == "SRID" else text)
    except (shapely.errors.ShapelyError, ValueError):
        return ""
    return "" if geometry is None or geometry.is_empty else shapely.to_geojson(shapely.force_2d(geometry))


def _by_axes(numbers: list[float]) -> list[float]:
    """ENVELOPE of CQL is written west, east, north, south."""
    return [numbers[0], numbers[3], numbers[1], numbers[2]]


def _box(value: Any) -> str:
    """West, south, east, north as a polygon; "" if it is none."""
    if (
        isinstance(value, list)
        and len(value) == 2
        and all(isinstance(point, list) and len(point) == 2 for point in value)
    ):
        value = [*value[0], *value[1]]
    if not (isinstance(value, list) and len(value) == 4):
        return ""
    if not all(isinstance(number, int | float) and not isinstance(number, bool) for number in value):
        return ""
    (west, east), (south, north) = sorted((value[0], value[2])), sorted((value[1], value[3]))
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return ""
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return json.dumps({"type": "Polygon", "coordinates": [ring]})
