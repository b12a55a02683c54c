"""Template helper of the map of the region."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from .boundaries import Boundaries, boundaries
from .domain import region_map
from .shared import places

__all__ = ["rvr_portal_region_map"]

# Names that find room on the map beside their neighbours', also on a phone.
_NAMED_POPULATION = 150_000


def rvr_portal_region_map(counts: Mapping[str, int]) -> region_map.RegionMap:
    """The 53 municipalities as shapes, coloured and sized by their amounts.

    :param counts: amounts by key of the place; other places than municipalities are left out
    """
    return _drawn(boundaries(), frozenset(counts.items()))


# Visitors see the same numbers for a while: what is drawn for one is drawn for all.
@lru_cache(maxsize=16)
def _drawn(loaded: Boundaries, counts: frozenset[tuple[str, int]]) -> region_map.RegionMap:
    return region_map.draw(_base_map(loaded), dict(counts))


# Drawn anew only when other boundaries are loaded: the same ones are the same object.
@lru_cache(maxsize=1)
def _base_map(loaded: Boundaries) -> region_map.BaseMap:
    towns = places().municipalities
    large = sorted((t for t in towns if t.population >= _NAMED_POPULATION), key=lambda town: -town.population)
    labels = {town.key: town.name.split(" an der ")[0] for town in large}
    centres = ((town.key, town.name, town.lon, town.lat) for town in towns)
    shapes = {town.key: loaded.shapes[town.key] for town in towns if town.key in loaded.shapes}
    return region_map.build_base(centres, shapes, labels=labels, attribution=loaded.attribution)
