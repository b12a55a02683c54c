"""A described node in RDF becomes a dataset dict, through the project's one mapping."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from rdflib import Graph
from rdflib.term import Node

from ckanext.rvr_dcat.shared import DatasetReader

from ..domain.fingerprint import describe
from ..domain.values import SourceRecord

__all__ = ["GraphNode", "RdfReader"]


class GraphNode(NamedTuple):
    """A described node, the graph of its page, and that graph's statements by subject."""

    graph: Graph
    node: Node
    index: Mapping[Node, list[tuple[Node, Node]]]


class RdfReader:
    """Reads records whose body is a `GraphNode`; one profile for all of a page."""

    def __init__(self) -> None:
        self._reader: DatasetReader | None = None
        self._graph: object = None

    def content(self, record: SourceRecord) -> list[str]:
        """The statements about the record, as sorted N-Triples."""
        body: GraphNode = record.body
        return describe(body.index, body.node)

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the record."""
        body: GraphNode = record.body
        reader = self._reader
        if reader is None or self._graph is not body.graph:
            reader = DatasetReader(body.graph)
            self._reader, self._graph = reader, body.graph
        return reader.read(body.node)
