"""What a source is remembered by: its pages, records and runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from .domain.guard import MISSING_RUNS
from .domain.report import Report
from .domain.sentence import Sentence
from .domain.values import KnownPage, KnownRecord, Page
from .model import HarvestBatch, HarvestPage, HarvestRecord, HarvestRun

__all__ = ["ARCHIVED", "Store", "probably_moved", "try_lock", "unlock"]


# state of a dataset that its source no longer has: out of the search, still under its address
ARCHIVED = "archived"
INTERRUPTED = Report(
    failure=Sentence(
        "Der Lauf wurde unterbrochen, weil sein Prozess beendet wurde; ein neuer hat dort weitergemacht.",
        "The run was interrupted because its process was ended; a new one went on from there.",
    )
)


def probably_moved() -> sa.ColumnElement[bool]:
    """Records whose dataset probably came under a new guid: whether it is the same is asked before anything is done to it."""
    new = aliased(HarvestRecord)
    return sa.exists().where(
        new.source_id == HarvestRecord.source_id, new.state == "moved", new.twin_id == HarvestRecord.package_id
    )


class Store:
    """Memory of one source. Nothing is committed here."""

    def __init__(self, source_id: str) -> None:
        self.source_id = source_id

    def pages(self, mapping: str) -> dict[str, KnownPage]:
        """Pages of earlier runs that were read with the same mapping; none if a dataset is gone from this site."""
        if self._has_lost_datasets():
            return {}
        rows = model.Session.execute(
            sa.select(
                HarvestPage.url,
                HarvestPage.body_hash,
                HarvestPage.next_url,
                HarvestPage.expected,
                HarvestPage.count,
                HarvestPage.etag,
                HarvestPage.last_modified,
            ).where(HarvestPage.source_id == self.source_id, HarvestPage.mapping == mapping)
        )
        return {row.url: KnownPage(*row) for row in rows}

    def records(self) -> dict[str, KnownRecord]:
        """All records by guid."""
        columns = (
            HarvestRecord.guid, HarvestRecord.package_id, HarvestRecord.fingerprint, HarvestRecord.page_url,
            HarvestRecord.state, HarvestRecord.missing_runs,
        )  # fmt: skip
        rows = model.Session.execute(sa.select(*columns).where(HarvestRecord.source_id == self.source_id))
        return {row.guid: KnownRecord(*row) for row in rows}

    def lost_packages(self) -> set[str]:
        """Ids of datasets that records name but that were purged."""
        rows = model.Session.execute(
            sa.select(HarvestRecord.package_id)
            .outerjoin(model.Package, model.Package.id == HarvestRecord.package_id)
            .where(
                HarvestRecord.source_id == self.source_id,
                HarvestRecord.package_id.is_not(None),
                model.Package.id.is_(None),
            )
        )
        return {row[0] for row in rows}

    def _has_lost_datasets(self) -> bool:
        return bool(self.lost_packages())

    def save_records(self, rows: list[dict[str, Any]]) -> None:
        """Insert records or change them, all in the same columns; `created` and columns not given stay as they were."""
        if not rows:
            return
        statement = insert(HarvestRecord).values([{"source_id": self.source_id, **row} for row in rows])
        keep = ("guid", "created")
        new = {name: statement.excluded[name] for name in rows[0] if name not in keep}
        model.Session.execute(statement.on_conflict_do_update(index_elements=["source_id", "guid"], set_=new))

    def save_pages(self, pages: Iterable[Page], mapping: str) -> None:
        """Remember the pages of a finished crawl."""
        rows = [
            {
                "source_id": self.source_id, "url": page.url, "body_hash": page.body_hash, "mapping": mapping,
                "next_url": page.next_url, "expected": page.expected, "count": page.count,
                "etag": page.etag, "last_modified": page.last_modified,
            }
            for page in pages
        ]  # fmt: skip
        if rows:
            statement = insert(HarvestPage).values(rows)
            new = {column.name: column for column in statement.excluded if column.name not in ("source_id", "url")}
            model.Session.execute(statement.on_conflict_do_update(index_elements=["source_id", "url"], set_=new))

    def update(self, guids: Iterable[str], **values: Any) -> None:
        """Set the same values for several records."""
        wanted = list(guids)
        if wanted:
            model.Session.execute(
                sa.update(HarvestRecord)
                .where(HarvestRecord.source_id == self.source_id, HarvestRecord.guid.in_(wanted))
                .values(**values)
                .execution_options(synchronize_session=False)
            )

    def moved(self, pages: Mapping[str, str]) -> None:
        """Remember that unchanged records now stand on other pages (guid → address)."""
        by_page: dict[str, list[str]] = {}
        for guid, url in pages.items():
            by_page.setdefault(url, []).append(guid)
        for url, guids in by_page.items():
            self.update(guids, page_url=url)

    def not_indexed(self) -> list[str]:
        """Ids of datasets that are stored but not yet in the search."""
        rows = model.Session.execute(
            sa.select(HarvestRecord.package_id).where(
                HarvestRecord.source_id == self.source_id,
                HarvestRecord.needs_index.is_(True),
                HarvestRecord.package_id.is_not(None),
            )
        )
        return [row[0] for row in rows]

    def indexed(self, package_ids: Iterable[str]) -> None:
        """These datasets are in the search."""
        wanted = list(package_ids)
        if wanted:
            model.Session.execute(
                sa.update(HarvestRecord)
                .where(HarvestRecord.source_id == self.source_id, HarvestRecord.package_id.in_(wanted))
                .values(needs_index=False)
                .execution_options(synchronize_session=False)
            )

    def foreign(self, guids: Iterable[str]) -> dict[str, str]:
        """Guids that another source delivers too → that source's id."""
        rows = model.Session.execute(
            sa.select(HarvestRecord.guid, HarvestRecord.source_id).where(
                HarvestRecord.guid.in_(list(guids)),
                HarvestRecord.source_id != self.source_id,
                HarvestRecord.package_id.is_not(None),
            )
        )
        return {row.guid: row.source_id for row in rows}

    def twins(self, identifiers: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Identifiers of datasets that another source delivers → that source's id and the dataset's id."""
        wanted = {one for one in identifiers if one}
        if not wanted:
            return {}
        rows = model.Session.execute(
            sa.select(HarvestRecord.identifier, HarvestRecord.source_id, HarvestRecord.package_id).where(
                HarvestRecord.identifier.in_(wanted),
                HarvestRecord.source_id != self.source_id,
                HarvestRecord.state == "active",
                HarvestRecord.package_id.is_not(None),
            )
        )
        return {row.identifier: (row.source_id, row.package_id) for row in rows}

    def alike(self, hashes: Iterable[str]) -> dict[str, str]:
        """Hashes of likeness → the guid of an active record of this source that has it, if only one has it."""
        wanted = {one for one in hashes if one}
        if not wanted:
            return {}
        rows = model.Session.execute(
            sa.select(HarvestRecord.likeness, sa.func.min(HarvestRecord.guid))
            .where(
                HarvestRecord.source_id == self.source_id,
                HarvestRecord.likeness.in_(wanted),
                HarvestRecord.state == "active",
                HarvestRecord.package_id.is_not(None),
            )
            .group_by(HarvestRecord.likeness)
            .having(sa.func.count() == 1)
        )
        return {row[0]: row[1] for row in rows}

    def asked_about(self, guids: Iterable[str]) -> frozenset[str]:
        """Those of some records that have probably moved (`probably_moved`)."""
        wanted = list(guids)
        if not wanted:
            return frozenset()
        query = sa.select(HarvestRecord.guid).where(
            HarvestRecord.source_id == self.source_id, HarvestRecord.guid.in_(wanted), probably_moved()
        )
        return frozenset(model.Session.scalars(query))

    def give_away(self, package_id: str) -> None:
        """A source with priority takes a dataset over: the records of others become its duplicates."""
        model.Session.execute(
            sa.update(HarvestRecord)
            .where(HarvestRecord.package_id == package_id, HarvestRecord.source_id != self.source_id)
            .values(package_id=None, state="duplicate", twin_id=package_id, needs_index=False)
            .execution_options(synchronize_session=False)
        )

    def archive(self, guids: Iterable[str], now: datetime) -> list[str]:
        """Take the datasets of these records out of the search, but leave them under their address; their ids."""
        wanted = list(guids)
        if not wanted:
            return []
        ids = _package_ids(self.source_id, wanted)
        model.Session.execute(
            sa.update(model.Package)
            .where(model.Package.id.in_(ids), model.Package.state == "active")
            .values(state=ARCHIVED, metadata_modified=now)
            .execution_options(synchronize_session=False)
        )
        self.update(wanted, state="archived", missing_runs=MISSING_RUNS, changed=now, needs_index=True)
        return ids

    def restore(self, guids: Iterable[str], now: datetime) -> None:
        """Bring archived datasets back whose records came again as they were."""
        wanted = list(guids)
        if wanted:
            ids = _package_ids(self.source_id, wanted)
            model.Session.execute(
                sa.update(model.Package)
                .where(model.Package.id.in_(ids), model.Package.state == ARCHIVED)
                .values(state="active", metadata_modified=now)
                .execution_options(synchronize_session=False)
            )
            self.update(wanted, state="active", changed=now, needs_index=True)

    def start_run(self, run_id: str, job_id: str, now: datetime, kind: str = "harvest") -> None:
        """Begin a run. What an earlier one left behind when its process was killed is closed."""
        left = sa.and_(HarvestRun.source_id == self.source_id, HarvestRun.status == "running")
        model.Session.execute(
            sa.delete(HarvestBatch)
            .where(HarvestBatch.run_id.in_(sa.select(HarvestRun.id).where(HarvestRun.source_id == self.source_id)))
            .execution_options(synchronize_session=False)
        )
        model.Session.execute(
            sa.update(HarvestRun)
            .where(left)
            .values(status="failed", finished=now, phase="", report=INTERRUPTED.as_dict())
            .execution_options(synchronize_session=False)
        )
        model.Session.add(
            HarvestRun(
                id=run_id, source_id=self.source_id, job_id=job_id, started=now, status="running", report={},
                kind=kind, phase="reading", heartbeat=now, done=0, decision="", decided_by="",
            )
        )  # fmt: skip

    def changes_since(self, mapping: str, full_since: datetime) -> datetime | None:
        """When the last complete run began, if there was a full one with the same mapping after `full_since`."""
        partial = HarvestRun.report["partial"].as_boolean()
        query = sa.select(HarvestRun.started).where(
            HarvestRun.source_id == self.source_id,
            HarvestRun.status == "complete",
            HarvestRun.kind == "harvest",
            HarvestRun.report["mapping"].as_string() == mapping,
        )
        newest = query.order_by(HarvestRun.started.desc()).limit(1)
        if model.Session.scalar(newest.where(partial.is_(False), HarvestRun.started >= full_since)) is None:
            return None
        return model.Session.scalar(newest)

    def set_phase(self, run_id: str, phase: str) -> None:
        """What a run does now: `reading`, `writing` or `finishing`."""
        model.Session.execute(
            sa.update(HarvestRun)
            .where(HarvestRun.id == run_id)
            .values(phase=phase)
            .execution_options(synchronize_session=False)
        )

    def finish_run(self, run_id: str, status: str, report: dict[str, Any], now: datetime, decision: str = "") -> None:
        """End a run. A new question to a person takes the place of an earlier one."""
        if decision:
            model.Session.execute(
                sa.update(HarvestRun)
                .where(HarvestRun.source_id == self.source_id, HarvestRun.decision == "waiting")
                .values(decision="")
                .execution_options(synchronize_session=False)
            )
        model.Session.execute(
            sa.update(HarvestRun)
            .where(HarvestRun.id == run_id)
            .values(status=status, report=report, finished=now, phase="", decision=decision)
            .execution_options(synchronize_session=False)
        )

    def forget_page(self, url: str) -> None:
        """A page that is being read differs from the one remembered; it counts as known again when the run is done."""
        model.Session.execute(
            sa.delete(HarvestPage).where(HarvestPage.source_id == self.source_id, HarvestPage.url == url)
        )

    def forget_pages(self) -> None:
        """The next run reads all pages again, also those that have not changed."""
        model.Session.execute(sa.delete(HarvestPage).where(HarvestPage.source_id == self.source_id))

    def forget(self) -> None:
        """Everything about the source but its runs: after its datasets were cleared."""
        for table in (HarvestRecord, HarvestPage):
            model.Session.execute(sa.delete(table).where(table.source_id == self.source_id))


def _package_ids(source_id: str, guids: list[str]) -> list[str]:
    """Ids of the datasets of these records."""
    rows = model.Session.execute(
        sa.select(HarvestRecord.package_id).where(
            HarvestRecord.source_id == source_id, HarvestRecord.guid.in_(guids), HarvestRecord.package_id.is_not(None)
        )
    )
    return [row[0] for row in rows]


def try_lock(connection: sa.Connection, source_id: str) -> bool:
    """Take the source's lock on this connection; it ends with the connection, whatever happens to the process."""
    return bool(
        connection.execute(
            sa.text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), {"key": source_id}
        ).scalar()
    )


def unlock(connection: sa.Connection, source_id: str) -> None:
    """Let go of the source's lock."""
    connection.execute(sa.text("SELECT pg_advisory_unlock(hashtextextended(:key, 0))"), {"key": source_id})
