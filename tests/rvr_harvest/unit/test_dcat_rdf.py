from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import pytest
from rdflib import Graph

from ckanext.rvr_harvest.adapters.contract import FetchError, Order
from ckanext.rvr_harvest.adapters.dcat_rdf import DcatRdfAdapter
from ckanext.rvr_harvest.domain.fingerprint import describe
from ckanext.rvr_harvest.domain.rdf_address import alternates, changes_url
from ckanext.rvr_harvest.domain.sentence import Sentence
from ckanext.rvr_harvest.domain.values import Crawl, Page

HEAD = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> . "
)
CATALOG = HEAD + '<https://example.org/> a dcat:Catalog ; dct:title "Open data"@en , "Offene Daten"@de . '
SINCE = datetime(2026, 11, 23, 2, 15, tzinfo=UTC)


@dataclass
class Site:
    """Answers by address; everything else is not found."""

    answers: dict[str, tuple[str, str | bytes]] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)

    def __call__(self, url: str, **_kwargs: Any) -> Any:
        self.asked.append(url)
        if url not in self.answers:
            raise FetchError(Sentence("Nicht gefunden.", "Not found."), 404)
        media_type, body = self.answers[url]
        body = body.encode() if isinstance(body, str) else body
        return _Answer(url, body, media_type)


@dataclass(frozen=True)
class _Answer:
    url: str
    body: bytes
    media_type: str
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    charset: str | None = None
    not_modified: bool = False


def _datasets(*numbers: int) -> str:
    return "".join(
        f'<https://example.org/dataset/{n}> a dcat:Dataset ; dct:title "Bäume {n}"@de ; dct:issued "2024-01-0{n}" ;'
        f' dcat:contactPoint [ a vcard:Kind ; vcard:fn "Ein Amt" ] . '
        for n in numbers
    )


def _crawl(site: Callable[..., Any], url: str, since: datetime | None = None) -> tuple[list[Page], Crawl]:
    adapter = DcatRdfAdapter(Order(url, site, since=since))
    return list(adapter.pages()), adapter.crawl


@pytest.mark.parametrize(
    ("form", "media_type"),
    [("xml", "application/rdf+xml"), ("turtle", "text/turtle"), ("n3", "text/n3"), ("json-ld", "application/ld+json")],
)
def test_every_form_of_rdf_gives_the_same_records(form: str, media_type: str) -> None:
    turtle = CATALOG + _datasets(1, 2)
    body = Graph().parse(data=turtle, format="turtle").serialize(format=form)
    url = "https://example.org/daten"
    pages, crawl = _crawl(Site({url: (media_type, body)}), url)
    plain, _crawl_of_turtle = _crawl(Site({url: ("text/turtle", turtle)}), url)
    assert crawl.complete
    contents = [{record.guid: describe(*record.body) for record in one[0].records} for one in (pages, plain)]
    assert contents[0] == contents[1]
    assert set(contents[0]) == {"https://example.org/dataset/1", "https://example.org/dataset/2"}


# -- probe


def test_a_catalogue_is_recognised_at_its_own_address() -> None:
    url = "https://example.org/daten.ttl"
    found = DcatRdfAdapter.probe(url, Site({url: ("text/turtle", CATALOG + _datasets(1, 2))}))
    assert found is not None
    assert (found.kind, found.url, found.title, found.expected) == ("rvr_dcat_rdf", url, "Offene Daten", 2)


def test_the_number_that_a_catalogue_of_pages_announces_counts() -> None:
    url = "https://example.org/catalog.ttl"
    pages = f'<{url}?page=1> a hydra:PagedCollection ; hydra:next "{url}?page=2" '
    for total, expected in ((" ; hydra:totalItems 217 .", 217), (" .", None)):
        found = DcatRdfAdapter.probe(url, Site({url: ("text/turtle", CATALOG + _datasets(1) + pages + total)}))
        assert found is not None
        assert found.expected == expected


