"""Suggestions with eyes: mouse, keyboard, screen reader, phone, two languages, and none of it without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
HERNE, BOCHUM = "05916000", "05911000"
FIELD, FRONT = "#field-giant-search", "#front-q"
LABEL = ".rvr-suggest__label"
CARDS = ".rvr-results .rvr-card"


def _fill() -> None:
    herne = factories.Organization(name="herne", title="Stadt Herne")
    for title, places in (
        ("Spielplätze", HERNE),
        ("Alle Spielplätze mit Geräten", BOCHUM),
        ("Radwege", HERNE),
        ("Hebesätze", HERNE),
    ):
        factories.Dataset(
            title=title, notes=f"Beschreibung: {title}.", owner_org=herne["id"], places=[places], theme=[THEME + "TRAN"],
            tags=[{"name": "Wassertiefe"}], resources=[{"url": "https://x.example/tiefen_2024.csv", "format": "CSV", "name": "Tiefen"}],
        )  # fmt: skip


@pytest.fixture
def opened(fill_once: Callable[..., None], live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Any]:
    fill_once(_fill)

    def make(path: str = "/dataset/", **options: Any) -> Any:
        page = new_page(**options)
        page.errors = []
        page.on("pageerror", lambda error: page.errors.append(str(error)))
        page.on("console", lambda message: page.errors.append(message.text) if message.type == "error" else None)
        page.goto(live_server.url + path, wait_until="load")
        return page

    return make


def _type(page: Any, text: str, field: str = FIELD) -> Any:
    page.locator(field).press_sequentially(text)
    options = page.locator(f"{field}-list [role=option]")
    options.first.wait_for()
    return options


def _settled(page: Any, number: int) -> None:
    if number:
        page.locator(CARDS).nth(number - 1).wait_for()
    page.locator(CARDS).nth(number).wait_for(state="detached")
    page.locator("body:not(:has(.htmx-request)):not(:has(.htmx-settling))").wait_for()


def test_a_click_on_a_dataset_opens_its_page(opened: Callable[..., Any]) -> None:
    page = opened("/")
    options = _type(page, "spielpl", FRONT)
    assert options.locator(LABEL).all_inner_texts() == ["Spielplätze", "Alle Spielplätze mit Geräten"]
    assert page.get_by_role("option", name=re.compile(r"^Datensatz\s*: Spielplätze\s*, Stadt Herne$")).count() == 1
    options.first.click()
    page.wait_for_url(re.compile(r"/dataset/[^?/]+$"))
    assert "Spielplätze" in page.locator("h1").inner_text()
    assert page.errors == []


def test_a_click_on_a_place_sets_a_filter_and_keeps_words_and_filters(opened: Callable[..., Any]) -> None:
    page = opened("/dataset/?theme=TRAN")
    page.evaluate("window.sameDocument = true")
    options = _type(page, "spielplätze in boc")
    assert options.first.locator(LABEL).inner_text() == "Bochum"
    page.get_by_role("option", name=re.compile(r"^Ort\s*: Bochum\s*, mit den Wörtern „spielplätze“$")).click()
    _settled(page, 1)
    assert page.evaluate("window.sameDocument"), "only parts of the page change"
    assert page.url.split("?")[1] == f"q=spielpl%C3%A4tze&places={BOCHUM}&theme=TRAN"
    assert page.locator(FIELD).input_value() == "spielplätze"
    page.locator(f"#chip-places-{BOCHUM}").click()
    _settled(page, 2)
    assert page.errors == []


def test_on_the_front_page_a_place_leads_to_its_datasets(opened: Callable[..., Any]) -> None:
    page = opened("/")
    _type(page, "herne", FRONT).filter(has_text="Ort").click()
    page.wait_for_url(f"**/dataset/?places={HERNE}")
    assert page.locator(CARDS).count() == 3


def test_everything_works_with_the_keyboard_alone(opened: Callable[..., Any]) -> None:
    page = opened()
    field = page.locator(FIELD)
    field.focus()
    options = _type(page, "he")
    names = options.all_inner_texts()
    assert field.get_attribute("aria-expanded") == "true"
    assert page.locator(f"{FIELD}-status").inner_text() == f"{len(names)} Vorschläge. Auswahl mit den Pfeiltasten."
    page.keyboard.press("ArrowDown")
    first = field.get_attribute("aria-activedescendant")
    assert page.locator(f"#{first}").get_attribute("aria-selected") == "true"
    assert page.locator("[role=option][aria-selected=true]").count() == 1
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") is None, "before the first is the field itself"
    page.keyboard.press("ArrowUp")
    assert field.get_attribute("aria-activedescendant") == f"field-giant-search-list-{len(names) - 1}"
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    assert field.get_attribute("aria-expanded") == "false"
    assert not page.locator(f"{FIELD}-list").is_visible()
    assert field.input_value() == "he"
    page.keyboard.press("ArrowDown")
    options.first.wait_for()
    page.keyboard.press("ArrowDown")
    assert "Herne" in page.locator("[aria-selected=true]").inner_text()
    page.keyboard.press("Enter")
    _settled(page, 3)
    assert page.url.endswith(f"places={HERNE}")
    assert page.evaluate("document.activeElement.id") == "field-giant-search"
    assert not page.locator(f"{FIELD}-list").is_visible()
    assert page.errors == []


def test_enter_without_a_choice_searches_the_text(opened: Callable[..., Any]) -> None:
    page = opened()
    _type(page, "spielplätze")
    page.keyboard.press("Enter")
    _settled(page, 2)
    assert page.url.endswith("?q=spielpl%C3%A4tze")
    assert page.locator(FIELD).get_attribute("aria-expanded") == "false"
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.id") == "rvr-search-submit"


def test_only_the_last_of_several_letters_is_asked_for_and_a_late_answer_is_dropped(opened: Callable[..., Any]) -> None:
    page = opened()
    asked: list[str] = []
    held: list[Any] = []

    def answer(route: Any) -> None:
        asked.append(route.request.url.rpartition("q=")[2])
        if len(asked) == 1:
            held.append(route)
        else:
            route.continue_()

    page.route("**/suggest.json*", answer)
    with page.expect_request("**/suggest.json*"):
        page.locator(FIELD).press_sequentially("rad", delay=1)
    _type(page, "w")
    assert asked == ["rad", "radw"]
    assert page.locator(f"{FIELD}-list {LABEL}").first.inner_text() == "Radwege"
    page.locator(FIELD).fill("")
    page.locator(f"{FIELD}-list [role=option]").first.wait_for(state="detached")
    assert page.locator(f"{FIELD}-status").inner_text() == ""
    assert page.errors == []


def test_when_no_answer_comes_the_search_still_works(opened: Callable[..., Any]) -> None:
    page = opened()
    page.route("**/suggest.json*", lambda route: route.abort())
    with page.expect_request("**/suggest.json*"):
        page.locator(FIELD).press_sequentially("radwege")
    page.keyboard.press("Enter")
    _settled(page, 1)


def test_without_javascript_the_field_is_the_search_it_was(opened: Callable[..., Any]) -> None:
    page = opened("/", javascript=False)
    field = page.locator(FRONT)
    assert (field.get_attribute("type"), field.get_attribute("role")) == ("search", None)
    field.fill("Radwege")
    with page.expect_navigation():
        field.press("Enter")
    assert page.locator(CARDS).count() == 1


def test_leaving_the_field_closes_the_list(opened: Callable[..., Any]) -> None:
    page = opened("/map")
    _type(page, "spielpl")
    page.keyboard.press("Tab")
    assert not page.locator(f"{FIELD}-list").is_visible()


@pytest.mark.parametrize("path", ["/", "/dataset/", "/en/dataset/", "/map", "/organization/herne", "/organization/"])
def test_the_open_list_is_accessible_and_fits_every_screen(
    opened: Callable[..., Any], axe: Callable[[Any], list[str]], path: str
) -> None:
    page = opened(path)
    field = {"/": FRONT, "/organization/": "#header-q"}.get(path, FIELD)
    options = _type(page, "spielpl", field)
    page.keyboard.press("ArrowDown")
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator(f"{field}-list").bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width
        assert box["width"] >= 240
        # nothing of the page, e.g. the map, lies over it
        for option in options.all():
            middle = option.bounding_box()
            point = [middle["x"] + middle["width"] / 2, middle["y"] + middle["height"] / 2]
            assert page.evaluate("([x, y]) => Boolean(document.elementFromPoint(x, y).closest('.rvr-suggest'))", point)
        assert axe(page) == []
    kind = "Dataset" if path.startswith("/en") else "Datensatz"
    assert page.get_by_role("option", name=re.compile(rf"^{kind}\s*: Spielplätze")).count() == 1
    status = (
        "2 suggestions. Choose with the arrow keys."
        if path.startswith("/en")
        else "2 Vorschläge. Auswahl mit den Pfeiltasten."
    )
    assert page.locator(f"{field}-status").inner_text() == status
    assert page.errors == []


def test_every_other_page_has_a_field_in_its_head(opened: Callable[..., Any]) -> None:
    page = opened("/organization/")
    _type(page, "spielpl", "#header-q")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile(r"/dataset/[^?/]+$"))
    page.locator("#header-q").fill("Radwege")
    page.locator("#header-q").press("Enter")
    page.wait_for_url("**/dataset/?q=Radwege")
    assert page.locator("#header-q").count() == 0, "here the page's own field is enough"
    assert page.errors == []


@pytest.mark.parametrize(
    ("path", "sentence"),
    [
        ("/dataset/?q=Wassertiefen", "Treffer im Schlagwort: Wassertiefe"),
        ("/en/dataset/?q=Wassertiefen", "Found in the keyword: Wassertiefe"),
        ("/dataset/?q=Radwege+Tiefen", "Treffer in der Datei: Tiefen"),
    ],
)
@pytest.mark.parametrize("javascript", [True, False])
def test_a_hit_says_where_the_word_stands_that_its_text_does_not_show(
    opened: Callable[..., Any], axe: Callable[[Any], list[str]], path: str, sentence: str, javascript: bool
) -> None:
    page = opened(path, javascript=javascript)
    assert page.locator(".rvr-card__why").first.inner_text() == sentence
    if javascript:
        page.set_viewport_size({"width": 320, "height": 900})
        assert page.evaluate("document.documentElement.scrollWidth") <= 320
        assert axe(page) == []


def test_a_hit_whose_title_shows_the_words_says_nothing_more(opened: Callable[..., Any]) -> None:
    page = opened("/dataset/?q=Spielplätze")
    assert page.locator(CARDS).count() == 2
    assert page.locator(".rvr-card__why").count() == 0
