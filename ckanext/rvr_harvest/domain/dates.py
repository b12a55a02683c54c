"""Dates as portals write them, made ISO 8601; partial ones (2024, 2024-06) stay partial."""

from __future__ import annotations

import re
from datetime import date, datetime

__all__ = ["is_iso", "mend_date"]

_PARTIAL = re.compile(r"\d{4}(?:-(?:0[1-9]|1[0-2]))?", re.ASCII)
_FULL = re.compile(r"\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:Z|[+-]\d{2}:\d{2})?)?", re.ASCII)
_TIMED = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[T ]+(?:(?P<zone1>GMT|UTC|Z)\s+)?"
    r"(?P<time>\d{1,2}:\d{2}(?::\d{2})?)(?:[.,]\d+)?\s*(?P<zone2>GMT|UTC|Z|CES?T|[+-]\d{2}:?\d{2})?",
    re.IGNORECASE,
)
_DAY_ZONE = re.compile(r"(\d{4}-\d{2}-\d{2})(?:Z|[+-]\d{2}:\d{2})")
_GERMAN = re.compile(r"(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})(?:[ ,T]+(\d{1,2}:\d{2}(?::\d{2})?)(?:\s*Uhr)?)?")
_SLASHED = re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "januar jan january", "februar feb february", "märz mär maerz mrz march mar", "april apr", "mai may",
            "juni jun june", "juli jul july", "august aug", "september sep sept", "oktober okt october oct", "november nov",
            "dezember dez december dec",
        ),
        1,
    )
    for name in names.split()
}  # fmt: skip
_WORDED = re.compile(r"(?:(\d{1,2})\.?\s+)?([A-Za-zäÄ]+)\.?,?\s+(\d{4})")
_ZONES = {
    "gmt": "+00:00",
    "utc": "+00:00",
    "z": "+00:00",
    "cet": "+01:00",
    "cest": "+02:00",
}


def is_iso(value: str) -> bool:
    """Whether it is a year, a month, a day or a time of ISO 8601."""
    if _PARTIAL.fullmatch(value):
        return True
    if not _FULL.fullmatch(value):  # Python takes more for ISO 8601 than others do
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


def mend_date(value: str) -> str | None:
    """The date in ISO 8601, or none if nothing sensible can be read from it. Never more precise than what came."""
    value = value.strip()
    if is_iso(value):
        return value
    for read in (_timed, _day_with_zone, _german, _slashed_or_compact, _worded):
        try:
            if mended := read(value):
                return mended
        except ValueError:
            continue
    return None


def _timed(value: str) -> str | None:
    match = _TIMED.fullmatch(value)
    if not match:
        return None
    zone = (match["zone1"] or match["zone2"] or "").lower()
    stamp = f"{match['day']}T{match['time'].zfill(5) if match['time'].count(':') == 1 else match['time'].zfill(8)}"
    if stamp.endswith(("T24:00", "T24:00:00")):
        return date.fromisoformat(match["day"]).isoformat()
    return datetime.fromisoformat(stamp + _ZONES.get(zone, zone)).isoformat()


def _day_with_zone(value: str) -> str | None:
    match = _DAY_ZONE.fullmatch(value)  # xsd:date may carry a zone, Python's dates may not
    return date.fromisoformat(match[1]).isoformat() if match else None


def _german(value: str) -> str | None:
    match = _GERMAN.fullmatch(value)
    if not match:
        return None
    day = date(int(match[3]), int(match[2]), int(match[1])).isoformat()
    if not match[4]:
        return day
    time = match[4] if len(match[4].split(":")[0]) == 2 else "0" + match[4]
    return datetime.fromisoformat(f"{day}T{time}").isoformat()


def _slashed_or_compact(value: str) -> str | None:
    match = _SLASHED.fullmatch(value) or _COMPACT.fullmatch(value)
    return date(int(match[1]), int(match[2]), int(match[3])).isoformat() if match else None


def _worded(value: str) -> str | None:
    match = _WORDED.fullmatch(value)
    month = _MONTHS.get(match[2].lower()) if match else None
    if not match or not month:
        return None
    if match[1]:
        return date(int(match[3]), month, int(match[1])).isoformat()
    return f"{match[3]}-{month:02d}"
