"""The map of a search in a real browser: marks and list together, by keyboard, after htmx, without JavaScript, WCAG."""

from __future__ import annotations

import base64
import html
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

HERNE, BOCHUM, HATTINGEN = "05916000", "05911000", "05954016"
ROOT = Path(__file__).resolve().parents[2]
_PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)


@pytest.fixture
def datasets(fill_once: Callable[..., Any]) -> list[dict[str, Any]]:
    """Five datasets in three towns, one of the whole region."""
    return fill_once(_fill)


def _fill() -> list[dict[str, Any]]:
    from ckan.tests import factories

    organization = factories.Organization(name="herne", title="Stadt Herne")
    places = {"Bäume": HERNE, "Bänke": HERNE, "Wege": BOCHUM, "Zählstellen": HATTINGEN, "Überblick": "ruhr"}
    return [
        factories.Dataset(owner_org=organization["id"], title=title, places=[place]) for title, place in places.items()
    ]


@pytest.fixture
def on_map(datasets: list[dict[str, Any]], new_page: Any, live_server: Any) -> Any:
    page = new_page()
    page.goto(live_server.url + "/map")
    page.wait_for_selector("[data-rvr-cell]")
    return page


def counts(page: Any) -> int:
    """Datasets behind all marks together, by what the marks are called."""
    labels = page.eval_on_selector_all("[data-rvr-cell]", "all => all.map(one => one.getAttribute('aria-label'))")
    return sum(int(match[0]) for label in labels if (match := re.match(r"\d+", label)))


def titles(page: Any) -> list[str]:
    return page.locator("#search-results h3 a").all_inner_texts()


def test_the_marks_count_what_the_list_holds_but_for_the_region(on_map: Any):
    assert counts(on_map) == 4
    assert len(titles(on_map)) == 5
    assert "1 davon" in on_map.locator("[data-rvr-unlocated]").inner_text()


def test_a_mark_opens_by_keyboard_names_its_datasets_and_gives_the_focus_back(on_map: Any):
    mark = on_map.locator("[data-rvr-cell]").filter(has_text="2")
    mark.focus()
    on_map.keyboard.press("Enter")
    on_map.wait_for_selector(".rvr-map__popup a")
    assert set(on_map.locator(".rvr-map__popup a").all_inner_texts()) == {"Bäume", "Bänke"}
    on_map.wait_for_function("() => document.activeElement.closest('.rvr-map__popup')")
    on_map.keyboard.press("Escape")
    on_map.wait_for_function("() => document.activeElement.dataset.rvrCell")


def test_a_search_changes_list_and_marks_and_the_map_stays_one(on_map: Any):
    on_map.fill("#field-giant-search", "Wege")
    on_map.keyboard.press("Enter")
    on_map.wait_for_function("() => document.querySelectorAll('[data-rvr-cell]').length === 1")
    assert titles(on_map) == ["Wege"]
    assert on_map.locator(".leaflet-container").count() == 1
    assert on_map.evaluate("document.getElementById('rvr-result-status').textContent").startswith("1 Datensatz")


class Inside:
    """What is alive in a page, as the browser's own tools count it."""

    def __init__(self, page: Any) -> None:
        self._tools = page.context.new_cdp_session(page)
        self._tools.send("Performance.enable")

    def all_listeners(self) -> float:
        """Listeners of all nodes, those in the page and those that something still holds."""
        self._tools.send("HeapProfiler.collectGarbage")
        found = self._tools.send("Performance.getMetrics")["metrics"]
        return next(one["value"] for one in found if one["name"] == "JSEventListeners")

    def listeners(self) -> dict[str, int]:
        """Listeners of what stays in the page through all swaps."""
        names = ("window", "document", "document.body", "document.querySelector('.leaflet-container')")
        return {name: len(self._ask(name, "DOMDebugger.getEventListeners", "objectId")["listeners"]) for name in names}

    def maps(self) -> int:
        """Maps of Leaflet, those in the page and those that something still holds."""
        found = self._ask("L.Map.prototype", "Runtime.queryObjects", "prototypeObjectId")["objects"]["objectId"]
        count = {"objectId": found, "functionDeclaration": "function () { return this.length; }"}
        return self._tools.send("Runtime.callFunctionOn", {**count, "returnByValue": True})["result"]["value"]

    def _ask(self, expression: str, method: str, argument: str) -> dict[str, Any]:
        thing = self._tools.send("Runtime.evaluate", {"expression": expression})["result"]["objectId"]
        return self._tools.send(method, {argument: thing})


