"""A run that writes nothing: what would be added, changed and archived, with examples and findings."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from .identity import Settled
from .model import HarvestRecord
from .pipeline import Run
from .store import Store

__all__ = ["DryRun"]

_EXAMPLES = 20


class DryRun(Run):
    """Reads, repairs and judges as a real run does. Only its own row and report are stored."""

    kind = "dry"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._store = ReadingStore(self.source.id)

    def _settled(self, settled: Settled) -> None:
        self._note_duplicates(settled)
        for task in (*settled.write, *settled.deferred):
            change = "changed" if task.package_id else "added"
            title = str(task.draft.package.get("title") or "")
            setattr(self.report, change, getattr(self.report, change) + 1)
            self.report.note(task.draft.guid, title, task.draft.findings)
            self._example(change, [title])

    def _example(self, change: str, titles: Iterable[str]) -> None:
        known = self.report.examples.setdefault(change, [])
        known.extend(list(titles)[: _EXAMPLES - len(known)])

    def _finish_deferred(self) -> None:
        """Nothing was deferred."""

    def _finish_writing(self) -> None:
        """Nothing was handed over."""

    def _index_rest(self) -> None:
        """What an earlier run left over is the next real run's."""

    def _judge(self) -> None:
        super()._judge()
        for change, guids in (("vanished", self.report.vanished), ("held", self.report.held)):
            if guids:
                self._example(change, self._titles(guids[:_EXAMPLES]))

    def _titles(self, guids: list[str]) -> list[str]:
        rows = model.Session.execute(
            sa.select(model.Package.title)
            .join(HarvestRecord, HarvestRecord.package_id == model.Package.id)
            .where(HarvestRecord.source_id == self.source.id, HarvestRecord.guid.in_(guids))
            .order_by(model.Package.title)
        )
        return [row[0] for row in rows]


class ReadingStore(Store):
    """The memory of a source, to look at only."""

    def save_records(self, rows: list[dict[str, Any]]) -> None:
        pass

    def save_pages(self, *_args: Any) -> None:
        pass

    def forget_page(self, url: str) -> None:
        pass

    def update(self, guids: Iterable[str], **values: Any) -> None:
        pass

    def archive(self, guids: Iterable[str], now: datetime) -> list[str]:
        return []

    def restore(self, guids: Iterable[str], now: datetime) -> None:
        pass

    def give_away(self, package_id: str) -> None:
        pass

    def indexed(self, package_ids: Iterable[str]) -> None:
        pass
