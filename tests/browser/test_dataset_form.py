"""The stewards' form in a real browser: steps, points while typing, kept entries, errors, keyboard, WCAG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_browser import PASSWORD, follow, log_in, picture

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]


def _fill() -> dict[str, Any]:
    from ckan.tests import factories

    steward = factories.User(name="datenpflege", password=PASSWORD)
    other = factories.User(name="kollegin", password=PASSWORD)
    users = [{"name": steward["name"], "capacity": "editor"}, {"name": other["name"], "capacity": "editor"}]
    organization = factories.Organization(
        name="hattingen", title="Stadt Hattingen", places=["05954016"], email="opendata@example.org", users=users
    )
    dataset = factories.Dataset(
        name="baeume", title="Straßenbäume", notes="Alle Bäume.", owner_org=organization["id"], issued="2024",
        contact=[{"name": "Grünamt", "email": "gruen@example.org"}],
        resources=[{"url": "https://example.org/baeume.csv", "name": "Bäume", "format": "CSV"}],
    )  # fmt: skip
    return {"organization": organization, "dataset": dataset}


@pytest.fixture
def portal(fill_once: Callable[..., Any]) -> dict[str, Any]:
    return fill_once(_fill)


def points(page: Any) -> str:
    return page.locator("#rvr-form-points-status").inner_text()


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_the_form_has_a_barrier(
    live_server: Any, new_page: Any, axe: Any, portal: dict[str, Any], width: int
) -> None:
    page = log_in(new_page(width=width), live_server.url, "datenpflege")
    resource = portal["dataset"]["resources"][0]["id"]
    pages = {
        "new": "/dataset/new",
        "edit": "/dataset/edit/baeume",
        "recommended": "/dataset/edit/baeume#step-recommended",
        "more": "/dataset/edit/baeume#step-more",
        "file-new": "/dataset/baeume/resource/new",
        "file": f"/dataset/baeume/resource/{resource}/edit",
        "drafts": "/dashboard/drafts",
    }
    found = {}
    for name, path in pages.items():
        page.goto("about:blank")
        page.goto(live_server.url + path)
        page.evaluate("document.querySelectorAll('.rvr-step details').forEach((fold) => { fold.open = true })")
        picture(page, f"{name}-{width}")
        found[name] = axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth")
        assert wide <= width, f"{name} is {wide} pixels wide"
    page.goto(live_server.url + "/dataset/edit/baeume")
    page.locator("#field-contact-0-email").fill("kein Postfach")
    page.locator("#field-notes").fill("<script>alert(1)</script>")
    follow(page.get_by_role("button", name="Änderungen veröffentlichen").last)
    page.locator("#form-errors").wait_for()
    picture(page, f"errors-{width}")
    found["errors"] = axe(page)
    assert not any(found.values()), found


def test_points_follow_what_is_typed(live_server: Any, new_page: Any, portal: dict[str, Any]) -> None:
    page = log_in(new_page(), live_server.url, "datenpflege")
    page.goto(live_server.url + "/dataset/edit/baeume#step-recommended")
    before = points(page)
    page.locator("#field-temporal_coverage-0-start").fill("2020")
    page.wait_for_function(
        "(before) => document.getElementById('rvr-form-points-status').innerText !== before", arg=before
    )
    assert int(points(page).split()[0]) == int(before.split()[0]) + 20
    assert page.evaluate("document.activeElement.id") == "field-temporal_coverage-0-start"


def test_steps_are_changed_by_keyboard(live_server: Any, new_page: Any, portal: dict[str, Any]) -> None:
    page = log_in(new_page(), live_server.url, "datenpflege")
    page.goto(live_server.url + "/dataset/new")
    theme, title = page.locator("#step-recommended"), page.locator("#field-title")
    title.wait_for()
    assert not theme.is_visible()
    page.locator("a[href='#step-recommended']").first.focus()
    page.keyboard.press("Enter")
    theme.wait_for()
    assert not title.is_visible()


def test_without_javascript_all_steps_stand_there_and_a_button_counts_the_points(
    live_server: Any, new_page: Any, portal: dict[str, Any]
) -> None:
    page = log_in(new_page(javascript=False, width=320), live_server.url, "datenpflege")
    page.goto(live_server.url + "/dataset/new")
    before = int(points(page).split()[0])
    page.locator("#field-title").fill("Spielplätze")
    page.locator("#field-temporal_coverage-0-start").fill("2020")
    follow(page.get_by_role("button", name="Punkte neu berechnen"))
    assert int(points(page).split()[0]) == before + 20
    assert page.locator("#field-title").input_value() == "Spielplätze"
