"""How long to wait before a server is asked again."""

from __future__ import annotations

import email.utils
import json
from collections.abc import Mapping
from datetime import UTC, datetime

__all__ = ["TRY_AGAIN", "Pace", "asked_pause", "back_off"]

# Too many requests, bad gateway, unavailable, gateway timeout: it may work a moment later
TRY_AGAIN = frozenset({429, 502, 503, 504})
_LONGEST = 366 * 86_400.0


def back_off(attempt: int) -> float:
    """Seconds to wait after the failed attempt with this number, from 0: 0.5, 1, 2, …"""
    return 0.5 * 2.0**attempt


def asked_pause(headers: Mapping[str, str], body: bytes, now: datetime) -> float | None:
    """Seconds of pause that a refusing server asks for, or None if it does not say; at most a year.

    It is said by the header Retry-After (RFC 9110, 10.2.3) or, as Opendatasoft does, by `reset_time` in a JSON body.
    `headers` with lower-case names, `now` aware.
    """
    asked = _retry_after(headers.get("retry-after", "").strip(), now)
    if asked is None:
        asked = _reset_time(body, now)
    return None if asked is None else min(max(asked, 0.0), _LONGEST)


def _retry_after(value: str, now: datetime) -> float | None:
    if value.isascii() and value.isdigit():
        return float(value)
    try:
        return _seconds_until(email.utils.parsedate_to_datetime(value), now)
    except (ValueError, TypeError, OverflowError):
        return None


def _reset_time(body: bytes, now: datetime) -> float | None:
    try:
        data = json.loads(body)
        return _seconds_until(datetime.fromisoformat(data["reset_time"]), now)
    except (ValueError, TypeError, KeyError, OverflowError, RecursionError):
        return None


def _seconds_until(moment: datetime, now: datetime) -> float:
    return ((moment if moment.tzinfo else moment.replace(tzinfo=UTC)) - now).total_seconds()


class Pace:
    """At most `per_second` requests a second to one host, evenly spread."""

    def __init__(self, per_second: float) -> None:
        self._interval = 1 / per_second if per_second > 0 else 0.0
        self._free: dict[str, float] = {}

    def wait(self, host: str, now: float) -> float:
        """Book the next request to a host; seconds to wait before it. `now` in seconds of any steady clock."""
        start = max(now, self._free.get(host, now))
        self._free[host] = start + self._interval
        return start - now
