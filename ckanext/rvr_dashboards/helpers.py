"""Template helpers of the dashboards."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from babel import dates as babel_dates

from .domain.tile import Tile
from .registry import page
from .tiles import language, number, tiles_of

__all__ = ["rvr_dashboards_date", "rvr_dashboards_number", "rvr_dashboards_sentences"]

_FRONT_PAGE = "ueberblick"


def rvr_dashboards_date(moment: datetime) -> str:
    """Day and time in the portal's time zone, in words."""
    local = moment.astimezone(tk.h.get_display_timezone())
    pattern = "d. MMMM yyyy, H:mm" if language() == "de" else "d MMMM yyyy, H:mm"
    text = babel_dates.format_datetime(local, pattern, locale=language())
    return f"{text} Uhr" if language() == "de" else text


def rvr_dashboards_number(value: int) -> str:
    """A whole number in the language of the request."""
    return number(value)


def rvr_dashboards_sentences() -> dict[str, object] | None:
    """What the overview says, for the front page: title, and the tiles that have numbers; None if there is none."""
    overview = page(_FRONT_PAGE)
    if overview is None or overview.title is None:
        return None
    tiles = [tile for tile in tiles_of(overview) if isinstance(tile, Tile) and not tile.is_empty]
    return {"name": overview.name, "title": overview.title.get(language()), "tiles": tiles} if tiles else None
