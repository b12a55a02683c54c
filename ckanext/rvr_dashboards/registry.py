"""The pages and measures of this site, collected from tile files and plugins at start-up."""

from __future__ import annotations

import importlib.resources
from collections.abc import Callable
from pathlib import Path

import ckan.plugins as p

from ckanext.rvr_portal.interfaces import IRvrMeasures, IRvrTiles
from ckanext.rvr_portal.shared import Measure

from . import config
from .domain.tile_file import PageSpec, join_pages, parse
from .exceptions import TileFileError

__all__ = ["fill", "measure", "page", "pages"]

_pages: dict[str, PageSpec] = {}


def fill() -> None:
    """Read and check all tile files.

    :raises TileFileError: a file is missing or cannot be used
    """
    offered = [name for plugin in p.PluginImplementations(IRvrTiles) for name in plugin.get_rvr_tiles()]
    files = [parse(_read(name), _short(name)) for name in [*config.tile_files(), *offered]]
    joined = join_pages(files)
    _pages.clear()
    _pages.update(joined)


def pages() -> list[PageSpec]:
    """All pages, in reading order."""
    return list(_pages.values())


def page(name: str) -> PageSpec | None:
    """A page by its name."""
    return _pages.get(name)


def measure(id_: str) -> Callable[[], Measure] | None:
    """What counts a measure; None when no active plugin offers it."""
    # Asked at each use and not kept: cheap, and right also when a test loads a plugin later.
    for plugin in p.PluginImplementations(IRvrMeasures):
        if found := plugin.get_rvr_measures().get(id_):
            return found
    return None


def _read(name: str) -> str:
    module, colon, path = name.partition(":")
    try:
        # A path may hold a colon only where it is absolute; module names never begin with a slash.
        if colon and not module.startswith("/"):
            return importlib.resources.files(module).joinpath(path).read_text("utf-8")
        return Path(name).read_text("utf-8")
    except (ModuleNotFoundError, OSError, UnicodeDecodeError) as error:
        raise TileFileError(
            f"The tile file {name} cannot be read ({type(error).__name__}). Please check the setting "
            "ckanext.rvr_dashboards.tile_files."
        ) from error


def _short(name: str) -> str:
    return name.rpartition("/")[2].rpartition(":")[2]
