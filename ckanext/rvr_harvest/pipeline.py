"""One run of one source: adapter → diff → reader → repair → guard → writer → index → report.

The run reads; what it has read it hands over in batches, which any worker may write (see `batches`). While none does,
the run writes itself. It ends when all batches are done.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from uuid import uuid4

import sqlalchemy as sa
from ckan import model
from ckan.lib.search.common import SearchIndexError

from ckanext.rvr_portal.exceptions import HttpDoorError
from ckanext.rvr_portal.http import HttpDoor
from ckanext.rvr_portal.shared import places, vocabulary

from . import absent, config, indexer, queue, rows, translate
from .adapters.contract import Answer, Fetch, FetchError, Order, Reader
from .batch_work import BatchWork, finding_of, utc_clock
from .batches import BATCH, Task, beating, utc_now
from .described import Described, described
from .domain.guard import recounted
from .domain.identity import identity_key, likeness
from .domain.pages import whole_pages
from .domain.repair import Surroundings, Unusable, repair
from .domain.report import Report
from .domain.sentence import Sentence
from .domain.values import DatasetDraft, Finding, KnownPage, KnownRecord, Page
from .exceptions import HarvestError, StoppedError
from .identity import Settled, settle
from .kinds import adapter_for
from .model import HarvestRun
from .quiet import seldom_collected
from .source import Source
from .store import Store

__all__ = ["Run"]

log = logging.getLogger(__name__)

Progress = Callable[[int, int | None], None]

# a batch is handed over early, from this size on, while nobody has anything to write
_EARLY = 25
_PAUSE = 0.1
# a source that is read by changes is read as a whole that often, to see what has vanished
_FULL_AT_LEAST_EVERY = timedelta(days=7)


class Run:
    """One run. `progress(done, expected)` is called now and then; `stopped()` is asked before each page and batch."""

    kind = "harvest"

    def __init__(
        self,
        source: Source,
        job_id: str,
        user: model.User,
        *,
        progress: Progress | None = None,
        stopped: Callable[[], bool] = lambda: False,
        clock: Callable[[], datetime] = utc_clock,
    ) -> None:
        self.id = str(uuid4())
        self.source = source
        self.job_id = job_id
        self.report = Report()
        self._clock = clock
        self._stopped = stopped
        self._progress = progress or (lambda _done, _expected: None)
        self._store = Store(source.id)
        self._work = BatchWork(self.id, job_id, source.id, source.owner_org, user, clock)
        self._batches = self._work.batches
        self._handed_over = 0
        self._to_write = 0
        self._collected: set[str] = set()
        self._known: dict[str, KnownRecord] = {}
        self._lost: set[str] = set()
        self._seen: set[str] = set()
        self._tasks: list[Task] = []
        self._moved: dict[str, str] = {}
        self._pages: list[Page] = []
        self._retry = False
        self._partial = False
        self._posted: set[str] = set()
        self._done = 0
        self._expected: int | None = None
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
        self._store.start_run(self.id, self.job_id, self._clock(), self.kind)
        model.Session.commit()
        with beating(self._beat, 2.0):
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
        asks = self.kind == "harvest" and self.report.held_reason == "too_many" and self.report.held
        self._store.finish_run(
            self.id, self.report.status, self.report.as_dict(), self._clock(), "waiting" if asks else ""
        )
        self._batches.drop()
        model.Session.commit()
        queue.call_off_helpers(self.id)
        return self.report

    def _beat(self) -> sa.Update:
        return (
            sa.update(HarvestRun)
            .where(HarvestRun.id == self.id)
            .values(heartbeat=utc_now(), done=self._done, expected=self._expected)
        )

    def _tell(self, done: int, expected: int | None) -> None:
        self._done, self._expected = done, expected
        self._progress(done, expected)

    # -- the steps

    def _harvest(self) -> None:
        self._known = self._store.records()
        self._lost = self._store.lost_packages()
        known_pages = whole_pages(self._store.pages(self.source.mapping), self._known.values())
        with HttpDoor() as door:
            order = Order(
                self.source.url, _fetcher(door), known_pages, config.max_pages(), self.source.options,
                self._since(),
            )  # fmt: skip
            adapter = adapter_for(self.source.type)(order)
            self._partial = adapter.is_partial()
            for page in adapter.pages():
                self._take(page, adapter.reader())
                self._tell(len(self._seen), page.expected or len(self._seen))
        self._hand_over()
        self.report.crawl = recounted(adapter.crawl, len(self._seen))
        self._finish_deferred()
        self._finish_writing()
        self._store.set_phase(self.id, "finishing")
        if not self.report.crawl.partial:
            self._store.moved(self._moved)
            self._leave_pages()
        if not (self._retry or self.report.crawl.partial):
            self._store.save_pages(self._pages, self.source.mapping)
        self._judge()
        model.Session.commit()
        self._index_rest()
        model.Session.commit()

    def _since(self) -> datetime | None:
        """From when on changes suffice; none if everything must be read."""
        if not self.source.options.get("incremental") or self._lost:
            return None
        if any(not record.fingerprint for record in self._known.values()):
            return None
        return self._store.changes_since(self.source.mapping, self._clock() - _FULL_AT_LEAST_EVERY)

    def _show_what_came(self) -> None:
        """What a run wrote before it broke off is counted, and found in the search."""
        with suppress(SearchIndexError, sa.exc.SQLAlchemyError):
            self._collect()
            self._show_posted()

    def _go_on(self) -> None:
        if self._stopped():
            raise StoppedError

    def _take(self, page: Page, reader: Reader) -> None:
        self._go_on()
        self.report.note("", "", page.findings)
        if page.unchanged:
            same = [guid for guid, record in self._known.items() if record.page_url == page.url]
            self._seen.update(same)
            refused = sum(1 for guid in same if self._known[guid].state == "refused")
            self.report.unchanged += len(same) - refused
            self.report.refused += refused
            self._pages.append(page)
            return
        # if the run breaks off, datasets of this page may be newer than the page that was remembered
        self._store.forget_page(page.url)
        expected = page.expected or len(self._seen) + page.count
        self._tell(len(self._seen), expected)
        for one in described(page, reader, self.source.mapping):
            if one.record.guid in self._seen:  # it stood on a page that did not change
                self.report.note(
                    one.record.guid, "", [Finding("duplicate_guid", "warning", "identifier", one.record.guid)]
                )
                continue
            self._seen.add(one.record.guid)
            if not self._is_unchanged(one, page):
                self._read(one, reader)
            if len(self._tasks) >= _EARLY and (len(self._tasks) >= BATCH or not self._batches.waiting()):
                self._hand_over()
                self._tell(len(self._seen), expected)
                self._go_on()
        # the records of the page are no longer needed, only what the next run compares with
        self._pages.append(replace(page, records=(), findings=()))

    def _is_unchanged(self, one: Described, page: Page) -> bool:
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

    def _read(self, one: Described, reader: Reader) -> None:
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
            # the pages of a partial crawl are not those on which a record stands
            page_url = (known.page_url if known else "") if self._partial else one.record.url
            self._tasks.append(
                Task(
                    draft, one.fingerprint, page_url, one.content, package_id,
                    identity_key(draft.package), likeness(draft.package),
                )
            )  # fmt: skip

    def _refuse(self, one: Described, finding: Finding) -> None:
        guid = one.record.guid
        known = self._known.get(guid)
        self.report.refused += 1
        self.report.note(guid, "", [finding])
        self._store.save_records(
            [
                rows.of_record(
                    guid, self._clock(), [finding],
                    package_id=known.package_id if known else None, state=known.state if known else "refused",
                    fingerprint=one.fingerprint, page_url=one.record.url, url="",
                )
            ]
        )  # fmt: skip

    # -- batches

    def _hand_over(self) -> None:
        """Make a batch of what was read. If the others do not keep up, or there are none, write one."""
        tasks, self._tasks = self._tasks, []
        if tasks:
            self._settled(settle(tasks, self._store, self.source, self._known))
        if self._batches.waiting() > 1:
            self._work.one()

    def _settled(self, settled: Settled) -> None:
        """Hand over what is ours; keep what may be a known dataset under a new guid until all guids are known."""
        self._note_duplicates(settled)
        if settled.deferred:
            self._batches.add(settled.deferred, "deferred")
        self._add(settled.write)

    def _add(self, tasks: Sequence[Task]) -> None:
        if tasks:
            self._batches.add(tasks)
            queue.call_helper(self.id, self._handed_over)
            self._handed_over += 1
            self._to_write += len(tasks)

    def _note_duplicates(self, settled: Settled) -> None:
        """Records whose dataset comes from a source with priority."""
        for task, twin_id in settled.duplicates:
            self.report.duplicates += 1
            self._save_waiting(task, "duplicate", twin_id)

    def _save_waiting(self, task: Task, state: str, twin_id: str) -> None:
        """Remember a record that is not written itself, and the dataset it stands for."""
        draft = task.draft
        self.report.note(draft.guid, str(draft.package.get("title", "")), draft.findings)
        row = rows.of_task(
            task, self._clock(), draft.findings,
            state=state, twin_id=twin_id, url=str(draft.package.get("url") or ""),
            fingerprint=task.fingerprint if state == "duplicate" else "",
        )  # fmt: skip
        self._store.save_records([row])

    def _finish_deferred(self) -> None:
        """A new guid whose dataset is still there under its old one is a dataset of its own; otherwise a person decides."""
        for tasks in list(self._batches.deferred()):
            old = self._store.alike(task.likeness for task in tasks)
            write: list[Task] = []
            for task in tasks:
                guid = old.get(task.likeness)
                if not guid or guid in self._seen:
                    write.append(task)
                else:
                    self.report.moved += 1
                    self._save_waiting(task, "moved", str(self._known[guid].package_id))
            self._add(write)

    def _finish_writing(self) -> None:
        """Write what nobody has taken yet, and wait for those who still write; take over from those who died."""
        self._store.set_phase(self.id, "writing")
        model.Session.commit()
        while self._work.one() or self._batches.unfinished():
            self._go_on()
            self._tell(self._batches.written_records(), self._to_write)
            if not self._batches.waiting():
                model.Session.commit()
                time.sleep(_PAUSE)
        self._collect()

    def _collect(self) -> None:
        """Take up what became of the batches."""
        for batch_id, outcome in self._batches.outcomes().items():
            if batch_id in self._collected:
                continue
            self._collected.add(batch_id)
            self.report.added += outcome["added"]
            self.report.changed += outcome["changed"]
            self.report.refused += outcome["refused"]
            self._retry = self._retry or outcome["retry"]
            if outcome.get("indexed"):
                self._posted.update(set(outcome["package_ids"]) - set(outcome["not_indexed"]))
            for note in outcome["notes"]:
                self.report.note(note["guid"], note["title"], map(finding_of, note["findings"]))
            for package_id in outcome.get("not_indexed", ()):
                self.report.note(package_id, "", [Finding("not_indexed", "warning", "")])

    def _index_rest(self) -> None:
        """What is stored but not in the search: archived just now, or left over by a killed worker or a Solr at rest.

        :raises SearchIndexError: Solr still does not answer
        """
        rest = [package_id for package_id in self._store.not_indexed() if package_id not in self._posted]
        self._posted.update(set(rest) - indexer.index_in_parts(rest))
        self._show_posted()

    def _show_posted(self) -> None:
        """Make visible what was posted to Solr, and only then note that it is in the search."""
        if self._posted:
            indexer.commit_index()
            self._store.indexed(self._posted)
            model.Session.commit()

    # -- what did not come

    def _leave_pages(self) -> None:
        read = {page.url for page in self._pages if not page.unchanged}
        absent.leave_pages(self._store, self._known, self._seen, read)

    def _judge(self) -> None:
        """Decide about what did not come: archive it, wait for the next run, or ask a person."""
        if not self.report.crawl.partial:
            self.report.judged(absent.judge(self._store, self._known, self._seen, self.report.crawl, self._clock()))
            absent.welcome_back(self._store, self._known, self._seen, self._clock())


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
