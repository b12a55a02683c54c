"""One run of one source: adapter → diff → reader → repair → guard → writer → index → report."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from ckan import model
from ckan.lib.search.common import SearchIndexError

from ckanext.rvr_portal.exceptions import HttpDoorError
from ckanext.rvr_portal.http import HttpDoor
from ckanext.rvr_portal.shared import places, vocabulary

from . import config, indexer, translate
from .adapters.contract import Answer, Fetch, FetchError, Order, Reader
from .domain.findings import as_dict
from .domain.fingerprint import TooTangledError, fingerprint
from .domain.guard import MISSING_RUNS, decide
from .domain.repair import Surroundings, Unusable, repair
from .domain.report import Report
from .domain.sentence import Sentence
from .domain.values import DatasetDraft, Finding, KnownPage, KnownRecord, Page, SourceRecord
from .exceptions import HarvestError, StoppedError
from .kinds import adapter_for
from .quiet import seldom_collected
from .source import Source
from .store import Store
from .writer import BATCH, Outcome, Task, Writer

__all__ = ["Run"]

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]


class Run:
    """One run. `progress(done, expected)` is called now and then; `stopped()` is asked before each page and batch."""

    def __init__(
        self,
        source: Source,
        job_id: str,
        user: model.User,
        *,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC).replace(tzinfo=None),
    ) -> None:
        self.id = str(uuid4())
        self.source = source
        self.job_id = job_id
        self.report = Report()
        self._clock = clock
        self._stopped = stopped
        self._progress = progress or (lambda _done, _expected: None)
        self._store = Store(source.id)
        self._writer = Writer(self._store, job_id, source.owner_org, user)
        self._known: dict[str, KnownRecord] = {}
        self._lost: set[str] = set()
        self._seen: set[str] = set()
        self._tasks: list[Task] = []
        self._moved: dict[str, str] = {}
        self._pages: list[Page] = []
        self._retry = False
        self._touched = 0
        self._around = Surroundings(vocabulary, _place_key, source.places)

    @property
    def wrote(self) -> int:
        """How many datasets were written."""
        return self.report.added + self.report.changed

    def execute(self) -> Report:
        """Run to the end; what went wrong stands in the report."""
        with seldom_collected():
            return self._execute()

    def _execute(self) -> Report:
        begun = time.monotonic()
        self._store.start_run(self.id, self.job_id, self._clock())
        model.Session.commit()
        try:
            self._harvest()
        except HarvestError as error:
            model.Session.rollback()
            self.report.failure = error.sentence
        except SearchIndexError as error:
            model.Session.rollback()
            log.error("Source %s: %s", self.source.id, error)
            self.report.failure = Sentence(
                "Die Suche (Solr) antwortet nicht; was fehlt, holt der nächste Lauf nach.",
                "The search (Solr) does not answer; the next run makes up for what is missing.",
            )
        except Exception:
            model.Session.rollback()
            log.exception("Source %s: run %s failed", self.source.id, self.id)
            self.report.failure = HarvestError.sentence
        if self.report.failure:
            self._show_what_came()
        self.report.seconds = time.monotonic() - begun
        self._store.finish_run(self.id, self.report.status, self.report.as_dict(), self._clock())
        model.Session.commit()
        return self.report

    # -- the steps

    def _harvest(self) -> None:
        self._known = self._store.records()
        self._lost = self._store.lost_packages()
        known_pages = self._store.pages(self.source.mapping)
        with HttpDoor() as door:
            order = Order(self.source.url, _fetcher(door), known_pages, config.max_pages(), self.source.options)
            adapter = adapter_for(self.source.type)(order)
            for page in adapter.pages():
                self._take(page, adapter.reader())
                self._progress(len(self._seen), page.expected or len(self._seen))
        self._flush()
        self.report.crawl = adapter.crawl
        self._store.moved(self._moved)
        self._leave_pages()
        if not self._retry:
            self._store.save_pages(self._pages, self.source.mapping)
        self._judge()
        self._index(self._store.not_indexed())
        if self._touched:
            indexer.commit_index()
        model.Session.commit()

    def _show_what_came(self) -> None:
        """What a run wrote before it broke off is found in the search, too."""
        if self._touched:
            with suppress(SearchIndexError):
                indexer.commit_index()

    def _go_on(self) -> None:
        if self._stopped():
            raise StoppedError

    def _take(self, page: Page, reader: Reader) -> None:
        self._go_on()
        self.report.note("", "", page.findings)
        if page.unchanged:
            same = [guid for guid, record in self._known.items() if record.page_url == page.url]
            self._seen.update(same)
            self.report.unchanged += sum(1 for guid in same if self._known[guid].state != "refused")
            self.report.refused += sum(1 for guid in same if self._known[guid].state == "refused")
            return
        expected = page.expected or len(self._seen) + page.count
        self._progress(len(self._seen), expected)
        for one in _described(page, reader, self.source.mapping):
            if one.record.guid in self._seen:  # it stood on a page that did not change
                self.report.note(
                    one.record.guid, "", [Finding("duplicate_guid", "warning", "identifier", one.record.guid)]
                )
                continue
            self._seen.add(one.record.guid)
            if not self._is_unchanged(one, page):
                self._read(one, reader)
            if len(self._tasks) >= BATCH:
                self._flush()
                self._progress(len(self._seen), expected)
                self._go_on()
        # the graph of the page is no longer needed, only what the next run compares with
        self._pages.append(replace(page, records=(), findings=()))

    def _is_unchanged(self, one: _Described, page: Page) -> bool:
        known = self._known.get(one.record.guid)
        if not known or known.fingerprint != one.fingerprint or known.package_id in self._lost:
            return False
        if known.state == "refused":
            self.report.refused += 1
        else:
            self.report.unchanged += 1
        if known.page_url != page.url:
            self._moved[known.guid] = page.url
        return True

    def _read(self, one: _Described, reader: Reader) -> None:
        guid = one.record.guid
        known = self._known.get(guid)
        package_id = known.package_id if known and known.package_id not in self._lost else None
        try:
            if one.failure:
                raise Unusable
            draft = repair(DatasetDraft(guid, reader.read(one.record)), self._around)
        except Unusable:
            self._refuse(one, one.failure or Finding("nothing_usable", "error", "title"))
        except Exception:
            # whatever a hostile record does to the parser, the others go on
            log.exception("Source %s: record %s cannot be read", self.source.id, guid)
            self._refuse(one, Finding("unreadable", "error", ""))
        else:
            self._tasks.append(Task(draft, one.fingerprint, one.record.url, one.content, package_id))

    def _refuse(self, one: _Described, finding: Finding) -> None:
        now = self._clock()
        guid = one.record.guid
        known = self._known.get(guid)
        self.report.refused += 1
        self.report.note(guid, "", [finding])
        self._store.save_records(
            [
                {
                    "guid": guid, "package_id": known.package_id if known else None, "fingerprint": one.fingerprint,
                    "page_url": one.record.url, "url": "", "state": known.state if known else "refused",
                    "missing_runs": 0, "needs_index": False, "created": now, "changed": now,
                    "findings": [as_dict(finding)],
                }
            ]
        )  # fmt: skip

    def _flush(self) -> None:
        if not self._tasks:
            return
        tasks, self._tasks = self._with_foreign_guids(self._tasks), []
        outcomes = self._writer.write(tasks, self._clock())
        for outcome in outcomes:
            self._count(outcome)
        self._index([str(outcome.package_id) for outcome in outcomes if outcome.change])

    def _with_foreign_guids(self, tasks: list[Task]) -> list[Task]:
        """A record that another source delivers too is noted; neither takes over the other's dataset."""
        foreign = self._store.foreign(task.draft.guid for task in tasks)
        if not foreign:
            return tasks
        titles = _source_titles(foreign.values())
        marked = []
        for task in tasks:
            if other := foreign.get(task.draft.guid):
                note = Finding("foreign_guid", "warning", "identifier", task.draft.guid, titles.get(other, other))
                draft = replace(task.draft, findings=(*task.draft.findings, note))
                marked.append(replace(task, draft=draft))
            else:
                marked.append(task)
        return marked

    def _count(self, outcome: Outcome) -> None:
        draft = outcome.task.draft
        found = [*draft.findings, *filter(None, [outcome.refusal])]
        self.report.note(draft.guid, str(draft.package.get("title", "")), found)
        self._retry = self._retry or outcome.temporary
        if outcome.change == "added":
            self.report.added += 1
        elif outcome.change == "changed":
            self.report.changed += 1
        else:
            self.report.refused += 1

    def _index(self, package_ids: list[str]) -> None:
        if not package_ids:
            return
        for start in range(0, len(package_ids), BATCH):
            part = package_ids[start : start + BATCH]
            refused = set(indexer.index_packages(part))
            self._touched += len(part) - len(refused)
            self._store.indexed(one for one in part if one not in refused)
            for package_id in refused:
                self.report.note(package_id, "", [Finding("not_indexed", "warning", "")])
        model.Session.commit()

    def _leave_pages(self) -> None:
        """A record that is gone from its page must not count as seen when that page is the same next time."""
        read = {page.url for page in self._pages}
        gone = [guid for guid, one in self._known.items() if one.page_url in read and guid not in self._seen]
        self._store.update(gone, page_url="")

    def _judge(self) -> None:
        """Decide about what did not come. Nothing is deleted here: what may go is marked, and reported."""
        holding = {
            guid: record.missing_runs
            for guid, record in self._known.items()
            if record.package_id and record.state == "active"
        }
        verdict = decide(self.report.crawl, holding, self._seen)
        self.report.judged(verdict)
        if self.report.crawl.complete:
            for guid in (*verdict.missing, *verdict.held):
                self._store.update([guid], missing_runs=holding[guid] + 1)
        self._store.update(verdict.archive, state="archived", missing_runs=MISSING_RUNS, changed=self._clock())
        back = [
            guid
            for guid in self._seen
            if (one := self._known.get(guid)) and (one.missing_runs or one.state == "archived")
        ]
        self._store.update([guid for guid in back if self._known[guid].state == "archived"], state="active")
        self._store.update(back, missing_runs=0)


