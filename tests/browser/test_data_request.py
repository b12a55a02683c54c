"""“Request data” in a real browser: from an empty search to the sent request by keyboard, without scripts, WCAG."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from in_browser import picture

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

PASSWORD = "geheim-genug-1"


def _fill() -> dict[str, Any]:
    from ckan.lib.redis import connect_to_redis
    from ckan.tests import factories

    redis = connect_to_redis()
    for key in redis.scan_iter("ckan:*:rvr_portal:request:*"):
        redis.delete(key)
    factories.User(name="datenpflege", password=PASSWORD)
    herne = factories.Organization(
        name="herne", title="Stadt Herne", email="daten@herne.example", places=["05916000"],
        users=[{"name": "datenpflege", "capacity": "editor"}],
    )  # fmt: skip
    factories.Organization(name="kreis-unna", title="Kreis Unna", places=["05978"])
    return factories.Dataset(owner_org=herne["id"], name="baeume", title="Straßenbäume", places=["05916000"])


@pytest.fixture
def dataset(fill_once: Callable[..., Any]) -> dict[str, Any]:
    return fill_once(_fill)


def wait_a_moment(page: Any) -> None:
    """As long as a person takes: the form is not taken from programs that are faster."""
    page.wait_for_timeout(3_100)


def tab_to(page: Any, wanted: str) -> None:
    for _number in range(80):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == wanted:
            return
    pytest.fail(f"the keyboard does not reach {wanted}")


def test_an_empty_search_becomes_a_request_by_keyboard_alone(
    dataset: Any, live_server: Any, new_page: Any, axe: Any
) -> None:
    page = new_page()
    page.goto(live_server.url + "/dataset/?q=Einhornweiden&places=05916000")
    picture(page, "nothing-1280")
    assert axe(page) == []
    page.locator("#rvr-request").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/request?**")
    assert page.locator("#field-message").input_value() == "Einhornweiden"
    assert page.locator("#field-place").input_value() == "05916000"
    assert page.locator("#field-organization").input_value() == "herne"
    tab_to(page, "field-purpose")
    page.keyboard.type("Schulprojekt")
    tab_to(page, "field-email")
    page.keyboard.type("anna@example.org")
    wait_a_moment(page)
    page.keyboard.press("Enter")
    page.wait_for_url("**/request/sent**")
    picture(page, "sent-1280")
    assert page.get_by_text("Stadt Herne liest Ihre Anfrage").is_visible()
    assert axe(page) == []


def test_without_scripts_mistakes_are_said_and_the_request_is_sent(
    dataset: Any, live_server: Any, new_page: Any
) -> None:
    page = new_page(javascript=False, width=320)
    page.goto(live_server.url + "/request?organization=herne")
    page.fill("#field-message", "Spielplätze")
    page.fill("#field-email", "keine Adresse")
    wait_a_moment(page)
    with page.expect_navigation():
        page.get_by_role("button", name="Anfrage senden").click()
    picture(page, "errors-320")
    page.get_by_role("link", name="Ihre E-Mail-Adresse").click()
    assert page.locator("#field-message").input_value() == "Spielplätze"
    page.fill("#field-email", "berta@example.org")
    page.get_by_role("button", name="Anfrage senden").click()
    page.wait_for_url("**/request/sent**")
    picture(page, "sent-320")


@pytest.mark.parametrize("width", [320, 1280])
def test_no_page_of_a_request_has_a_barrier(
    dataset: Any, live_server: Any, new_page: Any, axe: Any, width: int
) -> None:
    page = new_page(width=width)
    found = {}
    for language in ("", "/en"):
        for name, path in {
            "form": "/request?q=Rad",
            "question": "/request?dataset=baeume",
            "sent": "/request/sent?ref=0A1B2C3D",
        }.items():
            page.goto(live_server.url + language + path)
            picture(page, f"{name}{language.replace('/', '-')}-{width}")
            found[language + name] = axe(page)
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), name
    page.goto(live_server.url + "/request")
    page.fill("#field-message", " ")
    with page.expect_navigation():
        page.get_by_role("button", name="Anfrage senden").click()
    page.locator("#form-errors").wait_for()
    found["errors"] = axe(page)
    assert not any(found.values()), found


@pytest.mark.parametrize("width", [320, 1280])
def test_a_steward_sees_the_request_and_says_how_far_it_is(
    dataset: Any, live_server: Any, new_page: Any, axe: Any, width: int
) -> None:
    from ckan.tests import helpers

    helpers.call_action(
        "rvr_request_create", message="Spielplätze\nmit Geräten", email=f"w{width}@example.org", organization="herne",
        place="05916000", purpose="Schulprojekt", search="q=Spielplatz",
    )  # fmt: skip
    page = new_page(width=width)
    page.goto(live_server.url + "/user/login")
    page.fill("#field-login", "datenpflege")
    page.fill("#field-password", PASSWORD)
    with page.expect_navigation():
        page.get_by_role("button", name="Anmelden").click()
    page.goto(live_server.url + "/dashboard/requests")
    picture(page, f"requests-{width}")
    assert axe(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    first = page.locator(".rvr-request").first
    first.locator("select").select_option("done")
    with page.expect_navigation():
        first.get_by_role("button").click()
    assert "erledigt" in page.locator(".rvr-request").first.locator(".rvr-badge").inner_text()
    page.goto(live_server.url + "/dashboard/requests?state=answered")
    picture(page, f"requests-empty-{width}")
    assert axe(page) == []
