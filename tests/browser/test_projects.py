"""The project pages in a real browser: map and list together, keyboard, without JavaScript, WCAG."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

LIST = "/smart-city-project/"
PROJECTS = [
    {"title": "Kluge Laternen", "places": ["05113000"], "phase": "pilot", "seeking_partners": "true"},
    {"title": "Beteiligung mit Karte", "places": ["05113000"], "phase": "operation"},
    {"title": "Rufbus", "places": ["05911000", "05916000"], "phase": "idea", "lon": "7.21", "lat": "51.48"},
    {"title": "Pegel an der Emscher", "places": ["05562020"], "phase": "discontinued", "status_reason": "Zu ungenau."},
]


@pytest.fixture
def projects(
    clean_db: None, clean_index: None, make_project: Callable[..., dict[str, Any]]
) -> Iterator[list[dict[str, Any]]]:
    return [make_project(**fields) for fields in PROJECTS]


@pytest.fixture
def make_project(make_organization: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    from ckan.tests import factories
    from ckan.tests.helpers import call_action

    home: dict[str, str] = {}
    who = {"user": factories.Sysadmin()["name"]}

    def make(**fields: Any) -> dict[str, Any]:
        home.setdefault("id", "") or home.update(id=make_organization(name="essen", title="Essen")["id"])
        base = {"type": "smart-city-project", "owner_org": home["id"], "summary": "Kurz.", "field_of_action": "energy"}
        return call_action("package_create", context=dict(who), **{**base, **fields})

    return make


def card_titles(page: Any) -> list[str]:
    return page.locator(".rvr-map__list .rvr-card__title a, .rvr-project-list .rvr-card__title a").all_inner_texts()


def test_map_and_list_show_the_same_projects_and_nothing_is_fetched_from_elsewhere(
    live_server: Any, new_page: Any, projects: list[dict[str, Any]]
) -> None:
    page = new_page()
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: None if request.url.startswith((live_server.url, "data:")) else foreign.append(request.url),
    )
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.goto(live_server.url + LIST)
    listed = card_titles(page)
    page.goto(live_server.url + LIST + "map")
    page.wait_for_selector(".rvr-map__marker")
    assert card_titles(page) == listed
    assert sorted(listed) == sorted(project["title"] for project in projects)

    reachable: set[str] = set()
    for marker in page.locator(".rvr-map__marker").all():
        marker.focus()
        page.keyboard.press("Enter")
        page.wait_for_selector(".rvr-map__popup a")
        reachable |= set(page.locator(".rvr-map__popup a").all_inner_texts())
        page.keyboard.press("Escape")
        page.wait_for_selector(".rvr-map__popup", state="detached")
    assert reachable == set(listed)
    assert (foreign, errors) == ([], [])


def test_the_keyboard_opens_a_mark_and_comes_back_to_it(
    live_server: Any, new_page: Any, projects: list[dict[str, Any]]
) -> None:
    page = new_page()
    page.goto(live_server.url + LIST + "map")
    marker = page.locator(".rvr-map__marker--many").first
    marker.focus()
    assert "2 Projekte" in marker.get_attribute("aria-label")
    page.keyboard.press("Enter")
    page.wait_for_selector(".rvr-map__popup a:focus")
    page.keyboard.press("Escape")
    page.wait_for_selector(".rvr-map__marker--many:focus")


def test_a_list_entry_shows_itself_on_the_map(live_server: Any, new_page: Any, projects: list[dict[str, Any]]) -> None:
    page = new_page()
    page.goto(live_server.url + LIST + "map")
    page.get_by_role("button", name="Auf der Karte zeigen: Rufbus").click()
    page.wait_for_selector(".rvr-map__popup")
    assert "Rufbus" in page.locator(".rvr-map__popup a").all_inner_texts()


def test_without_javascript_there_is_a_drawing_and_the_whole_list(
    live_server: Any, new_page: Any, projects: list[dict[str, Any]]
) -> None:
    page = new_page(javascript=False)
    page.goto(live_server.url + LIST + "map")
    assert page.locator("svg.rvr-map__drawing .rvr-map__marks circle").count() >= 2
    assert len(card_titles(page)) == len(projects)
    page.goto(live_server.url + LIST)
    page.get_by_role("link", name="Pilot", exact=False).first.click()
    assert card_titles(page) == ["Kluge Laternen"]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_project_pages_have_no_accessibility_violation_and_fit_the_screen(
    live_server: Any, new_page: Any, axe: Any, projects: list[dict[str, Any]], width: int
) -> None:
    page = new_page(width=width)
    for path in ("", "?phase=pilot", "?q=xyzzy", "map", projects[0]["name"], projects[3]["name"]):
        page.goto(live_server.url + LIST + path)
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.goto(live_server.url + LIST + "map")
    page.locator(".rvr-map__marker--many").first.click()
    page.wait_for_selector(".rvr-map__popup a")
    assert axe(page) == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_form_says_what_is_missing_beside_the_fields(
    live_server: Any, new_page: Any, axe: Any, clean_db: None, clean_index: None, width: int
) -> None:
    from ckan.tests import factories

    user = factories.UserWithToken(password="pflege-1234")
    factories.Organization(name="essen", title="Essen", users=[{"name": user["name"], "capacity": "editor"}])
    page = new_page(width=width, extra_http_headers={"Authorization": user["token"]})
    page.goto(live_server.url + LIST + "new")
    assert axe(page) == []
    page.get_by_role("button", name="Projekt veröffentlichen").click()
    page.wait_for_selector("#form-errors")
    assert page.locator("#field-title").get_attribute("aria-invalid") == "true"
    assert "Bitte geben Sie dem Projekt einen Titel." in page.locator("#field-title-error").inner_text()
    assert axe(page) == []
    page.get_by_role("button", name="Noch eine Zeile: Partner").click()
    assert page.locator("#field-partners .rvr-form-row").count() == 2
    assert json.loads(page.evaluate("JSON.stringify(document.documentElement.scrollWidth)")) <= width
