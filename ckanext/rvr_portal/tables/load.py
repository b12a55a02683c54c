"""The job that makes a table of an uploaded file, and how it is asked for.

It may be repeated and killed at any moment: what is written is one transaction, and the row in `store` says how far it
came. A file that cannot be a table is published as it is; the row then holds the reason.
"""

from __future__ import annotations

import contextlib
import logging
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from psycopg2 import errors as pg
from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import SQLAlchemyError

from .. import config
from ..domain.tables.check import TableCheck, check_rows, table_rows
from ..domain.tables.finding import ERROR, HINT, Finding, TableError
from ..domain.tables.kinds import TABLES
from . import datastore, store
from .files import local_copy, version_of
from .reader import Source, open_source

__all__ = ["ask_for", "load_table", "table_kind"]

log = logging.getLogger(__name__)

_SECONDS = 1.0


class _SupersededError(Exception):
    """Another file has taken this one's place, or the file is gone."""


def table_kind(resource: dict[str, Any]) -> str:
    """The kind of table an uploaded file is by its format; "" when it is none."""
    kind = str(resource.get("format") or "")
    return kind if kind in TABLES and resource.get("url_type") == "upload" else ""


def ask_for(resource: dict[str, Any], sheet: str = "") -> None:
    """Have a worker make a table of a file."""
    version = version_of(resource)
    store.request(resource["id"], resource["package_id"], version, sheet)
    tk.enqueue_job(
        load_table,
        [resource["id"], version],
        title=f"Table of the file {resource['id']}",
        rq_kwargs={"timeout": config.table_seconds()},
    )


def load_table(resource_id: str, version: str) -> None:
    """Make the table of a file; does nothing when it is there already or the file has changed since."""
    with _alone(resource_id):
        row = store.find(resource_id)
        if row is None or row["version"] != version or row["state"] in (store.DONE, store.FAILED):
            return
        try:
            _load(resource_id, version, row["sheet"])
        except _SupersededError:
            log.info("The file %s has changed while its table was made", resource_id)
        except TableError as error:
            _fail(resource_id, version, error.finding)
        except JobTimeoutException:
            _fail(resource_id, version, Finding("too_slow", ERROR, facts={"minutes": config.table_seconds() // 60}))
            raise
        except SQLAlchemyError as error:
            _fail(resource_id, version, _refused(error, resource_id))
        except Exception as error:  # the worker is a boundary: whatever it is, the steward gets a sentence
            _fail(resource_id, version, _unknown(error, resource_id))


def _load(resource_id: str, version: str, sheet: str) -> None:
    try:
        resource = tk.get_action("resource_show")({"ignore_auth": True}, {"id": resource_id})
    except tk.ObjectNotFound:
        raise _SupersededError from None
    kind = table_kind(resource)
    if not kind or version_of(resource) != version:
        raise _SupersededError
    try:
        with local_copy(resource) as path:
            source = open_source(path, kind, sheet)
            _make(resource_id, version, source)
    except FileNotFoundError:
        raise TableError("file_missing") from None


def _make(resource_id: str, version: str, source: Source) -> None:
    tell = _teller(resource_id, version)
    tell(0, state=store.CHECKING)
    check = check_rows(source.rows(), tick=tell, ragged=source.ragged)
    findings = [*source.findings(), *check.findings]
    if check.broken or not check.columns:
        datastore.drop(resource_id)
        tell(0, state=store.FAILED, report=_report(source.facts, check, findings))
        return
    tell(0, state=store.LOADING, rows_total=check.rows, report=_report(source.facts, check, findings))
    datastore.create(resource_id, check.columns)
    try:
        rows = datastore.fill(resource_id, check.columns, table_rows(source.rows(), check), tell)
    except pg.ProgramLimitExceeded as error:
        if "tsvector" not in str(error):
            raise TableError("row_too_big") from None
        findings.append(Finding("not_searchable", HINT))
        rows = datastore.fill(
            resource_id, check.columns, table_rows(source.rows(), check), tell, searchable=False
        )  # fmt: skip
    tell(rows, state=store.DONE, rows_total=rows, report=_report(source.facts, check, findings))


def _teller(resource_id: str, version: str) -> Callable[..., None]:
    """Writes how far it is: a change of state at once, a number of rows once a second."""
    last = 0.0

    def tell(rows: int, **values: Any) -> None:
        nonlocal last
        now = time.monotonic()
        if not values and now - last < _SECONDS:
            return
        last = now
        if not store.advance(resource_id, version, rows_done=rows, **values):
            raise _SupersededError

    return tell


def _report(facts: dict[str, Any], check: TableCheck, findings: list[Finding]) -> dict[str, Any]:
    columns = [
        {"title": c.title, "name": c.name, "type": c.type, "reading": c.reading, "why": c.why, "facts": c.facts}
        for c in check.columns
    ]
    return {"facts": facts, "header": check.header, "columns": columns, "findings": [f.as_dict() for f in findings]}


def _fail(resource_id: str, version: str, finding: Finding) -> None:
    model.Session.rollback()
    row = store.find(resource_id)
    if row is None or row["version"] != version:
        return
    datastore.drop(resource_id)
    report = {**row["report"], "findings": [*row["report"].get("findings", []), finding.as_dict()]}
    store.advance(resource_id, version, state=store.FAILED, report=report)


def _refused(error: SQLAlchemyError, resource_id: str) -> Finding:
    cause = getattr(error, "orig", None)
    if isinstance(cause, pg.ProgramLimitExceeded | pg.TooManyColumns):
        return Finding("row_too_big", ERROR)
    return _unknown(error, resource_id)


def _unknown(error: Exception, resource_id: str) -> Finding:
    reference = uuid.uuid4().hex[:8]
    log.error("No table of the file %s (reference %s)", resource_id, reference, exc_info=error)
    return Finding("internal", ERROR, facts={"reference": reference})


@contextlib.contextmanager
def _alone(resource_id: str) -> Iterator[None]:
    """Only one worker at a time makes the table of a file; ends with the connection if the worker is killed."""
    key = {"key": f"rvr_portal_table:{resource_id}"}
    with model.ensure_engine().connect() as connection:
        connection.execute(sa.text("SELECT pg_advisory_lock(hashtextextended(:key, 0))"), key)
        connection.commit()
        try:
            yield
        finally:
            connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), key)
            connection.commit()
