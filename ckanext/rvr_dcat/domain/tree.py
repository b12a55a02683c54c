"""What is said about a thing, as a small tree: quicker to build and to write than a graph, and in a fixed order."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["PREFIXES", "Described", "Iri", "Name", "Node", "Text", "Value", "address", "clean_text", "full_name"]

PREFIXES = {
    "adms": "http://www.w3.org/ns/adms#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dcatap": "http://data.europa.eu/r5r/",
    "dcatde": "http://dcat-ap.de/def/dcatde/",
    "dct": "http://purl.org/dc/terms/",
    "dqv": "http://www.w3.org/ns/dqv#",
    "eli": "http://data.europa.eu/eli/ontology#",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "geodcatap": "http://data.europa.eu/930/",
    "gsp": "http://www.opengis.net/ont/geosparql#",
    "hydra": "http://www.w3.org/ns/hydra/core#",
    "locn": "http://www.w3.org/ns/locn#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "skos": "http://www.w3.org/2004/02/skos/core#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}

# schemes of addresses that name or open something; everything else with a colon in it is text
_ADDRESS = re.compile(
    r"(?:https?://[^\s/?#]|ftps?://[^\s/]|urn:[a-z0-9]|doi:\S|info:\S|tag:\S|ark:\S|geo:\S|mailto:\S|tel:\S)",
    re.IGNORECASE,
)
_NOT_IN_IRI = re.compile(r'[\x00-\x20<>"{}|\\^`\x7f-\xa0\ud800-\udfff]')
# what XML 1.0 cannot hold is left out in all formats, so that all of them say the same
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class Iri(str):
    """An absolute address."""

    __slots__ = ()


class Name(str):
    """A class in short form: `dcat:Dataset`."""

    __slots__ = ()


class Text(NamedTuple):
    """A literal; `datatype` in short form (`xsd:date`)."""

    value: str
    datatype: str = ""
    language: str = ""


@dataclass(slots=True)
class Node:
    """A thing with its statements (property in short form, value); without address if `iri` is none."""

    iri: Iri | None
    statements: list[tuple[str, Value]] = field(default_factory=list)


Value = Iri | Name | Text | Node


@dataclass(slots=True)
class Described:
    """A dataset with all that is said about it.

    :ivar own: the dataset and its distributions
    :ivar shared: things with addresses that other datasets may speak about as well: agents, contacts, places
    :ivar classes: classes of addresses about which nothing else is said
    """

    own: dict[Iri, Node] = field(default_factory=dict)
    shared: dict[Iri, Node] = field(default_factory=dict)
    classes: dict[Iri, dict[str, None]] = field(default_factory=dict)


def address(value: object) -> Iri | None:
    """The value as an address, with what an address cannot hold percent-encoded; none if it is no address."""
    if not isinstance(value, str):
        return None
    value = value.strip()
    if not _ADDRESS.match(value) or (not value[:4].lower().startswith(("http", "ftp")) and " " in value):
        return None
    if _NOT_IN_IRI.search(value):
        value = _NOT_IN_IRI.sub(_percent, value)
    return Iri(value)


def clean_text(value: object) -> str:
    """Text without characters that not every format can hold."""
    text = value if isinstance(value, str) else str(value)
    return _NOT_IN_TEXT.sub("", text)


def full_name(name: str) -> str:
    """The whole address of a short name."""
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _percent(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode("utf-8", "ignore"))
