"""The statements of one page of RDF as text by subject: thousands are compared a second, and few are ever read.

A term is written as in N-Triples: `<address>`, `_:name`, `"text"`, `"text"@de`, `"text"^^<address>`. The text is quoted
as in JSON, and what would end an address early is escaped: two different terms are never written alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from json import JSONDecoder
from json.encoder import encode_basestring as quoted

from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import RDF
from rdflib.term import Node

__all__ = ["TYPE", "Statements", "blank", "iri", "literal", "node", "term", "words"]

_ENDS_EARLY = re.compile(r"[\x00-\x20<>\\]")
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})")
_read_quoted = JSONDecoder().raw_decode

TYPE = f"<{RDF.type}>"


class Statements:
    """Statements in the order of the page, each once. `by_subject`: predicate and value of each subject's."""

    __slots__ = ("_kinds", "by_subject")

    def __init__(self, by_subject: dict[str, list[tuple[str, str]]]) -> None:
        for subject, pairs in by_subject.items():
            if len(set(pairs)) < len(pairs):
                by_subject[subject] = list(dict.fromkeys(pairs))
        self.by_subject = by_subject
        self._kinds: dict[str, list[str]] = {}
        for subject, pairs in by_subject.items():
            for predicate, value in pairs:
                if predicate == TYPE:
                    self._kinds.setdefault(value, []).append(subject)

    @classmethod
    def of(cls, graph: Graph) -> Statements:
        """The statements of a graph."""
        by_subject: dict[str, list[tuple[str, str]]] = {}
        for subject, predicate, value in graph:
            by_subject.setdefault(term(subject), []).append((term(predicate), term(value)))
        return cls(by_subject)

    def __contains__(self, subject: object) -> bool:
        return subject in self.by_subject

    def about(self, subject: str) -> list[tuple[str, str]]:
        """Predicates and values of a subject."""
        return self.by_subject.get(subject, [])

    def of_kind(self, kind: str) -> list[str]:
        """The subjects that have a type."""
        return self._kinds.get(kind, [])

    def values(self, subject: str, predicate: str) -> Iterator[str]:
        """The values of a subject."""
        return (value for name, value in self.about(subject) if name == predicate)

    def all_values(self, predicate: str) -> Iterator[str]:
        """The values of all subjects."""
        return (value for pairs in self.by_subject.values() for name, value in pairs if name == predicate)

    def graph(self, subjects: Iterable[str]) -> Graph:
        """The statements about these subjects as a graph."""
        nodes: dict[str, Node] = {}

        def known(name: str) -> Node:
            if name not in nodes:
                nodes[name] = node(name)
            return nodes[name]

        graph = Graph(store="SimpleMemory", bind_namespaces="none")
        add = graph.store.add  # the graph itself would look at each node again
        for subject in subjects:
            for predicate, value in self.about(subject):
                add((known(subject), known(predicate), known(value)), graph)
        return graph


def iri(address: str) -> str:
    """An address as a term."""
    if _ENDS_EARLY.search(address):
        address = _ENDS_EARLY.sub(lambda found: f"\\u{ord(found[0]):04x}", address)
    return f"<{address}>"


def blank(name: str) -> str:
    """A blank node as a term."""
    return f"_:{name}"


def literal(text: str, language: str | None = None, datatype: str | None = None) -> str:
    """A text as a term. Languages are the same in capital and in small letters."""
    if language:
        return f"{quoted(text)}@{language.lower()}"
    return f"{quoted(text)}^^{iri(datatype)}" if datatype else quoted(text)


def term(value: Node) -> str:
    """A node of rdflib as a term."""
    if isinstance(value, Literal):
        return literal(str(value), value.language, value.datatype)
    return blank(str(value)) if isinstance(value, BNode) else iri(str(value))


def node(name: str) -> Node:
    """A term as a node of rdflib."""
    if name[0] == "<":
        return URIRef(_address(name))
    if name[0] == "_":
        return BNode(name[2:])
    text, end = _read_quoted(name)
    rest = name[end:]
    if rest.startswith("@"):
        return Literal(text, lang=rest[1:])
    return Literal(text, datatype=URIRef(_address(rest[2:]))) if rest else Literal(text)


def words(name: str) -> str:
    """What a term says to people: the text, or the address; nothing of a blank node."""
    if name[0] == "<":
        return _address(name)
    return "" if name[0] == "_" else str(_read_quoted(name)[0])


def _address(name: str) -> str:
    address = name[1:-1]
    return _ESCAPED.sub(lambda found: chr(int(found[1], 16)), address) if "\\" in address else address