def test_a_catalogue_is_found_by_the_links_of_a_start_page() -> None:
    start, url = "https://daten.example.org/", "https://daten.example.org/export/dcat"
    html = (
        '<!doctype html><html><head><link rel="stylesheet" type="text/css" href="a.css">'
        '<link rel="alternate" type="application/rss+xml" href="/feed">'
        '<link rel="alternate" type="text/turtle" href="https://evil.test/catalog.ttl">'
        '<LINK REL="Alternate" type="text/turtle; charset=utf-8" href="/export/dcat"></head>'
    )
    site = Site({start: ("text/html", html), url: ("text/turtle", CATALOG + _datasets(1))})
    found = DcatRdfAdapter.probe(start, site)
    assert found is not None
    assert found.url == url
    assert not any("evil" in asked for asked in site.asked)


@pytest.mark.parametrize(
    ("start", "url"),
    [
        ("https://example.org", "https://example.org/catalog.rdf"),
        ("https://example.org/portal", "https://example.org/portal/catalog.ttl"),
        ("https://example.org/portal/", "https://example.org/portal/catalog.jsonld"),
        ("https://example.org/dataset/baum", "https://example.org/catalog.ttl"),
    ],
)
def test_a_catalogue_is_found_where_it_is_usual(start: str, url: str) -> None:
    site = Site({url: ("text/turtle", CATALOG + _datasets(1)), start: ("text/html", "<html>")})
    found = DcatRdfAdapter.probe(start, site)
    assert found is not None
    assert found.url == url


def test_what_is_no_catalogue_is_not_recognised_after_a_few_requests() -> None:
    rdf = HEAD + "<https://example.org/> dct:title 'Nur ein Titel' ."
    for answer in (("text/html", "<html>"), ("application/json", "{}"), ("text/turtle", rdf)):
        site = Site({"https://example.org/a/": answer})
        assert DcatRdfAdapter.probe("https://example.org/a/", site) is None
        assert len(site.asked) <= 10


def test_no_web_page_is_too_odd_for_its_links_to_be_read() -> None:
    for html in ("<![x[", "<link", "<link rel=alternate type=text/turtle>", "<!-- <link", "\x00<link href=http://[ >"):
        alternates(html + '<link rel="alternate" type="text/turtle" href="http://[">', "https://example.org/")


# -- modified_since


URL = "https://example.org/catalog.ttl"
CHANGES = f"{URL}?modified_since=2026-11-23T01%3A15%3A00"


def _view(url: str, more: str = "") -> str:
    return f"<{url}> a hydra:PagedCollection ; hydra:totalItems 1 {more} ."


def test_a_portal_that_hears_modified_since_is_asked_for_changes_only() -> None:
    site = Site({CHANGES: ("text/turtle", CATALOG + _datasets(3) + _view(f"{URL}?modified_since=2026&page=1"))})
    pages, crawl = _crawl(site, URL, SINCE)
    assert [record.guid for page in pages for record in page.records] == ["https://example.org/dataset/3"]
    assert (crawl.complete, crawl.partial, crawl.seen) == (True, True, 1)
    assert site.asked == [CHANGES]


def test_no_changes_at_all_are_no_problem() -> None:
    _pages, crawl = _crawl(Site({CHANGES: ("text/turtle", CATALOG)}), URL, SINCE)
    assert (crawl.complete, crawl.partial, crawl.seen) == (True, True, 0)


@pytest.mark.parametrize("answer", [("text/turtle", CATALOG + _datasets(1, 2)), ("text/html", "<html>"), None])
def test_a_portal_that_does_not_hear_it_is_read_whole(answer: tuple[str, str] | None) -> None:
    site = Site({URL: ("text/turtle", CATALOG + _datasets(1, 2))})
    if answer:
        site.answers[CHANGES] = answer
    pages, crawl = _crawl(site, URL, SINCE)
    assert sum(page.count for page in pages) == 2
    assert (crawl.complete, crawl.partial, crawl.seen) == (True, False, 2)


def test_a_portal_that_is_down_is_still_down_when_asked_for_changes() -> None:
    _pages, crawl = _crawl(Site(), URL, SINCE)
    assert (crawl.complete, crawl.partial) == (False, False)
    assert "Nicht gefunden" in crawl.problem.de


def test_only_addresses_like_those_of_ckanext_dcat_are_asked_for_changes() -> None:
    assert changes_url("https://example.org/daten", SINCE) is None
    assert changes_url("https://example.org/catalog.xml?q=a+b&page=3", SINCE) == (
        "https://example.org/catalog.xml?q=a+b&modified_since=2026-11-23T01%3A15%3A00"
    )
