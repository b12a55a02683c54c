"""What a project must and may hold, through the API."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action

pytestmark = pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")
Make = Callable[..., dict[str, Any]]


def errors_of(make: Make, **fields: Any) -> dict[str, Any]:
    with pytest.raises(tk.ValidationError) as caught:
        make(**fields)
    return caught.value.error_dict


@pytest.mark.parametrize("field", ["title", "summary", "places", "field_of_action", "phase"])
def test_each_mandatory_field_asks_for_itself(make_project: Make, field: str) -> None:
    found = errors_of(make_project, **{field: ""})
    assert list(found) == [field]
    assert found[field][0].startswith(("Bitte", "Please"))


def test_all_values_come_back_as_stored(make_project: Make) -> None:
    made = make_project(
        places=["Essen", "Mülheim a. d. R."],
        solution_type=["sensors", "app"],
        lon="7,0126",
        lat="51.4558",
        budget_total="1.250.000",
        start_actual="03.06.2024",
        end_planned="12.2026",
        partners=[{"name": "Ruhrbahn", "type": "company", "role": "Betrieb"}, {"name": "Hochschule"}],
        links=[{"title": "Seite", "url": "www.example.org"}],
        seeking_partners="true",
    )
    shown = call_action("package_show", id=made["id"])
    assert shown["places"] == ["05113000", "05117000"]
    assert shown["solution_type"] == ["app", "sensors"]
    assert (shown["lon"], shown["lat"], shown["budget_total"]) == (7.0126, 51.4558, 1250000)
    assert (shown["start_actual"], shown["end_planned"]) == ("2024-06-03", "2026-12")
    assert [partner["name"] for partner in shown["partners"]] == ["Ruhrbahn", "Hochschule"]
    assert shown["links"][0]["url"] == "https://www.example.org"
    assert shown["seeking_partners"] is True


def test_saving_without_a_change_changes_nothing(make_project: Make) -> None:
    made = make_project(
        lon="7.01", lat="51.45", partners=[{"name": "A"}], solution_type=["app"], budget_total="5", notes="Text"
    )
    before = call_action("package_show", id=made["id"])
    call_action("package_update", context={"user": factories.Sysadmin()["name"]}, **before)
    after = call_action("package_show", id=made["id"])
    assert {**after, "metadata_modified": ""} == {**before, "metadata_modified": ""}


@pytest.mark.parametrize(
    ("fields", "where"),
    [
        ({"summary": "x" * 201}, "summary"),
        ({"places": ["Köln"]}, "places"),
        ({"phase": "fertig"}, "phase"),
        ({"lon": "7.0"}, "lat"),
        ({"lon": "51.4", "lat": "7.0"}, "lon"),
        ({"start_planned": "2026", "end_planned": "2025"}, "end_planned"),
        ({"budget_total": "10", "budget_own_share": "11"}, "budget_own_share"),
        ({"phase": "discontinued"}, "status_reason"),
        ({"contact_email": "niemand"}, "contact_email"),
        ({"links": [{"url": "javascript:alert(1)"}]}, "links"),
        ({"related_datasets": ["gibt-es-nicht"]}, "related_datasets"),
        ({"start_actual": "31.02.2026"}, "start_actual"),
    ],
)
def test_a_wrong_value_is_refused_at_its_field(make_project: Make, fields: dict[str, Any], where: str) -> None:
    assert where in errors_of(make_project, **fields)


def test_a_second_project_of_the_same_title_gets_its_own_address(make_project: Make) -> None:
    names = [make_project(title="Über Größe")["name"] for _ in range(2)]
    assert names == ["ueber-groesse", "ueber-groesse-2"]


def test_a_hidden_dataset_cannot_be_told_from_a_missing_one(make_project: Make, make_dataset: Make) -> None:
    hidden = make_dataset(name="geheim", private=True)
    user = factories.User()
    org = factories.Organization(users=[{"name": user["name"], "capacity": "editor"}])
    messages = []
    for name in ("geheim", "gibt-es-nicht"):
        with pytest.raises(tk.ValidationError) as caught:
            call_action(
                "package_create",
                context={"user": user["name"], "ignore_auth": False},
                type="smart-city-project",
                title="T",
                summary="S",
                places=["05113000"],
                field_of_action="energy",
                phase="idea",
                owner_org=org["id"],
                related_datasets=[name],
            )
        messages.append(caught.value.error_dict["related_datasets"][0].replace(name, "…"))
    assert hidden["private"]
    assert messages[0] == messages[1]


def test_only_editors_of_the_organization_write_its_projects(make_project: Make) -> None:
    editor, member, stranger = factories.User(), factories.User(), factories.User()
    org = factories.Organization(
        users=[{"name": editor["name"], "capacity": "editor"}, {"name": member["name"], "capacity": "member"}]
    )
    made = make_project(owner_org=org["id"])
    for action, data in [
        ("package_create", {"type": "smart-city-project", "owner_org": org["id"]}),
        ("package_update", {"id": made["id"]}),
    ]:
        tk.check_access(action, {"user": editor["name"], "ignore_auth": False}, data)
        for user in (member, stranger):
            with pytest.raises(tk.NotAuthorized):
                tk.check_access(action, {"user": user["name"], "ignore_auth": False}, data)
