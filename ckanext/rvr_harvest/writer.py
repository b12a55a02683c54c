"""Writer: drafts become datasets through CKAN's actions, a hundred in one transaction. Safe to run twice."""

from __future__ import annotations

import logging
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.munge import munge_title_to_name
from ckanext.harvest.model import HarvestObject
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from ckanext.rvr_portal.shared import KEEP_INVALID

from . import rows
from .batch_session import BatchSession
from .batches import LostLeaseError, Task
from .domain.values import Change, Finding
from .quiet import call_silently, quiet
from .store import ARCHIVED, Store

__all__ = ["Outcome", "Writer"]

log = logging.getLogger(__name__)

_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})
# what PostgreSQL calls a transaction that only needs to be tried again
_TRY_AGAIN = frozenset({"40001", "40P01"})
# class of what PostgreSQL says of values that are too large for it
_TOO_LARGE = "54"
_RETRIES = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of a task: its dataset's id, or why there is none."""

    task: Task
    change: Change | None
    package_id: str | None
    refusal: Finding | None = None
    # not the record's fault: the next run tries again
    temporary: bool = False


class Writer:
    """Writes datasets of one source. `user` is CKAN's own user, a sysadmin."""

    def __init__(self, store: Store, job_id: str, owner_org: str | None, user: model.User) -> None:
        self._store = store
        self._job_id = job_id
        self._owner_org = owner_org
        self._user = user.id, user.name
        self._last_error: Exception = ValueError()

    def write(
        self,
        tasks: Sequence[Task],
        now: datetime,
        begin: Callable[[], None],
        done: Callable[[list[Outcome]], None],
    ) -> list[Outcome]:
        """Write a batch and commit it. If one record is refused, the batch is written again record by record.

        `begin` is called at the beginning of each transaction, `done` with what became of the tasks in the one that is
        committed last.

        :raises OperationalError: the database does not answer; nothing is lost, the batch can be written again
        """
        _make_tags(tasks)
        outcomes = self._try(tasks, now, begin, done)
        if outcomes is None:
            single = [self._try([task], now, begin, _nothing) or [self._refused(task, now)] for task in tasks]
            outcomes = [outcome for some in single for outcome in some]
            begin()
            done(outcomes)
            model.Session.commit()
        return outcomes

    def _try(
        self,
        tasks: Sequence[Task],
        now: datetime,
        begin: Callable[[], None],
        done: Callable[[list[Outcome]], None],
    ) -> list[Outcome] | None:
        """What became of the tasks, committed; none if something in them was refused."""
        for attempt in range(_RETRIES):
            try:
                begin()
                with quiet():
                    outcomes = self._write_all(tasks, now)
                done(outcomes)
                model.Session.commit()
            except Exception as error:
                model.Session.rollback()  # CKAN has rolled back everything anyway, not only the refused record
                if isinstance(error, LostLeaseError) or _is_outage(error):
                    raise
                self._last_error = error
                if not _is_conflict(error) or attempt + 1 == _RETRIES:
                    return None
            else:
                return outcomes
        return None

    def _write_all(self, tasks: Sequence[Task], now: datetime) -> list[Outcome]:
        existing = _existing_packages([task.package_id or self._new_id(task) for task in tasks])
        resources = _existing_resources(existing)
        names = _free_names(
            [task for task in tasks if (task.package_id or self._new_id(task)) not in existing], self._store
        )
        context = {
            "user": self._user[1],
            "auth_user_obj": model.Session.get(model.User, self._user[0]),
            "ignore_auth": True,
            "defer_commit": True,
            "return_id_only": True,
            # what could not be repaired stays as it came, with its finding: one bad value never loses a dataset
            KEEP_INVALID: True,
            "session": BatchSession(_tag_names(tasks), self._new_ids(tasks, existing), names.values()),
        }
        outcomes = [self._write(task, existing, resources, names, context) for task in tasks]
        self._remember(outcomes, now)
        return outcomes

    def _write(
        self,
        task: Task,
        existing: Mapping[str, Any],
        resources: Mapping[str, list[Any]],
        names: Mapping[str, str],
        context: Mapping[str, Any],
    ) -> Outcome:
        package_id = task.package_id or self._new_id(task)
        data = {**task.draft.package, "id": package_id, "type": "dataset", "owner_org": self._owner_org}
        data["extras"] = [*data.get("extras", ()), {"key": "guid", "value": task.draft.guid}]
        if package_id in existing:
            data["name"] = existing[package_id].name
            data["state"] = _state(existing[package_id].state)
            data["private"] = existing[package_id].private
            _keep_resource_ids(data["resources"], resources.get(package_id, []))
            call_silently("package_update", dict(context), data)
            return Outcome(task, "changed", package_id)
        data["name"] = names[task.draft.guid]
        call_silently("package_create", dict(context), data)
        return Outcome(task, "added", package_id)

    def _new_ids(self, tasks: Sequence[Task], existing: Mapping[str, Any]) -> set[str]:
        return {task.package_id or self._new_id(task) for task in tasks} - existing.keys()

    def _new_id(self, task: Task) -> str:
        # the same for the same record: a batch that is written twice makes no second dataset
        return str(uuid5(NAMESPACE_URL, f"{self._store.source_id}\n{task.draft.guid}"))

    def _remember(self, outcomes: Sequence[Outcome], now: datetime) -> None:
        model.Session.execute(
            sa.update(HarvestObject)
            .where(
                HarvestObject.package_id.in_([outcome.package_id for outcome in outcomes]),
                HarvestObject.current.is_(True),
            )
            .values(current=False)
            .execution_options(synchronize_session=False)
        )
        model.Session.execute(sa.insert(HarvestObject), [self._object(outcome, now) for outcome in outcomes])
        self._store.save_records([self._row(outcome, now) for outcome in outcomes])

    def _object(self, outcome: Outcome, now: datetime) -> dict[str, Any]:
        """The entry in ckanext-harvest's own table, so that its pages know the dataset."""
        moments = ("gathered", "fetch_started", "fetch_finished", "import_started", "import_finished")
        return {
            **dict.fromkeys(moments, now),
            "guid": outcome.task.draft.guid,
            "content": outcome.task.content,
            "current": True,
            "state": "COMPLETE",
            "report_status": "added" if outcome.change == "added" else "updated",
            "harvest_job_id": self._job_id,
            "harvest_source_id": self._store.source_id,
            "package_id": outcome.package_id,
        }

    def _row(self, outcome: Outcome, now: datetime) -> dict[str, Any]:
        task = outcome.task
        return rows.of_task(
            task, now, (*task.draft.findings, *filter(None, [outcome.refusal])),
            state="active" if outcome.package_id else "refused", package_id=outcome.package_id,
            fingerprint="" if outcome.temporary else task.fingerprint, url=_landing_page(task),
            needs_index=outcome.change is not None,
        )  # fmt: skip

    def give_up(self, tasks: Sequence[Task], now: datetime, done: Callable[[list[Outcome]], None]) -> None:
        """Refuse the records of a batch that killed every process that tried to write it; the next run tries again."""
        self._last_error = RuntimeError("Every process that wrote this batch was killed")
        done([self._refused(task, now) for task in tasks])
        model.Session.commit()

    def _refused(self, task: Task, now: datetime) -> Outcome:
        """Why the last try failed, remembered for the record."""
        error = self._last_error
        log.warning("Source %s: record %s was refused: %r", self._store.source_id, task.draft.guid, error)
        temporary = not isinstance(error, tk.ValidationError)
        if isinstance(error, tk.ValidationError):
            text = "; ".join(f"{key}: {value}" for key, value in _flat(error.error_summary or error.error_dict))
            refusal = Finding("refused", "error", "", text[:500])
        else:
            refusal = Finding("not_stored", "error", "")
        outcome = Outcome(task, None, task.package_id, refusal, temporary)
        # a record without a dataset is remembered as refused; one with a dataset keeps it as it was
        self._store.save_records([self._row(outcome, now)])
        model.Session.commit()
        return outcome


