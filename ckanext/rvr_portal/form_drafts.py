"""What was typed into a form survives a closed tab, an expired login and a failing server: kept here, by account.

An entry is found by account and place. A place is `dataset/new/<any>`, `dataset/<id>`, `resource/<dataset>/<id or new>`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .model import RvrPortalFormDraft

__all__ = ["discard", "find", "is_place", "keep", "listed"]

# a forgotten entry is not kept for ever, and nobody fills the database with them
_DAYS = 30
_MOST = 30
_MOST_BYTES = 3_000_000
# not entries, but how the form works
_OWN = frozenset({"_csrf_token", "save", "rvr_do", "rvr_place", "_ckan_phase", "upload"})
_PLACE = re.compile(r"(?:dataset/new|dataset|resource/[\w-]{1,100})/[\w-]{1,100}")


def is_place(place: str) -> bool:
    """Whether this names a form whose entries are kept."""
    return bool(_PLACE.fullmatch(place))


def keep(user_id: str, place: str, pairs: Iterable[tuple[str, str]]) -> bool:
    """Keep what is in a form; whether it was kept. Commits."""
    entries = [[name, value] for name, value in pairs if name not in _OWN]
    if not is_place(place) or sum(len(value) for _name, value in entries) > _MOST_BYTES:
        return False
    title = next((value for name, value in entries if name in ("title", "name") and value.strip()), "")
    # PostgreSQL holds no zero characters
    clean = [[name.replace("\x00", ""), value.replace("\x00", "")] for name, value in entries]
    values = {"title": title.replace("\x00", "")[:200], "fields": clean, "saved": _now()}
    statement = insert(RvrPortalFormDraft).values(user_id=user_id, place=place, **values)
    model.Session.execute(statement.on_conflict_do_update(index_elements=["user_id", "place"], set_=values))
    _forget_old(user_id)
    model.Session.commit()
    return True


def find(user_id: str, place: str) -> RvrPortalFormDraft | None:
    """The entries of an account at a place, if they are not too old."""
    found = model.Session.get(RvrPortalFormDraft, (user_id, place))
    return found if found and found.saved > _now() - timedelta(days=_DAYS) else None


def listed(user_id: str, beginning: str = "") -> list[RvrPortalFormDraft]:
    """All entries of an account at places that begin so, the newest first."""
    draft = RvrPortalFormDraft
    query = sa.select(draft).where(draft.user_id == user_id, draft.saved > _now() - timedelta(days=_DAYS))
    if beginning:
        query = query.where(draft.place.startswith(beginning, autoescape=True))
    return list(model.Session.scalars(query.order_by(draft.saved.desc())))


def discard(user_id: str, place: str) -> None:
    """Forget the entries of an account at a place. Commits."""
    draft = RvrPortalFormDraft
    model.Session.execute(sa.delete(draft).where(draft.user_id == user_id, draft.place == place))
    model.Session.commit()


def _forget_old(user_id: str) -> None:
    draft = RvrPortalFormDraft
    newest = sa.select(draft.place).where(draft.user_id == user_id).order_by(draft.saved.desc()).limit(_MOST)
    too_many = sa.and_(draft.user_id == user_id, draft.place.not_in(newest))
    model.Session.execute(sa.delete(draft).where(sa.or_(draft.saved < _now() - timedelta(days=_DAYS), too_many)))


def _now() -> datetime:
    return datetime.now(UTC).replace(tzinfo=None)