@dataclass(frozen=True, slots=True)
class _Described:
    """A record with its canonical text and fingerprint; made before anything expensive."""

    record: SourceRecord
    content: str
    fingerprint: str
    failure: Finding | None = None


def _described(page: Page, reader: Reader, mapping: str) -> Iterator[_Described]:
    for record in page.records:
        failure = None
        try:
            lines = reader.content(record)
        except TooTangledError:
            lines, failure = [record.guid], Finding("too_tangled", "error", "")
        except Exception:
            # whatever a hostile record does to the parser, the others go on
            log.exception("Record %s cannot be described", record.guid)
            lines, failure = [record.guid], Finding("unreadable", "error", "")
        yield _Described(record, "\n".join(lines), fingerprint(lines, mapping), failure)


def _fetcher(door: HttpDoor) -> Fetch:
    def fetch(url: str, *, accept: str = "*/*", known: KnownPage | None = None) -> Answer:
        try:
            return door.get(
                url,
                headers={"accept": accept},
                etag=known.etag if known else None,
                modified_since=known.last_modified if known else None,
            )
        except HttpDoorError as error:
            raise FetchError(translate.door_sentence(error), getattr(error, "status", None)) from error

    return fetch


def _place_key(text: str) -> str | None:
    place = places().find(text)
    return place.key if place else None


def _source_titles(ids: Iterable[str]) -> dict[str, Any]:
    rows = model.Session.query(model.Package.id, model.Package.title, model.Package.name).filter(
        model.Package.id.in_(set(ids))
    )
    return {row.id: row.title or row.name for row in rows}
