"""Addresses of DCAT catalogues: where one may lie at a portal, and how to ask one only for what changed."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from .paging import same_site

__all__ = ["MODIFIED_SINCE", "OVERLAP", "alternates", "asks_for_changes", "catalogues", "changes_url"]

MODIFIED_SINCE = "modified_since"
# Clocks differ: what changed shortly before the last run is asked for again.
OVERLAP = timedelta(hours=1)

# the address under which ckanext-dcat publishes a catalogue
_CATALOG = re.compile(r"/[\w-]+\.(?:rdf|xml|ttl|n3|jsonld)$", re.IGNORECASE)
_NAMES = ("catalog.rdf", "catalog.ttl", "catalog.xml", "catalog.jsonld")
_TYPES = ("application/rdf+xml", "text/turtle", "application/x-turtle", "application/ld+json", "text/n3")
_MOST = 3


def catalogues(url: str) -> list[str]:
    """Where a catalogue is usual: beneath the address of a portal's start page, and at the root of its host."""
    parts = urlsplit(url)
    root = urlunsplit((parts.scheme, parts.netloc, "/", "", ""))
    path = parts.path if parts.path.endswith("/") else f"{parts.path}/"
    beneath = urlunsplit((parts.scheme, parts.netloc, path, "", ""))
    return list(dict.fromkeys([*(beneath + name for name in _NAMES), *(root + name for name in _NAMES[:2])]))


def alternates(html: str, url: str) -> list[str]:
    """Addresses of RDF that a web page names in its head; at most three, of the same site."""
    page = _Links()
    with suppress(AssertionError):  # the parser's word for a web page that is beyond it
        page.feed(html[:200_000])
    links = (_joined(url, link) for _kind, link in sorted(page.links))
    return [link for link in dict.fromkeys(links) if link and same_site(url, link)][:_MOST]


def changes_url(url: str, since: datetime) -> str | None:
    """The address that asks for what changed since (UTC), an hour before that included; None where none is known."""
    parts = urlsplit(url)
    if not _CATALOG.search(parts.path):
        return None
    moment = (since.astimezone(UTC).replace(tzinfo=None) if since.tzinfo else since) - OVERLAP
    question = [(name, value) for name, value in parse_qsl(parts.query) if name not in (MODIFIED_SINCE, "page")]
    # ckanext-dcat puts a "Z" behind it by itself
    question.append((MODIFIED_SINCE, moment.strftime("%Y-%m-%dT%H:%M:%S")))
    return urlunsplit(parts._replace(query=urlencode(question)))


def asks_for_changes(url: str) -> bool:
    """Whether an address (e.g. one that a catalogue gives for its pages) is about changes only."""
    return f"{MODIFIED_SINCE}=" in url


def _joined(url: str, link: str) -> str:
    try:
        return urljoin(url, link.strip())
    except ValueError:
        return ""


class _Links(HTMLParser):
    """Collects `<link rel="alternate" type="…rdf…" href="…">`."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[tuple[int, str]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        kind = given.get("type", "").partition(";")[0].strip().lower()
        if tag == "link" and "alternate" in given.get("rel", "").lower().split() and kind in _TYPES:
            self.links.append((_TYPES.index(kind), given.get("href", "")))
