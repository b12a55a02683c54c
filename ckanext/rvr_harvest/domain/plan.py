"""When a source is harvested: a plan by the clock on the wall.

A plan is written as `daily`, `weekly mon` or `monthly 1`, each with a time (`daily 02:15`) or without, or as `manual`.
Without a time, each source has one of its own in the night, so that they do not all begin at once.
"""

from __future__ import annotations

import hashlib
import re
from calendar import monthrange
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from .sentence import Sentence

__all__ = ["DAYS", "MANUAL", "Plan", "PlanError", "from_frequency", "next_due", "own_time", "parse_plan", "read_window"]

Every = Literal["manual", "daily", "weekly", "monthly"]

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_GERMAN = ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag")
_ENGLISH = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")


class PlanError(ValueError):
    """A plan or a time that cannot be read; `sentence` may be shown."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Plan:
    """`day` is 0 (Monday) to 6 of a week, or 1 to 31 of a month; a month without that day takes its last one."""

    every: Every = "manual"
    day: int = 0
    at: time | None = None

    def __str__(self) -> str:
        """The plan in its notation."""
        day = {"weekly": DAYS[self.day % 7], "monthly": str(self.day)}.get(self.every, "")
        return " ".join(part for part in (self.every, day, self.at and f"{self.at:%H:%M}") if part)

    def words(self, default: time) -> Sentence:
        """The plan for readers; `default` is the source's own time."""
        at = f"{self.at or default:%H:%M}"
        return {
            "manual": Sentence("nur auf Wunsch", "only on request"),
            "daily": Sentence(f"täglich um {at} Uhr", f"every day at {at}"),
            "weekly": Sentence(
                f"jeden {_GERMAN[self.day % 7]} um {at} Uhr", f"every {_ENGLISH[self.day % 7]} at {at}"
            ),
            "monthly": Sentence(
                f"jeden Monat am {self.day}. um {at} Uhr", f"every month on day {self.day} at {at}"
            ),
        }[self.every]  # fmt: skip


MANUAL = Plan()


def parse_plan(text: str) -> Plan:
    """Read a plan from its notation.

    :raises PlanError: it is none
    """
    every, *rest = text.strip().lower().split() or [""]
    at = _read_time(rest.pop()) if rest and ":" in rest[-1] else None
    match every, rest:
        case "manual", [] if at is None:
            return MANUAL
        case "daily", []:
            return Plan("daily", at=at)
        case "weekly", [day] if day[:3] in DAYS:
            return Plan("weekly", DAYS.index(day[:3]), at)
        case "monthly", [day] if day.isascii() and day.isdecimal() and 1 <= int(day) <= 31:
            return Plan("monthly", int(day), at)
    raise PlanError(
        Sentence(
            f"„{text[:60]}“ ist kein Zeitplan. So geht es: daily 02:15, weekly mon 02:15, monthly 1 02:15 oder manual.",
            f"“{text[:60]}” is no plan. Write: daily 02:15, weekly mon 02:15, monthly 1 02:15 or manual.",
        )
    )


def from_frequency(frequency: str | None) -> Plan:
    """The plan that comes closest to a frequency of ckanext-harvest; none runs more than once a day."""
    return {
        "ALWAYS": Plan("daily"),
        "DAILY": Plan("daily"),
        "WEEKLY": Plan("weekly"),
        "BIWEEKLY": Plan("weekly"),
        "MONTHLY": Plan("monthly", 1),
    }.get(frequency or "", MANUAL)


def next_due(plan: Plan, after: datetime, zone: ZoneInfo, default: time) -> datetime | None:
    """The first moment (UTC) of a plan after another one; none for a source that runs only on request.

    A time that the clocks skip in spring is taken as if they had not been changed yet (02:15 becomes 03:15); of one
    that comes twice in autumn the first counts. So each day has exactly one.

    :param after: a moment with a time zone
    :param zone: where the clock hangs
    :param default: the source's own time
    """
    if plan.every == "manual":
        return None
    at = plan.at or default
    moments = (datetime.combine(day, at, zone).astimezone(UTC) for day in _days(plan, after.astimezone(zone).date()))
    return next(moment for moment in moments if moment > after)


def _days(plan: Plan, around: date) -> Iterator[date]:
    """Days of a plan in their order, from the day before a date on."""
    day = around - timedelta(days=1)
    while True:
        last = monthrange(day.year, day.month)[1]
        wanted = {"weekly": day.weekday() == plan.day, "monthly": day.day == min(plan.day, last)}
        if wanted.get(plan.every, True):
            yield day
        day += timedelta(days=1)


def own_time(source_id: str, window: tuple[time, time]) -> time:
    """The time of a source that has not chosen one: always the same for the same id, spread over the window."""
    start, end = (moment.hour * 60 + moment.minute for moment in window)
    length = (end - start) % (24 * 60) or 24 * 60
    stamp = int.from_bytes(hashlib.sha256(source_id.encode()).digest()[:8], "big")
    hour, minute = divmod((start + stamp % length) % (24 * 60), 60)
    return time(hour, minute)


def read_window(text: str) -> tuple[time, time]:
    """Read two times as `01:00-05:00`; the second may be on the next day.

    :raises PlanError: it is none
    """
    start, _, end = text.replace(" ", "").partition("-")
    return _read_time(start), _read_time(end)


def _read_time(text: str) -> time:
    match = _TIME.fullmatch(text)
    if not match:
        raise PlanError(
            Sentence(f"„{text[:20]}“ ist keine Uhrzeit. So geht es: 02:15.", f"“{text[:20]}” is no time. Write: 02:15.")
        )
    return time(int(match[1]), int(match[2]))
