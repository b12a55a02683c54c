"""A feed as Atom (RFC 4287) and as JSON Feed 1.1: the same entries with the same ids.

A feed without a change is the same bytes: its time is that of its newest entry.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from xml.etree import ElementTree

__all__ = ["Entry", "Feed", "atom", "json_feed", "moment"]

_ATOM = "http://www.w3.org/2005/Atom"
# XML 1.0 cannot hold them
_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LONG_AGO = "1970-01-01T00:00:00Z"


@dataclass(frozen=True)
class Entry:
    """One thing in a feed. `published` and `updated` are moments in UTC as `moment` writes them."""

    id: str
    title: str
    url: str
    summary: str
    author: str
    published: str
    updated: str


@dataclass(frozen=True)
class Feed:
    """A feed: `id` never changes for the same search, `url` is its page, `self_url` the feed itself."""

    id: str
    title: str
    url: str
    self_url: str
    language: str
    entries: Sequence[Entry]

    @property
    def updated(self) -> str:
        """When something in it changed last."""
        return max((entry.updated for entry in self.entries), default=_LONG_AGO)


def moment(text: str | None) -> str:
    """A moment as CKAN stores it (UTC, without zone) as RFC 3339 wants it; long ago when there is none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return _LONG_AGO
    found = found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    return found.strftime("%Y-%m-%dT%H:%M:%SZ")


def atom(feed: Feed) -> bytes:
    """The feed as an Atom document."""
    root = ElementTree.Element("feed", {"xmlns": _ATOM, "xml:lang": feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "updated", feed.updated)
    ElementTree.SubElement(root, "link", {"rel": "self", "type": "application/atom+xml", "href": feed.self_url})
    ElementTree.SubElement(root, "link", {"rel": "alternate", "type": "text/html", "href": feed.url})
    for entry in feed.entries:
        item = ElementTree.SubElement(root, "entry")
        _text(item, "id", entry.id)
        _text(item, "title", entry.title)
        _text(item, "updated", entry.updated)
        _text(item, "published", entry.published)
        ElementTree.SubElement(item, "link", {"rel": "alternate", "type": "text/html", "href": entry.url})
        _text(ElementTree.SubElement(item, "author"), "name", entry.author)
        _text(item, "summary", entry.summary)
    return b'<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, encoding="utf-8")


def json_feed(feed: Feed) -> bytes:
    """The feed as JSON Feed 1.1."""
    items = [
        {
            "id": entry.id,
            "url": entry.url,
            "title": entry.title,
            # the specification wants a text, an empty one counts
            "content_text": entry.summary,
            "date_published": entry.published,
            "date_modified": entry.updated,
            "authors": [{"name": entry.author}],
        }
        for entry in feed.entries
    ]
    told = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.title,
        "home_page_url": feed.url,
        "feed_url": feed.self_url,
        "language": feed.language,
        "items": items,
    }
    return json.dumps(told, ensure_ascii=False).encode()


def _text(parent: ElementTree.Element, name: str, value: str) -> None:
    ElementTree.SubElement(parent, name).text = _FORBIDDEN.sub("", value)
