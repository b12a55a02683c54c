"""Where requests for data are kept, and for how long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import sqlalchemy as sa
from ckan import model

from .. import config
from ..domain.data_request import NEW
from ..model import RvrPortalDataRequest

__all__ = ["PORTAL", "create", "delete_old", "end_of", "get", "listed", "lock", "set_state", "unsent", "utc"]

#: In place of an organisation: the operators of the portal.
PORTAL = ""


def create(values: dict[str, Any], lang: str) -> RvrPortalDataRequest:
    """Keep a new request. Commits.

    :param values: the columns that were asked for
    """
    now = datetime.now(UTC)
    # the mails of a fresh request have a job of their own: the clock looks after it some moments later
    moments = {"created": now, "changed": now, "try_again": now + timedelta(minutes=1)}
    request = RvrPortalDataRequest(id=str(uuid4()), lang=lang, state=NEW, tries=0, **values, **moments)
    model.Session.add(request)
    model.Session.commit()
    return request


def get(request_id: str) -> RvrPortalDataRequest | None:
    """A request that is not due to be deleted."""
    request = model.Session.get(RvrPortalDataRequest, request_id)
    return request if request and request.created > _oldest() else None


def listed(
    organizations: Sequence[str] | None, state: str | None, start: int, rows: int
) -> tuple[list[RvrPortalDataRequest], int]:
    """Requests to these organisations (all for None), newest first, and how many there are."""
    table = RvrPortalDataRequest
    query = sa.select(table).where(table.created > _oldest())
    if organizations is not None:
        query = query.where(table.owner_org.in_(organizations))
    if state:
        query = query.where(table.state == state)
    count = model.Session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0
    query = query.order_by(table.created.desc(), table.id).offset(start).limit(rows)
    return list(model.Session.scalars(query)), count


def set_state(request: RvrPortalDataRequest, state: str) -> None:
    """Say how far a request is. Commits."""
    request.state, request.changed = state, datetime.now(UTC)
    model.Session.commit()


def unsent(now: datetime) -> list[str]:
    """Ids of the requests with a mail that did not go out yet and is to be tried again."""
    table = RvrPortalDataRequest
    waiting = sa.or_(table.mailed.is_(None), table.confirmed.is_(None))
    query = sa.select(table.id).where(waiting, table.try_again <= now, table.created > _oldest())
    return list(model.Session.scalars(query.order_by(table.try_again)))


def delete_old() -> int:
    """Delete the requests whose time is over, with all that is in them; how many. Commits."""
    table = RvrPortalDataRequest
    gone: Any = model.Session.execute(sa.delete(table).where(table.created <= _oldest()))
    model.Session.commit()
    return int(gone.rowcount)


def end_of(request: RvrPortalDataRequest) -> datetime:
    """When a request is deleted."""
    return request.created + timedelta(days=config.request_kept_days())


def utc(moment: datetime) -> datetime:
    """A moment as CKAN writes it: UTC without an offset."""
    return moment.astimezone(UTC).replace(tzinfo=None)


def lock(request_id: str) -> bool:
    """Take a request for this transaction; false if another process has it."""
    key = sa.func.hashtextextended(f"rvr_portal request {request_id}", 0)
    return bool(model.Session.execute(sa.select(sa.func.pg_try_advisory_xact_lock(key))).scalar())


def _oldest() -> datetime:
    return datetime.now(UTC) - timedelta(days=config.request_kept_days())
