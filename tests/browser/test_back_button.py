"""The browser's Back button brings the previous search page back whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")]

PARTS = {
    "form": "form input[name=q]",
    "results": "text=Radwege in der Stadt",
    "facets": "a[href*='res_format=CSV']",
    "header": "header",
}


def _missing(page: Any) -> list[str]:
    return [name for name, selector in PARTS.items() if page.locator(selector).count() == 0]


@pytest.fixture
def search_page(live_server: Any, new_page: Callable[..., Any]) -> tuple[Any, list[str], str]:
    org = factories.Organization()
    for title, file_format in (("Radwege in der Stadt", "CSV"), ("Haushalt der Stadt", "XLSX")):
        factories.Dataset(
            title=title,
            notes="Text",
            owner_org=org["id"],
            resources=[{"url": "http://x.example/a", "format": file_format}],
        )
    page, errors = new_page(), []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.goto(f"{live_server.url}/dataset/", wait_until="load")
    return page, errors, live_server.url


def test_back_after_a_facet_click_shows_the_whole_page(search_page: tuple[Any, list[str], str]) -> None:
    page, errors, _url = search_page
    assert _missing(page) == []
    page.locator("a[href*='res_format=XLSX']").first.click()
    page.wait_for_url("**res_format=XLSX**")
    page.locator("text=Radwege in der Stadt").wait_for(state="detached")
    page.go_back(wait_until="load")
    page.wait_for_url("**/dataset/")
    page.locator(PARTS["results"]).first.wait_for()
    assert _missing(page) == []
    assert errors == []


def test_back_from_a_dataset_never_shows_a_bare_fragment(search_page: tuple[Any, list[str], str]) -> None:
    page, errors, _url = search_page
    page.locator("a[href*='res_format=CSV']").first.click()
    page.wait_for_url("**res_format=CSV**")
    page.locator("text=Haushalt der Stadt").wait_for(state="detached")
    page.locator("text=Radwege in der Stadt").first.click()
    page.wait_for_url("**/dataset/*")
    page.go_back(wait_until="load")
    page.locator(PARTS["results"]).first.wait_for()
    assert [name for name in _missing(page) if name != "facets"] == []
    assert page.locator("link[rel=stylesheet]").count() > 0
    assert errors == []
