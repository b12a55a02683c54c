"""What readers of XML share: from an answer to an element, safely, and a record as canonical lines."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import TypeGuard

from lxml import etree
from lxml.etree import _Element as Element

from .charset import decode
from .fingerprint import TooTangledError
from .sentence import Sentence

__all__ = ["Element", "NotXmlError", "canonical_lines", "is_element", "local_name", "parse_xml"]

_DECLARED = re.compile(rb"""<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_DECLARATION = re.compile(r"\s*<\?xml\b[^>]*\?>")
# all that may stand before the first element
_PROLOG = re.compile(r"(?:\s+|<\?.*?\?>|<!--.*?-->)*", re.DOTALL)
_HTML = re.compile(r"<!doctype\s+html|<html\b", re.IGNORECASE)
# characters that XML 1.0 does not know, as such or as references: one of them would make the whole page unreadable
_FORBIDDEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]"
    "|&#(?:0*(?:[0-8]|1[124-9]|2[0-9]|3[01])|[xX]0*(?:[0-8bBcCeEfF]|1[0-9a-fA-F]));"
)
_MAX_STEPS = 50_000
_MAX_DEPTH = 100
# where a value's list of terms or its schema lies, and names given anew each time
_IDLE_ATTRIBUTES = frozenset({"codeList", "id", "schemaLocation", "isoType", "srsDimension"})


class NotXmlError(Exception):
    """The answer is no XML that may be read. `sentence` says so to people, `detail` to the log."""

    def __init__(self, sentence: Sentence, detail: str = "") -> None:
        super().__init__(detail or sentence.en)
        self.sentence = sentence
        self.detail = detail


def parse_xml(body: bytes, charset: str | None = None) -> Element:
    """The root element of one answer. Nothing outside of it is fetched, entities of its own are not allowed.

    Comments and processing instructions are left out, and so are characters that XML does not know.

    :param charset: as the server named it
    :raises NotXmlError: an empty answer, a web page, XML with a document type, broken or endlessly nested XML
    """
    declared = _DECLARED.search(body[:200])
    text = decode(body, charset, declared[1].decode("ascii", "replace") if declared else None).lstrip("\ufeff \t\r\n")
    if not text:
        raise NotXmlError(Sentence("Die Quelle hat eine leere Antwort geschickt.", "The source sent an empty answer."))
    text = _FORBIDDEN.sub("", _DECLARATION.sub("", text, count=1))
    start = match.end() if (match := _PROLOG.match(text)) else 0
    _check_start(text, start)
    try:
        return etree.fromstring(text[start:].encode(), _parser())
    except (etree.LxmlError, ValueError) as error:
        raise NotXmlError(
            Sentence(
                "Das XML der Quelle ist fehlerhaft oder abgeschnitten.", "The XML of the source is faulty or cut off."
            ),
            repr(error)[:500],
        ) from error


def canonical_lines(root: Element, volatile: Collection[str] = (), unordered: Collection[str] = ()) -> list[str]:
    """A record as sorted lines that are the same whenever its content is.

    Prefixes, blanks, empty elements, comments and generated ids make no difference; the order of elements of one
    name does.

    :param volatile: local names of elements to leave out, at any depth
    :param unordered: local names of elements whose order says nothing
    :raises TooTangledError: the record has more than 50,000 elements or 100 levels
    """
    steps = 0
    lines: list[str] = []
    waiting: list[tuple[Element, str, int]] = [(root, local_name(root), 0)]
    while waiting:
        element, path, depth = waiting.pop()
        steps += 1
        if steps > _MAX_STEPS or depth > _MAX_DEPTH:
            raise TooTangledError
        if line := _own_words(element):
            lines.append(f"{path}{line}")
        counts: dict[str, int] = {}
        for child in element:
            if not is_element(child) or (name := local_name(child)) in volatile:
                continue
            counts[name] = counts.get(name, 0) + 1
            place = name if name in unordered else f"{name}[{counts[name]}]"
            waiting.append((child, f"{path}/{place}", depth + 1))
    return sorted(lines)


def local_name(element: Element) -> str:
    """Name of an element without its namespace."""
    return str(element.tag).rpartition("}")[2]


def is_element(node: object) -> TypeGuard[Element]:
    """Whether it is an element, and no comment, instruction or entity."""
    return isinstance(node, Element) and isinstance(node.tag, str)


def _parser() -> etree.XMLParser:
    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        dtd_validation=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
        collect_ids=False,
    )


def _check_start(text: str, start: int) -> None:
    head = text[start : start + 200]
    if _HTML.match(head):
        raise NotXmlError(
            Sentence(
                "Die Quelle hat eine Webseite (HTML) statt Metadaten (XML) geschickt.",
                "The source sent a web page (HTML) instead of metadata (XML).",
            )
        )
    if head.startswith("<!"):
        raise NotXmlError(
            Sentence(
                "Das XML der Quelle enthält eine Dokumenttyp-Angabe (DOCTYPE); so etwas wird nicht gelesen.",
                "The XML of the source has a document type (DOCTYPE); such XML is not read.",
            )
        )
    if not head.startswith("<"):
        raise NotXmlError(Sentence("Die Antwort der Quelle ist kein XML.", "The answer of the source is no XML."))


def _own_words(element: Element) -> str:
    """Attributes and text of one element."""
    attributes = sorted(_attributes(element))
    text = " ".join((element.text or "").split())
    return f"{''.join(attributes)}: {text}" if text or attributes else ""


def _attributes(element: Element) -> Iterator[str]:
    for name, value in element.attrib.items():
        plain = str(name).rpartition("}")[2]
        if plain not in _IDLE_ATTRIBUTES and str(value).strip():
            yield f"@{plain}={str(value).strip()}"
