"""Whether a dataset is as current as it promises: its declared frequency against the date of its data."""

from __future__ import annotations

import calendar
import re
from datetime import date

from dateutil.relativedelta import relativedelta

__all__ = ["due_on", "last_day", "parts"]

_ISO = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:[T ].*)?)?)?(?:Z|[+-]\d\d:?\d\d)?$", re.ASCII | re.DOTALL)

# Keys of the EU list of frequencies. What comes more often than daily is held to a day: dates have no finer grain.
_DAILY = (
    "UPDATE_CONT", "CONT", "1MIN", "5MIN", "10MIN", "15MIN", "30MIN", "HOURLY", "BIHOURLY", "TRIHOURLY", "12HRS",
    "DAILY_2", "DAILY",
)  # fmt: skip
_INTERVALS = dict.fromkeys(_DAILY, relativedelta(days=1)) | {
    "WEEKLY_5": relativedelta(days=3),
    "WEEKLY_3": relativedelta(days=3),
    "WEEKLY_2": relativedelta(days=4),
    "WEEKLY": relativedelta(weeks=1),
    "BIWEEKLY": relativedelta(weeks=2),
    "MONTHLY_3": relativedelta(days=11),
    "MONTHLY_2": relativedelta(days=16),
    "MONTHLY": relativedelta(months=1),
    "BIMONTHLY": relativedelta(months=2),
    "QUARTERLY": relativedelta(months=3),
    "ANNUAL_3": relativedelta(months=4),
    "ANNUAL_2": relativedelta(months=6),
    "ANNUAL": relativedelta(years=1),
    "BIENNIAL": relativedelta(years=2),
    "TRIENNIAL": relativedelta(years=3),
    "QUADRENNIAL": relativedelta(years=4),
    "QUINQUENNIAL": relativedelta(years=5),
    "DECENNIAL": relativedelta(years=10),
    "BIDECENNIAL": relativedelta(years=20),
    "TRIDECENNIAL": relativedelta(years=30),
}


def due_on(frequency: str | None, last: date | None) -> date | None:
    """The day by which new data should be there: one interval after the last ones.

    Overdue is a dataset from the day after. None where nothing is promised (irregular, never, unknown), or where the
    date lies beyond the calendar.

    :param frequency: key of the EU list of frequencies
    :param last: last day on which the data changed
    """
    interval = _INTERVALS.get(frequency or "")
    if interval is None or last is None:
        return None
    try:
        return last + interval
    except (OverflowError, ValueError):
        return None


def parts(text: str) -> tuple[int, ...] | None:
    """Year, month and day of an ISO 8601 date, as far as they are given; None if it is no date."""
    match = _ISO.match(text.strip())
    if not match:
        return None
    found = tuple(int(part) for part in match.groups() if part)
    try:
        date(*(*found, 1, 1)[:3])
    except ValueError:
        return None
    return found


def last_day(text: str) -> date | None:
    """The last day that a date, whole or partial, may mean: the benefit of the doubt is the publisher's."""
    found = parts(text)
    if not found:
        return None
    year, month = (*found, 12)[:2]
    return date(year, month, found[2] if len(found) > 2 else calendar.monthrange(year, month)[1])
