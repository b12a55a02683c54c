"""Fingerprint of a record in an RDF graph: the same for the same content, whatever its order and blank node names."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, RDF
from rdflib.term import Node

__all__ = ["TooTangledError", "describe", "fingerprint", "index_graph"]

Index = Mapping[Node, list[tuple[Node, Node]]]

# Stamps that say when a page was made, not when the data changed.
VOLATILE = frozenset(
    URIRef(uri)
    for uri in (
        "http://www.w3.org/ns/prov#generatedAtTime",
        "http://www.w3.org/ns/prov#invalidatedAtTime",
        "http://schema.org/sdDatePublished",
        "https://schema.org/sdDatePublished",
    )
)
_DATASET_SERIES = URIRef("http://www.w3.org/ns/dcat#DatasetSeries")  # newer than rdflib's list
# Nodes of these kinds are records of their own, or lists of all records: never part of another one's description.
_FOREIGN = frozenset({DCAT.Dataset, _DATASET_SERIES, DCAT.Catalog, DCAT.CatalogRecord})
_MAX_STEPS = 50_000


class TooTangledError(ValueError):
    """The description of one record is larger or more interwoven than any honest one."""


def index_graph(graph: Graph) -> dict[Node, list[tuple[Node, Node]]]:
    """All statements by subject; one pass instead of thousands of look-ups."""
    index: dict[Node, list[tuple[Node, Node]]] = {}
    for subject, predicate, value in graph:
        index.setdefault(subject, []).append((predicate, value))
    return index


def fingerprint(lines: Iterable[str], mapping: str) -> str:
    """SHA-256 (hex) of a description and of the version of the mapping that reads it."""
    digest = hashlib.sha256(mapping.encode())
    for line in lines:
        digest.update(b"\n")
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def describe(index: Index, root: Node) -> list[str]:
    """The statements about a node and about everything it leads to on its page, as sorted N-Triples.

    :raises TooTangledError: the description has more than 50,000 steps
    """
    return _Description(index).lines(root)


class _Description:
    def __init__(self, index: Index) -> None:
        self._index = index
        self._labels: dict[BNode, str] = {}
        self._steps = 0

    def lines(self, root: Node) -> list[str]:
        found: set[str] = set()
        seen: set[Node] = {root}
        waiting = [root]
        while waiting:
            node = waiting.pop()
            subject = self._term(node, {}, root)
            for predicate, value in self._index.get(node, ()):
                self._step()
                if predicate in VOLATILE:
                    continue
                found.add(f"{subject} {self._term(predicate, {}, root)} {self._term(value, {node: 0}, root)} .")
                if value not in seen and self._follow(value):
                    seen.add(value)
                    waiting.append(value)
        return sorted(found)

    def _follow(self, node: Node) -> bool:
        if isinstance(node, Literal) or node not in self._index:
            return False
        return not any(p == RDF.type and o in _FOREIGN for p, o in self._index[node])

    def _step(self) -> None:
        self._steps += 1
        if self._steps > _MAX_STEPS:
            raise TooTangledError

    def _term(self, node: Node, path: dict[Node, int], root: Node) -> str:
        if isinstance(node, Literal):
            text = json.dumps(str(node), ensure_ascii=False)
            if node.language:
                return f"{text}@{node.language.lower()}"
            return f"{text}^^<{node.datatype}>" if node.datatype else text
        if isinstance(node, BNode):
            return "_:root" if node == root else self._label(node, path, root)
        return f"<{node}>"

    def _label(self, node: BNode, path: dict[Node, int], root: Node) -> str:
        """Name of a blank node after what it says; `path` has the nodes that led here with their depth."""
        if known := self._labels.get(node):
            return known
        if node in path:  # a circle: the distance back to where it began names it
            return f"_:up{len(path) - path[node]}"
        if len(path) > 200:
            raise TooTangledError
        inner = {**path, node: len(path)}
        parts = []
        for predicate, value in self._index.get(node, ()):
            self._step()
            if predicate not in VOLATILE:
                parts.append(f"{predicate} {self._term(value, inner, root)}")
        parts.sort()
        text = "\n".join(parts)
        label = f"_:b{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
        if "_:up" not in text:
            self._labels[node] = label
        return label
