"""Brings the mails of requests out: by a job at once, by the clock when the mail server was away. Safe to run twice."""

from __future__ import annotations

import logging
import smtplib
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs as background
from ckan.lib.mailer import MailerException
from redis.exceptions import RedisError

from .. import config
from ..domain.data_request import mail_address, pause
from ..model import RvrPortalDataRequest
from ..sheets.words import speaking
from . import letters, store

__all__ = ["deliver", "enqueue", "on_tick", "send_waiting"]

log = logging.getLogger(__name__)

# a confirmation that was refused so often has a mistyped address
_MOST_TRIES = 12


class _UnsentError(Exception):
    """The mail did not go out, and why."""


@dataclass(frozen=True)
class _Publisher:
    title: str
    address: str


def enqueue(request_id: str) -> None:
    """Have a worker send the mails of a request; without a queue the clock sees to it later."""
    job = f"rvr_portal_request-{request_id}"
    try:
        if job not in background.get_queue().job_ids:
            tk.enqueue_job(deliver, [request_id], title=f"rvr_portal request {request_id}", rq_kwargs={"job_id": job})
    except RedisError as error:
        log.warning("Request %s: its mails wait for the clock: %s", request_id, error)


def on_tick(_sender: Any, *, now: datetime, **_more: Any) -> None:
    """What the clock of the harvest calls every few minutes: mails that are left over, requests whose time is over."""
    for request_id in store.unsent(now):
        enqueue(request_id)
    store.delete_old()


def send_waiting() -> tuple[int, int]:
    """Send all mails that are due here and now; how many requests were tried, and how many are still waiting."""
    due = store.unsent(datetime.now(UTC))
    return len(due), sum(not deliver(request_id) for request_id in due)


def deliver(request_id: str) -> bool:
    """Send what has not gone out yet of a request's mails; whether nothing is left to be sent."""
    done = True
    for send in (_to_publisher, _to_asker):
        model.Session.rollback()
        request = store.get(request_id) if store.lock(request_id) else None
        if request is None:
            model.Session.rollback()
            return False
        try:
            send(request)
        except _UnsentError as error:
            log.warning("Request %s: a mail did not go out: %s", request_id, error)
            done = False
        model.Session.commit()
    if not done:
        _put_off(request_id)
    return done


def _to_publisher(request: RvrPortalDataRequest) -> None:
    if request.mailed is not None:
        return
    publisher = _publisher(request.owner_org)
    if not publisher.address:
        raise _UnsentError("neither the organisation nor the portal (request_email) has a mail address")
    lang = "en" if str(tk.config["ckan.locale_default"]).startswith("en") else "de"
    with speaking(lang):
        letter = letters.to_publisher(request, publisher.title, lang)
    # answers go to the asker and never through the portal
    _mail(publisher.title, publisher.address, letter, {"Reply-To": request.email})
    request.mailed = datetime.now(UTC)


def _to_asker(request: RvrPortalDataRequest) -> None:
    if request.confirmed is not None:
        return
    with speaking(request.lang):
        letter = letters.confirmation(request, _publisher(request.owner_org).title)
    try:
        _mail("", request.email, letter, {"Auto-Submitted": "auto-replied"})
    except _UnsentError:
        if request.tries < _MOST_TRIES:
            raise
        log.warning("Request %s: the confirmation is given up", request.id)
    request.confirmed = datetime.now(UTC)


def _publisher(owner_org: str) -> _Publisher:
    """Whom a request goes to: the contact of the organisation, else the portal's own address."""
    own = mail_address(config.request_email())
    group: Any = model.Session.get(model.Group, owner_org) if owner_org else None
    if group is None or group.state != "active":
        return _Publisher("", own)
    title = " ".join((group.title or group.name).split())
    return _Publisher(title, mail_address(str(group.extras.get("email") or "")) or own)


def _mail(name: str, address: str, letter: letters.Letter, headers: dict[str, str]) -> None:
    if not (tk.config.get("smtp.server") and tk.config.get("smtp.mail_from")):
        raise _UnsentError("no mail server is set")
    try:
        tk.mail_recipient(name, address, letter.subject, letter.body, headers=headers)
    except (MailerException, smtplib.SMTPException, OSError) as error:
        raise _UnsentError(str(error)) from error


def _put_off(request_id: str) -> None:
    request = store.get(request_id)
    if request is not None:
        request.tries += 1
        request.try_again = datetime.now(UTC) + pause(request.tries)
        model.Session.commit()
