"""The datasets of a search on the map: clusters counted by the index, each exactly the datasets of one cell."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from ckan.types import Context

from . import dataset_search, solr
from .domain import map_position
from .domain.search_request import SearchRequest

__all__ = ["Box", "Cluster", "Clusters", "clusters"]

# From this level on the region has so many cells that Solr is quicker when it goes from dataset to dataset.
_MANY_CELLS_FROM = 14

#: West, south, east, north in degrees (EPSG:4326).
Box = tuple[float, float, float, float]


@dataclass(frozen=True)
class Cluster:
    """Datasets that stand near to each other: their middle (EPSG:4326), how many, their cell, the town nearest to it."""

    lon: float
    lat: float
    count: int
    cell: str
    town: str


@dataclass(frozen=True)
class Clusters:
    """The marks of a map. `total` datasets were found at all, `located` of them stand somewhere on the map."""

    total: int
    located: int
    marks: tuple[Cluster, ...]

    @property
    def bounds(self) -> Box | None:
        """The box around all marks."""
        if not self.marks:
            return None
        lons, lats = [mark.lon for mark in self.marks], [mark.lat for mark in self.marks]
        return min(lons), min(lats), max(lons), max(lats)


def clusters(context: Context, request: SearchRequest, zoom: float, box: Box | None = None) -> Clusters:
    """Gather what a search finds into marks for a map of this zoom.

    :param zoom: of the map, 0 shows the world in one tile of 256 pixels
    :param box: only marks within it; `total` and `located` count everything all the same
    :raises SearchIndexError: the index does not answer
    """
    request, _reading = dataset_search.understand(request)
    facets = {"located": {"type": "query", "q": "rvr_cell:*"}, "cells": _cells(map_position.cell_level(zoom, box), box)}
    answer = dataset_search.count(context, request, facets)
    buckets = sorted(answer.facets.get("cells", {}).get("buckets", []), key=lambda one: -one["count"])
    buckets = buckets[: map_position.MAX_CELLS]
    return Clusters(answer.total, answer.count("located"), _marks(buckets))


def _cells(level: int, box: Box | None) -> dict[str, Any]:
    # Every cell: the level sees to it that they are few, and with a limit Solr averages each in a search of its own.
    average = {"lon": "avg(rvr_lon)", "lat": "avg(rvr_lat)"}
    cells = solr.each_value("rvr_cell", prefix=f"{level}/", facet=average)
    if level >= _MANY_CELLS_FROM:
        cells["method"] = "smart"
    if box:
        west, south, east, north = box
        cells["domain"] = {"filter": [f"rvr_lon:[{west} TO {east}]", f"rvr_lat:[{south} TO {north}]"]}
    return cells


def _marks(buckets: list[dict[str, Any]]) -> tuple[Cluster, ...]:
    points = [(round(bucket["lon"], 5), round(bucket["lat"], 5)) for bucket in buckets]
    return tuple(
        Cluster(*point, int(bucket["count"]), str(bucket["val"]), town.name if town else "")
        for point, bucket, town in zip(points, buckets, map_position.towns_near(points), strict=True)
    )
