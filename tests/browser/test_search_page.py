"""The search page with eyes, mouse, keyboard and without JavaScript: filters, counts, focus, the sentence that is read out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
CARDS = ".rvr-results .rvr-card"
CSV, PDF, HERNE = "#facet-res_format-CSV", "#facet-res_format-PDF", "#facet-places-05916000"


def _fill() -> None:
    herne = factories.Organization(name="herne", title="Stadt Herne")
    kreis = factories.Organization(name="ennepe-ruhr-kreis", title="Ennepe-Ruhr-Kreis")
    rows = [
        ("Radwege der Stadt", herne, "CSV", "TRAN"), ("Spielplätze der Stadt", herne, "PDF", "REGI"),
        ("Radwege des Kreises", kreis, "CSV", "TRAN"), ("Wälder des Kreises", kreis, "GEOJSON", "ENVI"),
    ]  # fmt: skip
    for title, org, kind, theme in rows:
        factories.Dataset(
            title=title, notes=f"Beschreibung: {title}.", owner_org=org["id"], theme=[THEME + theme], modified="2026-01-02",
            temporal_coverage=[{"start": "2019", "end": "2021"}],
            resources=[{"url": "https://x.example/a", "format": kind, "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"}],
        )  # fmt: skip
    for number in range(18):
        org = factories.Organization(name=f"stelle-{number}", title=f"Stelle {number}")
        factories.Dataset(title=f"Liste {number}", notes="Eine Liste.", owner_org=org["id"], places=["ruhr"])


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
    page.go_back(wait_until="load")
    _settled(page, 3)
    assert page.locator(CSV).is_checked()
    assert not page.locator(HERNE).is_checked()
    assert page.errors == []


def test_everything_works_with_the_keyboard_alone(opened: Callable[..., Any]) -> None:
    page = opened("/dataset/?q=Radwege")
    _settled(page, 2)
    page.locator(HERNE).focus()
    page.keyboard.press("Space")
    _settled(page, 1)
    assert page.evaluate("document.activeElement.id") == "facet-places-05916000"
    page.keyboard.press("Space")
    _settled(page, 2)
    page.locator("#field-order-by").focus()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp"):
        page.keyboard.press(key)
    page.locator("#period_from").focus()
    page.keyboard.type("2022")
    assert "sort=" not in page.url
    assert page.locator(CARDS).count() == 2, "neither the arrows in a select nor typing searches by itself"
    page.keyboard.press("Enter")
    _settled(page, 0)
    assert "sort=newest" in page.url
    assert "period_from=2022" in page.url
    page.locator("#chip-period_from-2022").focus()
    page.keyboard.press("Enter")
    _settled(page, 2)
    assert page.evaluate("document.activeElement !== document.body")
    assert page.errors == []


def test_everything_works_without_javascript(opened: Callable[..., Any], live_server: Any) -> None:
    page = opened(javascript=False)
    _unfold(page)
    page.locator(CSV).check()
    page.locator(HERNE).check()
    page.locator("#rvr-apply-filters").click()
    assert page.locator(CARDS).count() == 1
    assert page.locator(CSV).is_checked()
    page.locator("#chip-places-05916000").click()
    assert page.locator(CARDS).count() == 2
    page.locator("#field-giant-search").fill("Wälder in Hattingen")
    page.locator("#chip-res_format-CSV").click()
    page.locator("#field-giant-search").fill("Wälder in Hattingen")
    page.locator("#rvr-search-submit").click()
    assert page.locator(CARDS).count() == 1
    assert "Gilt für den ganzen Ennepe-Ruhr-Kreis" in page.locator(CARDS).inner_text()
    page.locator("#facet-updated-year").click()
    assert "updated=year" in page.url
    assert page.locator(CARDS).count() == 1


def test_a_long_list_of_choices_has_a_field_to_find_one(opened: Callable[..., Any]) -> None:
    page = opened()
    field = page.locator("#find-organization")
    field.fill("stelle 17")
    option = page.locator("#facet-organization-stelle-17")
    option.wait_for(state="visible")
    assert not page.locator("#facet-organization-herne").is_visible()
    option.check()
    _settled(page, 1)
    assert page.locator("#find-organization").input_value() == "stelle 17", "what was typed is still there"
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


def test_a_hundred_ticks_leave_no_listener_behind(opened: Callable[..., Any]) -> None:
    page = opened()
    devtools = page.context.new_cdp_session(page)
    devtools.send("Performance.enable")

    def listeners() -> float:
        devtools.send("HeapProfiler.collectGarbage")
        found = devtools.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in found if one["name"] == "JSEventListeners")

    def tick(times: int) -> None:
        for _ in range(times):
            with page.expect_response(lambda answer: "/dataset/" in answer.url):
                page.locator(HERNE).click()
            page.locator("body:not(:has(.htmx-request)):not(:has(.htmx-settling))").wait_for()

    tick(10)
    before = listeners()
    tick(100)
    assert listeners() <= before + 20
    assert page.errors == []
