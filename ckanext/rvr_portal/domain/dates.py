"""Dates as catalogues write them: ISO 8601, whole or partial, kept as text and shown in words."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

__all__ = ["NO_END_YEAR", "CatalogDate", "format_date", "parse_date"]

# Catalogues write the year 9999 when a period has no end.
NO_END_YEAR = 9999

_ZONE = ZoneInfo("Europe/Berlin")
_ISO = re.compile(
    r"^(?P<year>\d{4})(?:-(?P<month>\d\d)(?:-(?P<day>\d\d)"
    r"(?:[T ](?P<hour>\d\d):(?P<minute>\d\d)(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d+))?)?)?)?)?"
    r"(?P<zone>Z|[+-]\d\d:?\d\d)?$"
)
_GERMAN = re.compile(r"^(?:(?P<day>\d{1,2})\.)?\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4})$")
_MONTHS = {
    "de": (
        "Januar", "Februar", "März", "April", "Mai", "Juni",
        "Juli", "August", "September", "Oktober", "November", "Dezember",
    ),
    "en": tuple(calendar.month_name)[1:],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class CatalogDate:
    """A date of known precision: the year, the month or the day; `moment` when a time of day came with it."""

    text: str
    year: int
    month: int | None = None
    day: int | None = None
    moment: datetime | None = None

    @property
    def first_day(self) -> date:
        """First day of the year, month or day meant."""
        return date(self.year, self.month or 1, self.day or 1)


def parse_date(text: str) -> CatalogDate | None:
    """Read an ISO 8601 date (2024, 2024-06, 2024-06-30, with or without time) or a German one (30.06.2024, 06.2024).

    :returns: the date, its `text` in ISO form as it came, or none when it is no date
    """
    text = text.strip()
    if match := _GERMAN.match(text):
        text = "-".join(part.zfill(2) for part in (match["year"], match["month"], match["day"]) if part)
    match = _ISO.match(text)
    if not match:
        return None
    year, month, day = (int(match[name]) if match[name] else None for name in ("year", "month", "day"))
    if not year:
        return None
    try:
        date(year, month or 1, day or 1)
        moment = _moment(match) if match["hour"] else None
    except ValueError:
        return None
    return CatalogDate(text, year, month, day, moment)


def _moment(match: re.Match[str]) -> datetime:
    clock = f"{match['hour']}:{match['minute']}:{match['second'] or '00'}"
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    zone = (match["zone"] or "").replace("Z", "+00:00")
    return datetime.fromisoformat(f"{match['year']}-{match['month']}-{match['day']}T{clock}.{fraction}{zone}")


def format_date(value: str | date | datetime | None, lang: str = "de", long: bool = True) -> str:
    """Date in words: "23. November 2026" (long), "23.11.2026" (short), "Juni 2023", "2024", "ohne Ende" for 9999.

    A moment with an offset is shown as the day it was in Europe/Berlin; so is CKAN's own kind of stamp, UTC without
    offset to the microsecond. What is no date gives an empty text.
    """
    if isinstance(value, datetime):
        value = value.isoformat()
    found = parse_date(value.isoformat() if isinstance(value, date) else value) if value else None
    if not found:
        return ""
    lang = "en" if lang.startswith("en") else "de"
    if found.year >= NO_END_YEAR:
        return {"de": "ohne Ende", "en": "no end"}[lang]
    moment = found.moment
    if moment and not moment.tzinfo and moment.microsecond:
        moment = moment.replace(tzinfo=UTC)
    if moment and moment.tzinfo and moment.year > 1:
        local = moment.astimezone(_ZONE)
        return _words(local.year, local.month, local.day, lang, long)
    return _words(found.year, found.month, found.day, lang, long)


def _words(year: int, month: int | None, day: int | None, lang: str, long: bool) -> str:
    if not month:
        return str(year)
    name = _MONTHS[lang][month - 1]
    if not day:
        return f"{name} {year}" if long else f"{month:02d}/{year}"
    if not long:
        return f"{day:02d}.{month:02d}.{year}" if lang == "de" else f"{year}-{month:02d}-{day:02d}"
    return f"{day}. {name} {year}" if lang == "de" else f"{day} {name} {year}"
