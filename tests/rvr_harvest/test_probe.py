"""What is it? The kind of a portal from its address alone: as action, as command, and in the form."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup


@pytest.fixture
def headers(clean_db: None, clean_index: None) -> dict[str, str]:
    from ckan.tests import factories

    factories.Organization(name="hagen", title="Stadt Hagen", description="")
    return {"Authorization": factories.SysadminWithToken()["token"]}


def _turtle_portal(portal: Any, turtle: Callable[..., str]) -> str:
    portal.put("/", "<html></html>", "text/html")
    return portal.put("/catalog.ttl", turtle("Bäume", "Bäder"), "text/turtle")


def test_the_action_says_kind_address_and_number_in_a_sentence(
    app: Any, headers: dict[str, str], portal: Any, turtle: Callable[..., str]
) -> None:
    url = _turtle_portal(portal, turtle)
    answer = app.post("/api/action/rvr_harvest_probe", json={"url": url}, headers=headers).json["result"]
    assert (answer["found"], answer["kind"], answer["url"]) == (True, "rvr_dcat_rdf", url)
    assert "DCAT" in answer["sentence"]


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("http://127.0.0.1:9/", "erreich"),
        ("ftp://example.org", "Internetadresse"),
        ("", "Adresse"),
    ],
)
def test_what_cannot_be_asked_is_told_in_a_sentence(app: Any, headers: dict[str, str], url: str, words: str) -> None:
    answer = app.post("/harvest/probe", data={"url": url, "title": "Neu"}, headers={**headers, "Accept-Language": "de"})
    page = BeautifulSoup(answer.body, "html.parser")
    told = page.select_one("#rvr-harvest-address")
    assert told is not None
    assert words in told.get_text()
    assert page.select_one("#field-title")["value"] == "Neu"  # type: ignore[index]


def test_a_page_that_is_no_catalogue_is_not_taken_for_one(app: Any, headers: dict[str, str], portal: Any) -> None:
    portal.put("/", "<html></html>", "text/html")
    answer = app.post("/api/action/rvr_harvest_probe", json={"url": portal.url + "/"}, headers=headers).json["result"]
    assert answer["found"] is False
    assert answer["kind"] == ""
    assert len(portal.asked) <= 41


def test_a_portal_is_asked_for_the_same_address_once(
    app: Any, headers: dict[str, str], portal: Any, turtle: Callable[..., str]
) -> None:
    from ckanext.rvr_harvest.probe import probe

    with app.flask_app.test_request_context():
        assert probe(_turtle_portal(portal, turtle)).found
    assert max(portal.asked.count(path) for path in portal.asked) <= 4  # once for each media type asked for


def test_one_kind_that_fails_does_not_hide_the_others(
    app: Any, headers: dict[str, str], portal: Any, turtle: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.rvr_harvest.adapters.ckan import CkanAdapter
    from ckanext.rvr_harvest.probe import probe

    def fails(*_: Any) -> None:
        raise RecursionError

    monkeypatch.setattr(CkanAdapter, "probe", fails)
    with app.flask_app.test_request_context():
        assert probe(_turtle_portal(portal, turtle)).found


def test_only_those_who_may_enter_sources_may_ask_and_only_by_post(app: Any, headers: dict[str, str]) -> None:
    from ckan.tests import factories

    path, data = "/api/action/rvr_harvest_probe", {"url": "http://127.0.0.1:9/"}
    stranger = {"Authorization": factories.UserWithToken()["token"]}
    assert app.post(path, json=data, headers=stranger, expect_errors=True).status_code == 403
    assert app.post(path, json=data, expect_errors=True).status_code == 403
    assert app.get(f"{path}?url=http://127.0.0.1:9/", headers=headers, expect_errors=True).status_code == 400
    assert app.post("/harvest/probe", data=data, headers=stranger, expect_errors=True).status_code == 403


def test_the_button_fills_address_kind_and_name_and_keeps_the_rest_without_javascript(
    app: Any, headers: dict[str, str], portal: Any, turtle: Callable[..., str]
) -> None:
    url = _turtle_portal(portal, turtle)
    sent = {"url": url, "notes": "Notiz", "plan_every": "weekly", "plan_weekday": "thu", "plan_time": "03:30"}
    page = BeautifulSoup(app.post("/harvest/probe", data=sent, headers=headers).body, "html.parser")
    assert page.select_one("#field-url")["value"] == url  # type: ignore[index]
    assert page.select_one("#kind-rvr_dcat_rdf").has_attr("checked")  # type: ignore[union-attr]
    assert page.select_one("#field-notes").get_text().strip() == "Notiz"  # type: ignore[union-attr]
    assert page.select_one("#field-plan_weekday option[selected]")["value"] == "thu"  # type: ignore[index]
    assert page.select_one("#field-plan_clock")["value"] == "03:30"  # type: ignore[index]


def test_with_htmx_only_the_part_with_address_and_kind_comes_back(
    app: Any, headers: dict[str, str], portal: Any, turtle: Callable[..., str]
) -> None:
    url = _turtle_portal(portal, turtle)
    answer = app.post("/harvest/probe", data={"url": url}, headers={**headers, "HX-Request": "true"})
    assert "<html" not in answer.body
    assert BeautifulSoup(answer.body, "html.parser").select_one("#rvr-harvest-address #kind-rvr_dcat_rdf")


def test_the_command_prints_kind_and_address(cli: Any, portal: Any, turtle: Callable[..., str], clean_db: None) -> None:
    from ckanext.rvr_harvest.cli import rvr_harvest

    url = _turtle_portal(portal, turtle)
    result = cli.invoke(rvr_harvest, ["probe", url])
    assert result.exit_code == 0, result.output
    assert f"rvr_dcat_rdf  {url}" in result.output
    assert json.loads(cli.invoke(rvr_harvest, ["probe", url, "--json"]).output)["found"]
    assert cli.invoke(rvr_harvest, ["probe", "http://127.0.0.1:9/"]).exit_code == 1


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_in_the_browser_the_button_fills_the_form_in_place_and_the_answer_is_read_out(
    live_server: Any,
    new_page: Any,
    axe: Any,
    headers: dict[str, str],
    portal: Any,
    turtle: Callable[..., str],
    width: int,
) -> None:
    url = _turtle_portal(portal, turtle)
    page = new_page(width=width, extra_http_headers=headers)
    page.goto(f"{live_server.url}/harvest/new")
    page.fill("#field-notes", "bleibt stehen")
    page.fill("#field-url", url)
    page.click("button[name=probe]")
    page.wait_for_selector("#rvr-harvest-probed .rvr-state")
    assert "DCAT" in page.inner_text("#rvr-harvest-probed")
    assert page.is_checked("#kind-rvr_dcat_rdf")
    assert page.input_value("#field-notes") == "bleibt stehen"
    assert page.evaluate("document.activeElement.closest('#rvr-harvest-probed') !== null")
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert axe(page) == []
