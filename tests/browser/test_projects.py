"""The project pages in a real browser: map and list together, keyboard, without JavaScript, WCAG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_browser import PASSWORD, follow, log_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

LIST = "/smart-city-project/"
PROJECTS = [
    {"title": "Kluge Laternen", "places": ["05113000"], "phase": "pilot", "seeking_partners": "true"},
    {"title": "Beteiligung mit Karte", "places": ["05113000"], "phase": "operation"},
    {"title": "Rufbus", "places": ["05911000", "05916000"], "phase": "idea", "lon": "7.21", "lat": "51.48"},
    {"title": "Pegel an der Emscher", "places": ["05562020"], "phase": "discontinued", "status_reason": "Zu ungenau."},
]


@pytest.fixture
def projects(fill_once: Callable[..., Any]) -> list[dict[str, Any]]:
    """Four projects of Essen and a person who writes for it."""
    return fill_once(_fill)


def _fill() -> list[dict[str, Any]]:
    from ckan.tests import factories
    from ckan.tests.helpers import call_action

    factories.User(name="projektpflege", password=PASSWORD)
    essen = factories.Organization(name="essen", title="Essen", users=[{"name": "projektpflege", "capacity": "editor"}])
    who = {"user": factories.Sysadmin()["name"]}
    base = {
        "type": "smart-city-project",
        "owner_org": essen["id"],
        "summary": "Kurz gesagt.",
        "field_of_action": "energy",
    }
    return [call_action("package_create", context=dict(who), **{**base, **fields}) for fields in PROJECTS]


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
    page.get_by_role("button", name="Auf der Karte zeigen: Rufbus").press("Enter")
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
    follow(page.get_by_role("link", name="Pilot", exact=False).first)
    assert card_titles(page) == ["Kluge Laternen"]


@pytest.mark.parametrize("width", [320, 1280])
def test_the_project_pages_have_no_accessibility_violation_and_fit_the_screen(
    live_server: Any, new_page: Any, axe: Any, projects: list[dict[str, Any]], width: int
) -> None:
    page = new_page(width=width, reduced_motion="reduce")  # nothing half faded in while colours are measured
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
    live_server: Any, new_page: Any, axe: Any, projects: list[dict[str, Any]], width: int
) -> None:
    page = new_page(width=width)
    log_in(page, live_server.url, "projektpflege")
    page.goto(live_server.url + LIST + "new")
    assert axe(page) == []
    follow(page.get_by_role("button", name="Projekt veröffentlichen"))
    page.wait_for_selector("#form-errors")
    assert page.locator("#field-title").get_attribute("aria-invalid") == "true"
    assert "Bitte geben Sie dem Projekt einen Titel." in page.locator("#field-title-error").inner_text()
    assert axe(page) == []
    follow(page.locator('button[name="more"][value="partners"]'))
    assert page.locator("#field-partners .rvr-form-row").count() == 2
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    page.goto(f"{live_server.url}{LIST}edit/{projects[2]['name']}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_a_project_can_be_changed_without_javascript(
    live_server: Any, new_page: Any, projects: list[dict[str, Any]]
) -> None:
    page = new_page(javascript=False)
    log_in(page, live_server.url, "projektpflege")
    page.goto(f"{live_server.url}{LIST}edit/{projects[1]['name']}")
    page.locator("#field-summary").fill("Alle reden mit.")
    follow(page.get_by_role("button", name="Änderungen veröffentlichen"))
    assert page.url == f"{live_server.url}{LIST}{projects[1]['name']}"
    assert "Alle reden mit." in page.locator("[role=main]").inner_text()
