"""Addresses and links of an OGC API."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode, urljoin, urlsplit, urlunsplit

from .json_records import as_rows, as_text

__all__ = ["collection_url", "items_url", "landing_pages", "links", "next_link"]

_PATHS = ("", "/api", "/ogcapi", "/oapi", "/pygeoapi")


def items_url(url: str, rows: int) -> str | None:
    """Where the records of a collection are listed, `rows` a page; none if the address names no collection."""
    parts = urlsplit(url.strip())
    place, mark, rest = parts.path.rpartition("/collections/")
    name = rest.strip("/").partition("/")[0]
    if not mark or not name:
        return None
    kept = [(key, value) for key, value in parse_qsl(parts.query, True) if key not in ("limit", "offset", "f")]
    query = urlencode([*kept, ("limit", str(rows))])
    return urlunsplit((parts.scheme, parts.netloc, f"{place}/collections/{name}/items", query, ""))


def collection_url(url: str) -> str | None:
    """The address of the collection that an address lies in; none if it names no collection."""
    items = items_url(url, 1)
    return items.partition("?")[0].removesuffix("/items") if items else None


def landing_pages(url: str) -> list[str]:
    """Addresses under which an OGC API may begin, without slash at the end, the likeliest first."""
    parts = urlsplit(url.strip())
    path = parts.path.partition("/collections")[0].rstrip("/")
    host = f"{parts.scheme}://{parts.netloc}"
    return list(dict.fromkeys((host + path, *(host + other for other in _PATHS))))[:5]


def links(holder: Any, url: str) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The links of an object with their whole addresses; what is no address is left out."""
    rows: Iterable[Mapping[str, Any]] = as_rows(holder.get("links")) if isinstance(holder, dict) else ()
    for row in rows:
        href = as_text(row.get("href"))
        if not href:
            continue
        try:
            yield urljoin(url, href), row
        except ValueError:
            yield href, row


def next_link(page: Any, url: str) -> str | None:
    """Address of the next page; of several the one in JSON."""
    found = [
        (address, as_text(row.get("type"))) for address, row in links(page, url) if as_text(row.get("rel")) == "next"
    ]
    return next((address for address, kind in found if "json" in kind), found[0][0] if found else None)
