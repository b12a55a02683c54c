"""Template helper of the map of the region."""

from __future__ import annotations

from collections.abc import Mapping

from .domain import region_map
from .shared import places

__all__ = ["rvr_portal_region_map"]

# Names that find room on the map beside their neighbours', also on a phone.
_NAMED_POPULATION = 150_000


def rvr_portal_region_map(counts: Mapping[str, int]) -> region_map.RegionMap:
    """The 53 municipalities as shapes, coloured and sized by their amounts.

    :param counts: amounts by key of the place; other places than municipalities are left out
    """
    return region_map.draw(_base_map(), counts)


def _base_map() -> region_map.BaseMap:
    towns = places().municipalities
    large = sorted((t for t in towns if t.population >= _NAMED_POPULATION), key=lambda town: -town.population)
    labels = {town.key: town.name.split(" an der ")[0] for town in large}
    return region_map.build_base(((t.key, t.name, t.lon, t.lat) for t in towns), labels=labels)
