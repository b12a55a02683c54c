"""Dates with a time of day, in the order and with the year of the calendar that readers use."""

from __future__ import annotations

import datetime
from typing import Any

import ckan.lib.helpers as core
import ckan.plugins.toolkit as tk
from babel import Locale
from babel.dates import format_date, format_time
from flask_babel import get_locale

__all__ = ["render_datetime"]


def render_datetime(
    datetime_: datetime.datetime | str | None,
    date_format: str | None = None,
    with_hours: bool = False,
    with_seconds: bool = False,
) -> str:
    """A date, with `with_hours` or `with_seconds` also the time, in the language of the page and the portal's time zone.

    Takes the place of CKAN's helper, which shows 30 December 2024 as 2025 (year of the week) and in American order.
    Empty text if the value is no date.
    """
    if date_format or not (with_hours or with_seconds):
        return core.render_datetime(datetime_, date_format)  # pyright: ignore[reportArgumentType] (text is read as well)
    moment: Any = core._datestamp_to_datetime(datetime_)
    if not moment:
        return ""
    moment = moment.astimezone(core.get_display_timezone())
    locale = get_locale() or Locale("en")
    date = format_date(moment, "long", locale=locale)
    clock = "HH:mm:ss" if with_seconds else "HH:mm"
    return tk._("{date}, {time}").format(date=date, time=format_time(moment, clock, locale=locale))
