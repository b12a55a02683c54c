"""What other plugins may add to the portal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ckan.plugins.interfaces import Interface

from .domain.measure import Measure

__all__ = ["IRvrIndex", "IRvrMeasures", "IRvrPages", "IRvrTiles"]


class IRvrIndex(Interface):
    """Prepare datasets for the search index many at a time."""

    def get_rvr_index_hooks(self, package_ids: Sequence[str]) -> dict[str, Callable[[dict[str, Any]], dict[str, Any]]]:
        """By the name of a plugin, what runs instead of its `before_dataset_index` for these datasets, with the same results.

        For plugins that ask the database for each dataset what can be asked for all of them at once.
        """
        return {}


class IRvrMeasures(Interface):
    """Offer amounts by category; dashboards show them, each with its list."""

    def get_rvr_measures(self) -> dict[str, Callable[[], Measure]]:
        """Measures by id (`<plugin>.<name>`).

        Each function counts when it is called, within a request, in its language and with the rights of the
        current user: an item this user may not see must not be counted. An absent plugin takes its measures, and
        the tiles made of them, with it.
        """
        return {}


class IRvrPages(Interface):
    """Add entries to the menu and sections to the front page."""

    def get_rvr_menu(self) -> list[tuple[str, str, int]]:
        """Menu entries as (title in the language of the request, endpoint, weight); low weights stand first."""
        return []

    def get_rvr_front_sections(self) -> list[str]:
        """Templates of sections for the front page, in reading order."""
        return []

    def get_rvr_front_numbers(self) -> list[tuple[int, str, str]]:
        """Numbers for the front page as (value, what it counts in the reader's language, address of exactly that list)."""
        return []


class IRvrTiles(Interface):
    """Put further tiles on dashboard pages."""

    def get_rvr_tiles(self) -> list[str]:
        """Tile files as `module:path` (e.g. `ckanext.rvr_funding:data/tiles.yaml`), in reading order.

        Such a file names the page it belongs to and lists tiles, written as in rvr_dashboards' own files. It is checked
        at start-up. A tile whose measure no plugin offers does not appear.
        """
        return []
