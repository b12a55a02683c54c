"""Fingerprint of a record in RDF: the same for the same content, whatever its order and blank node names."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from .statements import TYPE, Statements

__all__ = ["TooTangledError", "describe", "described", "fingerprint"]

# Stamps that say when a page was made, not when the data changed.
VOLATILE = frozenset(
    {
        "<http://www.w3.org/ns/prov#generatedAtTime>",
        "<http://www.w3.org/ns/prov#invalidatedAtTime>",
        "<http://schema.org/sdDatePublished>",
        "<https://schema.org/sdDatePublished>",
    }
)
# Nodes of these kinds are records of their own, or lists of all records: never part of another one's description.
_FOREIGN = frozenset(
    f"<http://www.w3.org/ns/dcat#{kind}>" for kind in ("Dataset", "DatasetSeries", "Catalog", "CatalogRecord")
)
_MAX_STEPS = 50_000


class TooTangledError(ValueError):
    """The description of one record is larger or more interwoven than any honest one."""


def fingerprint(lines: Iterable[str], mapping: str) -> str:
    """SHA-256 (hex) of a description and of the version of the mapping that reads it."""
    digest = hashlib.sha256(mapping.encode())
    for line in lines:
        digest.update(b"\n")
        digest.update(line.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def described(statements: Statements, root: str) -> list[str]:
    """A subject and all it leads to on its page: what belongs to its description. Other records do not.

    :raises TooTangledError: the description has more than 50,000 steps
    """
    found = {root: None}
    waiting = [root]
    steps = 0
    while waiting:
        for predicate, value in statements.about(waiting.pop()):
            steps += 1
            if value in found or predicate in VOLATILE:
                continue
            if value in statements and not _is_foreign(statements, value):
                found[value] = None
                waiting.append(value)
        if steps > _MAX_STEPS:
            raise TooTangledError
    return list(found)


def describe(statements: Statements, root: str) -> list[str]:
    """The statements about a subject and about everything it leads to on its page, as sorted N-Triples.

    :raises TooTangledError: the description has more than 50,000 steps
    """
    return _Description(statements, root).lines()


def _is_foreign(statements: Statements, subject: str) -> bool:
    return any(predicate == TYPE and value in _FOREIGN for predicate, value in statements.about(subject))


class _Description:
    def __init__(self, statements: Statements, root: str) -> None:
        self._statements = statements
        self._root = root
        self._labels: dict[str, str] = {}
        self._steps = 0

    def lines(self) -> list[str]:
        # two blank nodes that say the same are two: their lines stand there twice
        found: list[str] = []
        for node in described(self._statements, self._root):
            subject = self._term(node, {})
            pairs = self._statements.about(node)
            self._step(len(pairs))
            path = {node: 0}
            for predicate, value in pairs:
                if predicate not in VOLATILE:
                    name = self._term(value, path) if value[0] == "_" else value
                    found.append(f"{subject} {predicate} {name} .")
        found.sort()
        return found

    def _step(self, number: int) -> None:
        self._steps += number
        if self._steps > _MAX_STEPS:
            raise TooTangledError

    def _term(self, node: str, path: dict[str, int]) -> str:
        if node[0] != "_":
            return node
        return "_:root" if node == self._root else self._label(node, path)

    def _label(self, node: str, path: dict[str, int]) -> str:
        """Name of a blank node after what it says; `path` has the nodes that led here with their depth."""
        if known := self._labels.get(node):
            return known
        if node in path:  # a circle: the distance back to where it began names it
            return f"_:up{len(path) - path[node]}"
        if len(path) > 200:
            raise TooTangledError
        inner = {**path, node: len(path)}
        pairs = self._statements.about(node)
        self._step(len(pairs))
        parts = [f"{predicate} {self._term(value, inner)}" for predicate, value in pairs if predicate not in VOLATILE]
        parts.sort()
        text = "\n".join(parts)
        label = f"_:b{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()[:24]}"
        if "_:up" not in text:
            self._labels[node] = label
        return label
