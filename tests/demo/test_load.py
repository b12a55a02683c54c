"""The demo content goes into a portal as an operator would put it there, and a second time changes nothing."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "stack")]

CATALOGS = ("hamm", "kreis-wesel")  # JSON-LD on one page, and RDF/XML on two pages with a flawed licence


@pytest.fixture
def content(clean_db: None, clean_index: None, with_plugins: None, with_request_context: None) -> Any:
    import catalog_server
    from portal_content import PortalContent

    server, portals = catalog_server.start_in_thread()
    content = PortalContent(portals.base_url)
    content.catalogs = {name: content.catalogs[name] for name in CATALOGS}
    content.organizations()
    yield content
    server.shutdown()
    server.server_close()


def found(**params: Any) -> dict[str, Any]:
    import ckan.plugins.toolkit as tk

    return tk.get_action("package_search")({"ignore_auth": True}, params)


def report_of(name: str) -> dict[str, Any]:
    import ckan.plugins.toolkit as tk

    return tk.get_action("rvr_harvest_report_show")({"ignore_auth": True}, {"id": f"beispielkatalog-{name}"})


def test_catalogues_arrive_complete_with_findings_for_their_flaws(content: Any) -> None:
    from catalog_content import load_catalogs

    for name in CATALOGS:
        content.harvest(name)
        wanted = load_catalogs()[name].datasets
        assert found(fq=f"organization:{name}", rows=0)["count"] == len(wanted)
        assert report_of(name)["added"] == len(wanted)
    assert report_of("kreis-wesel")["open_findings"]
    swimming = found(q="title:Badegewässer")["results"][0]
    assert all(resource["license"] for resource in swimming["resources"])
    assert "Beispieldatensatz" in swimming["notes"]


def test_a_dataset_of_a_town_in_a_kreis_is_found_at_that_town(content: Any) -> None:
    content.harvest("kreis-wesel")
    titles = {dataset["title"] for dataset in found(fq="places:05170024", rows=100)["results"]}
    assert "Moers, Bekanntmachungen" in titles


def test_a_second_harvest_changes_nothing(content: Any) -> None:
    content.harvest("hamm")
    before = {dataset["id"]: dataset["metadata_modified"] for dataset in found(rows=100)["results"]}
    content.harvest("hamm")
    report = report_of("hamm")
    assert (report["added"], report["changed"], report["unchanged"]) == (0, 0, len(before))
    assert {dataset["id"]: dataset["metadata_modified"] for dataset in found(rows=100)["results"]} == before


def test_all_projects_are_valid_and_stay_the_same_number_when_loaded_again(content: Any) -> None:
    import yaml
    from catalog_content import load_catalogs

    content.catalogs = load_catalogs()
    content.projects()
    content.projects()
    wanted = yaml.safe_load((ROOT / "demo" / "projects.yaml").read_text(encoding="utf-8"))
    projects = found(fq="dataset_type:smart-city-project", rows=100)["results"]
    assert {project["name"] for project in projects} == {raw["name"] for raw in wanted}
    assert {project["phase"] for project in projects} == {
        "idea", "concept", "pilot", "implementation", "operation", "completed", "discontinued",
    }  # fmt: skip
    assert len({project["field_of_action"] for project in projects}) == 7


def test_each_role_has_an_account_whose_password_only_the_owner_can_read(content: Any, tmp_path: Path) -> None:
    from ckan import model

    path = tmp_path / "accounts.json"
    content.accounts(path)
    first = json.loads(path.read_text(encoding="utf-8"))
    assert set(first) == {"betrieb", "datenpflege", "projektpflege", "mitglied"}
    assert path.stat().st_mode & 0o777 == 0o600
    assert len({facts["password"] for facts in first.values()}) == 4
    content.accounts(path)
    assert json.loads(path.read_text(encoding="utf-8")) == first
    for name, facts in first.items():
        user = model.User.get(name)
        assert user.validate_password(facts["password"])
        assert user.sysadmin == (name == "betrieb")


def test_editors_may_write_at_their_organisation_only(content: Any, tmp_path: Path) -> None:
    import ckan.plugins.toolkit as tk

    content.accounts(tmp_path / "accounts.json")
    writable = {
        name: [
            one["name"]
            for one in tk.get_action("organization_list_for_user")({"user": name}, {"permission": "create_dataset"})
        ]
        for name in ("datenpflege", "projektpflege", "mitglied")
    }
    assert writable == {"datenpflege": ["ennepe-ruhr-kreis"], "projektpflege": ["gelsenkirchen"], "mitglied": []}


def test_a_csv_file_of_each_catalogue_is_shown_as_table(content: Any) -> None:
    import ckan.plugins.toolkit as tk

    content.harvest("hamm")
    content.previews()
    tables = [
        resource
        for dataset in found(rows=100)["results"]
        for resource in dataset["resources"]
        if resource.get("datastore_active")
    ]
    assert len(tables) == 1
    views = tk.get_action("resource_view_list")({"ignore_auth": True}, {"id": tables[0]["id"]})
    assert [view["view_type"] for view in views] == ["datatables_view"]


def test_the_uploaded_file_becomes_a_table_with_numbers_and_dates_and_stays_as_it_is(content: Any, app: Any) -> None:
    import ckan.plugins.toolkit as tk
    from upload_content import FILE, NAME

    for _twice in range(2):
        content.uploads()
    [resource] = tk.get_action("package_show")({"ignore_auth": True}, {"id": NAME})["resources"]
    table = tk.get_action("datastore_search")({"ignore_auth": True}, {"resource_id": resource["id"], "limit": 1})
    assert {one["id"]: one["type"] for one in table["fields"] if one["id"] != "_id"} == {
        "Tag": "date", "Bad": "text", "Besuche": "numeric", "Lufttemperatur in °C": "numeric",
        "Einnahmen in €": "numeric", "Hinweis": "text",
    }  # fmt: skip
    assert table["total"] == 60
    assert app.get(f"/dataset/{NAME}/resource/{resource['id']}/download/{FILE.name}").data == FILE.read_bytes()
