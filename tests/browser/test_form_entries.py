"""What was typed into the form outlives a closed tab, an expired login, and a form that was open for too long."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Any

import pytest
from in_browser import follow

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]


def _fill() -> dict[str, Any]:
    from ckan.tests import factories

    user = factories.User(name="datenpflege", password="geheim-genug-1")
    organization = factories.Organization(
        name="hattingen", title="Stadt Hattingen", users=[{"name": user["name"], "capacity": "editor"}]
    )
    return factories.Dataset(name="baeume", title="Straßenbäume", notes="Alle.", owner_org=organization["id"])


@pytest.fixture
def dataset(fill_once: Callable[..., Any]) -> dict[str, Any]:
    return fill_once(_fill)


def picture(page: Any, name: str) -> None:
    if folder := os.environ.get("RVR_PICTURES"):
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            page.screenshot(path=f"{folder}/{name}-{width}.png", full_page=True)


def stored(name: str) -> dict[str, Any]:
    import ckan.plugins.toolkit as tk
    from ckan import model

    model.Session.remove()
    return tk.get_action("package_show")({"ignore_auth": True, "use_cache": False}, {"id": name})


def test_what_stood_in_a_closed_tab_is_offered_again(
    live_server: Any, new_page: Any, log_in: Any, axe: Any, dataset: dict[str, Any]
) -> None:
    other = log_in(new_page(), "datenpflege")
    page = other.context.new_page()
    page.goto(live_server.url + "/dataset/new")
    sent: list[str] = []
    other.context.on("request", lambda request: sent.append(request.url))
    page.locator("#field-title").fill("Brücken der Ruhr")
    page.locator("#field-notes").fill("Noch nicht fertig")
    page.close(run_before_unload=True)
    link = other.get_by_role("link", name="Brücken der Ruhr")
    for _time in range(30):  # what the closed page said may still be on its way
        other.goto(live_server.url + "/dataset/new")
        if link.count():
            break
    assert link.is_visible()
    # nobody waited for the request two seconds after the last key: the page said it while it went
    assert not any("/dashboard/drafts/keep" in address for address in sent)
    picture(other, "draft-offered")
    assert axe(other) == []
    link.click()
    other.get_by_text("Ihre Eingaben sind wieder da.").wait_for()
    assert other.locator("#field-title").input_value() == "Brücken der Ruhr"
    assert other.locator("#field-notes").input_value() == "Noch nicht fertig"


def test_a_login_that_ends_while_somebody_types_is_told_and_the_form_goes_on_after_the_next(
    live_server: Any, new_page: Any, log_in: Any, axe: Any, dataset: dict[str, Any]
) -> None:
    page = log_in(new_page(), "datenpflege")
    page.goto(live_server.url + "/dataset/edit/baeume")
    page.context.clear_cookies()
    page.locator("#field-notes").fill("Lange Beschreibung, die niemand zweimal tippen will")
    told = page.get_by_role("alert").filter(has_text="Ihre Anmeldung ist abgelaufen.")
    told.wait_for()
    picture(page, "login-ended")
    assert axe(page) == []
    second = page.context.new_page()
    log_in(second, "datenpflege")
    # what a browser says when somebody comes back to the window; the pages of a test are all seen at once
    page.evaluate("window.dispatchEvent(new Event('focus'))")
    page.locator("#rvr-form-kept").get_by_text("aufbewahrt").wait_for()
    assert not told.is_visible()
    second.goto(live_server.url + "/dataset/edit/baeume")
    follow(second.get_by_role("link", name="Wiederherstellen"))
    assert second.locator("#field-notes").input_value() == "Lange Beschreibung, die niemand zweimal tippen will"
    page.get_by_role("button", name="Änderungen veröffentlichen").last.click()
    page.wait_for_url(re.compile("/dataset/baeume$"))
    assert stored("baeume")["notes"] == "Lange Beschreibung, die niemand zweimal tippen will"


@pytest.mark.parametrize("javascript", [True, False])
def test_a_form_that_is_sent_after_the_login_has_ended_comes_back_with_all_entries(
    live_server: Any, new_page: Any, log_in: Any, axe: Any, dataset: dict[str, Any], *, javascript: bool
) -> None:
    text = f"Zeile 1\n<b>Zeile 2</b> & „Ende“ {javascript}"
    page = log_in(new_page(javascript=javascript), "datenpflege")
    page.goto(live_server.url + "/dataset/edit/baeume")
    page.context.clear_cookies()
    page.locator("#field-notes").fill(text)
    before = stored("baeume")
    follow(page.get_by_role("button", name="Änderungen veröffentlichen").last)
    page.get_by_role("heading", name="Ihre Eingaben sind nicht verloren").wait_for()
    assert stored("baeume") == before
    picture(page, f"entries-back-{javascript}")
    if javascript:
        assert axe(page) == []
    follow(page.get_by_role("button", name="Zurück zum Formular mit meinen Eingaben"))
    assert "Ihre Anmeldung ist abgelaufen." in page.content()
    log_in(page.context.new_page(), "datenpflege")
    # the mark of the page is that of nobody; the second time it is that of the new login
    follow(page.get_by_role("button", name="Zurück zum Formular mit meinen Eingaben"))
    follow(page.get_by_role("button", name="Zurück zum Formular mit meinen Eingaben"))
    assert page.locator("#field-notes").input_value() == text
    assert stored("baeume") == before
    page.get_by_role("button", name="Änderungen veröffentlichen").last.click()
    page.wait_for_url(re.compile("/dataset/baeume$"))
    assert stored("baeume")["notes"].replace("\r\n", "\n") == text


def test_a_form_that_was_open_for_longer_than_its_mark_holds_goes_on_by_itself(
    live_server: Any, new_page: Any, log_in: Any, dataset: dict[str, Any]
) -> None:
    page = log_in(new_page(), "datenpflege")
    page.goto(live_server.url + "/dataset/edit/baeume")
    page.evaluate("document.querySelectorAll('[name=_csrf_token]').forEach((one) => { one.value = 'abgelaufen' })")
    page.locator("#field-notes").fill("Nach der Mittagspause")
    page.locator("#rvr-form-kept").get_by_text("aufbewahrt").wait_for()
    page.get_by_role("button", name="Änderungen veröffentlichen").last.click()
    page.wait_for_url(re.compile("/dataset/baeume$"))
    assert stored("baeume")["notes"] == "Nach der Mittagspause"


def test_without_the_plugin_of_the_catalogue_the_form_works_and_has_no_points(
    serve: Any, new_page: Any, log_in: Any, axe: Any, dataset: dict[str, Any]
) -> None:
    from ckan.plugins import toolkit as tk

    plugins = [one for one in tk.config["ckan.plugins"] if one not in ("rvr_dcat", "rvr_harvest")]
    server = serve(f"ckan.plugins = {' '.join(plugins)}")
    page = log_in(new_page(width=320), "datenpflege", server.url)
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("response", lambda answer: faults.append(answer.url) if answer.status >= 400 else None)
    page.goto(server.url + "/dataset/edit/baeume")
    assert page.locator("#rvr-form-points-status").count() == 0
    assert "Punkt" not in page.locator("main, [role=main]").first.inner_text()
    page.locator("#field-notes").fill("Ohne Punkte")
    page.locator("#rvr-form-kept").get_by_text("aufbewahrt").wait_for()
    picture(page, "without-points")
    assert axe(page) == []
    page.get_by_role("button", name="Änderungen veröffentlichen").last.click()
    page.wait_for_url(re.compile("/dataset/baeume$"))
    page.goto(server.url + "/en/dataset/new")
    assert page.locator("#field-title").is_visible()
    assert faults == []
