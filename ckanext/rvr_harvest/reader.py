"""Reader: a record in RDF becomes a draft, through the project's one mapping."""

from __future__ import annotations

from collections.abc import Iterator

from ckanext.rvr_dcat.shared import DatasetReader

from .adapters.dcat_rdf import GraphNode
from .domain.fingerprint import TooTangledError, describe, fingerprint
from .domain.values import DatasetDraft, Finding, Page, SourceRecord

__all__ = ["Described", "RdfReader", "described"]


class Described:
    """A record with its canonical text; made before anything expensive."""

    __slots__ = ("content", "failure", "fingerprint", "record")

    def __init__(self, record: SourceRecord, mapping: str) -> None:
        self.record = record
        self.failure: Finding | None = None
        body: GraphNode = record.body
        try:
            lines = describe(body.index, body.node)
        except TooTangledError:
            lines = [record.guid]
            self.failure = Finding("too_tangled", "error", "")
        self.content = "\n".join(lines)
        self.fingerprint = fingerprint(lines, mapping)


def described(page: Page, mapping: str) -> Iterator[Described]:
    """The records of a page with their fingerprints."""
    return (Described(record, mapping) for record in page.records)


class RdfReader:
    """Reads records of one page; one profile for all of them."""

    def __init__(self) -> None:
        self._reader: DatasetReader | None = None
        self._graph: object = None

    def read(self, record: SourceRecord) -> DatasetDraft:
        """The draft of one record."""
        body: GraphNode = record.body
        reader = self._reader
        if reader is None or self._graph is not body.graph:
            reader = DatasetReader(body.graph)
            self._reader, self._graph = reader, body.graph
        return DatasetDraft(record.guid, reader.read(body.node))
