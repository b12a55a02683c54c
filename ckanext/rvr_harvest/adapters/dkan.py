"""DKAN 2: the metastore hands out all datasets at once, in the terms of DCAT-US."""

from __future__ import annotations

from typing import Any, ClassVar

from ..domain.sentence import Sentence
from ..readers.data_json import DataJsonReader
from .contract import Adapter, Answer, Content, Fetch, Found
from .data_json import left_out, read_items, volatile
from .json_answers import JSON, ask, parts_of, read_json, roots, unlike

__all__ = ["DkanAdapter"]

_ITEMS = "/api/1/metastore/schemas/dataset/items"
_WANTED = Sentence("das ist keine Liste von Datensätzen aus DKAN", "it is no list of datasets of DKAN")


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    """Mark a text for translation at the time it is shown."""
    return text


class DkanAdapter(Adapter):
    """One request, without pages. With `show-reference-ids` files have identifiers of their own and keep them here."""

    kind: ClassVar[str] = "rvr_dkan"
    title: ClassVar[str] = N_("DKAN 2")
    description: ClassVar[str] = N_("A portal that runs on DKAN 2; the address of its start page is enough")
    accept: ClassVar[str] = JSON

    def first_url(self) -> str:
        if "/metastore/" in parts_of(self.order.url).path:
            return self.order.url
        return f"{roots(self.order.url)[0]}{_ITEMS}?show-reference-ids"

    def read_page(self, answer: Answer, url: str) -> Content:
        data = read_json(answer)
        if not isinstance(data, list):
            raise unlike(data, _WANTED)
        records, findings = read_items(data, url)
        return Content(records, None, None, findings, left_out(findings))

    def reader(self) -> DataJsonReader:
        return DataJsonReader(volatile(self.order.options))

    @classmethod
    def probe(cls, url: str, fetch: Fetch) -> Found | None:
        for root in roots(url):
            found = ask(f"{root}/api/1/search?page=1&page-size=1", fetch)
            if isinstance(found, dict) and "facets" in found and "results" in found:
                return Found(cls.kind, root, expected=_total(found))
            schemas = ask(f"{root}/api/1/metastore/schemas", fetch)
            if isinstance(schemas, dict) and "dataset" in schemas:
                return Found(cls.kind, root)
        return None


def _total(found: dict[str, Any]) -> int | None:
    text = str(found.get("total", ""))
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
