"""Front page, search, dataset, log-in and form in a real browser: HTMX, keyboard, Back, without JavaScript, WCAG."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from in_browser import PASSWORD, follow, log_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


@pytest.fixture
def datasets(fill_once: Callable[..., Any], make_organization: Any, make_dataset: Any) -> list[dict[str, Any]]:
    """Five datasets of two cities, "Radwege" twice, and an operator."""
    return fill_once(_fill, make_organization, make_dataset)


def _fill(
    make_organization: Callable[..., dict[str, Any]], make_dataset: Callable[..., dict[str, Any]]
) -> list[dict[str, Any]]:
    from ckan.tests import factories

    factories.Sysadmin(name="betrieb", password=PASSWORD)
    bochum = make_organization(name="bochum", title="Stadt Bochum", places=["05911000"])
    essen = make_organization(name="essen", title="Stadt Essen", places=["05113000"])
    rows = [
        ("radwege-bochum", "Radwege in Bochum", bochum, "05911000", "TRAN", "CSV"),
        ("radwege-essen", "Radwege in Essen", essen, "05113000", "TRAN", "GEOJSON"),
        ("baeume", "Straßenbäume", essen, "05113000", "ENVI", "CSV"),
        ("wahl", "Kommunalwahl", bochum, "05911000", "GOVE", "CSV"),
        ("dienst", "Stadtplan", essen, "05113000", "REGI", "WMS_SRVC"),
    ]
    made = [
        make_dataset(
            name=name,
            title=title,
            owner_org=owner["id"],
            places=[place],
            theme=[THEME + theme],
            contact=[{"name": "Open-Data-Team", "email": "opendata@example.org"}],
            resources=[{"name": title, "url": f"https://daten.example.org/{name}", "format": format_, "license": ZERO}],
        )
        for name, title, owner, place, theme, format_ in rows
    ]
    _fill_table(made[0]["resources"][0]["id"])
    return made


def _fill_table(resource_id: str) -> None:
    import ckan.plugins.toolkit as tk

    records = [{"Strecke": f"Radweg {number}", "Länge": number} for number in range(25)]
    tk.get_action("datastore_create")(
        {"ignore_auth": True, "user": "betrieb"},
        {
            "resource_id": resource_id,
            "force": True,
            "fields": [{"id": "Strecke", "type": "text"}, {"id": "Länge", "type": "int"}],
            "records": records,
        },
    )


def titles(page: Any) -> list[str]:
    return sorted(page.locator(".rvr-results .rvr-card__title a").all_inner_texts())


def wait_until_said(page: Any, beginning: str) -> None:
    """Wait for the live region; not with a function in the page, as the portal's security policy forbids eval."""
    page.locator("#rvr-result-status", has_text=re.compile(f"^{beginning}")).wait_for(state="attached")


def test_arrow_keys_in_the_order_do_not_search(live_server: Any, new_page: Any, datasets: list[dict[str, Any]]) -> None:
    page = new_page()
    page.goto(live_server.url + "/dataset/")
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/dataset" in request.url else None)
    page.locator("#field-order-by").focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    page.locator("#field-giant-search").fill("Radwege")
    page.keyboard.press("Tab")
    assert asked == []
    page.locator("#rvr-search-submit").click()
    wait_until_said(page, "2 ")
    assert "sort=" in page.url
    assert "q=Radwege" in page.url


def test_searching_filtering_and_reading_work_without_javascript(
    live_server: Any, new_page: Any, datasets: list[dict[str, Any]]
) -> None:
    page = new_page(javascript=False, width=320)
    page.goto(live_server.url + "/")
    page.locator("#front-q").fill("Radwege")
    follow(page.locator(".rvr-hero button"))
    assert titles(page) == ["Radwege in Bochum", "Radwege in Essen"]
    page.locator("#rvr-filters > summary").click()
    page.locator("#facet-places-05911000").check()
    follow(page.locator("#rvr-apply-filters"))
    assert titles(page) == ["Radwege in Bochum"]
    follow(page.locator(".rvr-results .rvr-card__title a"))
    assert page.locator("h1").inner_text() == "Radwege in Bochum"
    assert page.locator(".rvr-resource__get").get_attribute("href") == "https://daten.example.org/radwege-bochum"


