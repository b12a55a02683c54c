"""From features of a file with administrative areas to one boundary a place of the register."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import shapely
from shapely.errors import ShapelyError
from shapely.geometry import mapping
from shapely.geometry.base import BaseGeometry

from .places import Place, register

__all__ = ["BoundaryError", "check_crs", "merge"]

# How the keys are called in the products of the BKG and in common exports of them.
_KEY_FIELDS = ("ags", "ags_0", "ars", "ars_0", "rs", "rs_0", "gemeindeschluessel", "regionalschluessel", "key")
_DEGREES = {"EPSG:4326", "OGC:CRS84", "CRS84", "4326"}
_HINT = "Convert the file first, for example with: ogr2ogr -t_srs EPSG:4326 boundaries.geojson FILE"
# Six decimals are ten centimetres: finer than any boundary of these products.
_GRID = 1e-6


class BoundaryError(Exception):
    """A file with boundaries cannot be used; the text says why and what to do."""


def check_crs(name: str) -> None:
    """Refuse coordinates that are no degrees.

    :param name: name of the coordinate system in any usual spelling, e.g. "urn:ogc:def:crs:OGC:1.3:CRS84"
    :raises BoundaryError: it is not EPSG:4326
    """
    short = name.upper().replace("URN:OGC:DEF:CRS:", "").replace("::", ":").replace("OGC:1.3:", "OGC:")
    if short and short not in _DEGREES:
        raise BoundaryError(f"The file's coordinate system is {name}; EPSG:4326 is needed. {_HINT}")


def merge(features: Iterable[tuple[Mapping[str, Any], BaseGeometry | None]]) -> dict[str, dict[str, Any]]:
    """Boundaries by place key as GeoJSON polygons; the parts of one place are joined, other areas left out.

    :param features: properties and geometry (EPSG:4326 lon/lat) of each area
    :raises BoundaryError: the coordinates are no degrees, a shape is broken, or no place of the register is among them
    """
    parts: dict[str, list[BaseGeometry]] = {}
    for properties, geometry in features:
        place = _place(properties)
        if place and geometry is not None and not geometry.is_empty:
            _check_degrees(geometry)
            parts.setdefault(place.key, []).append(geometry)
    if not parts:
        raise BoundaryError(
            "None of the areas in the file is a place of the Metropole Ruhr. "
            "Each needs its key as AGS or ARS; suitable are BKG's VG250 and VG5000 (layer of municipalities)."
        )
    return {key: _joined(key, shapes) for key, shapes in parts.items()}


def _place(properties: Mapping[str, Any]) -> Place | None:
    by_name = {str(name).casefold(): value for name, value in properties.items()}
    for name in _KEY_FIELDS:
        value = by_name.get(name)
        if value not in (None, "") and (place := register().get(str(value))):
            return place
    return None


def _check_degrees(geometry: BaseGeometry) -> None:
    west, south, east, north = geometry.bounds
    if west < -180 or east > 180 or south < -90 or north > 90:
        raise BoundaryError(f"The file's coordinates are no degrees; EPSG:4326 is needed. {_HINT}")


def _joined(key: str, shapes: list[BaseGeometry]) -> dict[str, Any]:
    try:
        whole = shapely.make_valid(shapely.unary_union(shapely.set_precision(shapely.force_2d(shapes), _GRID)))
    except ShapelyError as error:
        raise BoundaryError(f"The boundary of {key} cannot be read: {error}") from error
    polygons = [part for part in shapely.get_parts(whole) if part.geom_type == "Polygon"]
    if not polygons:
        raise BoundaryError(f"The boundary of {key} is no area.")
    return dict(mapping(polygons[0] if len(polygons) == 1 else shapely.MultiPolygon(polygons)))
