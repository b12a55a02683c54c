"""A described subject in RDF becomes a dataset dict, through the project's one mapping."""

from __future__ import annotations

from typing import Any, NamedTuple

from ckanext.rvr_dcat.shared import DatasetReader

from ..domain.fingerprint import describe, described
from ..domain.rdf import quiet_literals
from ..domain.statements import Statements, node
from ..domain.values import SourceRecord

__all__ = ["RdfReader", "Subject"]


class Subject(NamedTuple):
    """A subject that is described, and the statements of its page."""

    statements: Statements
    name: str


class RdfReader:
    """Reads records whose body is a `Subject`."""

    def content(self, record: SourceRecord) -> list[str]:
        """The statements about the record, as sorted N-Triples."""
        body: Subject = record.body
        return describe(body.statements, body.name)

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the record. What does not belong to its description is not seen: its fingerprint
        would not tell when that changes.
        """
        body: Subject = record.body
        with quiet_literals():
            graph = body.statements.graph(described(body.statements, body.name))
        return DatasetReader(graph).read(node(body.name))
