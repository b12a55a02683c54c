"""What every adapter is: it knows one API's paging, limits and sign of completeness, and yields records as they came.

An adapter never raises for what a portal may send: it ends, and `crawl` says how. It knows no CKAN dict; what its
records mean is known by the reader it names.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, ClassVar, Protocol

from ..domain.guids import LONGEST_GUID, short_guid
from ..domain.paging import same_site
from ..domain.sentence import NOTHING, Sentence
from ..domain.values import Crawl, Finding, KnownPage, Page, SourceRecord

__all__ = ["Adapter", "Answer", "Content", "Fetch", "FetchError", "Found", "Order", "Reader", "UnreadableError"]


class Answer(Protocol):
    """What comes back for an address: `rvr_portal.http.Answer`, or something like it in tests."""

    @property
    def url(self) -> str: ...
    @property
    def status(self) -> int: ...
    @property
    def headers(self) -> dict[str, str]: ...
    @property
    def body(self) -> bytes: ...
    @property
    def media_type(self) -> str: ...
    @property
    def charset(self) -> str | None: ...
    @property
    def not_modified(self) -> bool: ...


class Fetch(Protocol):
    """Gets an address through the HTTP door.

    `accept` is the header of that name. With `known` the request is conditional: the answer may be `not_modified`.

    :raises FetchError: no usable answer came
    """

    def __call__(self, url: str, *, accept: str = "*/*", known: KnownPage | None = None) -> Answer: ...


class Reader(Protocol):
    """Turns the records of one kind of source into dataset dicts."""

    def content(self, record: SourceRecord) -> list[str]:
        """The record as lines of text that are the same whenever its content is: sorted, without volatile stamps.

        This is what the fingerprint is taken of; it must be cheap.

        :raises ValueError: the record cannot be described, e.g. because it is too tangled
        """
        ...

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict in the terms of the portal's schema, without id, name and owner, before repair.

        Values stay as the source wrote them where they need mending: repair does that, and says so. `extras` holds
        what the schema has no field for.
        """
        ...


class FetchError(Exception):
    """The answer did not come; `sentence` says why to people, `status` is the HTTP status if there was one."""

    def __init__(self, sentence: Sentence, status: int | None = None) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence
        self.status = status


class UnreadableError(Exception):
    """The answer came, but it is not what this kind of source sends; `sentence` says so to people."""

    def __init__(self, sentence: Sentence) -> None:
        super().__init__(sentence.en)
        self.sentence = sentence


