"""Points of real datasets: kept, summed, listed and shown, and nothing closed among them."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pytest
from bs4 import BeautifulSoup
from rdflib import Graph, Namespace

DQV = Namespace("http://www.w3.org/ns/dqv#")
SECRET = "Geheimakte"
ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
FULL: dict[str, Any] = {
    "name": "voll", "title": "Bäume", "notes": "Alle Bäume der Stadt.", "tags": [{"name": "Baum"}],
    "theme": ["http://publications.europa.eu/resource/authority/data-theme/ENVI"], "places": ["05911000"],
    "temporal_coverage": [{"start": "2024"}], "frequency": "http://publications.europa.eu/resource/authority/frequency/ANNUAL",
    "access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
    "contact": [{"name": "Open Data", "email": "opendata@example.org"}], "issued": "2020", "modified": "2020-06-30",
    "resources": [{"name": "Tabelle", "url": "https://example.org/a.csv", "format": "CSV", "license": ZERO, "size": 10, "rights": "Keine"}],
}  # fmt: skip


def make() -> dict[str, Any]:
    from ckan.tests import factories

    from ckanext.rvr_dcat import rating

    steward, stranger = factories.User(name="pflegerin"), factories.User(name="fremder")
    bochum = factories.Organization(
        name="bochum", title="Stadt Bochum", users=[{"name": steward["name"], "capacity": "editor"}]
    )
    leer = factories.Organization(name="leer", title="Ohne Daten")
    factories.Dataset(owner_org=bochum["id"], **FULL)
    factories.Dataset(
        owner_org=bochum["id"], name="arm", title="Karg", notes="", resources=[{"name": "Datei", "url": "https://example.org/b"}]
    )  # fmt: skip
    closed = FULL | {
        "name": "zu",
        "title": SECRET,
        "resources": [{"name": SECRET, "url": f"https://example.org/{SECRET}"}],
    }
    private = factories.Dataset(owner_org=bochum["id"], private=True, **closed)
    rating.update()
    headers = {
        user["name"]: {"Authorization": factories.APIToken(user=user["name"])["token"]} for user in (steward, stranger)
    }
    return {"bochum": bochum, "leer": leer, "private": private, "headers": headers}


@pytest.fixture
def scene(fill_once: Any) -> dict[str, Any]:
    return fill_once(make)


def show(**data: Any) -> dict[str, Any]:
    from ckan.tests.helpers import call_action

    return call_action("rvr_dcat_quality_show", {"user": "", "ignore_auth": False}, **data)


def names(**data: Any) -> list[str]:
    from ckan.tests.helpers import call_action

    answer = call_action("rvr_dcat_quality_dataset_list", {"user": "", "ignore_auth": False}, **data)
    assert answer["count"] == len(answer["results"])
    return [row["name"] for row in answer["results"]]


def test_portal_and_organisation_have_the_mean_of_their_public_datasets(scene: Any, app: Any) -> None:
    portal, bochum = show(), show(organization="bochum")
    assert portal["datasets"] == bochum["datasets"] == 2
    assert portal["points"] == bochum["points"]
    rows = {row["name"]: row for row in _rows()}
    assert rows["voll"]["points"] == 325
    assert rows["voll"]["unchecked"] == 80
    assert portal["points"] == round((rows["voll"]["points"] + rows["arm"]["points"]) / 2, 1)
    assert sum(values["points"] for values in portal["dimensions"].values()) == pytest.approx(portal["points"], abs=0.3)
    assert portal["indicators"]["keywords"] == {"met": 1, "missing": 1, "unchecked": 0}
    assert portal["indicators"]["access_url_reached"]["unchecked"] == 2
    assert show(organization="leer")["datasets"] == 0


def _rows() -> list[dict[str, Any]]:
    from ckan.tests.helpers import call_action

    return call_action("rvr_dcat_quality_dataset_list", {"user": "", "ignore_auth": False})["results"]


def test_the_greatest_gain_comes_first_and_each_leads_to_its_datasets(scene: Any, app: Any) -> None:
    repairs = show(organization="bochum")["repairs"]
    assert repairs[0]["gain"] == max(one["gain"] for one in repairs)
    temporal = next(one for one in repairs if one["repair"] == "temporal")
    assert (temporal["gain"], temporal["datasets"], temporal["mean_gain"]) == (20, 1, 10.0)
    for one in repairs:
        assert len(names(organization="bochum", repair=one["repair"])) == one["datasets"]


def test_every_number_of_the_page_leads_to_a_list_of_exactly_so_many(scene: Any, app: Any) -> None:
    for path in ("/quality", "/quality/organization/bochum"):
        page: Any = BeautifulSoup(app.get(path).body, "html.parser")
        links = [link for link in page.select(".rvr-quality a") if "/quality/datasets?" in link["href"]]
        assert len(links) > 8
        for link in links:
            number = int((link.parent.get_text(" ").split(" Datens")[0]).split()[-1])
            listing: Any = BeautifulSoup(app.get(link["href"]).body, "html.parser")
            assert len(listing.select(".rvr-quality-list > li")) == number, link["href"]


def test_a_dataset_is_overdue_from_the_day_after_its_promise(scene: Any, app: Any) -> None:
    assert names(overdue=True) == ["voll"]
    row = next(row for row in _rows() if row["name"] == "voll")
    assert row["overdue_since"] == "2021-06-30"
    page = app.get("/quality/datasets?overdue=1").body
    assert "überfällig seit 30. Juni 2021" in page


def test_rules_that_are_broken_are_told_to_stewards_only(scene: Any, app: Any) -> None:
    for path in ("/dataset/arm", "/quality/dataset/arm"):
        assert "„Datei“ hat keine Lizenz." in app.get(path, headers=scene["headers"]["pflegerin"]).body
        for headers in ({}, scene["headers"]["fremder"]):
            assert "hat keine Lizenz" not in app.get(path, headers=headers).body
    answer = app.get("/api/3/action/rvr_dcat_dataset_quality_show?id=arm").json["result"]
    assert "findings" not in answer


def test_points_stand_on_the_page_of_a_dataset(scene: Any, app: Any) -> None:
    page = app.get("/dataset/voll").body
    assert "Qualität der Beschreibung: 325 von 405 Punkten" in page
    assert "+20: Zeitraum angeben" in " ".join(
        BeautifulSoup(app.get("/quality/dataset/arm").body, "html.parser").get_text(" ").split()
    ).replace(" :", ":")


def test_menu_organisation_and_dataset_lead_to_their_quality(scene: Any, app: Any) -> None:
    def links(path: str, chosen: str, **headers: str) -> dict[str, str]:
        page: Any = BeautifulSoup(app.get(path, headers=headers).body, "html.parser")
        return {" ".join(link.get_text(" ").split()): link["href"] for link in page.select(chosen)}

    assert links("/", ".rvr-menu a")["Datenqualität"] == "/quality"
    points = str(show(organization="bochum")["points"]).replace(".", ",").removesuffix(",0")
    assert links("/organization/bochum", ".rvr-quality-line a") == {
        f"Qualität der Beschreibungen: im Mittel {points} von 405 Punkten": "/quality/organization/bochum"
    }
    assert links("/organization/leer", ".rvr-quality-line a") == {}
    assert list(links("/dataset/arm", ".rvr-quality-line a").values()) == ["/quality/dataset/arm"]
    steward = scene["headers"]["pflegerin"]
    assert "/quality/mine" in links("/dashboard/datasets", "a", **steward).values()
    mine = links("/quality/mine", ".rvr-quality a", **steward)
    assert mine["Stadt Bochum"] == "/quality/organization/bochum"
    assert "/quality/datasets?repair=theme&organization=bochum" in mine.values()
    app.get("/quality/mine", status=403)
    assert "für keine Organisation" in app.get("/quality/mine", headers=scene["headers"]["fremder"]).body


@pytest.mark.parametrize(
    "path",
    [
        "/quality", "/quality/organization/bochum", "/quality/datasets", "/quality/datasets?errors=1",
        "/organization/bochum", "/quality/datasets.csv", "/quality/datasets.json", "/quality/datasets.ttl", "/quality/history.json", "/dataset/",
        "/api/3/action/rvr_dcat_quality_show", "/api/3/action/rvr_dcat_quality_dataset_list?limit=1000",
    ],
)  # fmt: skip
def test_nothing_tells_of_a_private_dataset(scene: Any, app: Any, path: str) -> None:
    for headers in ({}, scene["headers"]["fremder"]):
        body = app.get(path, headers=headers).body
        assert SECRET not in body
        assert scene["private"]["id"] not in body


@pytest.mark.parametrize(
    "path", ["/quality/dataset/zu", "/quality/dataset/zu.csv", "/quality/dataset/zu.json", "/quality/dataset/zu.ttl"]
)
def test_a_private_dataset_has_a_page_for_its_own_people_only(scene: Any, app: Any, path: str) -> None:
    for headers in ({}, scene["headers"]["fremder"]):
        app.get(path, headers=headers, status=404)
    app.get(path, headers=scene["headers"]["pflegerin"], status=200)


def test_a_dataset_that_turns_private_is_gone_at_once(clean_db: Any, clean_index: Any, app: Any) -> None:
    from ckan.tests.helpers import call_action

    make()
    site = call_action("get_site_user")["name"]
    call_action("package_patch", {"user": site}, id="voll", private=True)
    assert names() == ["arm"]
    assert show()["datasets"] == 1
    assert "Bäume" not in app.get("/quality/datasets.csv").body


def test_points_follow_a_change_and_nothing_else_is_counted_again(clean_db: Any, clean_index: Any, app: Any) -> None:
    from ckan.tests.helpers import call_action

    from ckanext.rvr_dcat import rating

    make()
    assert rating.update() == 0
    before = {row["name"]: row["points"] for row in _rows()}
    site = call_action("get_site_user")["name"]
    call_action("package_patch", {"user": site}, id="arm", temporal_coverage=[{"end": "2023"}])
    assert rating.update() == 1
    assert {row["name"]: row["points"] for row in _rows()} == before | {"arm": before["arm"] + 20}
    assert rating.update(everything=True) == 3
    call_action("package_delete", {"user": site}, id="arm")
    rating.update()
    assert names() == ["voll"]


def test_an_answer_of_an_address_changes_the_points_of_its_datasets(
    clean_db: Any, clean_index: Any, web: Any, app: Any
) -> None:
    from ckan.tests import factories

    from ckanext.rvr_dcat import links, rating
    from ckanext.rvr_portal.http import HttpDoor

    web.routes["/a.csv"] = (200, {})
    resources = [FULL["resources"][0] | {"url": web.url + "/a.csv"}]
    factories.Dataset(owner_org=factories.Organization()["id"], **(FULL | {"resources": resources}))
    rating.update()
    assert [row["points"] for row in _rows()] == [325]
    with HttpDoor(allow_local=True, retries=0) as door:
        links.check_links(door=door)
    assert rating.update() == 1
    assert [row["points"] for row in _rows()] == [405]
    assert rating.update() == 0
    assert show()["links"]["failing"] == 0
    address = BeautifulSoup(app.get("/quality/dataset/voll").body, "html.parser").select_one(".rvr-quality-address")
    assert address.text == web.url + "/a.csv"
    assert address.find_previous_sibling("h3").a.text == "Tabelle"


def test_the_history_has_a_row_a_day(
    clean_db: Any, clean_index: Any, app: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckan import model

    from ckanext.rvr_dcat import rating
    from ckanext.rvr_dcat.model import QualityDay

    scene = make()
    rating.update()
    now = rating.today()
    assert [row["day"] for row in show()["history"]] == [now.isoformat()]
    for days, points in ((40, 200), (1, 400)):
        for organization in ("", scene["bochum"]["id"]):
            model.Session.add(
                QualityDay(
                    day=now - timedelta(days=days), organization_id=organization, datasets=2, points=points,
                    dimensions={"findability": 40}, overdue=0, broken=0, errors=1,
                )
            )  # fmt: skip
    model.Session.commit()
    history = show(organization="bochum")["history"]
    assert [row["points"] for row in history[:2]] == [100.0, 200.0]
    assert date.fromisoformat(history[0]["day"]) == now - timedelta(days=40)
    page = app.get("/quality").body
    assert "<polyline" in page
    change = round(show(organization="bochum")["points"] - 100, 1)
    assert f"+{change}".removesuffix(".0").replace(".", ",") in page


def test_the_lists_come_as_table_json_and_dqv(scene: Any, app: Any) -> None:
    table = app.get("/quality/datasets.csv?organization=bochum").body
    assert "Karg" in table and "Zeitraum angeben (20)" in table
    rows = json.loads(app.get("/quality/datasets.json").body)
    assert rows["count"] == 2
    graph = Graph().parse(data=app.get("/quality/datasets.ttl").body, format="turtle")
    assert len(set(graph.subjects(DQV.hasQualityMeasurement))) == 2
    assert {int(str(value)) for value in graph.objects(None, DQV.value)} == {row["points"] for row in rows["results"]}
    one = Graph().parse(data=app.get("/quality/dataset/voll.ttl").body, format="turtle")
    metrics = {str(metric).rpartition("#")[2] for metric in one.objects(None, DQV.isMeasurementOf)}
    assert {"scoring", "findabilityScoring", "keywordAvailability", "knownLicence"} <= metrics
    assert "accessUrlStatusCode" not in metrics  # nobody has asked yet
    assert "Thema;30;30;ja" in app.get("/quality/dataset/voll.csv").body
    assert app.get("/quality/history.csv").body.count("\r\n") == 2


@pytest.mark.parametrize(
    ("data", "field"), [({"sort": "quatsch"}, "sort"), ({"repair": "quatsch"}, "repair"), ({"limit": "x"}, "limit"), ({"overdue": "vielleicht"}, "overdue")]
)  # fmt: skip
def test_a_wrong_question_is_answered_with_a_sentence(scene: Any, app: Any, data: dict[str, Any], field: str) -> None:
    answer = app.get("/api/3/action/rvr_dcat_quality_dataset_list", query_string=data, status=409).json
    assert answer["error"][field][0]


@pytest.mark.parametrize(
    "path",
    [
        "/quality/organization/gibt-es-nicht",
        "/quality/dataset/gibt-es-nicht",
        "/quality/datasets?organization=gibt-es-nicht",
    ],
)
def test_what_is_not_there_is_404(scene: Any, app: Any, path: str) -> None:
    app.get(path, status=404)


def test_hostile_addresses_are_harmless(scene: Any, app: Any) -> None:
    for value in ("<script>", "'; drop table", "9" * 30, "-1", "²"):
        app.get(
            "/quality/datasets",
            query_string={"page": value, "level": value, "repair": value, "sort": value},
            status=200,
        )


def test_saving_is_never_stopped_by_a_rule(app: Any, clean_db: Any, clean_index: Any, make_dataset: Any) -> None:
    import ckan.plugins.toolkit as tk

    made = make_dataset(notes="", resources=[{"url": ""}])
    found = tk.get_action("rvr_dcat_dataset_quality_show")({"ignore_auth": True}, {"id": made["id"]})["findings"]
    assert {"description_missing", "license_missing", "access_url_missing"} <= {one["code"] for one in found}


def test_the_command_counts(scene: Any, cli: Any, app: Any) -> None:
    from ckanext.rvr_dcat.cli import rvr_dcat

    with app.flask_app.test_request_context():
        result = cli.invoke(rvr_dcat, ["quality", "update", "--all"])
    assert result.exit_code == 0, result.output
    assert "Neu bewertet: 3 Datensätze." in result.output
