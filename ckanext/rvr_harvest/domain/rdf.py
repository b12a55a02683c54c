"""From the bytes of an answer to statements of RDF, or to a sentence that says why not."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from rdflib import Graph, Literal

from .charset import decode
from .rdf_xml import ForbiddenXmlError, parse_rdf_xml, without_declarations
from .rdf_xml_quick import UnusualError, read_plain_rdf_xml
from .sentence import Sentence
from .statements import Statements
from .webpage import is_web_page

__all__ = ["NotRdfError", "parse", "quiet_literals", "read", "sniff"]

_FORMATS = {
    "application/rdf+xml": "xml",
    "application/ld+json": "json-ld",
    "text/turtle": "turtle",
    "application/x-turtle": "turtle",
    "text/n3": "n3",
    "text/rdf+n3": "n3",
    "application/n-triples": "nt",
}
_TURTLE = re.compile(
    r"\s*(?:#[^\n]*\n\s*)*(?:@prefix|@base|prefix\s|base\s|<[^>\s]*>\s+(?:a\s|<)|_:\w|\[)",
    re.IGNORECASE,
)
_XML_ENCODING = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")

# what RDF can write but no database stores: NUL and halves of surrogate pairs
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WRITTEN_UNSTORABLE = re.compile(r"\x00|\\u(?:0000|d[89a-f])|\\U00000000", re.IGNORECASE)


class NotRdfError(Exception):
    """The answer is no RDF that may be read. `sentence` says so to people, `detail` to the log."""

    def __init__(self, sentence: Sentence, detail: str = "") -> None:
        super().__init__(detail or sentence.en)
        self.sentence = sentence
        self.detail = detail


def sniff(media_type: str, text: str) -> str:
    """Name of the format for rdflib, from the media type and, if that says nothing, from the text itself.

    :raises NotRdfError: it is nothing of the kind
    """
    if not text.strip():
        raise NotRdfError(
            Sentence(
                "Die Quelle hat eine leere Antwort geschickt.",
                "The source sent an empty answer.",
            )
        )
    if media_type in ("text/html", "application/xhtml+xml") or is_web_page(text):
        raise NotRdfError(
            Sentence(
                "Die Quelle hat eine Webseite (HTML) statt eines Katalogs geschickt.",
                "The source sent a web page (HTML) instead of a catalogue.",
            )
        )
    start = text.lstrip()[:1]
    known = _FORMATS.get(media_type)
    # servers call many things by the wrong name: believe the text where it is plain
    if start == "{" or (start == "[" and (known == "json-ld" or _is_json(text))):
        return "json-ld"
    if start == "<" and (text.lstrip()[:5].lower() == "<?xml" or "rdf:RDF" in text[:20_000]):
        return "xml"
    if known and (known != "xml" or start == "<"):
        return known
    if _TURTLE.match(text[:20_000]):
        return "turtle"
    if start == "<":
        return "xml"
    raise NotRdfError(
        Sentence(
            "Die Antwort der Quelle ist kein RDF (weder RDF/XML noch Turtle noch JSON-LD).",
            "The answer of the source is no RDF (neither RDF/XML nor Turtle nor JSON-LD).",
        )
    )


def read(body: bytes, media_type: str, url: str, charset: str | None = None) -> Statements:
    """The statements of one answer; nothing outside of it is ever fetched.

    :raises NotRdfError: no RDF, broken RDF, or RDF that reaches for other files
    """
    text = _decode(body, charset)
    kind = sniff(media_type, text)
    if kind == "xml" and not _WRITTEN_UNSTORABLE.search(text):
        with suppress(UnusualError, ForbiddenXmlError):
            return read_plain_rdf_xml(without_declarations(text), url)
    return Statements.of(_parse(text, kind, url))


def parse(body: bytes, media_type: str, url: str, charset: str | None = None) -> Graph:
    """As `read`, but a graph, and always by rdflib's parsers."""
    text = _decode(body, charset)
    return _parse(text, sniff(media_type, text), url)


