"""From a package dict to what a reader sees: words instead of codes, nothing empty, no addresses as text.

Works on plain dicts and gets its labels as functions, so that it can be tested without a site.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

__all__ = [
    "dataset_places",
    "first_agent",
    "host_of",
    "is_address",
    "is_service",
    "readable",
    "resource_name",
    "summary",
]

Item = Mapping[str, Any]

_ADDRESS = re.compile(r"^\s*(?:[a-z][a-z0-9+.-]*://|urn:|mailto:|_:)", re.IGNORECASE)
_CODE = re.compile(r"^[A-Z0-9]+(?:_[A-Z0-9]+)+$")
_EMPTY = {"", "none", "null", "[]", "{}", "unknown", "n/a", "-"}
_UUID = re.compile(r"^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$", re.IGNORECASE)
_SERVICES = {"WMS", "WFS", "WMTS", "WCS", "CSW", "API", "REST", "SPARQL", "SPARQLQ", "ATOM", "OGC_API", "SOS", "ODATA"}
_LEAD = 80
_NOT_PROSE = re.compile(r"\s*(?:[*+\-#|>]|\d+\.\s|<(?:ul|ol|table|h\d))")
_SENTENCE = re.compile(r"(?<=[^\d\s][.!?])\s+(?=[A-ZÄÖÜ„\"])")


def is_address(value: object) -> bool:
    """Whether a text is an address or an identifier made for machines."""
    return isinstance(value, str) and bool(_ADDRESS.match(value))


def readable(value: object) -> str:
    """The text of a value if a person can read it, else an empty text."""
    if isinstance(value, bool) or value is None:
        return ""
    if isinstance(value, int | float):
        return str(value)
    if not isinstance(value, str):
        return ""
    text = " ".join(value.split())
    unreadable = (
        text.lower() in _EMPTY or "://" in text or _ADDRESS.match(text) or _CODE.match(text) or _UUID.match(text)
    )
    return "" if unreadable or text.startswith(("{", "[")) else text


def host_of(address: object) -> str:
    """The server's name in an address, without "www."; empty when there is none."""
    if not isinstance(address, str):
        return ""
    try:
        host = urlsplit(address.strip()).hostname or ""
    except ValueError:
        return ""
    return host.removeprefix("www.")


def first_agent(package: Item, *fields: str) -> Item:
    """The first agent with a name in the given repeating fields."""
    for field in fields:
        for agent in package.get(field) or []:
            if isinstance(agent, Mapping) and readable(agent.get("name")):
                return agent
    return {}


def dataset_places(package: Item) -> list[str]:
    """Keys of the places a dataset names; empty when it names none."""
    places = package.get("places") or []
    if isinstance(places, str):
        places = [places]
    return [str(place) for place in places if place]


def lead(markdown: object) -> str:
    """The part of a longer text that can stand alone: what comes before the first list, table or second heading."""
    if not isinstance(markdown, str):
        return ""
    text = markdown.replace("\r\n", "\n").strip()
    first, _, rest = text.partition("\n\n")
    while rest and len(first) < _LEAD:
        following, _, rest = rest.partition("\n\n")
        if _NOT_PROSE.match(following):
            break
        first = f"{first}\n\n{following}"
    return first


def summary(text: str, length: int = 220) -> str:
    """The first sentence or two of a text without markup, at most `length` characters, cut between words."""
    text = " ".join(text.split())
    if len(text) <= length:
        return text
    kept = ""
    for sentence in _SENTENCE.split(text):
        if len(kept) + len(sentence) > length:
            break
        kept = f"{kept} {sentence}".strip()
    if len(kept) >= length // 3:
        return kept
    return text[: length - 1].rsplit(" ", 1)[0].rstrip(" ,;:.–-") + " …"


def is_service(resource: Item) -> bool:
    """Whether a resource is an address for programs (map service, API) and not a file."""
    code = str(resource.get("format") or "").upper().replace(" ", "_").replace("-", "_")
    return code.endswith("_SRVC") or code in _SERVICES


def resource_name(resource: Item, format_label: Callable[[object], str], nameless: str) -> str:
    """What a resource is called: its name, else its file's name, else its format, else `nameless`."""
    name = readable(resource.get("name"))
    if name:
        return name
    file = _file_name(resource.get("download_url") or resource.get("url"))
    return file or format_label(resource.get("format")) or nameless


def unique(values: Iterable[str]) -> list[str]:
    """The filled values, each once, in order."""
    return list(dict.fromkeys(value for value in values if value))


def _file_name(address: object) -> str:
    if not isinstance(address, str):
        return ""
    try:
        last = urlsplit(address.strip()).path.rsplit("/", 1)[-1]
    except ValueError:
        return ""
    return last if re.search(r"\w\.\w{2,7}$", last) and "%" not in last else ""
