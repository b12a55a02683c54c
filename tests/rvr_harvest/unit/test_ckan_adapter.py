from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from ckanext.rvr_harvest.adapters.ckan import CkanAdapter
from ckanext.rvr_harvest.adapters.contract import FetchError, Order
from ckanext.rvr_harvest.domain.ckan_address import candidates, portal
from ckanext.rvr_harvest.domain.sentence import Sentence
from ckanext.rvr_harvest.domain.values import KnownPage, Page


@dataclass(frozen=True)
class Answered:
    """An answer as the HTTP door gives it."""

    url: str
    body: bytes
    media_type: str = "application/json"
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    charset: str | None = None
    not_modified: bool = False


@dataclass
class Ckan:
    """Answers of a CKAN portal: whole numbers stand for datasets; `cap` is the most it gives at once."""

    rows: list[Any]
    cap: int = 1000
    count: int | None = None
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, **_kwargs: Any) -> Answered:
        self.asked.append(url)
        parts = urlsplit(url)
        if parts.path.endswith("status_show"):
            return self._answer(url, {"site_title": "Offene Daten Moers"})
        if parts.path != "/daten/api/3/action/package_search":
            raise FetchError(Sentence("Nicht gefunden.", "Not found."), 404)
        question = {name: values[0] for name, values in parse_qs(parts.query).items()}
        start, rows = int(question["start"]), min(int(question["rows"]), self.cap)
        came = [{"id": f"id-{row}", "title": f"Nr. {row}"} if isinstance(row, int) else row for row in self.rows]
        count = len(came) if self.count is None else self.count
        return self._answer(url, {"count": count, "results": came[start : start + rows]})

    def _answer(self, url: str, result: Any) -> Answered:
        return Answered(url, json.dumps({"success": True, "result": result}).encode())


ADDRESS = "https://opendata.example.org/daten"


def _crawl(
    fetch: Callable[..., Any], *, known: dict[str, KnownPage] | None = None, **order: Any
) -> tuple[CkanAdapter, list[Page]]:
    adapter = CkanAdapter(Order(ADDRESS, fetch, known or {}, **order))
    return adapter, list(adapter.pages())


def _asked(fetch: Ckan) -> str:
    return parse_qs(urlsplit(fetch.asked[0]).query)["fq"][0]


def _known(pages: list[Page]) -> dict[str, KnownPage]:
    return {page.url: KnownPage(page.url, page.body_hash, page.next_url, page.expected, page.count) for page in pages}


def test_a_portal_is_read_in_the_order_of_its_ids_to_the_end() -> None:
    fetch = Ckan(list(range(25)))
    adapter, pages = _crawl(fetch, options={"page_size": 10})
    assert [page.count for page in pages] == [10, 10, 5]
    assert (adapter.crawl.complete, adapter.crawl.expected, adapter.crawl.seen) == (True, 25, 25)
    assert all("sort=id+asc" in url for url in fetch.asked)
    assert not adapter.crawl.partial


def test_a_portal_that_gives_fewer_at_once_than_asked_for_loses_nothing() -> None:
    fetch = Ckan(list(range(25)), cap=7)
    adapter, pages = _crawl(fetch)
    assert [page.count for page in pages] == [7, 7, 7, 4]
    assert adapter.crawl.complete


def test_an_early_empty_page_makes_the_crawl_incomplete() -> None:
    adapter, _pages = _crawl(Ckan(list(range(25)), count=40), options={"page_size": 10})
    assert not adapter.crawl.complete
    assert "nennt 40 Datensätze, geliefert hat sie 25" in adapter.crawl.problem.de


def test_a_dataset_that_vanished_while_reading_makes_the_crawl_incomplete() -> None:
    fetch = Ckan(list(range(25)))
    adapter = CkanAdapter(Order(ADDRESS, fetch, options={"page_size": 10}))
    pages = adapter.pages()
    next(pages)
    del fetch.rows[3]
    list(pages)
    assert not adapter.crawl.complete


def test_private_deleted_and_other_things_are_left_out_and_do_not_count_as_missing() -> None:
    others = [
        {"id": "p", "private": True}, {"id": "d", "state": "deleted"}, {"id": "s", "type": "showcase"},
        {"id": "n", "private": None, "state": None, "type": None},
    ]  # fmt: skip
    fetch = Ckan([1, *others, 2])
    adapter, pages = _crawl(fetch)
    assert [record.guid for record in pages[0].records] == ["id-1", "n", "id-2"]
    assert (adapter.crawl.complete, adapter.crawl.expected, adapter.crawl.seen) == (True, 3, 3)
    again, _pages = _crawl(fetch, known=_known(pages))
    assert (again.crawl.complete, again.crawl.seen) == (True, 3)


