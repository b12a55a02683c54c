"""Where data lie, in the stewards' form: by place, by numbers, drawn with the mouse, by keyboard, without scripts."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from in_browser import follow

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

PASSWORD = "geheim-genug-1"
BOX, GEOM = "spatial_coverage-0-bbox", "spatial_coverage-0-geom"
SHAPE = {"type": "Polygon", "coordinates": [[[7.1234567891, 51.4], [7.3, 51.41], [7.2, 51.5], [7.1234567891, 51.4]]]}


def _fill() -> None:
    from ckan.tests import factories

    factories.User(name="datenpflege", password=PASSWORD)
    organization = factories.Organization(
        name="herne", title="Stadt Herne", users=[{"name": "datenpflege", "capacity": "editor"}]
    )
    own = {"owner_org": organization["id"], "notes": "Text", "places": ["05916000"]}
    factories.Dataset(name="baeume", title="Bäume", **own)
    factories.Dataset(
        name="wald", title="Wald", spatial_coverage=[{"text": "Wald", "geom": json.dumps(SHAPE), "uri": "http://x.example/w"}], **own
    )  # fmt: skip


@pytest.fixture
def form(fill_once: Callable[..., Any], live_server: Any, new_page: Callable[..., Any]) -> Callable[..., Any]:
    """A dataset's form, opened at the location."""
    fill_once(_fill)

    def opened(name: str, **options: Any) -> Any:
        page = new_page(**options)
        page.goto(live_server.url + "/user/login")
        page.fill("#field-login", "datenpflege")
        page.fill("#field-password", PASSWORD)
        page.get_by_role("button", name="Anmelden").click()
        page.wait_for_url(re.compile("(?<!login)$"))
        go(page, live_server.url, name)
        return page

    return opened


def go(page: Any, url: str, name: str) -> None:
    page.goto("about:blank")
    page.goto(f"{url}/dataset/edit/{name}#field-{BOX}")
    if page.evaluate("typeof L") != "undefined":
        page.wait_for_selector(".rvr-location__map .leaflet-container")


def number(page: Any, part: str) -> Any:
    return page.locator(f"[name='{GEOM if part in ('lon', 'lat') else BOX}.{part}']")


def degrees(page: Any, part: str) -> float:
    """What stands in a field, written as German does."""
    text = number(page, part).input_value()
    assert "." not in text
    return float(text.replace(",", "."))


def numbers(page: Any) -> list[float]:
    return [degrees(page, side) for side in ("west", "south", "east", "north")]


def status(page: Any) -> str:
    return page.locator("[data-rvr-location-status]").first.inner_text()


def save(page: Any) -> None:
    page.get_by_role("button", name="Änderungen veröffentlichen").last.click()
    page.wait_for_url(re.compile(r"/dataset/[a-z]+(#.*)?$"))


def stored(live_server: Any, name: str) -> list[dict[str, Any]]:
    found = json.loads(live_server.get(f"/api/3/action/package_show?id={name}")[1])["result"].get(
        "spatial_coverage", []
    )
    return [{part: value for part, value in row.items() if value} for row in found]


def picture(page: Any, name: str) -> None:
    """A picture for those who look at what they change: RVR_PICTURES=/tmp/pictures."""
    if folder := os.environ.get("RVR_PICTURES"):
        page.locator("#field-spatial_coverage").first.screenshot(path=f"{folder}/{name}.png")


def drag(page: Any, start: tuple[float, float], end: tuple[float, float]) -> None:
    area = page.locator(".rvr-location__map .leaflet-container").first.bounding_box()
    page.mouse.move(area["x"] + start[0] * area["width"], area["y"] + start[1] * area["height"])
    page.mouse.down()
    page.mouse.move(area["x"] + end[0] * area["width"], area["y"] + end[1] * area["height"], steps=6)
    page.mouse.up()


def swipe(page: Any, start: dict[str, float], end: dict[str, float]) -> None:
    """A finger across the screen, as the browser gets it from the device."""
    touch = page.context.new_cdp_session(page)
    touch.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [start]})
    for part in (0.25, 0.5, 0.75, 1):
        spot = {axis: start[axis] + part * (end[axis] - start[axis]) for axis in ("x", "y")}
        touch.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [spot]})
    touch.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})


