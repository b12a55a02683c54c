"""Which next page is followed."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from ckanext.rvr_harvest.adapters.contract import Order
from ckanext.rvr_harvest.adapters.dcat_rdf import DcatRdfAdapter
from ckanext.rvr_harvest.domain.paging import same_site

HEAD = (
    "@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> . "
    "@prefix hydra: <http://www.w3.org/ns/hydra/core#> . "
)


@pytest.mark.parametrize(
    ("next_page", "followed"),
    [
        ("http://daten.example.org/catalog?page=2", True),
        ("https://daten.example.org/catalog?page=2", True),
        ("https://www.daten.example.org/catalog?page=2", True),
        ("https://api.example.org/2", True),
        ("https://daten.example.org:443/2", True),
        ("https://daten.example.org:8443/2", False),
        ("https://daten.example.com/2", False),
        ("https://daten.example.org.evil.test/2", False),
        ("https://example.org.test/2", False),
        ("http://127.0.0.1/2", False),
        ("http://169.254.169.254/latest", False),
        ("file:///etc/passwd", False),
        ("https://[::1", False),
    ],
)
def test_a_next_page_is_followed_on_hosts_of_the_same_domain_only(next_page: str, followed: bool) -> None:
    asked, crawl = _crawl(next_page)
    assert (len(asked) == 2) is followed
    assert crawl.complete is followed
    if not followed:
        assert "anderen Server" in crawl.problem.de


def test_a_source_that_has_moved_is_read_where_its_address_leads() -> None:
    asked, crawl = _crawl("https://neu.example.com/catalog?page=2", "https://neu.example.com/catalog")
    assert (len(asked), crawl.complete) == (2, True)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("https://a.gov.example", "https://b.gov.example", False),
        ("https://open.nrw.de", "https://bochum.nrw.de", False),
        ("https://x.open.nrw.de", "https://open.nrw.de", True),
        ("http://10.0.0.1/", "http://10.0.0.2/", False),
        ("http://localhost/", "http://localhost/2", True),
        ("http://a.example:x/", "http://a.example/", False),
        ("", "", False),
    ],
)
def test_the_domain_is_what_one_registers(one: str, other: str, same: bool) -> None:
    assert same_site(one, other) is same


def _crawl(next_page: str, answered_from: str = "") -> tuple[list[str], object]:
    start = "http://daten.example.org/catalog"
    asked: list[str] = []

    def fetch(url: str, **_conditions: object) -> SimpleNamespace:
        asked.append(url)
        number = len(asked)
        body = f'{HEAD} <https://x.example/{number}> a dcat:Dataset ; dct:title "{number}" .'
        if number == 1:
            body += f' <{start}> a hydra:PagedCollection ; hydra:nextPage "{next_page}" .'
        return SimpleNamespace(
            url=answered_from or url, status=200, headers={}, body=body.encode(), media_type="text/turtle",
            charset=None, not_modified=False,
        )  # fmt: skip

    adapter = DcatRdfAdapter(Order(start, fetch))
    assert len(list(adapter.pages())) == len(asked)
    return asked, adapter.crawl
