"""One batch: taken, written in one transaction, put into the search with one request."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from ckan import model
from ckan.lib.search.common import SearchIndexError
from ckanext.harvest.model import HarvestSource

from . import indexer
from .batches import Batches, Claimed, LostLeaseError, beating, lease_of
from .domain.values import Finding
from .store import Store
from .writer import Outcome, Writer

__all__ = ["BatchWork", "finding_of", "utc_clock"]

log = logging.getLogger(__name__)


def utc_clock() -> datetime:
    """Now, in UTC without zone, as CKAN's tables have it."""
    return datetime.now(UTC).replace(tzinfo=None)


class BatchWork:
    """Works on the batches of one run, in whatever process. `user` is CKAN's own user, a sysadmin."""

    def __init__(
        self,
        run_id: str,
        job_id: str,
        source_id: str,
        owner_org: str | None,
        user: model.User,
        clock: Callable[[], datetime] = utc_clock,
    ) -> None:
        self.batches = Batches(run_id)
        self._store = Store(source_id)
        self._writer = Writer(self._store, job_id, owner_org, user)
        self._clock = clock

    def one(self) -> bool:
        """Take a batch and write it; False if there was none to take.

        :raises OperationalError: the database does not answer; the batch will be taken over by another process
        """
        claimed = self.batches.claim()
        if claimed is None:
            return False
        with beating(lambda: lease_of(claimed)):
            try:
                self._write(claimed)
            except LostLeaseError:
                model.Session.rollback()
                log.warning("Batch %s was taken over by another process, or its run has ended", claimed.id)
        return True

    def _write(self, claimed: Claimed) -> None:
        outcome: dict[str, Any] = {}

        def done(outcomes: Sequence[Outcome]) -> None:
            outcome.update(_told(outcomes))
            self.batches.written(claimed, outcome)

        if claimed.hopeless:
            self._writer.give_up(claimed.tasks, self._clock(), done)
        else:
            self._writer.write(claimed.tasks, self._clock(), lambda: self.batches.hold(claimed), done)
        outcome |= self.index(outcome["package_ids"])
        self.batches.done(claimed, outcome)
        model.Session.commit()

    def index(self, package_ids: Sequence[str]) -> dict[str, Any]:
        """Post datasets to the search, without commit: the run does that at its end, and tries again what failed."""
        # kept in hand while ckanext-harvest asks each dataset for its source
        source = model.Session.get(HarvestSource, self._store.source_id)
        try:
            refused = set(indexer.index_packages(package_ids))
        except SearchIndexError as error:
            log.error("Solr does not answer: %s", error)
            model.Session.rollback()
            return {"indexed": 0, "not_indexed": []}
        finally:
            del source
        return {"indexed": len(package_ids) - len(refused), "not_indexed": sorted(refused)}


def _told(outcomes: Sequence[Outcome]) -> dict[str, Any]:
    """What became of a batch, as JSON."""
    changes = [outcome.change for outcome in outcomes]
    return {
        "added": changes.count("added"),
        "changed": changes.count("changed"),
        "refused": changes.count(None),
        "retry": any(outcome.temporary for outcome in outcomes),
        "package_ids": [outcome.package_id for outcome in outcomes if outcome.change],
        "notes": [_note(outcome) for outcome in outcomes],
    }


def _note(outcome: Outcome) -> dict[str, Any]:
    draft = outcome.task.draft
    found = [*draft.findings, *filter(None, [outcome.refusal])]
    return {
        "guid": draft.guid,
        "title": str(draft.package.get("title", "")),
        "findings": [[one.code, one.severity, one.field, one.value, one.repaired] for one in found],
    }


def finding_of(values: Sequence[Any]) -> Finding:
    """A finding as `notes` of an outcome hold it."""
    return Finding(*values)
