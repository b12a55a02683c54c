"""Mail to those who look after a source: when it turns bad or good again, and what to improve, once a week."""

from __future__ import annotations

import functools
import logging
import smtplib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.mailer import MailerException
from ckanext.harvest.model import HarvestSource
from sqlalchemy.dialects.postgresql import insert

from . import config, my_sources, settings
from .domain import letters
from .domain.letters import Letter
from .domain.told import is_bad
from .model import HarvestRun

__all__ = ["CONTACT", "after_run", "on_tick", "recipients", "weekly"]

log = logging.getLogger(__name__)

CONTACT = "contact"
"""Key of a source's settings: an address, or a list of addresses."""

# Monday at seven, on the clock of the plans
_WEEKDAY, _HOUR = 0, 7


class _UnsentError(Exception):
    """No mail went out."""


_ENDED = ("complete", "incomplete", "failed")


def after_run(source_id: str, run_id: str) -> bool:
    """Write to the stewards if this run has turned the source bad or good again; whether somebody was told.

    To be called once a run has ended and its end is committed. A second call for the same run does nothing. What goes
    wrong with the mail is logged: a run never fails for it.
    """
    if not _wanted():
        return False
    this, before = _last_two(source_id, run_id)
    if this is None or is_bad(this.status) == (before is not None and is_bad(before.status)):
        return False
    return _once(f"rvr_harvest.told.{source_id}", run_id, lambda: _send(source_id, _turn(source_id, this)))


def weekly(now: datetime) -> int:
    """Write to the stewards of each source what there is to improve; the number of sources told of.

    From Monday at seven on; called again in the same week it does nothing. A source whose mail could not be sent is tried
    again at the next call.

    :param now: with a time zone
    """
    local = now.astimezone(config.timezone())
    begin = (local - timedelta(days=local.weekday() - _WEEKDAY)).replace(hour=_HOUR, minute=0, second=0, microsecond=0)
    if local < begin or not _wanted():
        return 0
    year, week, _ = local.isocalendar()
    return sum(
        _once(f"rvr_harvest.week.{source.id}", f"{year}-W{week:02}", functools.partial(_send_week, source))
        for source in _active_sources()
    )


def on_tick(_sender: Any, *, now: datetime) -> None:
    """What the clock of the harvest calls every few minutes."""
    weekly(now)


def recipients(source_id: str) -> list[tuple[str, str]]:
    """Name and address of those who look after a source: its contact, or who may edit for its organisation."""
    source: Any = HarvestSource.get(source_id)
    named = settings.read(source.config).get(CONTACT) if source is not None else None
    addresses = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    given = [one.strip() for one in addresses if isinstance(one, str) and _is_address(one)]
    if given:
        return [(one, one) for one in dict.fromkeys(given)]
    package: Any = model.Session.get(model.Package, source_id)
    return _editors(package.owner_org) if package is not None and package.owner_org else []


def _wanted() -> bool:
    return config.mail() and bool(tk.config.get("smtp.mail_from"))


def _is_address(text: str) -> bool:
    text = text.strip()
    return "@" in text.strip("@") and not any(sign.isspace() or sign in ",;<>" for sign in text)


def _editors(organization_id: str) -> list[tuple[str, str]]:
    rows = (
        model.Session.query(model.User)
        .join(model.Member, model.Member.table_id == model.User.id)
        .filter(
            model.Member.group_id == organization_id,
            model.Member.table_name == "user",
            model.Member.state == "active",
            model.Member.capacity.in_(("admin", "editor")),
            model.User.state == "active",
        )
        .order_by(model.User.name)
    )
    return [(user.display_name, user.email) for user in rows if user.email]


def _last_two(source_id: str, run_id: str) -> tuple[Any, Any]:
    """This run and the one before it, as far as they came to an end; dry ones do not count."""
    query = (
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == source_id, HarvestRun.kind == "harvest", HarvestRun.status.in_(_ENDED))
        .order_by(HarvestRun.started.desc())
    )
    this = model.Session.scalars(query.where(HarvestRun.id == run_id)).first()
    if this is None:
        return None, None
    before = model.Session.scalars(
        query.where(HarvestRun.id != run_id, HarvestRun.started <= this.started).limit(1)
    ).first()
    return this, before


def _turn(source_id: str, run: Any) -> Letter:
    package: Any = model.Session.get(model.Package, source_id)
    title, page = package.title or package.name, _address(f"/harvest/admin/{package.name}")
    told = {**run.report, "status": run.status}
    if is_bad(run.status):
        return letters.troubled(title, told, (run.report.get("sentences_de") or [])[:2], page, _portal())
    return letters.recovered(title, told, page, _portal())


def _send_week(source: Any) -> bool:
    """Send the letter of the week; false if there is nothing to improve."""
    kinds = my_sources.to_repair([source.id])[source.id]
    if not kinds:
        return False
    page = _address(f"/harvest/findings?source={source.name}")
    return _send(source.id, letters.weekly(source.title or source.name, kinds, page, _portal()))


def _active_sources() -> list[Any]:
    package = model.Package
    query = sa.select(package.id, package.name, package.title).where(
        package.type == "harvest", package.state == "active"
    )
    return list(model.Session.execute(query.order_by(package.name)))


def _send(source_id: str, letter: Letter) -> bool:
    """Send a letter to all recipients; true if one got it.

    :raises _UnsentError: nobody got it, though there are recipients
    """
    failed = False
    sent = 0
    for name, address in recipients(source_id):
        try:
            tk.mail_recipient(name, address, letter.subject, letter.body)
            sent += 1
        except (MailerException, smtplib.SMTPException, OSError) as error:
            log.warning("Source %s: mail to its contact failed: %s", source_id, error)
            failed = True
    if failed and not sent:
        raise _UnsentError
    return sent > 0


def _once(key: str, value: str, send: Callable[[], bool]) -> bool:
    """Send what has not been sent yet, on whatever machine; noted as done unless nobody could be reached."""
    engine: Any = model.meta.engine
    with engine.connect() as connection:
        lock = sa.text("SELECT pg_advisory_lock(hashtextextended(:key, 0))")
        connection.execute(lock, {"key": key})
        try:
            if _noted(connection, key) == value:
                return False
            sent = send()
            _note(connection, key, value)
        except _UnsentError:
            log.warning("%s: to be tried again", key)
            return False
        finally:
            connection.invalidate()  # closed for good: the lock is gone with it
    return sent


def _noted(connection: sa.Connection, key: str) -> str | None:
    table = model.SystemInfo.__table__
    return connection.execute(sa.select(table.c.value).where(table.c.key == key)).scalar()


def _note(connection: sa.Connection, key: str, value: str) -> None:
    statement = insert(model.SystemInfo.__table__).values(key=key, value=value, state="active")
    connection.execute(statement.on_conflict_do_update(index_elements=["key"], set_={"value": value}))
    connection.commit()


def _address(path: str) -> str:
    root = str(tk.config.get("ckan.root_path") or "").replace("/{{LANG}}", "")
    return str(tk.config["ckan.site_url"]).rstrip("/") + root + path


def _portal() -> str:
    return str(tk.config.get("ckan.site_title") or tk.config["ckan.site_url"])