@dataclass(frozen=True, slots=True)
class Order:
    """What an adapter is asked to crawl.

    `known` are the pages of the last run by address. `options` is the source's configuration. With `since` (UTC)
    an adapter may ask only for what changed later, and must then end with a crawl that is `partial`.
    """

    url: str
    fetch: Fetch
    known: Mapping[str, KnownPage] = field(default_factory=dict)
    max_pages: int = 1000
    options: Mapping[str, Any] = field(default_factory=dict)
    since: datetime | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What a probe recognised: the kind, the address to harvest, and what the portal says of itself."""

    kind: str
    url: str
    title: str = ""
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Content:
    """What an adapter reads from one answer.

    `expected`: how many datasets the portal announces in all. `left_out`: how many of these the answer held that are
    none of ours, e.g. private ones; they are neither seen nor missing.
    """

    records: Iterable[SourceRecord]
    next_url: str | None = None
    expected: int | None = None
    findings: tuple[Finding, ...] = ()
    left_out: int = 0


class Adapter(ABC):
    """Crawls one source. Iterate over `pages()`, then read `crawl`.

    A subclass names its `kind`, says in `read_page` what an answer holds, and names its `reader`. Paging, circles,
    unchanged pages, double identifiers and the reckoning at the end are the same for all and are done here.
    """

    kind: ClassVar[str]
    # English message ids, shown in the form for harvest sources
    title: ClassVar[str]
    description: ClassVar[str]
    accept: ClassVar[str] = "*/*"

    def __init__(self, order: Order) -> None:
        self.order = order
        # where pages may lie: at the source, and where it sends us with its first answer
        self._homes = [order.url]
        self._guids: set[str] = set()
        self._unread = 0
        self._left_out = 0
        self._expected: int | None = None
        self.crawl = Crawl(
            complete=False,
            expected=None,
            seen=0,
            problem=Sentence("Die Quelle wurde noch nicht gelesen.", "The source was not read yet."),
        )

    # -- what a kind of source decides

    def first_url(self) -> str:
        """Address of the first page."""
        return self.order.url

    @abstractmethod
    def read_page(self, answer: Answer, url: str) -> Content:
        """What one answer holds.

        :raises UnreadableError: it is not what this kind of source sends
        :raises FetchError: something more was needed and did not come
        """

    @abstractmethod
    def reader(self) -> Reader:
        """A reader for the records of one page."""

    @classmethod
    @abstractmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        """Whether a portal of this kind answers at an address, which may be that of its start page; None if not.

        A few small requests at most. Failures of single requests mean "not of this kind" and are not raised.
        """

    def is_partial(self) -> bool:
        """Whether only changes were asked for: what did not come then says nothing."""
        return False

    # -- the same for all

    def pages(self) -> Iterator[Page]:
        """The catalogue page by page."""
        url: str | None = self.first_url()
        visited: set[str] = set()
        problem = NOTHING
        while url and not problem:
            if problem := self._why_not(url, visited):
                break
            visited.add(url)
            before = len(self._guids) + self._unread
            try:
                page = self._page(url, first=len(visited) == 1)
            except (FetchError, UnreadableError) as error:
                problem = _at_page(len(visited), error.sentence)
                break
            yield page
            if page.next_url and before == len(self._guids) + self._unread and _has_double(page):
                problem = Sentence(
                    "Die Quelle liefert auf ihren Seiten immer wieder dieselben Datensätze.",
                    "The source delivers the same datasets on its pages again and again.",
                )
            url = page.next_url
        self.crawl = self._ended(problem)

    def _why_not(self, url: str, visited: set[str]) -> Sentence:
        if url in visited:
            return Sentence(
                "Die Seiten der Quelle verweisen im Kreis aufeinander.",
                "The pages of the source refer to each other in a circle.",
            )
        if len(visited) >= self.order.max_pages:
            return Sentence(
                f"Die Quelle hat mehr als {self.order.max_pages} Seiten.",
                f"The source has more than {self.order.max_pages} pages.",
            )
        if visited and not any(same_site(home, url) for home in self._homes):
            return Sentence(
                f"Die Quelle verweist für die nächste Seite auf einen anderen Server ({url[:200]}); "
                "dort wird nicht gelesen.",
                f"The source refers to another server for the next page ({url[:200]}); that one is not read.",
            )
        return NOTHING

    def _page(self, url: str, *, first: bool) -> Page:
        known = self.order.known.get(url)
        answer = self.order.fetch(url, accept=self.accept, known=known)
        if first:
            self._homes.append(answer.url)
        if known and answer.not_modified:
            return self._unchanged(known)
        body_hash = hashlib.sha256(answer.body).hexdigest()
        stamps = (answer.headers.get("etag", "")[:1000], answer.headers.get("last-modified", "")[:100])
        if known and known.body_hash == body_hash:
            return replace(self._unchanged(known), etag=stamps[0], last_modified=stamps[1])
        content = self.read_page(answer, url)
        self._expect(content.expected)
        self._left_out += content.left_out
        records, findings = self._first_ones(content.records)
        if findings or content.left_out:  # what came and what counts differ: such a page is read anew each time
            body_hash, stamps = "", ("", "")
        return Page(
            url, body_hash, content.next_url, content.expected, len(records), records=records,
            findings=(*content.findings, *findings), etag=stamps[0], last_modified=stamps[1],
        )  # fmt: skip

    def _unchanged(self, known: KnownPage) -> Page:
        self._expect(known.expected)
        self._unread += known.count
        return Page(
            known.url, known.body_hash, known.next_url, known.expected, known.count, unchanged=True,
            etag=known.etag, last_modified=known.last_modified,
        )  # fmt: skip

    def _first_ones(self, records: Iterable[SourceRecord]) -> tuple[tuple[SourceRecord, ...], tuple[Finding, ...]]:
        """Each identifier once; a record without one is a finding."""
        kept: list[SourceRecord] = []
        findings: list[Finding] = []
        for came in records:
            record = came if len(came.guid) <= LONGEST_GUID else replace(came, guid=short_guid(came.guid))
            if not record.guid.strip():
                findings.append(Finding("nothing_usable", "error", "identifier"))
            elif record.guid in self._guids:
                findings.append(Finding("duplicate_guid", "warning", "identifier", record.guid))
            else:
                self._guids.add(record.guid)
                kept.append(record)
        return tuple(kept), tuple(findings)

    def _expect(self, total: int | None) -> None:
        if total is not None:
            self._expected = max(total, self._expected or 0)

    def _ended(self, problem: Sentence) -> Crawl:
        seen = len(self._guids) + self._unread
        partial = self.is_partial()
        if not problem and not seen and not partial:
            problem = Sentence(
                "Der Katalog der Quelle enthält keinen Datensatz.",
                "The catalogue of the source holds no dataset.",
            )
        if self._expected is not None:
            self._expected = max(0, self._expected - self._left_out)
        if self._expected is not None and 0 < seen < self._expected:
            problem = Sentence(
                f"{problem.de} Die Quelle nennt {self._expected} Datensätze, geliefert hat sie {seen}.".strip(),
                f"{problem.en} The source announces {self._expected} datasets, it delivered {seen}.".strip(),
            )
        return Crawl(complete=not problem, expected=self._expected, seen=seen, problem=problem, partial=partial)


def _has_double(page: Page) -> bool:
    return any(finding.code == "duplicate_guid" for finding in page.findings)


def _at_page(number: int, sentence: Sentence) -> Sentence:
    return sentence if number == 1 else Sentence(f"Seite {number}: {sentence.de}", f"Page {number}: {sentence.en}")
