"""Template helpers of the map with a list beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk

from .boundaries import Boundaries, boundaries
from .domain import point_map
from .shared import places

__all__ = ["rvr_portal_map_backdrop", "rvr_portal_map_marks", "rvr_portal_map_source", "rvr_portal_map_tiles"]

#: Marks nearer than this on the drawing without JavaScript become one, in drawing units.
_MARK_DISTANCE = 30


def rvr_portal_map_backdrop() -> point_map.Backdrop:
    """Drawing of the region that lies under the points: boundaries if loaded, else circles as large as the towns."""
    return _backdrop(boundaries())


def rvr_portal_map_marks(items: Sequence[Mapping[str, Any]]) -> tuple[point_map.Mark, ...]:
    """Marks of items with `key`, `lon` and `lat` (EPSG:4326) on that drawing; items without a point are left out."""
    frame = _backdrop(boundaries())
    points = [(item["key"], *frame.xy(item["lon"], item["lat"])) for item in items if item.get("lon") is not None]
    return point_map.group(points, _MARK_DISTANCE)


def rvr_portal_map_source() -> str:
    """Whom to name under a drawing with the loaded boundaries; empty when none are loaded."""
    loaded = boundaries()
    return loaded.attribution if loaded.shapes else ""


def rvr_portal_map_tiles() -> dict[str, str]:
    """Address pattern and attribution of map tiles; empty unless the operator has chosen a server."""
    return {
        "url": str(tk.config["ckanext.rvr_portal.map_tiles_url"] or ""),
        "attribution": str(tk.config["ckanext.rvr_portal.map_tiles_attribution"] or ""),
    }


@lru_cache(maxsize=1)
def _backdrop(loaded: Boundaries) -> point_map.Backdrop:
    towns = places().municipalities
    centres = ((t.key, t.name, t.lon, t.lat, t.area_km2, t.is_member_body) for t in towns)
    return point_map.build(centres, {t.key: loaded.shapes[t.key] for t in towns if t.key in loaded.shapes})
