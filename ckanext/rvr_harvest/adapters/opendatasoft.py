"""Opendatasoft: Explore API v2.1, and the export of the whole catalogue where that ends."""

from __future__ import annotations

from typing import Any, ClassVar
from urllib.parse import parse_qsl, urlencode

from ..domain.json_records import as_text
from ..domain.sentence import Sentence
from ..domain.values import Finding, SourceRecord
from ..readers.opendatasoft import DEFAULT_EXPORTS, OpendatasoftReader
from .contract import Adapter, Answer, Content, Fetch, Found
from .data_json import volatile
from .json_answers import JSON, ask, parts_of, read_json, short_guid, unlike

__all__ = ["OpendatasoftAdapter"]

_API = "/api/explore/v2.1/catalog"
_ROWS = 100
# offset + limit must stay below 10,000 (https://help.opendatasoft.com/apis/ods-explore-v2/)
_MOST_BY_PAGES = 9_900
# what an operator may narrow the catalogue by
_FILTERS = frozenset({"where", "refine", "exclude", "lang"})
_WANTED = Sentence("das ist kein Katalog von Opendatasoft", "it is no catalogue of Opendatasoft")


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class OpendatasoftAdapter(Adapter):
    """Pages of a hundred, sorted by identifier; a catalogue too large for that is read as one export.

    Filters in the source's address (`where`, `refine`, `exclude`) hold. Options: `include_exports`, the formats to
    offer the records in (a list, or names with commas between), and `volatile`, fields whose change alone makes no
    dataset a changed one.
    """

    kind: ClassVar[str] = "rvr_opendatasoft"
    title: ClassVar[str] = N_("Opendatasoft")
    description: ClassVar[str] = N_("A portal that runs on Opendatasoft; the address of its start page is enough")
    accept: ClassVar[str] = JSON

    def first_url(self) -> str:
        return self._page_url(0)

    def read_page(self, answer: Answer, url: str) -> Content:
        data = read_json(answer)
        if _is_export(url):
            if not isinstance(data, list):
                raise unlike(data, _WANTED)
            records, findings = _records(data, url)
            return Content(records, findings=findings)
        results, total = _results(data)
        if total is not None and total > _MOST_BY_PAGES:
            return Content((), self._export_url(), total)
        records, findings = _records(results, url)
        seen = _offset(url) + len(results)
        more = results and (total is None or seen < total)
        return Content(records, self._page_url(seen) if more else None, total, findings)

    def reader(self) -> OpendatasoftReader:
        return OpendatasoftReader(_exports(self.order.options), volatile(self.order.options))

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        site = _site(url)
        data = ask(f"{site}{_API}/datasets?limit=1", fetch)
        if not isinstance(data, dict) or not isinstance(data.get("results"), list) or _count(data) is None:
            return None
        return Found(cls.kind, site, expected=_count(data))

    def _page_url(self, offset: int) -> str:
        paging = [("limit", str(_ROWS)), ("offset", str(offset)), ("order_by", "dataset_id")]
        return f"{_site(self.order.url)}{_API}/datasets?{urlencode([*self._filters(), *paging])}"

    def _export_url(self) -> str:
        filters = urlencode(self._filters())
        return f"{_site(self.order.url)}{_API}/exports/json{'?' if filters else ''}{filters}"

    def _filters(self) -> list[tuple[str, str]]:
        return [(key, value) for key, value in parse_qsl(parts_of(self.order.url).query) if key in _FILTERS]


def _results(data: Any) -> tuple[list[Any], int | None]:
    results = data.get("results") if isinstance(data, dict) else None
    if not isinstance(results, list):
        raise unlike(data, _WANTED)
    return results, _count(data)


def _count(data: dict[str, Any]) -> int | None:
    total = data.get("total_count")
    return total if isinstance(total, int) and not isinstance(total, bool) and total >= 0 else None


def _records(results: list[Any], url: str) -> tuple[list[SourceRecord], tuple[Finding, ...]]:
    """A record each; its identifier is `dataset_uid`, which stays when a dataset is renamed."""
    records: list[SourceRecord] = []
    findings: list[Finding] = []
    for item in results:
        if isinstance(item, dict):
            guid = as_text(item.get("dataset_uid")) or as_text(item.get("dataset_id"))
            records.append(SourceRecord(short_guid(guid), url, item, "application/json"))
        else:
            findings.append(Finding("unreadable", "error", "dataset", as_text(item)[:200]))
    return records, tuple(findings)


def _exports(options: Any) -> list[str]:
    wanted = options.get("include_exports", DEFAULT_EXPORTS)
    names = wanted.split(",") if isinstance(wanted, str) else wanted if isinstance(wanted, list | tuple) else []
    return [name.strip().lower() for name in names if isinstance(name, str) and name.strip()]


def _is_export(url: str) -> bool:
    return parts_of(url).path.endswith(f"{_API}/exports/json")


def _offset(url: str) -> int:
    text = dict(parse_qsl(parts_of(url).query)).get("offset", "")
    return int(text) if text.isdigit() else 0


def _site(url: str) -> str:
    parts = parts_of(url)
    return f"{parts.scheme}://{parts.netloc}"
