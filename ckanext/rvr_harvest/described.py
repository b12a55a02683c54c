"""Describe: what a record says, in lines that are the same whenever it says the same, and their fingerprint."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from dataclasses import dataclass

from .adapters.contract import Reader
from .domain.fingerprint import TooTangledError, fingerprint
from .domain.values import Finding, Page, SourceRecord

__all__ = ["Described", "described"]

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Described:
    """A record with its canonical text and fingerprint; made before anything expensive."""

    record: SourceRecord
    content: str
    fingerprint: str
    failure: Finding | None = None


def described(page: Page, reader: Reader, mapping: str) -> Iterator[Described]:
    """The records of a page, each as it is come to; `mapping` is the version of our own one. None is left out."""
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
        yield Described(record, "\n".join(lines), fingerprint(lines, mapping), failure)
