"""Portals that publish their catalogue as `data.json` (DCAT-US 1.1): DKAN 1, ArcGIS Hub and others."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode, urlunsplit

from ..domain.json_records import as_text
from ..domain.sentence import Sentence
from ..domain.values import Finding, SourceRecord
from ..readers.data_json import DataJsonReader
from .contract import Adapter, Answer, Content, Fetch, Found
from .json_answers import JSON, ask, parts_of, read_json, roots, short_guid, unlike

__all__ = ["DataJsonAdapter", "left_out", "read_items", "volatile"]

_PATHS = ("/data.json", "/api/feed/dcat-us/1.1.json")
# what a dataset is found again by; a title serves where a portal gives nothing better
_KEYS = ("identifier", "@id", "landingPage", "title")
_WANTED = Sentence(
    "das ist kein Katalog nach DCAT-US (data.json): Die Liste „dataset“ fehlt",
    "it is no catalogue after DCAT-US (data.json): the list “dataset” is missing",
)


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class DataJsonAdapter(Adapter):
    """The whole catalogue in one answer, or in pages where the address says `page=1`: then until one is empty.

    Options: `volatile`, a list of fields whose change alone makes no dataset a changed one.
    """

    kind: ClassVar[str] = "rvr_data_json"
    title: ClassVar[str] = N_("data.json (DKAN 1, ArcGIS Hub)")
    description: ClassVar[str] = N_("A catalogue as data.json after DCAT-US 1.1, as DKAN 1 and ArcGIS Hub publish it")
    accept: ClassVar[str] = JSON

    def first_url(self) -> str:
        """The address given, if it is that of a file or an interface; else the usual one of its portal."""
        parts = parts_of(self.order.url)
        if parts.query or parts.path.endswith((".json", "/json")) or "/api/" in parts.path:
            return self.order.url
        return self.order.url.partition("#")[0].rstrip("/") + _PATHS[0]

    def read_page(self, answer: Answer, url: str) -> Content:
        data = read_json(answer)
        items = _items(data)
        if items is None:
            raise unlike(data, _WANTED)
        records, findings = read_items(items, url)
        return Content(records, _next_page(url) if items else None, None, findings, left_out(findings))

    def reader(self) -> DataJsonReader:
        return DataJsonReader(volatile(self.order.options))

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        given = [url] if parts_of(url).path.endswith(".json") else []
        for address in dict.fromkeys([*given, *(root + path for root in roots(url) for path in _PATHS)]):
            data = ask(address, fetch)
            if (items := _items(data)) is not None:
                return Found(cls.kind, address, as_text(data.get("title")), len(items))
        return None


def read_items(items: Iterable[Any], url: str) -> tuple[list[SourceRecord], tuple[Finding, ...]]:
    """Records of the items of DCAT-US. What a portal marks as not public stays out, and is noted."""
    records: list[SourceRecord] = []
    findings: list[Finding] = []
    for item in items:
        if not isinstance(item, dict):
            findings.append(Finding("unreadable", "error", "dataset", as_text(item)[:200]))
            continue
        plain = _without_wrapping(item)
        guid = next((text for key in _KEYS if (text := as_text(plain.get(key)))), "")
        if as_text(plain.get("accessLevel")).lower() == "non-public":
            findings.append(Finding("not_public", "info", "accessLevel", as_text(plain.get("title")) or guid))
        else:
            records.append(SourceRecord(short_guid(guid), url, item, "application/json"))
    return records, tuple(findings)


def left_out(findings: Iterable[Finding]) -> int:
    """How many datasets stayed out for good."""
    return sum(finding.code == "not_public" for finding in findings)


def volatile(options: Any) -> list[str]:
    """The option of that name: fields of a source that say nothing new when they change."""
    names = options.get("volatile")
    return [name for name in names if isinstance(name, str)] if isinstance(names, list) else []


def _items(data: Any) -> list[Any] | None:
    items = data.get("dataset") if isinstance(data, dict) else None
    return items if isinstance(items, list) else None


def _without_wrapping(item: dict[str, Any]) -> dict[str, Any]:
    inner = item.get("data")
    return inner if item.keys() == {"identifier", "data"} and isinstance(inner, dict) else item


def _next_page(url: str) -> str | None:
    parts = parts_of(url)
    query = parse_qsl(parts.query, keep_blank_values=True)
    number = dict(query).get("page", "")
    if not (number.isascii() and number.isdigit() and len(number) < 7):
        return None
    following = [(key, str(int(number) + 1) if key == "page" else value) for key, value in query]
    return urlunsplit(parts._replace(query=urlencode(following)))
