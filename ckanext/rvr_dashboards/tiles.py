"""Tiles of a page for the visitor of this request: in his language, with his rights."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckan.lib.search.common import SearchError
from sqlalchemy.exc import SQLAlchemyError

from ckanext.rvr_portal.shared import RvrPortalError

from . import registry
from .domain.tile import Tile, compose
from .domain.tile_file import PageSpec, TileSpec

__all__ = ["FailedTile", "language", "number", "tile_of", "tiles_of"]

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class FailedTile:
    """Stands for a tile whose numbers could not be counted; the other tiles are not touched."""

    id: str
    title: str
    failed: bool = True


def tiles_of(page: PageSpec) -> Iterator[Tile | FailedTile]:
    """All tiles of a page whose measures some plugin offers."""
    for spec in page.tiles:
        found = _tile(spec)
        if found:
            yield found


def tile_of(page: PageSpec, tile_id: str) -> Tile | FailedTile | None:
    """One tile; None when the page has none of that id, or nobody offers its measure."""
    spec = next((spec for spec in page.tiles if spec.id == tile_id), None)
    return _tile(spec) if spec else None


def language() -> str:
    """Language of the texts: `de` or `en`."""
    return "en" if str(tk.h.lang() or "de").startswith("en") else "de"


def number(value: int) -> str:
    """A whole number as readers of the request's language write it."""
    separator = "," if language() == "en" else "."
    return f"{value:,}".replace(",", separator)


def _tile(spec: TileSpec) -> Tile | FailedTile | None:
    count = registry.measure(spec.measure)
    if count is None:
        return None
    try:
        return compose(spec, count(), language(), number)
    except (RvrPortalError, SearchError, SQLAlchemyError, tk.ValidationError, tk.NotAuthorized):
        log.exception("The measure %s of tile %s could not be counted", spec.measure, spec.id)
        return FailedTile(spec.id, spec.title.get(language()))
