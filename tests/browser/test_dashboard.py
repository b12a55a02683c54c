from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories
from in_browser import follow

PAGE = "/dashboards/ueberblick"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]


@pytest.fixture
def filled(fill_once: Callable[..., None], make_dataset: Callable[..., dict[str, Any]]) -> None:
    fill_once(_fill, make_dataset)


def _fill(make_dataset: Callable[..., dict[str, Any]]) -> None:
    cities = (("bochum", "Bochum", "05911000", 3), ("muelheim-an-der-ruhr", "Mülheim an der Ruhr", "05117000", 1))
    for name, title, place, number in cities:
        organization = factories.Organization(name=name, title=title)
        for position in range(number):
            files = [{"url": "https://example.org/a", "format": code, "name": code} for code in ("CSV", "WMS_SRVC")]
            make_dataset(
                owner_org=organization["id"],
                places=[place],
                theme=[THEME + "ENVI"],
                resources=files[: 1 + position % 2],
            )


def open_page(new_page: Any, live_server: Any, path: str, **options: Any) -> Any:
    page = new_page(**options)
    page.goto(live_server.url + path)
    return page


@pytest.mark.parametrize("width", [320, 1280])
def test_the_dashboard_has_no_barriers_and_fits(filled: None, live_server: Any, new_page: Any, axe: Any, width: int):
    page = open_page(new_page, live_server, PAGE, width=width)
    assert axe(page) == []
    page.evaluate("document.querySelectorAll('details').forEach((details) => { details.open = true; })")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_bar_leads_to_its_list_without_javascript(filled: None, live_server: Any, new_page: Any):
    page = open_page(new_page, live_server, PAGE, javascript=False)
    follow(page.locator("#tile-mitglieder .rvr-bar", has_text="Bochum"))
    assert page.locator("#rvr-result-head").inner_text().startswith("3 Datensätze")


def test_the_table_opens_without_javascript_and_its_numbers_are_links(filled: None, live_server: Any, new_page: Any):
    page = open_page(new_page, live_server, PAGE, javascript=False)
    table = page.locator("#tile-formate table")
    assert not table.is_visible()
    page.locator("#tile-formate summary").click()
    assert table.is_visible()
    follow(table.get_by_role("link").first)
    assert "/dataset/?res_format=CSV" in page.url


def test_every_bar_can_be_reached_with_the_keyboard_and_shows_it(filled: None, live_server: Any, new_page: Any):
    page = open_page(new_page, live_server, PAGE)
    bar = page.locator("#tile-mitglieder .rvr-bar").first
    page.locator("#tile-mitglieder").evaluate("(tile) => { tile.tabIndex = -1; tile.focus(); }")
    page.keyboard.press("Tab")
    assert bar.evaluate("(bar) => bar === document.activeElement")
    assert bar.locator(".rvr-bar__room").evaluate("(room) => getComputedStyle(room).stroke") != "none"
    page.keyboard.press("Enter")
    page.wait_for_url("**/dataset/?organization=bochum")


def test_a_bar_is_as_long_as_its_number_says(filled: None, live_server: Any, new_page: Any):
    page = open_page(new_page, live_server, PAGE, width=320)
    widths = page.locator("#tile-mitglieder .rvr-bar__bar").evaluate_all(
        "(bars) => bars.map((bar) => bar.getBoundingClientRect().width)"
    )
    assert widths[1] == pytest.approx(widths[0] / 3, rel=0.02)


@pytest.mark.parametrize("width", [320, 1280])
def test_a_place_on_the_map_leads_to_its_datasets_without_javascript(
    filled: None, live_server: Any, new_page: Any, width: int
):
    page = open_page(new_page, live_server, "/", javascript=False, width=width)
    follow(page.locator('.rvr-region__town[aria-label^="Bochum"]'))
    assert page.locator("#rvr-result-head").inner_text().startswith("3 Datensätze")


def test_the_list_of_places_is_folded_on_a_phone_and_open_beside_the_map(filled: None, live_server: Any, new_page: Any):
    phone = open_page(new_page, live_server, "/", width=320)
    entry = phone.locator(".rvr-region__list a", has_text="Bochum")
    assert not entry.is_visible()
    phone.locator(".rvr-region__side summary").click()
    assert entry.is_visible()
    assert open_page(new_page, live_server, "/").locator(".rvr-region__list a", has_text="Bochum").is_visible()
