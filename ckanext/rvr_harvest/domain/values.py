"""The values that travel through a harvest: source → record → draft → finding. All frozen, none knows CKAN."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from .sentence import NOTHING, Sentence

__all__ = [
    "Change",
    "Crawl",
    "DatasetDraft",
    "Finding",
    "KnownPage",
    "KnownRecord",
    "Page",
    "Severity",
    "SourceRecord",
]

Severity = Literal["error", "warning", "info"]
Change = Literal["added", "changed", "unchanged"]


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in the source that was mended or could not be; `code` has its sentences in `findings.py`."""

    code: str
    severity: Severity
    field: str
    value: str = ""
    repaired: str = ""


@dataclass(frozen=True, slots=True)
class SourceRecord:
    """One dataset as its portal delivers it.

    `body` is what the reader of `media_type` understands: of RDF the described node and its page's graph.
    """

    guid: str
    url: str
    body: Any
    media_type: str


@dataclass(frozen=True, slots=True)
class Page:
    """One answer of a portal: its records, or none if `unchanged` since the last run."""

    url: str
    body_hash: str
    next_url: str | None = None
    expected: int | None = None
    count: int = 0
    unchanged: bool = False
    records: tuple[SourceRecord, ...] = ()
    findings: tuple[Finding, ...] = ()
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class Crawl:
    """How a crawl ended: `complete` only if every page came and the portal's own number was reached.

    `problem` is a sentence for people, empty if there was none. `partial`: only changes were asked for.
    """

    complete: bool
    expected: int | None
    seen: int
    problem: Sentence = NOTHING
    partial: bool = False


@dataclass(frozen=True, slots=True)
class DatasetDraft:
    """A record read: the dataset dict without name, owner and id. Not to be changed; repair makes a new one."""

    guid: str
    package: Mapping[str, Any]
    findings: tuple[Finding, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What the last run remembered of a page."""

    url: str
    body_hash: str
    next_url: str | None
    expected: int | None
    count: int
    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class KnownRecord:
    """What earlier runs remembered of a record. `missing_runs`: complete runs in a row that did not hold it."""

    guid: str
    package_id: str | None
    fingerprint: str
    page_url: str
    state: str = "active"
    missing_runs: int = 0

    @property
    def is_gone(self) -> bool:
        """Whether its dataset was archived, or kept although the source no longer has it."""
        return self.state in ("archived", "kept")
