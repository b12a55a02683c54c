"""The background jobs: check what was asked for, and write it once it is confirmed. Each is safe to run twice."""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from sqlalchemy.exc import SQLAlchemyError

from ..domain.sheet_columns import Column
from ..model import RvrPortalSheetRun
from . import store
from .check import Checker
from .columns import all_columns
from .words import sentence, speaking
from .write import LateRefusalError, SearchDownError, ask_search, index, write_all

__all__ = ["check", "write"]

log = logging.getLogger(__name__)


def check(run_id: str) -> None:
    """Look at all datasets of a run. A run that is gone or was checked already is left alone."""
    run = _taken(run_id, store.CHECKING)
    if run is None:
        return
    with speaking(run.lang):
        try:
            checker = Checker(_user(run), run.owner_org, _columns(run), run.lang)
            groups = store.groups_of(run)
            items = []
            for number, group in enumerate(groups, 1):
                items.append(checker.item(group).as_dict())
                store.set_progress(run_id, number, len(groups))
            run.items = items
            store.set_state(run, store.CHECKED)
            model.Session.commit()
        except Exception:
            log.exception("Sheet run %s: the check broke off", run_id)
            _failed(run_id, sentence("check_broke_off"))


def write(run_id: str) -> None:
    """Write what was confirmed, all in one transaction, then bring it into the search."""
    run = _taken(run_id, store.WAITING)
    if run is not None:
        with speaking(run.lang):
            if not _written(run):
                return
    run = _taken(run_id, store.INDEXING)
    if run is None:
        return
    ids = [item["id"] for item in run.items if item.get("outcome") in ("created", "changed")]
    try:
        index(ids)
    except SearchDownError as error:
        # everything is stored; the run stays where it is and is taken up again
        log.warning("Sheet run %s: the search does not answer: %s", run_id, error)
        model.Session.rollback()
        return
    store.set_state(run, store.DONE)
    model.Session.commit()


def _written(run: RvrPortalSheetRun) -> bool:
    """Whether everything that was confirmed is stored now."""
    run_id, reason = run.id, ""
    try:
        ask_search()
        _write(run)
    except SearchDownError as error:
        log.warning("Sheet run %s: the search does not answer: %s", run_id, error)
        reason = sentence("search_down")
    except LateRefusalError as error:
        reason = sentence("refused_late", {"value": str(error)[:500]})
    except tk.NotAuthorized:
        reason = sentence("no_right")
    except Exception:
        log.exception("Sheet run %s broke off", run_id)
        reason = sentence("broke_off")
    if reason:
        _failed(run_id, reason)
    return not reason


def _write(run: RvrPortalSheetRun) -> None:
    run_id, user = run.id, _user(run)
    columns = _columns(run)
    items = [dict(item) for item in run.items]
    by_line = {group.line: group for group in store.groups_of(run)}
    overwrite = bool(run.options.get("overwrite"))
    wanted = {"create", "change", *(["conflict"] if overwrite else [])}
    work = [(by_line[item["line"]], item) for item in items if item["action"] in wanted]
    checker = Checker(user, run.owner_org, columns, run.lang)
    shown = _undo_columns(columns)

    def step(number: int) -> None:
        store.set_progress(run_id, number, len(work))

    undo = write_all(user, checker, work, shown, run.lang, overwrite=overwrite, step=step)
    # CKAN may have let go of the run while it worked
    kept: Any = store.get(run_id)
    kept.items = items
    kept.undo = {"columns": [column.key for column in shown], "rows": undo}
    store.set_state(kept, store.INDEXING)
    model.Session.commit()


def _undo_columns(columns: list[Column]) -> list[Column]:
    """The columns of the run, and those without which no row says what it is about."""
    needed = {column.key for column in columns} | {"id", "stamp", "title"}
    if any(column.of_resource for column in columns):
        needed |= {"resource.id", "resource.remove"}
    return [column for column in all_columns(with_hidden=True) if column.key in needed]


def _taken(run_id: str, state: str) -> RvrPortalSheetRun | None:
    """The run, if it is in that state and no other process works on it; it is locked until the transaction ends."""
    model.Session.rollback()
    if not store.lock(run_id):
        return None
    run = store.get(run_id)
    if run is None or run.state != state:
        model.Session.rollback()
        return None
    return run


def _failed(run_id: str, reason: str) -> None:
    """Nothing was written, and why. Without a database even that cannot be said; the run then counts as lost."""
    try:
        model.Session.rollback()
        run = store.get(run_id)
        if run is not None:
            store.set_state(run, store.FAILED, reason)
            model.Session.commit()
    except SQLAlchemyError:
        log.exception("Sheet run %s: the database does not answer", run_id)
        model.Session.rollback()


def _columns(run: RvrPortalSheetRun) -> list[Column]:
    wanted = set(run.content["columns"])
    return [column for column in all_columns(with_hidden=True) if column.key in wanted]


def _user(run: RvrPortalSheetRun) -> Any:
    user = model.User.get(run.user_id)
    if user is None or user.state != "active":
        raise tk.NotAuthorized
    return user