def _state(state: str) -> str:
    """An archived dataset that comes again is active again; one that somebody deleted stays deleted."""
    return "active" if state == ARCHIVED else state


def _is_conflict(error: Exception) -> bool:
    """Two transactions were in each other's way: a deadlock, or the same row made twice."""
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "pgcode", None) in _TRY_AGAIN


def _is_outage(error: Exception) -> bool:
    """The database itself is the trouble, not what was written."""
    if not isinstance(error, DBAPIError):
        return False
    code = getattr(error.orig, "pgcode", None) or ""
    # psycopg2 calls these operational, too
    of_the_batch = code in _TRY_AGAIN or code.startswith(_TOO_LARGE)
    return error.connection_invalidated or (isinstance(error, OperationalError) and not of_the_batch)


def _tag_names(tasks: Sequence[Task]) -> set[str]:
    return {str(tag["name"]) for task in tasks for tag in task.draft.package.get("tags") or ()}


def _make_tags(tasks: Sequence[Task]) -> None:
    """Make the keywords that are new in a short transaction of their own, always in the same order.

    Several processes write the batches of a first run; otherwise each would wait for the others' new keywords, and
    find them made twice.
    """
    names = sorted(_tag_names(tasks))
    if not names:
        return
    table = model.Tag.__table__
    known = {row[0] for row in model.Session.execute(
        sa.select(table.c.name).where(table.c.name.in_(names), table.c.vocabulary_id.is_(None))
    )}  # fmt: skip
    new = [name for name in names if name not in known and 2 <= len(name) <= 100]
    if new:
        model.Session.execute(sa.text("SELECT pg_advisory_xact_lock(hashtextextended('rvr_harvest tags', 0))"))
        made = {row[0] for row in model.Session.execute(
            sa.select(table.c.name).where(table.c.name.in_(new), table.c.vocabulary_id.is_(None))
        )}  # fmt: skip
        rows = [{"id": str(uuid4()), "name": name} for name in new if name not in made]
        if rows:
            model.Session.execute(sa.insert(table), rows)
    model.Session.commit()


