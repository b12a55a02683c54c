"""The nightly check of all addresses of public datasets: polite, resumable, through the HTTP door."""

from __future__ import annotations

import json
import logging
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.rvr_portal import exceptions as exc
from ckanext.rvr_portal.shared import HttpDoor, HttpDoorError

from . import quality_config
from .domain.links import OK, host_of, taking_turns, url_hash
from .domain.quality import access_url, download_url
from .known import known
from .model import LinkCheck

__all__ = ["Check", "addresses_of", "check_links", "is_own", "may_be_due"]

log = logging.getLogger(__name__)

# after so many failures in a row a server is left in peace until the next night
_ENOUGH = 5
_REST = timedelta(hours=12)
# if a server asks for a pause and does not say for how long
_PAUSE = timedelta(hours=1)
_RESTING = "rvr_dcat.resting_servers"
_SECONDS = 20.0
_LOCK = 405_100
# when all that could be asked had been asked, and how often the night looks whether there is more
_DONE = "rvr_dcat.addresses_asked"
_LOOK_EVERY = timedelta(hours=1)
_CHUNK = 1000
_KINDS: tuple[tuple[type[HttpDoorError], str], ...] = (
    (exc.BadAddressError, "bad"),
    (exc.ForbiddenAddressError, "forbidden"),
    (exc.UnknownHostError, "unknown_host"),
    (exc.UnreachableError, "unreachable"),
    (exc.CertificateError, "certificate"),
    (exc.TimedOutError, "slow"),
    (exc.BadRedirectError, "redirect"),
    (exc.BrokenAnswerError, "broken"),
)
_HOSTILE = ("unreachable", "unknown_host", "slow")


@dataclass
class Check:
    """What a run did.

    :ivar outcomes: addresses by outcome
    :ivar resting: servers that were left in peace, with the number of addresses not asked
    :ivar busy: another run is at work, nothing was done
    :ivar over: the time was over before all was done
    """

    outcomes: Counter[str] = field(default_factory=Counter)
    resting: Counter[str] = field(default_factory=Counter)
    busy: bool = False
    over: bool = False


def addresses_of(resource: dict[str, Any]) -> tuple[str, ...]:
    """The addresses of a distribution that another server has to answer for."""
    found = (access_url(resource), download_url(resource, known))
    return tuple(dict.fromkeys(url for url in found if url and not is_own(url, resource)))


def is_own(url: str, resource: dict[str, Any]) -> bool:
    """Whether this portal itself answers for the address."""
    home = str(tk.config["ckan.site_url"]).rstrip("/") + "/"
    return (resource.get("url_type") == "upload" and url == resource.get("url")) or url.startswith(home)


def may_be_due(now: datetime) -> bool:
    """Whether there may be addresses to ask: the last run did not come to its end, or that was a while ago."""
    done = model.get_system_info(_DONE)
    return not done or not timedelta() <= now - datetime.fromisoformat(done) < _LOOK_EVERY


def check_links(
    limit: int | None = None,
    *,
    seconds: float | None = None,
    door: HttpDoor | None = None,
    now: Callable[[], datetime] | None = None,
) -> Check:
    """Ask the addresses that were not asked for a day, those never asked first; each result is kept at once.

    A server that does not answer or asks for a pause is left in peace, by the following runs as well.

    :param limit: most addresses to ask; None asks all that are due
    :param seconds: no address is asked any more when so many have gone by
    :param door: a door of the caller's
    :param now: the clock, UTC without offset
    """
    clock = now or (lambda: datetime.now(UTC).replace(tzinfo=None))
    end = None if seconds is None else time.monotonic() + seconds
    with _alone() as alone:
        if not alone:
            return Check(busy=True)
        _collect()
        due = _due(clock() - timedelta(hours=quality_config.link_hours()), limit)
        if door is not None:
            done = _ask_all(door, due, clock, end)
        else:
            with HttpDoor(retries=0, total_timeout=_SECONDS) as own:
                done = _ask_all(own, due, clock, end)
        model.set_system_info(_DONE, "" if done.over or len(due) == limit else clock().isoformat())
        return done


def _ask_all(door: HttpDoor, urls: list[str], clock: Callable[[], datetime], end: float | None) -> Check:
    done = Check()
    failures: Counter[str] = Counter()
    resting = _Resting(clock)
    for url in taking_turns(urls):
        host = host_of(url)
        if host in resting:
            done.resting[host] += 1
            continue
        if end is not None and time.monotonic() >= end:
            done.over = True
            break
        try:
            outcome, status = _ask(door, url)
        except _PauseWantedError as wanted:
            resting.add(host, wanted.length)
            done.resting[host] += 1
            continue
        _keep(url, outcome, status, clock())
        done.outcomes[outcome] += 1
        failures[host] = failures[host] + 1 if outcome in _HOSTILE else 0
        if failures[host] >= _ENOUGH:
            resting.add(host, _REST)
    return done


