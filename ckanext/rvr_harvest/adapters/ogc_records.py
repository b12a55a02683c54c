"""Catalogues with OGC API Records: pygeoapi, GeoNetwork, pycsw and others."""

from __future__ import annotations

from typing import Any, ClassVar

from ..domain.json_records import as_rows, as_text
from ..domain.ogc_address import collection_url, items_url, landing_pages, next_link
from ..domain.sentence import Sentence
from ..domain.values import SourceRecord
from ..readers.ogc_record import OgcRecordReader
from .contract import Adapter, Answer, Content, Fetch, Found, Order
from .json_answers import ask, read_json, short_guid, unlike

__all__ = ["OgcRecordsAdapter"]

_PAGE_SIZE = 100
_LARGEST_PAGE = 1000
_ACCEPT = "application/geo+json, application/json;q=0.9, */*;q=0.1"
_WANTED = Sentence("keine Sammlung von Metadaten (OGC API Records)", "no collection of metadata (OGC API Records)")


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class OgcRecordsAdapter(Adapter):
    """The records of one collection; pages are followed by their link to the next one only.

    The address may be that of the collection, of its items or of the API's start page; of several collections of
    records the first one is read.

    Options of the source: `page_size` (records an answer, 1 to 1,000), `collection` (its id, where the address names
    none).
    """

    kind: ClassVar[str] = "rvr_ogc_records"
    title: ClassVar[str] = N_("Geodata catalogue (OGC API Records)")
    description: ClassVar[str] = N_("A catalogue with OGC API Records, e.g. pygeoapi or a recent GeoNetwork")
    accept: ClassVar[str] = _ACCEPT

    def __init__(self, order: Order) -> None:
        super().__init__(order)
        self._rows = _page_size(order.options.get("page_size"))

    def first_url(self) -> str:
        if url := items_url(self.order.url, self._rows):
            return url
        name = as_text(self.order.options.get("collection"))
        root = self.order.url.strip().partition("?")[0].rstrip("/")
        if not name:
            found = _collections(root, self.order.fetch)
            name = as_text(found[0].get("id")) if found else ""
        url = items_url(f"{root}/collections/{name}", self._rows) if name else None
        return url or self.order.url  # what comes from there is refused in words

    def reader(self) -> OgcRecordReader:
        return OgcRecordReader()

    def read_page(self, answer: Answer, url: str) -> Content:
        data = read_json(answer)
        features = data.get("features") if isinstance(data, dict) else None
        if not isinstance(features, list):
            raise unlike(data, _WANTED)
        # a page without records is the end, whatever it links to
        following = next_link(data, answer.url) if features else None
        return Content(
            [SourceRecord(_guid(feature), url, feature, "application/geo+json") for feature in features],
            following,
            _matched(data),
        )

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        if (address := collection_url(url)) and (found := _probe_collection(address, {}, fetch)):
            return found
        for root in landing_pages(url):
            for row in _collections(root, fetch)[:3]:
                if found := _probe_collection(f"{root}/collections/{as_text(row.get('id'))}", row, fetch):
                    return found
        return None


def _probe_collection(address: str, row: dict[str, Any], fetch: Fetch) -> Found | None:
    """A collection whose first item is a record."""
    about = row or _object(ask(address, fetch))
    page = _object(ask(items_url(address, 1) or address, fetch))
    is_records = as_text(about.get("itemType")).lower() == "record" or any(
        isinstance(feature.get("properties"), dict) and "title" in feature["properties"] and "id" in feature
        for feature in as_rows(page.get("features"))
    )
    if not is_records or not isinstance(page.get("features"), list):
        return None
    return Found(OgcRecordsAdapter.kind, address, as_text(about.get("title"))[:200], _matched(page))


def _collections(root: str, fetch: Fetch) -> list[dict[str, Any]]:
    """Collections of records: those that say so, else none."""
    rows = as_rows(_object(ask(f"{root}/collections", fetch)).get("collections"))
    return [row for row in rows if as_text(row.get("itemType")).lower() == "record" and as_text(row.get("id"))]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _matched(page: dict[str, Any]) -> int | None:
    text = as_text(page.get("numberMatched"))
    return int(text) if text.isdecimal() and len(text) < 10 else None


def _guid(feature: Any) -> str:
    """The record's id; where it has none, its identifier elsewhere or its title."""
    if not isinstance(feature, dict):
        return ""
    properties = _object(feature.get("properties"))
    outside = next((as_text(row.get("value")) for row in as_rows(properties.get("externalIds"))), "")
    return short_guid(as_text(feature.get("id")) or outside or as_text(properties.get("title")))


def _page_size(value: Any) -> int:
    text = as_text(value)
    return min(max(int(text), 1), _LARGEST_PAGE) if text.isdecimal() and len(text) < 10 else _PAGE_SIZE
