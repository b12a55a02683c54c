"""The form begins with the organisation's defaults, and what was typed and not saved is kept, for its author alone."""

from __future__ import annotations

import html
import json
import re
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib.search import SearchIndexError
from ckan.tests import factories

from ckanext.rvr_portal import form_drafts

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "with_plugins")

ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


@pytest.fixture
def people() -> dict[str, dict[str, Any]]:
    return {name: factories.UserWithToken(name=name) for name in ("steward", "colleague")}


@pytest.fixture
def organization(people: dict[str, dict[str, Any]]) -> dict[str, Any]:
    members = [{"name": name, "capacity": "editor"} for name in people]
    return factories.Organization(
        name="hattingen", title="Stadt Hattingen", places=["05954016"], email="daten@example.org", contact_name="Amt 10",
        users=members,
    )  # fmt: skip


def headers(person: dict[str, Any]) -> dict[str, str]:
    return {"Authorization": person["token"]}


def place_in(page: str) -> str:
    found = re.search(r'name="rvr_place" value="([^"]+)"', page)
    assert found
    return found[1]


def test_a_new_dataset_begins_with_what_its_organisation_gives(app: Any, people: Any, organization: Any) -> None:
    page = html.unescape(app.get("/dataset/new", headers=headers(people["steward"])).body)
    assert 'name="publisher-0-name" value="Stadt Hattingen"' in page
    assert 'name="contact-0-name" value="Amt 10"' in page
    assert 'name="contact-0-email" value="daten@example.org"' in page
    assert re.search(r'value="05954016" checked', page)
    assert f'<option value="{ZERO}" selected>' in page
    assert page.count("Vorgabe der Organisation") == 4


def test_where_the_organisation_lacks_something_the_form_says_where_to_enter_it(app: Any, people: Any) -> None:
    admin = [{"name": "steward", "capacity": "admin"}, {"name": "colleague", "capacity": "editor"}]
    factories.Organization(name="hagen", title="Stadt Hagen", users=admin)
    page = html.unescape(app.get("/dataset/new", headers=headers(people["steward"])).body)
    assert "Bei Stadt Hagen fehlt noch: E-Mail-Adresse für Fragen und Orte." in page
    assert 'href="/organization/edit/hagen"' in page
    page = html.unescape(app.get("/dataset/new", headers=headers(people["colleague"])).body)
    assert "/organization/edit/hagen" not in page
    assert "Eintragen kann es, wer die Organisation verwaltet." in page


def test_who_belongs_to_several_organisations_is_asked_first(app: Any, people: Any, organization: Any) -> None:
    other = factories.Organization(
        name="witten", title="Stadt Witten", users=[{"name": "steward", "capacity": "editor"}]
    )
    asked = app.get("/dataset/new", headers=headers(people["steward"])).body
    assert "Welche Organisation stellt die Daten bereit?" in asked
    assert 'name="title"' not in asked
    page = app.get("/dataset/new?owner_org=witten", headers=headers(people["steward"])).body
    assert 'name="publisher-0-name" value="Stadt Witten"' in page
    # another organisation chosen in the form: its defaults, but what was typed stays
    data = {"title": "Bäume", "owner_org": organization["id"], "rvr_defaults_of": other["id"], "rvr_do": "defaults",
            "rvr_place": place_in(page), "publisher-0-name": "Stadt Witten", "contact-0-name": "Mein Amt", "license_id": ZERO,
            "places": ""}  # fmt: skip
    page = app.post("/dataset/new", data=data, headers=headers(people["steward"])).body
    assert 'name="publisher-0-name" value="Stadt Hattingen"' in page
    assert 'name="contact-0-name" value="Mein Amt"' in page
    assert 'value="Bäume"' in page


def test_what_was_refused_or_broke_off_can_be_brought_back(app: Any, people: Any, organization: Any) -> None:
    dataset = factories.Dataset(name="baeume", title="Bäume", owner_org=organization["id"], notes="Alt.")
    address = "/dataset/edit/baeume"
    page = app.get(address, headers=headers(people["steward"])).body
    assert "Wiederherstellen" not in page
    data = {"rvr_place": place_in(page), "title": "Bäume", "notes": "Lange getippt", "issued": "gestern", "save": ""}
    assert app.post(address, data=data, headers=headers(people["steward"])).status_code == 200
    assert "Wiederherstellen" in app.get(address, headers=headers(people["steward"])).body
    assert "Wiederherstellen" not in app.get(address, headers=headers(people["colleague"])).body
    assert "Lange getippt" not in app.get(address + "?draft=1", headers=headers(people["colleague"])).body
    page = app.get(address + "?draft=1", headers=headers(people["steward"])).body
    assert "Lange getippt" in page
    assert "Ihre Eingaben sind wieder da." in page
    answer = app.post(
        address, data=data | {"issued": "2024"}, headers=headers(people["steward"]), follow_redirects=False
    )
    assert answer.status_code == 302
    assert "Wiederherstellen" not in app.get(address, headers=headers(people["steward"])).body
    assert tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset["id"]})["notes"] == "Lange getippt"