@pytest.mark.parametrize("width", [320, 1280])
def test_public_pages_have_no_violation_fit_the_screen_and_ask_no_other_server(
    live_server: Any, new_page: Any, axe: Any, datasets: list[dict[str, Any]], width: int
) -> None:
    page = new_page(width=width)
    foreign: list[str] = []
    page.on(
        "request",
        lambda request: None if request.url.startswith((live_server.url, "data:")) else foreign.append(request.url),
    )
    resource = datasets[0]["resources"][0]["id"]
    for path in (
        "/", "/dataset/", "/dataset/?rvr_theme=TRAN&places=05911000", "/dataset/?q=xyzzyq", "/dataset/radwege-bochum",
        f"/dataset/radwege-bochum/resource/{resource}", "/organization/", "/organization/essen", "/about", "/user/login",
        "/gibt-es-nicht",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        page.eval_on_selector_all("details", "all => all.forEach(one => { one.open = true; })")
        assert axe(page) == [], f"{path} at {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    assert foreign == []


@pytest.mark.parametrize("width", [320, 1280])
def test_the_forms_have_no_violation_and_show_errors_beside_the_field(
    live_server: Any, new_page: Any, axe: Any, datasets: list[dict[str, Any]], width: int
) -> None:
    page = new_page(width=width)
    log_in(page, live_server.url, "betrieb")
    # all steps of the form of a dataset: test_no_page_of_the_form_has_a_barrier
    for path in (
        "/dashboard/datasets", "/user/betrieb", "/user/edit/betrieb", "/organization/edit/essen", "/dataset/new?owner_org=essen",
    ):  # fmt: skip
        page.goto(live_server.url + path)
        assert axe(page) == [], f"{path} at {width}"
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path
    page.locator("#field-title").fill("<b>Bäume</b>")
    follow(page.get_by_role("button", name="Weiter: Dateien und Dienste"))
    page.locator("#form-errors").wait_for()
    field = page.locator("#field-title")
    error = page.locator(f"#{field.get_attribute('aria-describedby').split()[0]}")
    assert "Bitte" in error.inner_text()
    assert field.get_attribute("aria-invalid") == "true"
    assert axe(page) == []


def test_a_file_shows_its_first_rows_without_javascript(
    live_server: Any, new_page: Any, datasets: list[dict[str, Any]]
) -> None:
    page = new_page(javascript=False, width=320)
    page.goto(f"{live_server.url}/dataset/radwege-bochum/resource/{datasets[0]['resources'][0]['id']}")
    assert page.locator(".rvr-table tbody tr").count() == 20
    assert "Die ersten 20 von 25 Zeilen." in page.locator(".rvr-preview").inner_text()
    assert page.evaluate("document.documentElement.scrollWidth") <= 320


def test_organisations_and_error_pages_lead_on_without_javascript(
    live_server: Any, new_page: Any, datasets: list[dict[str, Any]]
) -> None:
    page = new_page(javascript=False)
    page.goto(live_server.url + "/organization/")
    follow(page.get_by_role("link", name="Stadt Essen"))
    assert titles(page) == ["Radwege in Essen", "Stadtplan", "Straßenbäume"]
    page.goto(live_server.url + "/gibt-es-nicht")
    follow(page.get_by_role("link", name="Alle Daten durchsuchen"))
    assert len(titles(page)) == 5


def test_a_dataset_is_made_without_javascript(live_server: Any, new_page: Any, datasets: list[dict[str, Any]]) -> None:
    page = new_page(javascript=False)
    log_in(page, live_server.url, "betrieb")
    page.goto(live_server.url + "/dataset/new?owner_org=essen")
    page.locator("#field-title").fill("Entwurf der Spielplätze")
    page.locator("#field-name").fill("entwurf-spielplaetze")
    page.locator("#field-issued").fill("vorgestern")
    follow(page.get_by_role("button", name="Weiter: Dateien und Dienste"))
    assert page.locator("#field-title").input_value() == "Entwurf der Spielplätze"
    page.locator("#field-issued").fill("23.11.2026")
    follow(page.get_by_role("button", name="Weiter: Dateien und Dienste"))
    assert "/dataset/entwurf-spielplaetze/resource/new" in page.url


def test_our_styles_and_scripts_are_small(live_server: Any, new_page: Any, datasets: list[dict[str, Any]]) -> None:
    import gzip

    page = new_page()
    own: dict[str, int] = {}

    def weigh(response: Any) -> None:
        if "/webassets/rvr_" in response.url:
            own[response.url] = len(gzip.compress(response.body()))

    page.on("response", weigh)
    page.goto(live_server.url + "/dataset/radwege-bochum")
    page.wait_for_load_state("networkidle")
    assert own
    assert sum(own.values()) <= 60_000, own
