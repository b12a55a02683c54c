"""The harvest pages as people see them: German words, no codes, one form that says what is wrong beside the field."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from bs4 import BeautifulSoup
from in_browser import PASSWORD, follow, log_in

ENGLISH = re.compile(
    r"\b(harvest\w*|jobs?|finished|frequency|daily|manual|sources?|found|errors?|added|updated|modified|created|"
    r"the|of|and|not|yet|your|please|title|name of|edit|about|datasets?|license|unknown|none|true|false)\b",
    re.IGNORECASE,
)
CODE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}|https?://|rvr_|DAILY|MANUAL|\b[a-z]+_[a-z_]+\b")
FINDINGS = """
<https://example.org/dataset/a> a dcat:Dataset ; dct:description "Ohne Titel." ; dct:issued "irgendwann" ;
    dcat:distribution [ a dcat:Distribution ; dcat:accessURL <https://example.org/a.csv> ; dct:license "frei" ] .
"""


@pytest.fixture
def scene(fill_once: Any, harvest_here: Any, portal: Any, turtle: Any) -> dict[str, Any]:
    """Four sources: complete with findings, failed, never harvested, and one with more than a page of datasets."""
    return fill_once(_make, harvest_here, portal, turtle)


def _make(harvest: Callable[..., Any], portal: Any, turtle: Callable[..., str]) -> dict[str, Any]:
    from ckan import model
    from ckan.tests import factories

    first = harvest(portal.put("/catalog", turtle("Bäume", extra=FINDINGS), "text/turtle"), "stadtdaten")
    harvest(portal.put("/bad", "<html></html>", "text/html"), "wartung")
    many = turtle(*(f"Straße {number}" for number in range(25)), base="https://example.com/")
    harvest(portal.put("/many", many, "text/turtle"), "strassen")
    factories.Dataset(
        type="harvest", name="neu", title="Neue Quelle", notes="", url=portal.url + "/new", frequency="WEEKLY",
        source_type="rvr_dcat_rdf", owner_org=model.Group.get("dortmund").id,
    )  # fmt: skip
    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    model.Session.commit()
    return {"headers": headers, "job": first["job_id"]}


def paths(job: str) -> list[str]:
    """Every page of the harvest, in each of its states."""
    return [
        "/harvest/", "/harvest/?q=xyzzy", "/harvest/stadtdaten", "/harvest/strassen?page=2", "/harvest/neu",
        "/harvest/about/stadtdaten", "/harvest/admin/stadtdaten", "/harvest/admin/wartung", "/harvest/admin/neu",
        "/harvest/stadtdaten/job", "/harvest/neu/job", f"/harvest/stadtdaten/job/{job}", "/harvest/wartung/job/last",
        "/harvest/new", "/harvest/edit/stadtdaten",
    ]  # fmt: skip


def words(page: str) -> str:
    """What is read in the main part, without the datasets' own words, what a user typed, and a form's example."""
    main = BeautifulSoup(page, "html.parser").select_one(".rvr-harvest")
    assert main is not None
    for part in main.select("textarea, .info-block, script, details.rvr-preview, ul.rvr-badges, .rvr-card__meta"):
        part.decompose()
    named = re.sub(
        r"\b(dct|dcat|rdf):\w+", "", main.get_text(" ")
    )  # fields of the catalogue in the hints to its makers
    return re.sub(r"\s+", " ", named)


def test_no_english_word_and_no_code_is_left_on_any_page(scene: dict[str, Any], app: Any) -> None:
    for path in paths(scene["job"]):
        answer = app.get(path, headers=scene["headers"])
        text = words(answer.body)
        assert ENGLISH.findall(text) == [], path
        assert CODE.findall(text) == [], path
        title = BeautifulSoup(answer.body, "html.parser").title
        assert title is not None
        assert ENGLISH.findall(title.get_text().replace("Open Data & Smart City", "")) == [], path


def test_the_list_tells_how_each_source_is_doing(scene: dict[str, Any], app: Any) -> None:
    cards = {
        card.h3.get_text(strip=True): re.sub(r"\s+", " ", card.get_text(" "))
        for card in BeautifulSoup(app.get("/harvest/", headers=scene["headers"]).body, "html.parser").select(
            ".rvr-card"
        )
    }
    assert "✓ vollständig" in cards["Stadtdaten"]
    assert "2 neu, 0 geändert, 0 unverändert, 0 abgelehnt · 5 Hinweise" in cards["Stadtdaten"]
    assert "2 Datensätze" in cards["Stadtdaten"]
    assert "✕ gescheitert" in cards["Wartung"]
    assert "Webseite" in cards["Wartung"]
    assert "○ noch nicht abgeglichen" in cards["Neue Quelle"]
    assert "Abgleich jeden Montag um " in cards["Neue Quelle"]
    page = app.get("/harvest/")
    assert "4 Quellen" in page.body
    assert "Stand und Bericht" not in page.body
    assert "Quelle hinzufügen" not in page.body


def test_the_report_says_field_by_field_what_to_do(scene: dict[str, Any], app: Any) -> None:
    page = BeautifulSoup(app.get("/harvest/admin/stadtdaten", headers=scene["headers"]).body, "html.parser")
    fields = {field.h3.contents[0].strip(): field.get_text(" ") for field in page.select(".rvr-harvest-field")}
    assert {"Titel", "Veröffentlicht am", "Lizenz", "Thema"} <= fields.keys()
    assert "JJJJ-MM-TT" in fields["Veröffentlicht am"]
    assert "irgendwann" in fields["Veröffentlicht am"]


def test_the_pages_of_a_source_ask_no_more_for_more_sources(scene: dict[str, Any], app: Any) -> None:
    from ckan import model
    from sqlalchemy import event

    asked: list[str] = []

    def note(_conn: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        asked.append(statement)

    event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        app.get("/harvest/")
    finally:
        event.remove(model.meta.engine, "before_cursor_execute", note)
    assert sum("rvr_harvest_run" in statement for statement in asked) == 1


def test_a_strange_page_number_is_no_error(scene: dict[str, Any], app: Any) -> None:
    for page in ("x", "0", "-1", "9" * 30, "²"):
        assert app.get(f"/harvest/strassen?page={page}").status_code == 200


@pytest.mark.browser
@pytest.mark.parametrize("width", [320, 1280])
def test_the_harvest_pages_have_no_accessibility_violation_and_fit_the_screen(
    live_server: Any, new_page: Any, axe: Any, scene: dict[str, Any], width: int
) -> None:
    page = new_page(width=width, extra_http_headers=scene["headers"])
    for path in paths(scene["job"]):
        page.goto(live_server.url + path)
        page.eval_on_selector_all(".rvr-harvest details", "all => all.forEach(one => { one.open = true; })")
        assert axe(page) == [], path
        assert page.evaluate("document.documentElement.scrollWidth") <= width, path


@pytest.mark.browser
def test_without_javascript_a_source_is_made_run_and_switched_off(
    live_server: Any, new_page: Any, axe: Any, scene: dict[str, Any], portal: Any
) -> None:
    from ckan.tests import factories

    page = log_in(new_page(javascript=False), live_server.url, factories.Sysadmin(password=PASSWORD)["name"])
    page.goto(live_server.url + "/harvest/new")
    follow(page.get_by_role("button", name="Quelle anlegen"))
    assert page.locator("#field-url").get_attribute("aria-invalid") == "true"
    page.get_by_label("Name der Quelle").fill("Eigene Quelle")
    page.get_by_label("Adresse des Katalogs").fill(portal.url + "/eigene")
    page.get_by_label("Organisation").select_option("Stadt Dortmund")
    follow(page.get_by_role("button", name="Quelle anlegen"))
    assert page.locator("h1").inner_text() == "Eigene Quelle"
    follow(page.get_by_role("link", name="Stand und Bericht"))
    follow(page.get_by_role("button", name="Jetzt abgleichen"))
    assert "Ein Abgleich wartet oder läuft gerade." in page.locator(".rvr-harvest").inner_text()
    follow(page.get_by_role("link", name="Bearbeiten"))
    page.locator("summary", has_text="Abschalten").click()
    follow(page.get_by_role("button", name="Diese Quelle abschalten"))
    assert "abgeschaltet" in page.locator(".rvr-harvest .rvr-lead").inner_text()


@pytest.fixture
def form(fill_once: Any, app: Any) -> Callable[..., Any]:
    """Send the form for a new source with some fields changed; returns the answer."""
    headers, home = fill_once(_make_hagen)

    def send(**changed: str) -> Any:
        fields = {
            "title": "Hagener Katalog", "url": "https://daten.example.org/catalog.ttl", "owner_org": home,
            "source_type": "rvr_dcat_rdf", "frequency": "DAILY", "notes": "", "name": "", "config": "", "save": "save",
        }  # fmt: skip
        return app.post("/harvest/new", data={**fields, **changed}, headers=headers, follow_redirects=False)

    return send


def _make_hagen() -> tuple[dict[str, str], str]:
    from ckan.tests import factories

    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    return headers, factories.Organization(name="hagen", title="Stadt Hagen")["id"]


@pytest.mark.parametrize(
    ("field", "value", "sentence"),
    [
        ("title", "", "Bitte geben Sie der Quelle einen Namen."),
        ("url", "", "Bitte geben Sie die Adresse des Katalogs an."),
        ("url", "file:///etc/passwd", "keine Internetadresse"),
        ("url", "http://169.254.169.254/latest", "privates Netz"),
        ("url", "http://192.168.1.1/catalog", "privates Netz"),
        ("url", "http://localhost:8983/solr", "privates Netz"),
        ("url", "https://user:geheim@example.org/", "keine Internetadresse"),
        ("config", "kein JSON", "Bitte schreiben Sie ein JSON-Objekt."),
    ],
)
def test_the_form_says_beside_the_field_what_is_wrong(
    form: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, field: str, value: str, sentence: str
) -> None:
    import ckan.plugins.toolkit as tk

    monkeypatch.setitem(tk.config, "ckanext.rvr_portal.http_allow_local", False)
    answer = form(**{field: value})
    page = BeautifulSoup(answer.body, "html.parser")
    error = page.select_one(f"#field-{field}-error")
    assert error is not None
    assert sentence in error.get_text()
    control = page.select_one(f"#field-{field}")
    assert control is not None
    assert control["aria-invalid"] == "true"
    assert "geheim" not in error.get_text()
    assert ENGLISH.findall(words(answer.body).replace(value or "-", "")) == []


def test_a_name_an_address_and_an_organisation_are_enough(form: Callable[..., Any]) -> None:
    import ckan.plugins.toolkit as tk

    assert form().status_code == 302
    made = tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": "hagener-katalog"})
    assert (made["source_type"], made["title"]) == ("rvr_dcat_rdf", "Hagener Katalog")
    assert json.loads(made["config"]) == {"plan": "daily"}
    again = form()
    assert "Diese Adresse hat schon eine andere Quelle." in again.body
    assert form(url="https://daten.example.org/zwei.ttl").status_code == 302
    assert tk.get_action("harvest_source_show")({"ignore_auth": True}, {"id": "hagener-katalog-2"})