def test_the_box_of_a_place_is_filled_in_shown_and_saved(form: Any, live_server: Any) -> None:
    page = form("baeume")
    assert page.locator("[data-rvr-place-box]").first.input_value() == "05916000", "the dataset's own place"
    page.locator("[data-rvr-place-box]").first.select_option(label="Hattingen")
    page.locator("[data-rvr-take-place]").first.click()
    assert status(page).startswith("Rechteck: West 7,")
    west, south, east, north = numbers(page)
    assert west < 7.18 < east
    assert south < 51.4 < north
    picture(page, "location-place-1280")
    save(page)
    (row,) = stored(live_server, "baeume")
    assert json.loads(row["bbox"])["coordinates"][0][0] == [west, south]


def test_a_box_is_drawn_moved_and_resized_with_the_mouse(form: Any) -> None:
    page = form("baeume")
    for side in ("west", "south", "east", "north"):
        number(page, side).fill("")
    page.get_by_role("button", name="Region zeigen").first.click()
    page.locator(".rvr-location__map").first.scroll_into_view_if_needed()
    page.get_by_role("button", name="Rechteck zeichnen").first.click()
    drag(page, (0.3, 0.3), (0.6, 0.6))
    first = numbers(page)
    assert first[0] < first[2]
    assert first[1] < first[3]
    middle = page.locator(".rvr-location__middle").first
    at = middle.bounding_box()
    middle.hover()
    page.mouse.down()
    page.mouse.move(at["x"] + 60, at["y"] + 9, steps=5)
    page.mouse.up()
    moved = numbers(page)
    assert moved[0] > first[0]
    assert moved[2] - moved[0] == pytest.approx(first[2] - first[0], abs=0.001)
    corner = page.locator(".rvr-location__corner").nth(2)
    at = corner.bounding_box()
    corner.hover()
    page.mouse.down()
    page.mouse.move(at["x"] + 40, at["y"] - 20, steps=5)
    page.mouse.up()
    larger = numbers(page)
    assert (larger[0], larger[1]) == (moved[0], moved[1])
    assert larger[2] > moved[2]
    assert larger[3] > moved[3]
    assert page.locator("path.rvr-location__box").count() == 1


def test_a_box_is_drawn_and_moved_with_a_finger_and_the_page_stays_where_it_is(form: Any) -> None:
    page = form("baeume", width=360, height=740, has_touch=True, is_mobile=True)
    for side in ("west", "south", "east", "north"):
        number(page, side).fill("")
    page.get_by_role("button", name="Region zeigen").first.tap()
    page.get_by_role("button", name="Rechteck zeichnen").first.tap()
    canvas = page.locator(".rvr-location__map .leaflet-container").first
    canvas.evaluate("element => element.scrollIntoView({ block: 'center', behavior: 'instant' })")
    scrolled = page.evaluate("scrollY")
    area = canvas.bounding_box()

    def spot(across: float, down: float) -> dict[str, float]:
        return {"x": area["x"] + across * area["width"], "y": area["y"] + down * area["height"]}

    swipe(page, spot(0.3, 0.3), spot(0.6, 0.6))
    first = numbers(page)
    assert first[0] < first[2]
    assert first[1] < first[3]
    assert page.evaluate("scrollY") == scrolled
    # the map goes to what was drawn: the box stands in its middle now
    at = page.locator(".rvr-location__middle").first.bounding_box()
    middle = {"x": at["x"] + at["width"] / 2, "y": at["y"] + at["height"] / 2}
    swipe(page, middle, {"x": middle["x"] + 40, "y": middle["y"] + 10})
    moved = numbers(page)
    assert moved[0] > first[0]
    assert moved[2] - moved[0] == pytest.approx(first[2] - first[0], abs=0.001)
    assert page.evaluate("scrollY") == scrolled
    picture(page, "location-finger-360")