def test_a_hundred_ticks_leave_one_map_and_no_listener_behind(on_map: Any):
    on_map.locator("#rvr-filters > summary").click()
    box = on_map.locator("#facet-places-05916000")

    def tick(times: int) -> None:
        for _ in range(times):
            with on_map.expect_response(lambda answer: "/clusters.json" in answer.url):
                box.click()
            on_map.locator("body:not(:has(.htmx-request)):not(:has(.htmx-settling))").wait_for()

    tick(10)
    inside = Inside(on_map)
    before, kept = inside.all_listeners(), inside.listeners()
    nodes = on_map.evaluate("document.querySelectorAll('*').length")
    tick(100)
    assert inside.maps() == 1
    assert on_map.locator(".leaflet-container").count() == 1
    assert inside.listeners() == kept
    assert min(kept.values()) > 0, "nothing was counted"
    # a few come and go with what the browser has not collected yet; one for each tick would be a hundred
    assert inside.all_listeners() <= before + 20
    assert on_map.evaluate("document.querySelectorAll('*').length") <= nodes + 50


def test_the_section_of_the_map_becomes_the_list(on_map: Any):
    mark = on_map.locator("[data-rvr-cell][aria-label*='Hattingen']")
    mark.focus()
    for _ in range(4):
        on_map.locator(".leaflet-container").press("+")
    on_map.get_by_role("button", name="Ausschnitt übernehmen").click()
    on_map.wait_for_url(re.compile("bbox="))
    on_map.wait_for_selector("[data-rvr-cell]")
    assert "Überblick" in titles(on_map)
    assert len(titles(on_map)) <= 5


def test_place_and_section_are_chosen_by_keyboard_alone(on_map: Any):
    on_map.locator("#rvr-box > summary").focus()
    on_map.keyboard.press("Enter")
    on_map.keyboard.press("Tab")
    on_map.keyboard.type("Hattingen")
    on_map.keyboard.press("Enter")
    on_map.wait_for_url(re.compile("places="))
    assert titles(on_map) == ["Zählstellen"]


def test_without_javascript_the_marks_are_links_and_the_list_is_there(
    datasets: list[dict[str, Any]], new_page: Any, live_server: Any
):
    page = new_page(javascript=False, width=320)
    page.goto(live_server.url + "/map")
    page.locator(".rvr-map__marks a", has_text="2").first.focus()
    page.keyboard.press("Enter")
    page.wait_for_url(re.compile("cell="))
    assert set(titles(page)) == {"Bäume", "Bänke"}


@pytest.mark.parametrize("width", [320, 768, 1280])
def test_the_map_has_no_barriers_in_both_languages(
    datasets: list[dict[str, Any]], new_page: Any, live_server: Any, axe: Any, width: int
):
    page = new_page(width=width)
    for language in ("", "/en"):
        page.goto(f"{live_server.url}{language}/map?places={HERNE}")
        page.wait_for_selector("[data-rvr-cell]")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert page.locator("#rvr-result-head").is_visible()


LAYERS = ["rvr_light", "basemap_grau", "rvr_luftbild"]


def test_chosen_layers_lie_under_the_map_and_are_changed_by_keyboard(
    datasets: list[dict[str, Any]], new_page: Any, live_server: Any, axe: Any
):
    """The settings of the live server name no layer: the page gets them on the way, and the layers come from here."""
    layers = yaml.safe_load((ROOT / "ckanext/rvr_portal/data/map_layers.yaml").read_text("utf-8"))
    chosen = html.escape(json.dumps([{"layers": "", **layers[name], "title": name} for name in LAYERS]), quote=True)
    page = new_page(bypass_csp=True)
    asked: list[str] = []

    def tile(route: Any) -> None:
        asked.append(route.request.url)
        route.fulfill(body=_PIXEL, content_type="image/png")

    def document(route: Any) -> None:
        answer = route.fetch()
        body = answer.text().replace(
            "data-rvr-search-map", f'data-rvr-search-map data-layers="{chosen}" data-text-layer="Ebene"', 1
        )
        route.fulfill(response=answer, body=body)

    page.route(re.compile("metropoleruhr|geodatenzentrum"), tile)
    page.route(live_server.url + "/map", document)
    page.goto(live_server.url + "/map")
    page.wait_for_selector("img.leaflet-tile-loaded")
    assert re.search(r"LAYER=spw2_light&.*TILEMATRIX=9&TILEROW=\d+&TILECOL=\d+$", asked[0])
    assert "Regionalverband Ruhr" in page.locator(".leaflet-control-attribution").inner_text()
    assert axe(page) == []
    for key, pattern in {
        "b": r"web_raster_grau/default/GLOBAL_WEBMERCATOR/09/\d+/\d+\.png$",
        "r": r"dop/dop\?.*request=GetMap.*layers=dop",
    }.items():
        with page.expect_request(re.compile(pattern)):
            page.locator(".rvr-map__layers select").focus()
            page.keyboard.press("ArrowDown" if key == "b" else "End")
        page.wait_for_selector("img.leaflet-tile-loaded")
    assert "basemap" not in page.locator(".leaflet-control-attribution").inner_text()
    assert page.evaluate("document.querySelector('.leaflet-tile-pane').children.length") == 1
