"""RDF/XML as catalogues write it, read some ten times as fast as by rdflib.

Only what nearly all of them use is known here: elements for nodes and for properties in turn, with `rdf:about`,
`rdf:nodeID`, `rdf:resource`, `rdf:datatype` and `xml:lang`. Everything else, and everything that is wrong, is left to
rdflib's parser; a property test holds both against each other.
"""

from __future__ import annotations

import re
from typing import NoReturn
from urllib.parse import urldefrag, urljoin
from xml.parsers.expat import ExpatError, ParserCreate

from rdflib import RDF
from rdflib.namespace import is_ncname

from .statements import TYPE, Statements, blank, iri, literal

__all__ = ["UnusualError", "read_plain_rdf_xml"]

_RDF = str(RDF)
_ROOT, _DESCRIPTION = f"{_RDF}RDF", f"{_RDF}Description"
_ABOUT, _NODE_ID, _RESOURCE, _DATATYPE = (f"{_RDF}{name}" for name in ("about", "nodeID", "resource", "datatype"))
_LANGUAGE = "http://www.w3.org/XML/1998/namespacelang"
_LANGUAGES = re.compile("[a-zA-Z]+(?:-[a-zA-Z0-9]+)*")
# what of the RDF vocabulary itself may be a type or a property here; the rest has meanings of its own
_PLAIN = frozenset(f"{_RDF}{name}" for name in ("type", "value", "Seq", "Bag", "Alt", "Statement", "Property", "List"))
_MAX_DEPTH = 200


class UnusualError(ValueError):
    """The document has something that only a complete parser knows, or it is faulty."""


def read_plain_rdf_xml(text: str, url: str) -> Statements:
    """The statements of a document as `without_declarations` gives it. Relative addresses are relative to `url`.

    :raises UnusualError: it is not as plain as that
    """
    reader = _Reader(url)
    parser = ParserCreate(namespace_separator="")  # a name is then the address it stands for
    parser.buffer_text = True
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text.append
    parser.StartDoctypeDeclHandler = _refuse
    try:
        parser.Parse(text, True)
    except (ExpatError, UnicodeError) as error:
        raise UnusualError(str(error)) from error
    return Statements(reader.by_subject)


def _refuse(*_what: object) -> NoReturn:
    raise UnusualError


class _Property:
    """A property element that is open. `value` is none while it has only text."""

    __slots__ = ("datatype", "language", "predicate", "value")

    def __init__(self, predicate: str, language: str | None) -> None:
        self.predicate = predicate
        self.language = language
        self.value: str | None = None
        self.datatype: str | None = None


class _Reader:
    """What expat calls. Elements are nodes and properties in turn; `_subjects` and `_properties` are those open."""

    def __init__(self, url: str) -> None:
        self.text: list[str] = []
        self.by_subject: dict[str, list[tuple[str, str]]] = {}
        self._base = urldefrag(url)[0]
        self._subjects: list[tuple[str, str | None]] = []
        self._properties: list[_Property] = []
        self._begun = False
        self._in_node = False  # whether the innermost open element is a node's
        self._addresses: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._nameless = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if self._in_node:
            self._start_property(name, attributes)
        elif not self._begun and name == _ROOT:
            self._begun = True
            if attributes:
                raise UnusualError
        else:
            self._begun = True
            self._start_node(name, attributes)

    def end(self, _name: str) -> None:
        if self._in_node:
            self._subjects.pop()
            self._in_node = False
        elif self._properties:
            ended = self._properties.pop()
            if ended.value is None:
                ended.value = literal("".join(self.text), ended.language, ended.datatype)
            self.text.clear()
            self._say(self._subjects[-1][0], ended.predicate, ended.value)
            self._in_node = True

    def _start_node(self, name: str, attributes: dict[str, str]) -> None:
        inside = self._properties[-1] if self._properties else None
        language = inside.language if inside else None
        if attributes:
            if _LANGUAGE in attributes:
                language = self._language(attributes.pop(_LANGUAGE))
            subject = self._subject(attributes)
        else:
            self._nameless += 1
            subject = blank(f"a{self._nameless}")
        if inside:
            if inside.value is not None or len(self._subjects) > _MAX_DEPTH:
                raise UnusualError
            inside.value = subject
        if name != _DESCRIPTION:
            self._say(subject, TYPE, self._name(name))
        self._subjects.append((subject, language))
        self._in_node = True

    def _subject(self, attributes: dict[str, str]) -> str:
        if _ABOUT in attributes:
            subject = self._address(attributes.pop(_ABOUT))
        elif _NODE_ID in attributes:
            subject = self._blank(attributes.pop(_NODE_ID))
        else:
            self._nameless += 1
            subject = blank(f"a{self._nameless}")
        if attributes:
            raise UnusualError
        return subject

    def _start_property(self, name: str, attributes: dict[str, str]) -> None:
        self.text.clear()
        started = _Property(self._name(name), self._subjects[-1][1])
        if attributes:
            if _LANGUAGE in attributes:
                started.language = self._language(attributes.pop(_LANGUAGE))
            for key, value in attributes.items():
                if len(attributes) > 1:
                    raise UnusualError
                if key == _RESOURCE:
                    started.value = self._address(value)
                elif key == _NODE_ID:
                    started.value = self._blank(value)
                elif key == _DATATYPE and ":" in value:
                    started.datatype, started.language = value, None
                else:
                    raise UnusualError
        self._properties.append(started)
        self._in_node = False

    def _say(self, subject: str, predicate: str, value: str) -> None:
        said = self.by_subject.get(subject)
        if said is None:
            self.by_subject[subject] = [(predicate, value)]
        else:
            said.append((predicate, value))

    def _name(self, name: str) -> str:
        """The name of an element, which stands for an address."""
        known = self._addresses.get(name)
        if known is None or name.startswith(_RDF):
            if ":" not in name or (name.startswith(_RDF) and name not in _PLAIN):
                raise UnusualError
            return self._address(name)
        return known

    def _address(self, address: str) -> str:
        known = self._addresses.get(address)
        if known is None:
            try:
                joined = urljoin(self._base, address)
            except ValueError as error:
                raise UnusualError(str(error)) from error
            if address.endswith("#") and not joined.endswith("#"):
                joined += "#"
            known = self._addresses[address] = iri(joined)
        return known

    def _blank(self, name: str) -> str:
        known = self._names.get(name)
        if known is None:
            if not is_ncname(name):
                raise UnusualError
            known = self._names[name] = blank(f"n{name}")
        return known

    def _language(self, language: str) -> str | None:
        if language and not _LANGUAGES.fullmatch(language):
            raise UnusualError
        return language or None