def test_unchanged_pages_are_not_read_again() -> None:
    fetch = Ckan(list(range(25)))
    _first, pages = _crawl(fetch, options={"page_size": 10})
    fetch.rows[12] = {"id": "id-12", "title": "Neu"}
    adapter, again = _crawl(fetch, known=_known(pages), options={"page_size": 10})
    assert [page.unchanged for page in again] == [True, False, True]
    assert (adapter.crawl.complete, adapter.crawl.seen) == (True, 25)


def test_a_record_that_is_none_is_a_finding_and_stops_nobody() -> None:
    adapter, pages = _crawl(Ckan([1, None, "x", {}, 2]))
    assert [record.guid for record in pages[0].records] == ["id-1", "id-2"]
    assert [finding.code for finding in pages[0].findings] == ["nothing_usable"] * 3
    assert not adapter.crawl.complete


def test_only_what_the_source_is_set_to_is_asked_for() -> None:
    fetch = Ckan([])
    options = {"organizations": ["moers", 'we"sel'], "groups": "envi", "fq": "+tags:Baum"}
    _crawl(fetch, options=options)
    assert _asked(fetch) == ('+dataset_type:dataset +organization:("moers" OR "wesel") +groups:("envi") +tags:Baum')


def test_the_address_of_an_organisations_page_means_its_datasets() -> None:
    fetch = Ckan([])
    list(CkanAdapter(Order(f"{ADDRESS}/organization/moers?page=2", fetch)).pages())
    assert _asked(fetch) == '+dataset_type:dataset +organization:("moers")'


@pytest.mark.parametrize(
    "since",
    [
        datetime(2026, 11, 23, 2, 15),  # noqa: DTZ001 - stamps of the site are naive UTC
        datetime(2026, 11, 23, 2, 15, tzinfo=UTC),
        datetime(2026, 11, 23, 3, 15, tzinfo=timezone(timedelta(hours=1))),
    ],
)
def test_an_incremental_crawl_asks_for_changes_with_an_hour_of_overlap_and_is_partial(since: datetime) -> None:
    fetch = Ckan([])
    adapter, _pages = _crawl(fetch, since=since)
    assert "+metadata_modified:[2026-11-23T01:15:00Z TO *]" in _asked(fetch)
    assert (adapter.crawl.complete, adapter.crawl.partial) == (True, True)


@pytest.mark.parametrize(
    ("body", "media_type", "sentence"),
    [
        (b'{"success": false, "error": {"message": "Zugriff verweigert", "__type": "x"}}', "application/json",
         "Die Quelle meldet einen Fehler: „Zugriff verweigert“."),
        (b'{"success": false}', "application/json", "Die Quelle meldet einen Fehler."),
        (b"<!doctype html><title>Wartung</title>", "text/html", "Webseite (HTML)"),
        (b'{"success": true, "result": {"count": 3, "resul', "application/json", "abgeschnitten"),
        (b'{"success": true, "result": []}', "application/json", "keine der Action-API"),
        (b'{"success": true, "result": {"count": 3, "results": null}}', "application/json", "keine der Action-API"),
        (b'{"dataset": []}', "application/json", "keine der Action-API"),
        (b"null", "application/json", "keine der Action-API"),
    ],
)  # fmt: skip
def test_what_is_no_answer_of_ckan_is_said_in_a_sentence(body: bytes, media_type: str, sentence: str) -> None:
    adapter, pages = _crawl(lambda url, **_kwargs: Answered(url, body, media_type))
    assert not pages
    assert not adapter.crawl.complete
    assert sentence in adapter.crawl.problem.de


@pytest.mark.parametrize("path", ["", "/", "/dataset", "/dataset/baeume?x=1", "/api/3/action/package_list", "/about"])
def test_a_portal_is_recognised_at_its_address_and_at_those_of_its_pages(path: str) -> None:
    found = CkanAdapter.probe(ADDRESS + path, Ckan(list(range(12))))
    assert found is not None
    assert (found.kind, found.url, found.title, found.expected) == ("rvr_ckan", ADDRESS, "Offene Daten Moers", 12)


def test_what_is_no_ckan_is_not_recognised() -> None:
    html = Answered(ADDRESS, b"<html>", "text/html")
    assert CkanAdapter.probe(ADDRESS, lambda _url, **_kwargs: html) is None
    fetch = Ckan([])
    assert CkanAdapter.probe("https://example.org/a/b/c", fetch) is None
    assert len(fetch.asked) <= 3


def test_an_organisations_page_is_recognised_with_its_own_number() -> None:
    fetch = Ckan([1, 2])
    found = CkanAdapter.probe(f"{ADDRESS}/organization/moers", fetch)
    assert found is not None
    assert found.url == f"{ADDRESS}/organization/moers"
    assert 'organization:("moers")' in _asked(fetch)


def test_no_address_is_too_odd_to_be_asked() -> None:
    for address in (
        "",
        "x",
        "http://[",
        "https://example.org",
        "https://example.org//",
        "https://example.org/catalog.ttl",
    ):
        assert portal(address).site == address.rstrip("/").removesuffix("/catalog.ttl")
        assert candidates(address)
