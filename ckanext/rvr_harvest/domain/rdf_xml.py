"""RDF/XML into a graph: no document type, no entities of its own, and in time that grows with the document only."""

from __future__ import annotations

import re
from typing import Any

from rdflib import RDF, Graph, Literal, URIRef
from rdflib.exceptions import ParserError
from rdflib.parser import InputSource, StringInputSource
from rdflib.plugins.parsers.rdfxml import RDFXMLHandler, create_parser

__all__ = ["ForbiddenXmlError", "parse_rdf_xml", "without_declarations"]

_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
_MAX_SUBSET = 65_536
_DOCTYPE = re.compile(r"<!DOCTYPE\b", re.IGNORECASE)
# the name of the first element, and then only plain entities, comments and the end
_NAMED = re.compile(r"<!DOCTYPE\s+[\w:.-]+\s*", re.IGNORECASE)
_ENTITY = re.compile(r"""<!ENTITY\s+([\w:.-]+)\s+(?:"([^"<&%]*)"|'([^'<&%]*)')\s*>""")
_REFERENCE = re.compile(r"&([\w:.-]+);")
_MAX_DEPTH = 200
_MAX_NAMESPACES = 500
_MAX_INSIDE = 2_000
_MAX_LITERAL = 1_000_000


class ForbiddenXmlError(Exception):
    """The document type reaches for other files, or makes the document grow."""


def parse_rdf_xml(text: str, graph: Graph, url: str) -> None:
    """Read a document, as `without_declarations` gives it, into a graph. Relative addresses are relative to `url`.

    :raises SAXException: it is no XML
    :raises ParserError: it is no RDF/XML, or nested without end
    """
    source = StringInputSource(text, system_id=url)
    source.setPublicId(url)
    parser = create_parser(source, graph)
    parser.setContentHandler(_Handler(graph, source))  # type: ignore[arg-type]
    parser.parse(source)


def without_declarations(text: str) -> str:
    """The same document without declaration and document type. Its own abbreviations, as many editors of ontologies
    make them, are written out.

    :raises ForbiddenXmlError: it has a document type that is more than a few abbreviations
    """
    text = _DECLARATION.sub("", text, count=1).lstrip()
    found = _DOCTYPE.search(text)
    if not found:
        return text
    entities, end = _entities(text, found.start())
    grown = sum(max(0, len(value) - len(name)) * text.count(f"&{name};") for name, value in entities.items())
    if grown > len(text) + 1_000_000:
        raise ForbiddenXmlError("entities that make the document grow")
    body = text[: found.start()] + text[end:]
    if entities:
        body = _REFERENCE.sub(lambda match: entities.get(match[1], match[0]), body)
    return body


def _entities(text: str, start: int) -> tuple[dict[str, str], int]:
    """What the document type declares, and where it ends."""
    head = text[start : start + _MAX_SUBSET]
    named = _NAMED.match(head)
    if not named:
        raise ForbiddenXmlError(head[:200])
    position = named.end()
    entities: dict[str, str] = {}
    if head[position : position + 1] == "[":
        position = _past_blanks(head, position + 1)
        while entity := _ENTITY.match(head, position):
            value = entity[2] if entity[2] is not None else entity[3]
            entities.setdefault(entity[1], value.replace('"', "&quot;").replace("'", "&apos;"))
            position = _past_blanks(head, entity.end())
        if head[position : position + 1] != "]":
            raise ForbiddenXmlError(head[position : position + 200])
        position = _past_blanks(head, position + 1)
    if head[position : position + 1] != ">":
        raise ForbiddenXmlError(head[position : position + 200])
    return entities, start + position + 1


def _past_blanks(text: str, position: int) -> int:
    """The next position that holds neither blanks nor comments."""
    while position < len(text):
        if text[position].isspace():
            position += 1
        elif text.startswith("<!--", position) and (end := text.find("-->", position)) > 0:
            position = end + 3
        else:
            break
    return position


class _Handler(RDFXMLHandler):
    """Puts texts together once, not piece by piece, and knows when enough is enough."""

    def __init__(self, graph: Graph, source: InputSource) -> None:
        super().__init__(graph)
        self.setDocumentLocator(source)  # type: ignore[arg-type]
        self._pieces: list[str] = []
        self._inside = 0
        self._addresses: dict[tuple[Any, str], URIRef] = {}

    def absolutize(self, uri: str) -> URIRef:
        # the same names and addresses stand in a catalogue thousands of times
        key = self.current.base, uri
        if key not in self._addresses:
            self._addresses[key] = super().absolutize(uri)
        return self._addresses[key]

    def startPrefixMapping(self, prefix: str | None, namespace: str) -> None:  # noqa: N802
        # prefixes are of no use in a graph that is only read
        if len(self._ns_contexts) > _MAX_NAMESPACES:
            raise ParserError("too many namespaces at once")
        self._ns_contexts.append(self._current_context.copy())
        self._current_context[namespace] = prefix

    def startElementNS(self, name: Any, qname: Any, attrs: Any) -> None:  # noqa: N802
        self._flush()
        if len(self.stack) > _MAX_DEPTH:
            raise ParserError("nested too deep")
        super().startElementNS(name, qname, attrs)

    def endElementNS(self, name: Any, qname: Any) -> None:  # noqa: N802
        self._flush()
        super().endElementNS(name, qname)

    def characters(self, content: str) -> None:
        self._pieces.append(content)

    # texts with elements in them: put together as plain text, and made a literal once

    def property_element_start(self, name: Any, qname: Any, attrs: Any) -> None:
        super().property_element_start(name, qname, attrs)
        if isinstance(self.current.object, Literal):
            self.current.object = ""
            self._inside = 0

    def property_element_end(self, name: Any, qname: Any) -> None:
        if type(self.current.object) is str:
            self.current.object = Literal(self.current.object, datatype=RDF.XMLLiteral)
        super().property_element_end(name, qname)

    def literal_element_start(self, name: Any, qname: Any, attrs: Any) -> None:
        self._inside += 1
        if self._inside > _MAX_INSIDE or len(self.parent.object) > _MAX_LITERAL:
            raise ParserError("too many elements inside a text")
        super().literal_element_start(name, qname, attrs)

    def _flush(self) -> None:
        if self._pieces:
            super().characters("".join(self._pieces))
            self._pieces.clear()
