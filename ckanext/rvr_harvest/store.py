"""What a source is remembered by: its pages, records and runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from .domain.values import KnownPage, KnownRecord, Page
from .model import HarvestPage, HarvestRecord, HarvestRun

__all__ = ["Store", "try_lock"]


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
        """Insert or replace records; `created` stays as it was."""
        if not rows:
            return
        statement = insert(HarvestRecord).values([{"source_id": self.source_id, **row} for row in rows])
        keep = ("source_id", "guid", "created")
        new = {column.name: column for column in statement.excluded if column.name not in keep}
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

    def start_run(self, run_id: str, job_id: str, now: datetime) -> None:
        model.Session.add(
            HarvestRun(id=run_id, source_id=self.source_id, job_id=job_id, started=now, status="running", report={})
        )

    def finish_run(self, run_id: str, status: str, report: dict[str, Any], now: datetime) -> None:
        model.Session.execute(
            sa.update(HarvestRun)
            .where(HarvestRun.id == run_id)
            .values(status=status, report=report, finished=now)
            .execution_options(synchronize_session=False)
        )

    def forget(self) -> None:
        """Everything about the source but its runs: after its datasets were cleared."""
        for table in (HarvestRecord, HarvestPage):
            model.Session.execute(sa.delete(table).where(table.source_id == self.source_id))


def try_lock(connection: sa.Connection, source_id: str) -> bool:
    """Take the source's lock on this connection; it ends with the connection, whatever happens to the process."""
    return bool(
        connection.execute(
            sa.text("SELECT pg_try_advisory_lock(hashtextextended(:key, 0))"), {"key": source_id}
        ).scalar()
    )