class _PauseWantedError(Exception):
    def __init__(self, length: timedelta) -> None:
        super().__init__(length)
        self.length = length


class _Resting:
    """Servers that are left in peace, each until a moment; kept in the database, so that all runs know."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        noted = json.loads(model.get_system_info(_RESTING) or "{}")
        self._until = {host: until for host, text in noted.items() if (until := datetime.fromisoformat(text)) > clock()}

    def __contains__(self, host: str) -> bool:
        return host in self._until

    def add(self, host: str, length: timedelta) -> None:
        self._until[host] = self._clock() + min(length, _REST)
        model.set_system_info(_RESTING, json.dumps({name: until.isoformat() for name, until in self._until.items()}))


def _ask(door: HttpDoor, url: str) -> tuple[str, int | None]:
    try:
        return OK, door.probe(url).status
    except exc.BadStatusError as error:
        if error.status == 429 or error.pause is not None:
            raise _PauseWantedError(timedelta(seconds=error.pause) if error.pause else _PAUSE) from error
        return _by_status(error), error.status
    except HttpDoorError as error:
        return next((word for kind, word in _KINDS if isinstance(error, kind)), "unreachable"), None


def _by_status(error: exc.BadStatusError) -> str:
    if error.status in (404, 410):
        return "gone"
    if error.status in (401, 403, 407, 451):
        return "refused"
    return "disturbed" if error.status >= 500 else "status"


def _keep(url: str, outcome: str, status: int | None, now: datetime) -> None:
    row = model.Session.get(LinkCheck, url_hash(url))
    if row is None:
        return
    if row.outcome != outcome:
        row.changed = now
    row.failing_since = None if outcome == OK else row.failing_since or now
    row.outcome, row.status, row.checked = outcome, status, now
    model.Session.commit()


def _due(before: datetime, limit: int | None) -> list[str]:
    query = (
        sa.select(LinkCheck.url)
        .where(sa.or_(LinkCheck.checked.is_(None), LinkCheck.checked < before))
        .order_by(LinkCheck.checked.asc().nulls_first(), LinkCheck.url_hash)
    )
    return list(model.Session.scalars(query.limit(limit) if limit is not None else query))


def _collect() -> None:
    """Note new addresses, forget those that no public dataset has any more."""
    wanted = {url_hash(url): url for resource in _public_resources() for url in addresses_of(resource)}
    there = set(model.Session.scalars(sa.select(LinkCheck.url_hash)))
    new = sorted(wanted.keys() - there)
    for start in range(0, len(new), _CHUNK):
        rows = [{"url_hash": key, "url": wanted[key], "outcome": ""} for key in new[start : start + _CHUNK]]
        model.Session.execute(insert(LinkCheck).values(rows).on_conflict_do_nothing())
    old = sorted(there - wanted.keys())
    for start in range(0, len(old), _CHUNK):
        model.Session.execute(sa.delete(LinkCheck).where(LinkCheck.url_hash.in_(old[start : start + _CHUNK])))
    model.Session.commit()


def _public_resources() -> Iterator[dict[str, Any]]:
    resource: Any = model.Resource
    package = model.Package
    query = (
        sa.select(resource.url, resource.url_type, resource.format, resource.extras)
        .join(package, package.id == resource.package_id)
        .where(
            resource.state == "active", package.state == "active", package.private.is_(False), package.type == "dataset"
        )
    )  # fmt: skip
    for row in model.Session.execute(query):
        if row.url_type != "upload":
            yield {**(row.extras or {}), "url": row.url, "url_type": row.url_type, "format": row.format}


@contextmanager
def _alone() -> Iterator[bool]:
    """Whether no other run is at work; PostgreSQL frees the lock even if this process is killed."""
    engine = model.ensure_engine()
    with engine.connect() as connection:
        got = bool(connection.scalar(sa.text("SELECT pg_try_advisory_lock(:key)"), {"key": _LOCK}))
        connection.commit()
        try:
            yield got
        finally:
            if got:
                connection.execute(sa.text("SELECT pg_advisory_unlock(:key)"), {"key": _LOCK})
                connection.commit()
