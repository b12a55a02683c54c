"""The browser's Back button brings the previous search page back whole."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories
from in_browser import go_back, watched

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

PARTS = {
    "form": "form input[name=q]",
    "results": "text=Radwege in der Stadt",
    "facets": "#facet-res_format-CSV",
    "header": "header",
}


def _missing(page: Any) -> list[str]:
    return [name for name, selector in PARTS.items() if page.locator(selector).count() == 0]


SHOWN = "text=Radwege in der Stadt"
HIDDEN = "text=Haushalt der Stadt"


@pytest.fixture
def search_page(
    fill_once: Callable[..., None], live_server: Any, new_page: Callable[..., Any]
) -> tuple[Any, list[str], str]:
    fill_once(_fill)
    return (*_opened(live_server, new_page(), "/dataset/"), live_server.url)


def _fill() -> None:
    org = factories.Organization()
    for title, file_format in (("Radwege in der Stadt", "CSV"), ("Haushalt der Stadt", "XLSX")):
        factories.Dataset(
            title=title,
            notes="Text",
            owner_org=org["id"],
            resources=[{"url": "http://x.example/a", "format": file_format}],
        )


def _opened(live_server: Any, page: Any, path: str) -> tuple[Any, list[str]]:
    watched(page).goto(f"{live_server.url}{path}", wait_until="load")
    return page, page.errors


def _click_facet(page: Any) -> None:
    page.locator("#inside-format_group-table > summary").click()
    page.locator("#facet-res_format-XLSX").check()
    page.wait_for_url("**res_format=XLSX**")
    page.locator(SHOWN).wait_for(state="detached")


def _search(page: Any) -> None:
    page.locator("#field-giant-search").fill("Haushalt")
    page.locator("#rvr-search-submit").click()
    page.wait_for_url("**q=Haushalt**")
    page.locator(SHOWN).wait_for(state="detached")


def _sort(page: Any) -> None:
    page.locator("#field-order-by").select_option("title")
    page.locator("#rvr-sort-submit").click()
    page.wait_for_url("**sort=title**")
    page.locator(".rvr-results .rvr-card").first.filter(has_text="Haushalt").wait_for()


@pytest.mark.parametrize("step", [_click_facet, _search, _sort])
def test_back_after_one_step_shows_the_whole_page_and_forward_too(
    search_page: tuple[Any, list[str], str], step: Callable[[Any], None]
) -> None:
    page, errors, url = search_page
    assert _missing(page) == []
    page.evaluate("window.sameDocument = true")
    step(page)
    assert page.evaluate("window.sameDocument"), "the step swaps parts of the page; otherwise there is nothing to test"
    later = page.url
    go_back(page)
    page.wait_for_url(f"{url}/dataset/")
    page.locator(PARTS["results"]).first.wait_for()
    page.locator(HIDDEN).first.wait_for()
    assert _missing(page) == []
    assert page.locator("form[role=search]").count() >= 1 and page.locator("#rvr-search-head").count() == 1
    with page.expect_event("load"):
        page.go_forward(wait_until="commit")
    page.wait_for_url(later)
    page.locator(HIDDEN).first.wait_for()
    assert page.locator("#rvr-search-head").count() == 1 and page.locator("header").count() >= 1
    assert errors == []


@pytest.mark.usefixtures("clean_db", "clean_index")
def test_back_after_the_next_page_of_results_shows_the_whole_page(
    live_server: Any, new_page: Callable[..., Any]
) -> None:
    org = factories.Organization()
    for number in range(21):
        factories.Dataset(
            title=f"Liste {number:02}", notes="Text", owner_org=org["id"],
            resources=[{"url": "http://x.example/a", "format": "CSV"}],
        )  # fmt: skip
    page, errors = _opened(live_server, new_page(), "/dataset/")
    cards = page.locator(".rvr-results .rvr-card")
    assert cards.count() == 20
    page.locator("a[href*='page=2']").first.click()
    page.wait_for_url("**page=2**")
    cards.nth(1).wait_for(state="detached")
    assert cards.count() == 1
    go_back(page)
    page.wait_for_url(f"{live_server.url}/dataset/")
    cards.nth(19).wait_for()
    assert [name for name in _missing(page) if name != "results"] == []
    assert errors == []


def test_after_several_steps_each_back_shows_one_page_before(search_page: tuple[Any, list[str], str]) -> None:
    page, errors, _url = search_page
    addresses = [page.url]
    for step in (_sort, _click_facet):
        step(page)
        addresses.append(page.url)
    for address in reversed(addresses[:-1]):
        go_back(page)
        page.wait_for_url(address)
        page.locator(PARTS["results"]).first.wait_for()
        assert _missing(page) == []
    # the page that came back is alive: one more step works
    _click_facet(page)
    assert errors == []


def test_back_from_a_dataset_never_shows_a_bare_fragment(search_page: tuple[Any, list[str], str]) -> None:
    page, errors, _url = search_page
    page.locator("#inside-format_group-table > summary").click()
    page.locator("#facet-res_format-CSV").check()
    page.wait_for_url("**res_format=CSV**")
    page.locator(HIDDEN).wait_for(state="detached")
    page.locator(SHOWN).first.click()
    page.wait_for_url("**/dataset/*")
    page.locator("h1", has_text="Radwege").wait_for()
    go_back(page)
    page.locator(PARTS["results"]).first.wait_for()
    assert [name for name in _missing(page) if name != "facets"] == []
    assert page.locator("link[rel=stylesheet]").count() > 0
    assert errors == []


def test_the_list_as_a_fragment_is_kept_apart_from_the_list_as_a_page(
    live_server: Any, new_page: Any, search_page: Any
) -> None:
    """The browser itself decides by `Vary`: the fragment from its cache must not answer for the page."""
    page, _errors = _opened(live_server, new_page(), "/about")
    lengths = page.evaluate(
        """async () => {
            const address = "/dataset/?res_format=CSV", asked = {cache: "default"};
            const fragment = await fetch(address, {...asked, headers: {"HX-Request": "true"}});
            const page = await fetch(address, {cache: "force-cache"});
            return [(await fragment.text()).includes("<html"), (await page.text()).includes("<html")];
        }"""
    )
    assert lengths == [False, True]


def test_pages_ask_no_other_server(live_server: Any, new_page: Any, search_page: Any) -> None:
    """Every host that any of the main pages asks while it loads, its scripts included."""
    from urllib.parse import urlsplit

    page, hosts = new_page(), set()
    page.context.on("request", lambda request: hosts.add(urlsplit(request.url).netloc))
    for path in (
        "/", "/dataset/", "/dataset/?q=Radwege", "/organization/", "/smart-city-project", "/smart-city-project/map",
        "/dashboards/ueberblick", "/user/login", "/harvest",
    ):  # fmt: skip
        page.goto(live_server.url + path, wait_until="networkidle")
    page.goto(live_server.url + "/dataset/?q=Radwege", wait_until="networkidle")
    page.locator(".rvr-results .rvr-card__title a").first.click()
    page.wait_for_load_state("networkidle")
    assert hosts - {""} == {urlsplit(live_server.url).netloc}