def _nothing(_outcomes: list[Outcome]) -> None:
    """Nothing is noted before the whole batch is written."""


def _existing_packages(ids: Sequence[str]) -> dict[str, Any]:
    columns = (model.Package.id, model.Package.name, model.Package.state, model.Package.private)
    return {row.id: row for row in model.Session.query(*columns).filter(model.Package.id.in_(ids))}


def _existing_resources(packages: Mapping[str, Any]) -> dict[str, list[Any]]:
    found: dict[str, list[Any]] = {}
    if packages:
        query = model.Session.query(model.Resource).filter(
            model.Resource.package_id.in_(list(packages)), model.Resource.state == "active"
        )
        for resource in query.order_by(model.Resource.position):
            found.setdefault(str(resource.package_id), []).append(resource)
    return found


def _keep_resource_ids(resources: list[dict[str, Any]], existing: list[Any]) -> None:
    """A resource that was there before keeps its id: same address in RDF, or else same link and name."""
    left = list(existing)
    keys = (
        lambda new, old: new.get("uri") and new["uri"] == (old.extras or {}).get("uri"),
        lambda new, old: new.get("url") == old.url and new.get("name") == old.name,
        lambda new, old: new.get("url") == old.url,
    )
    for same in keys:
        for new in resources:
            if "id" not in new and (match := next((old for old in left if same(new, old)), None)):
                new["id"] = match.id
                left.remove(match)


def _free_names(tasks: Sequence[Task], store: Store) -> dict[str, str]:
    """A name for each new dataset: from its title, with a short stamp of (source, guid) where that is taken."""
    wanted = {
        task.draft.guid: munge_title_to_name(_german(str(task.draft.package["title"])))[:90].strip("-_") or "datensatz"
        for task in tasks
    }
    stamps = {guid: uuid5(NAMESPACE_URL, f"{store.source_id}\n{guid}").hex[:8] for guid in wanted}
    candidates = {*wanted.values(), *(f"{wanted[guid]}-{stamps[guid]}" for guid in wanted)}
    rows = model.Session.query(model.Package.name).filter(model.Package.name.in_(candidates))
    taken = {row[0] for row in rows}
    names: dict[str, str] = {}
    for guid, name in wanted.items():
        names[guid] = f"{name}-{stamps[guid]}" if name in taken or len(name) < 2 else name
        taken.add(names[guid])
    return names


def _german(title: str) -> str:
    """A title in the letters of an address, as German writes them: "Bäume" gives "Baeume", not CKAN's "baume"."""
    return unicodedata.normalize("NFC", title).translate(_UMLAUTS)


def _landing_page(task: Task) -> str:
    package = task.draft.package
    pages = (str(one or "") for one in (package.get("url"), package.get("uri"), task.draft.guid))
    return next((page for page in pages if page.startswith(("http://", "https://"))), "")


def _flat(errors: Mapping[str, Any]) -> list[tuple[str, str]]:
    return [(str(key), str(value)) for key, value in errors.items()]