def test_everything_is_done_by_keyboard_and_the_map_follows_the_numbers(form: Any) -> None:
    page = form("baeume", width=320)
    for side, value in {"west": "7,2", "south": "51,3", "east": "7,4", "north": "51,4"}.items():
        number(page, side).focus()
        page.keyboard.press("Control+a")
        page.keyboard.type(value)
    assert status(page) == "Rechteck: West 7,2, Süd 51,3, Ost 7,4, Nord 51,4"
    assert page.locator("path.rvr-location__box").is_visible()
    page.locator(".rvr-location__map .leaflet-container").first.focus()
    page.keyboard.press("+")
    page.get_by_role("button", name="Kartenausschnitt übernehmen").first.focus()
    page.keyboard.press("Enter")
    assert numbers(page) != [7.2, 51.3, 7.4, 51.4]
    page.get_by_role("button", name="Punkt in die Kartenmitte").first.focus()
    page.keyboard.press("Enter")
    west, south, east, north = numbers(page)
    assert west < degrees(page, "lon") < east
    assert south < degrees(page, "lat") < north
    assert "Punkt: Länge" in status(page)
    picture(page, "location-keyboard-320")


def test_a_stored_shape_is_shown_and_stays_to_the_last_digit(form: Any, live_server: Any) -> None:
    page = form("wald")
    before = stored(live_server, "wald")
    assert page.locator("path.rvr-location__shape").is_visible()
    assert page.locator(f"[name='{GEOM}.lon']").count() == 0
    picture(page, "location-shape-1280")
    save(page)
    assert stored(live_server, "wald") == before
    go(page, live_server.url, "wald")
    page.locator("[data-rvr-place-box]").first.select_option(label="Herne")
    page.locator("[data-rvr-take-place]").first.click()
    save(page)
    (row,) = stored(live_server, "wald")
    assert row.pop("bbox")
    assert [row] == before


def test_without_scripts_numbers_and_places_work_and_mistakes_stay_in_the_form(form: Any, live_server: Any) -> None:
    page = form("baeume", javascript=False, width=320)
    assert not page.locator(".rvr-location__map").first.is_visible()
    for side, value in {"west": "361000", "south": "5700000", "east": "372000", "north": "5710000"}.items():
        number(page, side).fill(value)
    follow(page.get_by_role("button", name="Änderungen veröffentlichen").last)
    assert "EPSG:25832" in page.locator(f"#field-{BOX}-error").inner_text()
    assert number(page, "west").input_value() == "361000"
    number(page, "north").fill("")
    follow(page.get_by_role("button", name="Änderungen veröffentlichen").last)
    assert "alle vier Seiten" in page.locator(f"#field-{BOX}-error").inner_text()
    assert number(page, "east").input_value() == "372000"
    page.locator("[data-rvr-place-box]").first.select_option(label="Bönen")
    follow(page.locator("[data-rvr-take-place]").first)
    assert "Das Rechteck des Ortes ist eingetragen." in page.locator(f"#field-{BOX}").inner_text()
    taken = numbers(page)
    assert taken[0] < 7.76 < taken[2]
    number(page, "lon").fill("7,76")
    number(page, "lat").fill("51,6")
    save(page)
    (row,) = stored(live_server, "baeume")
    assert json.loads(row["geom"]) == {"type": "Point", "coordinates": [7.76, 51.6]}
    assert json.loads(row["bbox"])["coordinates"][0][0] == taken[:2]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_location_has_no_barrier(form: Any, live_server: Any, axe: Any, width: int) -> None:
    page = form("wald", width=width)
    for language in ("", "/en"):
        go(page, live_server.url + language, "wald")
        page.evaluate("document.querySelectorAll('.rvr-step details').forEach((fold) => { fold.open = true })")
        assert axe(page) == []
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    picture(page, f"location-en-{width}")


def test_the_script_of_the_map_is_loaded_on_the_form_only(form: Any, live_server: Any) -> None:
    page = form("baeume")
    assert "location_map.js" in page.content()
    for path in ("/dataset/baeume", "/dataset/", "/map"):
        assert "location_map.js" not in live_server.get(path)[1]
