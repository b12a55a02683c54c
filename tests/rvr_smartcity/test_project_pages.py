"""List, map, exports, page and form; what visitors may see; what datasets must not show."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Callable
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
Make = Callable[..., dict[str, Any]]
LIST = "/smart-city-project/"


def titles(body: str) -> list[str]:
    return re.findall(r'class="rvr-card__title"><a href="[^"]*">([^<]*)</a>', body)


def exported(app: Any, query: str) -> tuple[list[str], list[str]]:
    features = json.loads(app.get(f"/smart-city-project.geojson{query}").body)["features"]
    table = app.get(f"/smart-city-project.csv{query}").body.removeprefix("\ufeff")
    rows = list(csv.DictReader(io.StringIO(table, newline=""), delimiter=";"))
    return [feature["properties"]["title"] for feature in features], [row["titel"] for row in rows]


@pytest.mark.parametrize(
    "query",
    ["", "?phase=pilot", "?places=05911000", "?q=Laternen", "?sort=title", "?phase=idea&field_of_action=mobility"],
)
def test_list_map_and_exports_hold_the_same_projects_in_the_same_order(
    app: Any, make_project: Make, query: str
) -> None:
    make_project(title="Kluge Laternen")
    make_project(title="Wärmeatlas", places=["05911000"], phase="concept")
    make_project(title="Rufbus", phase="idea", field_of_action="mobility", places=["05911000", "05113000"])
    listed = titles(app.get(LIST + query).body)
    assert listed
    assert titles(app.get(LIST + "map" + query).body) == listed
    assert exported(app, query) == (listed, listed)


def test_a_filter_finds_the_municipalities_of_a_kreis(app: Any, make_project: Make) -> None:
    make_project(title="Dorfplatz", places=["05954016"])
    make_project(title="Hafen", places=["05112000"])
    assert titles(app.get(LIST + "?places=05954").body) == ["Dorfplatz"]


def test_private_projects_are_shown_to_members_only(app: Any, make_project: Make, token_headers: Any) -> None:
    member = factories.User()
    org = factories.Organization(users=[{"name": member["name"], "capacity": "member"}])
    hidden = make_project(title="Streng geheim", owner_org=org["id"], private=True, phase="idea")
    make_project(title="Offen")
    stranger = factories.User()
    for headers in ({}, token_headers(stranger["name"])):
        for path in (LIST, LIST + "map", "/smart-city-project.geojson", "/smart-city-project.csv", "/"):
            assert "geheim" not in app.get(path, headers=headers).body.lower(), path
        assert app.get(LIST + hidden["name"], headers=headers, status=404)
        assert app.get(LIST + hidden["id"], headers=headers, status=404)
    assert "Streng geheim" in app.get(LIST, headers=token_headers(member["name"])).body
    assert "Streng geheim" in app.get("/smart-city-project.geojson", headers=token_headers(member["name"])).body


def test_projects_are_no_datasets(app: Any, make_project: Make, make_dataset: Make) -> None:
    project = make_project(title="Laternenprojekt")
    dataset = make_dataset(title="Baumkataster", owner_org=project["owner_org"])
    assert call_action("package_search")["count"] == 1
    assert call_action("package_search", q="Laternenprojekt")["count"] == 0
    assert call_action("package_search", fq_list=["-dataset_type:harvest"])["count"] == 1
    assert call_action("organization_show", id=project["owner_org"])["package_count"] == 1
    for path in ("/dataset/", "/catalog.ttl", "/catalog.rdf", "/feeds/dataset.atom", "/organization/essen"):
        body = app.get(path).body
        assert "Laternenprojekt" not in re.sub(r"(?s)<(nav|header).*?</\1>", "", body), path
    assert dataset["title"] in app.get("/catalog.ttl").body
    assert app.get(f"/dataset/{project['name']}.ttl", status=404)
    assert app.get(f"/dataset/{dataset['name']}.ttl", status=200)


def test_a_project_under_dataset_leads_to_its_own_page_unless_hidden(app: Any, make_project: Make) -> None:
    shown, hidden = make_project(title="Offen"), make_project(title="Zu", private=True)
    answer = app.get(f"/dataset/{shown['name']}", follow_redirects=False)
    assert answer.location.endswith(LIST + shown["name"])
    assert app.get(f"/dataset/{hidden['name']}", follow_redirects=False, status=404)


def test_the_word_smart_city_project_in_a_dataset_search_finds_no_projects(make_project: Make) -> None:
    make_project(title="smart-city-project")
    assert call_action("package_search", q="smart-city-project")["count"] == 0


def test_every_row_of_the_measures_leads_to_exactly_that_many_projects(app: Any, make_project: Make) -> None:
    from ckanext.rvr_smartcity.measures import all_measures

    for number, phase in enumerate(["idea", "idea", "pilot", "operation"]):
        make_project(title=f"P{number}", phase=phase, field_of_action=["energy", "other"][number % 2])
    make_project(title="geheim", phase="idea", private=True)
    with app.flask_app.test_request_context():
        measures = [count() for count in all_measures().values()]
    for measure in measures:
        assert sum(row.value for row in measure.rows) == measure.n_records == 4
        for row in measure.rows:
            assert len(titles(app.get(row.query_url).body)) == row.value, row


@pytest.mark.parametrize(
    "query",
    [
        '?q="',
        "?q=a:b [",
        "?phase=%22",
        "?places=x%5C",
        "?page=0",
        "?page=99",
        "?page=abc",
        "?sort=%20",
        "?sort=evil desc",
        "?unknown=1",
    ],
)
def test_odd_addresses_are_answered(app: Any, make_project: Make, query: str) -> None:
    make_project()
    for path in (LIST, LIST + "map", "/smart-city-project.geojson"):
        assert app.get(path + query).status_code == 200


def test_the_page_shows_words_and_no_empty_rows(app: Any, make_project: Make) -> None:
    made = make_project(
        title="Rufbus <b>",
        phase="implementation",
        budget_total="1500000",
        partners=[{"name": "Ruhrbahn", "type": "municipal-company"}],
    )
    body = app.get(LIST + made["name"]).body
    assert "Rufbus &lt;b&gt;" in body
    assert "1.500.000 Euro" in body
    assert "Kommunales Unternehmen" in body
    text = re.sub(r"(?s)<script.*?</script>|<[^>]*>", " ", body.split('role="main"')[1].split("<footer")[0])
    for code in ("municipal-company", "implementation", "05113000", "None"):
        assert code not in text
    assert "Förderung" not in text


def test_related_datasets_are_shown_to_those_who_may_see_them(app: Any, make_project: Make, make_dataset: Make) -> None:
    org = factories.Organization()
    make_dataset(name="offen", title="Offene Daten")
    make_dataset(name="zu", title="Interne Daten", private=True, owner_org=org["id"])
    made = make_project(related_datasets=["offen", "zu"])
    body = app.get(LIST + made["name"]).body
    assert "Offene Daten" in body
    assert "Interne Daten" not in body


def form_of(org: str, **fields: str) -> dict[str, str]:
    data = {
        "title": "Neues Projekt",
        "summary": "Kurz.",
        "owner_org": org,
        "places": "05113000",
        "field_of_action": "energy",
        "phase": "idea",
        "private": "False",
    }
    return {**data, **fields}


def editor_of(token_headers: Any) -> tuple[dict[str, str], dict[str, Any]]:
    user = factories.User()
    org = factories.Organization(name="essen", title="Essen", users=[{"name": user["name"], "capacity": "editor"}])
    return token_headers(user["name"]), org


def test_an_editor_enters_and_changes_a_project_with_the_form(app: Any, token_headers: Any) -> None:
    headers, org = editor_of(token_headers)
    page = app.get(LIST + "new", headers=headers).body
    assert re.search(r'value="05113000" checked', page), "the only organisation's place is chosen already"
    sent = form_of(org["id"], **{"partners-0-name": "Ruhrbahn", "partners-1-name": "", "lon": "7,01", "lat": "51,45"})
    app.post(LIST + "new", data=sent, headers=headers, follow_redirects=False, status=302)
    shown = call_action("package_show", id="neues-projekt")
    assert shown["state"] == "active"
    assert [partner["name"] for partner in shown["partners"]] == ["Ruhrbahn"]

    changed = form_of(org["id"], title="Altes Projekt", phase="pilot")
    app.post(LIST + "edit/neues-projekt", data=changed, headers=headers, follow_redirects=False, status=302)
    shown = call_action("package_show", id="neues-projekt")
    assert (shown["title"], shown["phase"]) == ("Altes Projekt", "pilot")
    assert "lon" not in shown
    assert not shown.get("partners")


def test_an_error_stands_beside_its_field_in_german_and_keeps_what_was_typed(app: Any, token_headers: Any) -> None:
    headers, org = editor_of(token_headers)
    sent = form_of(
        org["id"], summary="x" * 205, phase="", **{"partners-0-role": "Betrieb", "lon": "8,9", "lat": "51,5"}
    )
    body = app.post(LIST + "new", data=sent, headers=headers).body
    assert "Noch ist nichts gespeichert" in body
    assert 'id="field-summary-error"' in body
    assert "Bitte kürzen Sie den Text auf 200 Zeichen. Jetzt sind es 205." in body
    assert "Bitte wählen Sie, in welcher Phase das Projekt ist." in body
    assert "Dieser Punkt liegt nicht in der Metropole Ruhr" in body
    assert "Bitte nennen Sie den Namen des Partners." in body
    assert 'value="Betrieb"' in body
    assert call_action("package_search", fq="dataset_type:smart-city-project")["count"] == 0


def test_strangers_get_no_form(app: Any, make_project: Make, token_headers: Any) -> None:
    made = make_project()
    outsider = token_headers(factories.User()["name"])
    assert app.get(LIST + "new", status=403)
    assert app.get(LIST + "edit/" + made["name"], status=403)
    assert app.get(LIST + "edit/" + made["name"], headers=outsider, status=403)
    headers, org = outsider, made["owner_org"]
    answer = app.post(LIST + "new", data=form_of(org), headers=headers)
    assert answer.status_code in (403, 200)
    assert call_action("package_search", fq="dataset_type:smart-city-project")["count"] == 1
