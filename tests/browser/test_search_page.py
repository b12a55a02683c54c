"""The search page with eyes, mouse, keyboard and without JavaScript: filters, counts, focus, the sentence that is read out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import search_scene
from in_browser import follow, go_back, watched

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

CARDS = ".rvr-results .rvr-card"
CSV, PDF, HERNE = "#facet-res_format-CSV", "#facet-res_format-PDF", "#facet-places-05916000"


@pytest.fixture
def opened(fill_once: Callable[..., None], live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Any]:
    fill_once(search_scene.fill)

    def make(path: str = "/dataset/", **options: Any) -> Any:
        page = watched(new_page(**options))
        page.goto(live_server.url + path, wait_until="load")
        return page

    return make


def _settled(page: Any, number: int) -> None:
    # not with a function in the page: the portal's security policy forbids eval
    if number:
        page.locator(CARDS).nth(number - 1).wait_for()
    page.locator(CARDS).nth(number).wait_for(state="detached")
    page.locator("body:not(:has(.htmx-request)):not(:has(.htmx-settling))").wait_for()


def _unfold(page: Any) -> None:
    page.locator("#inside-format_group-table > summary").click()


def test_a_tick_searches_at_once_says_the_new_number_and_keeps_the_focus(opened: Callable[..., Any]) -> None:
    page = opened()
    page.evaluate("window.sameDocument = true")
    _unfold(page)
    page.locator(CSV).check()
    _settled(page, 2)
    page.locator("#rvr-result-status", has_text="2 Datensätze, gefiltert nach CSV-Tabelle").wait_for(state="attached")
    assert page.evaluate("window.sameDocument")
    assert page.url.endswith("/dataset/?res_format=CSV")
    assert page.title().startswith("2 Datensätze, gefiltert nach CSV-Tabelle")
    assert page.evaluate("document.activeElement.id") == "facet-res_format-CSV"
    assert page.locator("#inside-format_group-table").evaluate("box => box.open")
    page.locator("#inside-format_group-document > summary").click()
    page.locator(PDF).check()
    _settled(page, 3)
    assert page.url.endswith("/dataset/?res_format=CSV&res_format=PDF")
    page.locator(HERNE).check()
    _settled(page, 2)
    go_back(page)
    _settled(page, 3)
    assert page.locator(CSV).is_checked()
    assert not page.locator(HERNE).is_checked()
    assert page.errors == []


def test_a_tick_made_before_the_scripts_have_come_searches_as_soon_as_they_are_there(
    opened: Callable[..., Any], live_server: Any
) -> None:
    page = opened("/about")
    held: list[Any] = []
    page.route("**/webassets/**/*.js*", lambda route: held.append(route) if not ticked else route.continue_())
    ticked = False
    page.goto(live_server.url + "/dataset/", wait_until="commit")
    page.locator(HERNE).check()
    ticked = True
    assert held, "the scripts must be late; otherwise there is nothing to test"
    for script in held:
        script.continue_()
    _settled(page, 2)
    assert page.url.endswith("/dataset/?places=05916000")
    assert page.locator(HERNE).is_checked()
    assert page.errors == []


def test_a_second_tick_before_the_answer_to_the_first_is_not_lost(opened: Callable[..., Any]) -> None:
    page = opened()
    page.evaluate(
        """() => ["facet-res_format-CSV", "facet-places-05916000"].forEach(id => document.getElementById(id).click())"""
    )
    _settled(page, 1)
    assert page.url.endswith("/dataset/?places=05916000&res_format=CSV")
    assert page.locator(CSV).is_checked()
    assert page.locator(HERNE).is_checked()
    # htmx tells the console that the first request was given up
    assert [error for error in page.errors if not error.startswith(("htmx:afterRequest", "htmx:sendAbort"))] == []


def test_everything_works_without_javascript(opened: Callable[..., Any], live_server: Any) -> None:
    page = opened(javascript=False)
    _unfold(page)
    page.locator(CSV).check()
    page.locator(HERNE).check()
    follow(page.locator("#rvr-apply-filters"))
    assert page.locator(CARDS).count() == 1
    assert page.locator(CSV).is_checked()
    follow(page.locator("#chip-places-05916000"))
    assert page.locator(CARDS).count() == 2
    page.locator("#field-giant-search").fill("Wälder in Hattingen")
    follow(page.locator("#chip-res_format-CSV"))
    page.locator("#field-giant-search").fill("Wälder in Hattingen")
    follow(page.locator("#rvr-search-submit"))
    assert page.locator(CARDS).count() == 1
    assert "Gilt für den ganzen Ennepe-Ruhr-Kreis" in page.locator(CARDS).inner_text()
    follow(page.locator("#facet-updated-year"))
    assert "updated=year" in page.url
    assert page.locator(CARDS).count() == 1


def test_without_javascript_the_filters_are_folded_on_a_phone_and_stand_beside_the_list_on_a_desk(
    opened: Callable[..., Any],
) -> None:
    phone = opened(javascript=False, width=320)
    assert not phone.locator(HERNE).is_visible()
    phone.locator("#rvr-filters > summary").click()
    assert phone.locator(HERNE).is_visible()
    desk = opened(javascript=False, width=1280)
    assert desk.locator(HERNE).is_visible()
    assert not desk.locator("#rvr-filters > summary").is_visible()


def test_a_long_list_of_choices_has_a_field_to_find_one(opened: Callable[..., Any]) -> None:
    page = opened()
    field = page.locator("#find-organization")
    field.fill("stelle 47")
    option = page.locator("#facet-organization-stelle-47")
    option.wait_for(state="visible")
    assert not page.locator("#facet-organization-herne").is_visible()
    option.check()
    _settled(page, 1)
    assert page.locator("#find-organization").input_value() == "stelle 47", "what was typed is still there"
    page.locator("#find-organization").fill("gibt es nicht")
    assert (
        page.locator("#facet-organization .rvr-find__none").inner_text() == "Einen solchen Eintrag gibt es hier nicht."
    )


STATES = ["/dataset/", "/dataset/?q=Radwege+in+Hattingen", "/dataset/?q=Spielpl%C3%A4tze+Hattingen&theme=REGI", "/dataset/?q=Essen",
          "/organization/herne?res_format=CSV"]  # fmt: skip


@pytest.mark.parametrize("path", [*STATES, *(f"/en{path}" for path in STATES[:2])])
def test_every_state_is_accessible_and_fits_every_screen(
    opened: Callable[..., Any], axe: Callable[[Any], list[str]], path: str
) -> None:
    page = opened(path)
    for width in (1280, 768, 320):
        page.set_viewport_size({"width": width, "height": 900})
        if width < 768:
            page.locator("#rvr-filters").evaluate("box => { box.open = true }")
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        if width != 768:
            assert axe(page) == []
    assert page.errors == []
