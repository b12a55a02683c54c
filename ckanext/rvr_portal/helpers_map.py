"""Template helpers of the map with a list beside it."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import ckan.plugins.toolkit as tk

from . import map_layers
from .boundaries import Boundaries, boundaries
from .domain import point_map
from .search_map import Clusters
from .shared import Place, places

__all__ = [
    "rvr_portal_all_places",
    "rvr_portal_map_backdrop",
    "rvr_portal_map_clusters",
    "rvr_portal_map_layers",
    "rvr_portal_map_marks",
    "rvr_portal_map_source",
]

#: Marks nearer than this on the drawing without JavaScript become one, in drawing units.
_MARK_DISTANCE = 30
#: Radius of a mark with one dataset, in drawing units; ten times as many make it four larger.
_MARK_RADIUS = 15


def rvr_portal_map_backdrop() -> point_map.Backdrop:
    """Drawing of the region that lies under the points: boundaries if loaded, else circles as large as the towns."""
    return _backdrop(boundaries())


def rvr_portal_map_marks(items: Sequence[Mapping[str, Any]]) -> tuple[point_map.Mark, ...]:
    """Marks of items with `key`, `lon` and `lat` (EPSG:4326) on that drawing; items without a point are left out."""
    frame = _backdrop(boundaries())
    points = [(item["key"], *frame.xy(item["lon"], item["lat"])) for item in items if item.get("lon") is not None]
    return point_map.group(points, _MARK_DISTANCE)


def rvr_portal_map_clusters(found: Clusters) -> list[dict[str, Any]]:
    """Marks of clusters on that drawing, largest last: `{x, y, radius, text, label, cell}`."""
    frame = _backdrop(boundaries())
    marks = []
    for cluster in reversed(found.marks):
        x, y = frame.xy(cluster.lon, cluster.lat)
        if not (0 <= x <= frame.width and 0 <= y <= frame.height):
            continue
        number = tk.h.rvr_portal_number(cluster.count)
        label = tk.ungettext("{number} dataset", "{number} datasets", cluster.count).format(number=number)
        if cluster.town:
            label = tk._("{number} near {place}").format(number=label, place=cluster.town)
        radius = _MARK_RADIUS + round(4 * math.log10(cluster.count), 1)
        marks.append({"x": x, "y": y, "radius": radius, "text": number, "label": label, "cell": cluster.cell})
    return marks


def rvr_portal_all_places() -> tuple[Place, ...]:
    """All municipalities and Kreise, by name."""
    found = (*places().municipalities, *places().kreise)
    return tuple(sorted(found, key=lambda place: place.name))


def rvr_portal_map_source() -> str:
    """Whom to name under a drawing with the loaded boundaries; empty when none are loaded."""
    loaded = boundaries()
    return loaded.attribution if loaded.shapes else ""


def rvr_portal_map_layers() -> list[dict[str, Any]]:
    """Map layers that the operator has chosen (`map_layers.chosen`), for the scripts of the maps; empty by default."""
    return map_layers.chosen(tk.h.lang())


@lru_cache(maxsize=1)
def _backdrop(loaded: Boundaries) -> point_map.Backdrop:
    towns = places().municipalities
    centres = ((t.key, t.name, t.lon, t.lat, t.area_km2, t.is_member_body) for t in towns)
    return point_map.build(centres, {t.key: loaded.shapes[t.key] for t in towns if t.key in loaded.shapes})