def test_a_failing_server_loses_nothing(
    app: Any, people: Any, organization: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = place_in(app.get("/dataset/new", headers=headers(people["steward"])).body)
    data = {
        "rvr_place": place,
        "title": "Brücken",
        "owner_org": organization["id"],
        "notes": "Viel Text",
        "save": "keep-draft",
    }
    with monkeypatch.context() as away:
        away.setitem(tk.config, "solr_url", "http://127.0.0.1:1/solr/ckan")
        with pytest.raises(SearchIndexError):
            app.post("/dataset/new", data=data, headers=headers(people["steward"]), follow_redirects=False)
    kept = form_drafts.find(people["steward"]["id"], place)
    assert kept
    assert ["notes", "Viel Text"] in kept.fields


def test_entries_are_kept_while_typing_and_only_their_author_sees_them(
    app: Any, people: Any, organization: Any
) -> None:
    place = "dataset/new/1b4e28ba-2fa1-11d2-883f-0016d3cca427"
    data = {"rvr_place": place, "title": "Geheimer Plan", "notes": "Noch nicht öffentlich", "_csrf_token": "x"}
    answer = app.post("/dashboard/drafts/keep", data=data, headers=headers(people["steward"]))
    assert "aufbewahrt" in answer.body
    mine = app.get("/dashboard/drafts", headers=headers(people["steward"])).body
    assert "Geheimer Plan" in mine
    assert (
        "Noch nicht öffentlich" in app.get(f"/dataset/new?draft={place[12:]}", headers=headers(people["steward"])).body
    )
    for path in ("/dashboard/drafts", f"/dataset/new?draft={place[12:]}", "/dataset/new"):
        page = app.get(path, headers=headers(people["colleague"])).body
        assert "Geheimer Plan" not in page
        assert "Noch nicht öffentlich" not in page
    app.post("/dashboard/drafts/discard", data={"rvr_place": place}, headers=headers(people["colleague"]))
    assert form_drafts.find(people["steward"]["id"], place)
    assert "x" not in json.dumps(form_drafts.find(people["steward"]["id"], place).fields[0][0])
    app.post("/dashboard/drafts/discard", data={"rvr_place": place}, headers=headers(people["steward"]))
    assert form_drafts.find(people["steward"]["id"], place) is None


def test_visitors_keep_nothing_and_are_led_to_the_login(app: Any) -> None:
    answer = app.post("/dashboard/drafts/keep", data={"rvr_place": "dataset/new/1", "title": "Fremd"})
    assert "Sie sind abgemeldet." in answer.body
    assert model.Session.query(form_drafts.RvrPortalFormDraft).count() == 0
    answer = app.get("/dashboard/drafts", follow_redirects=False)
    assert answer.status_code == 302
    assert "/user/login" in answer.headers["Location"]


@pytest.mark.parametrize("place", ["", "dataset/../x", "user/1", "dataset/new/" + "a" * 101, "resource/a"])
def test_only_forms_have_entries(place: str) -> None:
    assert not form_drafts.keep("u", place, [("title", "x")])


def test_entries_that_are_too_many_or_too_large_are_not_kept_for_ever() -> None:
    assert not form_drafts.keep("u", "dataset/new/big", [("notes", "x" * 3_000_001)])
    for number in range(35):
        form_drafts.keep("u", f"dataset/new/{number}", [("title", str(number)), ("notes", "a\x00b")])
    assert len(form_drafts.listed("u")) == 30


def test_a_draft_dataset_stays_reachable_until_it_is_published(app: Any, people: Any, organization: Any) -> None:
    page = app.get("/dataset/new", headers=headers(people["steward"])).body
    data = {
        "rvr_place": place_in(page),
        "title": "Brücken",
        "owner_org": organization["id"],
        "private": "False",
        "save": "keep-draft",
    }
    answer = app.post("/dataset/new", data=data, headers=headers(people["steward"]), follow_redirects=False)
    assert answer.headers["Location"].endswith("/dashboard/drafts")
    assert "Brücken" in app.get("/dashboard/drafts", headers=headers(people["steward"])).body
    stored = tk.get_action("package_show")({"ignore_auth": True}, {"id": "bruecken"})
    assert stored["state"] == "draft"
    page = app.get("/dataset/edit/bruecken", headers=headers(people["steward"])).body
    assert 'value="Brücken"' in page
    data |= {"rvr_place": place_in(page), "pkg_name": stored["id"], "notes": "Alle Brücken", "save": "keep-draft"}
    app.post("/dataset/new", data=data, headers=headers(people["steward"]), follow_redirects=False)
    stored = tk.get_action("package_show")({"ignore_auth": True}, {"id": "bruecken"})
    assert (stored["state"], stored["notes"]) == ("draft", "Alle Brücken")
    resource = {
        "rvr_place": f"resource/{stored['id']}/new",
        "id": "",
        "url": "https://example.org/b.csv",
        "name": "Liste",
        "save": "go-metadata",
    }
    app.post(
        "/dataset/bruecken/resource/new", data=resource, headers=headers(people["steward"]), follow_redirects=False
    )
    stored = tk.get_action("package_show")({"ignore_auth": True}, {"id": "bruecken"})
    assert stored["state"] == "active"
    assert "rvr_place" not in stored["resources"][0]
    assert (
        "Brücken" not in app.get("/dashboard/drafts", headers=headers(people["steward"])).body.partition("primary")[2]
    )
