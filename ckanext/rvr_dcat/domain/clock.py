"""When something has its time: every so many minutes, or through the night."""

from __future__ import annotations

import re
from datetime import datetime, time, timedelta

__all__ = ["read_night", "within", "worth"]

_NIGHT = re.compile(r"\s*([01]?\d|2[0-3]):([0-5]\d)\s*-\s*([01]?\d|2[0-3]):([0-5]\d)\s*", re.ASCII)


def read_night(text: str) -> tuple[time, time]:
    """Begin and end of a time of the day, written as 22:00-06:00.

    :raises ValueError: it is written otherwise
    """
    match = _NIGHT.fullmatch(text)
    if not match:
        raise ValueError(f"“{text}” is no time of the day; please write it as 22:00-06:00.")
    begin_hour, begin_minute, end_hour, end_minute = map(int, match.groups())
    return time(begin_hour, begin_minute), time(end_hour, end_minute)


def within(moment: time, night: tuple[time, time]) -> bool:
    """Whether a moment lies in a time of the day, which may go over midnight; one that ends as it begins is all day."""
    begin, end = night
    return begin <= moment < end if begin < end else moment >= begin or moment < end


def worth(last: datetime | None, now: datetime, minutes: int) -> bool:
    """Whether so many minutes have gone by since the last time; a clock that was set back counts as gone by."""
    return last is None or last > now or now - last >= timedelta(minutes=minutes)