def _parse(text: str, kind: str, url: str) -> Graph:
    graph = Graph(bind_namespaces="none")
    if kind == "json-ld":
        text = _checked_json(text)
    try:
        with quiet_literals():
            if kind == "xml":
                parse_rdf_xml(without_declarations(text), graph, url)
            else:
                graph.parse(data=text, format=kind, publicID=url)
    except ForbiddenXmlError as error:
        raise NotRdfError(
            Sentence(
                "Das RDF der Quelle enthält Entitäten oder einen Dokumenttyp, die auf anderes verweisen; "
                "so etwas wird nicht gelesen.",
                "The RDF of the source has entities or a document type that refer to something else; "
                "such things are not read.",
            ),
            repr(error),
        ) from error
    except Exception as error:  # rdflib's parsers let out whatever their code trips over (KeyError, AssertionError, …)
        raise NotRdfError(
            Sentence(
                f"Das RDF der Quelle ist fehlerhaft oder abgeschnitten{_where(error)}.",
                f"The RDF of the source is faulty or cut off{_where(error)}.",
            ),
            repr(error)[:1000],
        ) from error
    if _WRITTEN_UNSTORABLE.search(text):
        _leave_out_unstorable(graph)
    return graph


def _decode(body: bytes, charset: str | None) -> str:
    declared = _XML_ENCODING.search(body[:200])
    return decode(body, charset, declared[1].decode("ascii", "replace") if declared else None)


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


def _checked_json(text: str) -> str:
    try:
        data = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NotRdfError(
            Sentence(
                "Das JSON der Quelle ist fehlerhaft oder abgeschnitten.",
                "The JSON of the source is faulty or cut off.",
            ),
            repr(error),
        ) from error
    if isinstance(data, dict) and not any(key in data for key in ("@context", "@graph", "@id", "@type")):
        if data.get("success") is False or "error" in data or "errors" in data:
            raise NotRdfError(
                Sentence(
                    "Die Quelle hat eine Fehlermeldung (JSON) statt eines Katalogs geschickt.",
                    "The source sent an error message (JSON) instead of a catalogue.",
                )
            )
        raise NotRdfError(
            Sentence(
                "Die Quelle hat JSON geschickt, das kein JSON-LD ist.",
                "The source sent JSON that is no JSON-LD.",
            )
        )
    if any(_contexts(data)):
        raise NotRdfError(
            Sentence(
                "Das JSON-LD der Quelle verweist auf einen fremden Kontext; fremde Dateien werden nicht geladen.",
                "The JSON-LD of the source refers to a foreign context; foreign files are not loaded.",
            )
        )
    return text


def _leave_out_unstorable(graph: Graph) -> None:
    for triple in list(graph):
        cleaned = tuple(map(_storable, triple))
        if cleaned != triple:
            graph.remove(triple)
            graph.add(cleaned)  # type: ignore[arg-type]


def _storable(node: Any) -> Any:
    if not _UNSTORABLE.search(node):
        return node
    text = _UNSTORABLE.sub("", node)
    return Literal(text, node.language, node.datatype) if isinstance(node, Literal) else type(node)(text)


def _contexts(data: Any) -> Iterator[str]:
    """The addresses of foreign contexts in a JSON-LD document: as context, in lists of contexts and as `@import`."""
    waiting = [(data, False)]
    while waiting:
        item, is_context = waiting.pop()
        if isinstance(item, dict):
            waiting.extend((value, key in ("@context", "@import")) for key, value in item.items())
        elif isinstance(item, list):
            waiting.extend((one, is_context) for one in item)
        elif isinstance(item, str) and is_context:
            yield item or "?"


def _where(error: Exception) -> str:
    line = getattr(error, "getLineNumber", lambda: None)() or getattr(error, "lines", None)
    return f" ({line})" if isinstance(line, int) and line > 0 else ""


@contextmanager
def quiet_literals() -> Iterator[None]:
    """Rdflib logs a traceback for each literal that is no number or date; those are our findings, not log entries."""
    log = logging.getLogger("rdflib.term")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
