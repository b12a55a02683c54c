"""Boundaries of places: read from a file, kept in the database, given to the maps."""

from __future__ import annotations

import contextlib
import json
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import shapely
import sqlalchemy as sa
from ckan import model
from shapely.errors import ShapelyError
from shapely.geometry import shape
from shapely.geometry.base import BaseGeometry

from .domain.boundaries import BoundaryError, check_crs, merge
from .model import RvrPortalBoundary

__all__ = ["ATTRIBUTION", "Boundaries", "boundaries", "load_file", "read_file"]

Feature = tuple[dict[str, Any], BaseGeometry | None]

ATTRIBUTION = "© GeoBasis-DE / BKG, dl-de/by-2-0 (Daten verändert)"
_CACHE_SECONDS = 60.0


@dataclass(frozen=True, eq=False)
class Boundaries:
    """Loaded boundaries as GeoJSON polygons by place key (EPSG:4326 lon/lat), and whom to name with them."""

    shapes: dict[str, dict[str, Any]]
    attribution: str = ""
    stamp: tuple[Any, ...] = ()


_cache: tuple[float, Boundaries] | None = None


def boundaries() -> Boundaries:
    """What is loaded; without shapes when nothing is.

    Looked up at most once a minute. As long as nothing else is loaded it is the same object, so that drawings made of
    it can be kept.
    """
    global _cache
    now = time.monotonic()
    if _cache and now - _cache[0] < _CACHE_SECONDS:
        return _cache[1]
    known = _cache[1] if _cache else Boundaries({})
    stamp = _stamp()
    if stamp != known.stamp:
        rows = model.Session.query(RvrPortalBoundary.key, RvrPortalBoundary.geometry, RvrPortalBoundary.source).all()
        sources = dict.fromkeys(row.source for row in rows if row.source)
        known = Boundaries({row.key: row.geometry for row in rows}, "; ".join(sources), stamp)
    _cache = (now, known)
    return known


def _stamp() -> tuple[Any, ...]:
    """How many boundaries there are and when the last was loaded; empty when there are none."""
    if not sa.inspect(model.ensure_engine()).has_table(RvrPortalBoundary.__tablename__):
        return ()
    count, last = model.Session.query(sa.func.count(), sa.func.max(RvrPortalBoundary.loaded_at)).one()
    return (count, last) if count else ()


def load_file(path: Path, attribution: str = ATTRIBUTION, now: datetime | None = None) -> set[str]:
    """Load the boundaries of a file in place of those there are for the same places; all of them or none.

    :param path: GeoJSON or GeoPackage in EPSG:4326
    :param attribution: whom to name wherever they are drawn
    :param now: moment to note (aware)
    :returns: keys of the places that have a boundary from this file
    :raises BoundaryError: the file cannot be used; the text says why
    """
    global _cache
    found = read_file(path)
    moment = now or datetime.now(UTC)
    for key, geometry in found.items():
        model.Session.merge(RvrPortalBoundary(key=key, geometry=geometry, source=attribution, loaded_at=moment))
    model.Session.commit()
    _cache = None
    return set(found)


def read_file(path: Path) -> dict[str, dict[str, Any]]:
    """Boundaries of a GeoJSON or GeoPackage file by place key.

    :raises BoundaryError: the file cannot be used; the text says why
    """
    try:
        with path.open("rb") as file:
            start = file.read(16)
    except OSError as error:
        raise BoundaryError(f"The file {path} cannot be read: {error.strerror}.") from error
    features = _geopackage(path) if start.startswith(b"SQLite format 3") else _geojson(path)
    try:
        return merge(features)
    except (ShapelyError, ValueError, TypeError, AttributeError, LookupError) as error:
        raise BoundaryError(f"A shape in {path.name} is broken: {error}") from error


def _geojson(path: Path) -> Iterator[Feature]:
    try:
        data = json.loads(path.read_text("utf-8-sig"))
    except (ValueError, RecursionError) as error:
        raise BoundaryError(f"{path.name} is neither GeoJSON nor a GeoPackage.") from error
    if not isinstance(data, dict) or data.get("type") != "FeatureCollection":
        raise BoundaryError(f"{path.name} is no GeoJSON FeatureCollection.")
    crs = data.get("crs") or {}
    check_crs(str((crs.get("properties") or {}).get("name") or ""))
    for feature in data.get("features") or []:
        geometry = feature.get("geometry")
        yield feature.get("properties") or {}, shape(geometry) if geometry else None


def _geopackage(path: Path) -> Iterator[Feature]:
    try:
        with contextlib.closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as database:
            database.row_factory = sqlite3.Row
            for table, column, srs in _layers(database):
                check_crs(srs)
                for row in database.execute(f'SELECT * FROM "{table}"'):
                    blob = row[column]
                    properties = {name: row[name] for name in row.keys() if name != column}  # noqa: SIM118 - no mapping
                    yield properties, shapely.from_wkb(_wkb(blob)) if blob else None
    except sqlite3.Error as error:
        raise BoundaryError(f"{path.name} cannot be read as a GeoPackage: {error}.") from error


def _layers(database: sqlite3.Connection) -> list[tuple[str, str, str]]:
    """Table, geometry column and coordinate system of each layer that has a key of municipalities."""
    rows = database.execute(
        "SELECT g.table_name, g.column_name, s.organization, s.organization_coordsys_id"
        " FROM gpkg_geometry_columns g JOIN gpkg_spatial_ref_sys s ON s.srs_id = g.srs_id"
    ).fetchall()
    layers = [(str(table), str(column), f"{owner}:{number}") for table, column, owner, number in rows]
    wanted = [layer for layer in layers if layer[0].casefold().endswith("_gem")] or layers
    if any('"' in name for table, column, _ in wanted for name in (table, column)):
        raise BoundaryError("The GeoPackage has a table with a quotation mark in its name.")
    return wanted


def _wkb(blob: bytes) -> bytes:
    """Geometry of a GeoPackage without its header (OGC 12-128r18, 2.1.3.1): magic, version, flags, SRS, envelope."""
    envelope = (0, 32, 48, 48, 64)
    kind = (blob[3] >> 1) & 0b111
    if blob[:2] != b"GP" or kind >= len(envelope):
        raise BoundaryError("The GeoPackage has a geometry that is none.")
    return blob[8 + envelope[kind] :]
