"""One field of many datasets changed at once: what is written, who may, how much, and what hostile input comes to."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers
from sheet_steward import Steward, show

from ckanext.rvr_portal.sheets import jobs, runs, store
from ckanext.rvr_portal.sheets.columns import all_columns, bulk_fields
from ckanext.rvr_portal.sheets.table import write_table

pytestmark = pytest.mark.usefixtures("with_plugins")

ENVI, TRAN = (f"http://publications.europa.eu/resource/authority/data-theme/{one}" for one in ("ENVI", "TRAN"))


@pytest.fixture
def steward(clean_db: None, clean_index: None) -> Steward:
    return Steward()


def ask(steward: Steward, datasets: Any, field: Any, values: Any, **more: Any) -> dict[str, Any]:
    """Ask for a change, in the steward's own name."""
    given = {"id": steward.organization["id"], "datasets": datasets, "field": field, "values": values, **more}
    return helpers.call_action("rvr_portal_bulk_edit", steward.context(), **given)


def preview(steward: Steward, datasets: list[dict[str, Any]], field: str, values: Any, **more: Any) -> dict[str, Any]:
    """The same as far as the report."""
    run = ask(steward, [one["id"] for one in datasets], field, values, **more)
    jobs.check(run["id"])
    return steward.shown(run["id"])


def old_values_back(steward: Steward, run: dict[str, Any]) -> dict[str, Any]:
    """Import the sheet with the old values."""
    columns, rows = runs.undo_rows(store.get(run["id"]))
    return steward.confirm(steward.upload(write_table("csv", columns, rows, "de"), "alte-werte.csv"))


def without_stamp(package: dict[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in package.items() if key != "metadata_modified"}


# What is written ---------------------------------------------------------------------------------


def test_a_new_publisher_takes_nothing_over_from_the_old_one_and_undo_brings_all_of_it_back(steward: Steward) -> None:
    old = {"name": "Stadt Hattingen", "uri": "https://example.org/h", "identifier": "h-1", "email": "h@example.org"}
    before = [show(steward.dataset(title=f"Satz {n}", publisher=[old])["id"]) for n in range(2)]
    run = preview(
        steward, before, "publisher", {"publisher.name": "Stadt Herne", "publisher.url": "https://herne.example"}
    )
    assert run["actions"]["change"] == 2
    assert {one["column"] for one in run["items"][0]["changes"]} == {
        "Herausgeber: Name", "Herausgeber: E-Mail", "Herausgeber: Internetseite", "Herausgeber: Kennung",
        "Herausgeber: Adresse der Stelle",
    }  # fmt: skip
    done = steward.confirm(run)
    assert [show(one["id"])["publisher"] for one in before] == [
        [{"name": "Stadt Herne", "url": "https://herne.example"}]
    ] * 2
    assert old_values_back(steward, done)["outcomes"]["changed"] == 2
    assert [without_stamp(show(one["id"])) for one in before] == [without_stamp(one) for one in before]


def test_a_new_mailbox_of_the_same_contact_keeps_what_nobody_sees_and_the_other_contacts(steward: Steward) -> None:
    before = show(steward.dataset()["id"])
    run = preview(steward, [before], "contact", {"contact.name": "Amt 61", "contact.email": "neu@example.org"})
    steward.confirm(run)
    assert show(before["id"])["contact"] == [
        {"name": "Amt 61", "email": "neu@example.org", "identifier": "x"}, {"name": "Amt 10"}
    ]  # fmt: skip
    run = preview(steward, [before], "contact", {"contact.name": "Amt 23"})
    done = steward.confirm(run)
    assert show(before["id"])["contact"] == [{"name": "Amt 23"}, {"name": "Amt 10"}]
    old_values_back(steward, done)
    assert show(before["id"])["contact"] == [
        {"name": "Amt 61", "email": "neu@example.org", "identifier": "x"}, {"name": "Amt 10"}
    ]  # fmt: skip


def test_no_two_columns_of_a_sheet_have_one_heading() -> None:
    for lang in ("de", "en"):
        headings = [column.heading(lang) for column in all_columns(with_hidden=True)]
        assert sorted(set(headings)) == sorted(headings)


@pytest.mark.parametrize(
    ("mode", "given", "expected"),
    [("replace", [ENVI], [ENVI]), ("add", ["Umwelt", TRAN], [TRAN, ENVI]), ("remove", ["Verkehr"], None)],
)
def test_values_are_replaced_added_or_taken_out(
    steward: Steward, mode: str, given: list[str], expected: list[str] | None
) -> None:
    dataset = steward.dataset(theme=[TRAN])
    done = steward.confirm(preview(steward, [dataset], "theme", {"theme": given}, mode=mode))
    assert done["state"] == "done", done["reason"]
    assert show(dataset["id"]).get("theme") == expected


def test_an_empty_value_empties_the_field(steward: Steward) -> None:
    dataset = steward.dataset(tags=[{"name": "Baum"}])
    for field in ("license_id", "tags", "publisher", "temporal_coverage"):
        columns = bulk_fields()[field]
        steward.confirm(preview(steward, [dataset], field, {columns[0].key: None}))
    after = show(dataset["id"])
    assert not after["license_id"]
    assert after["tags"] == []
    assert not after.get("publisher")
    assert after["temporal_coverage"] == [{"start": "2020"}]


# All of a search ---------------------------------------------------------------------------------


def _hidden(page: str, name: str) -> list[str]:
    return re.findall(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)


def test_all_of_a_search_are_those_that_it_finds_hidden_ones_too(
    steward: Steward, app: Any, token_headers: Callable[[str], dict[str, str]]
) -> None:
    found = [steward.dataset(title=f"Baumkataster {n}", private=n == 2) for n in range(3)]
    steward.dataset(title="Radzählung")
    Steward().dataset(title="Baumkataster der anderen")
    headers, address = token_headers(steward.user["name"]), f"/sheets/{steward.organization['name']}/change"
    page = app.get(f"{address}?q=baumkataster", headers=headers).body
    assert "Alle 3 dieser Liste" in page
    asked = {"q": "baumkataster", "all": "1", "field": "contact"}
    page = app.post(address, data=asked, headers=headers).body
    ids = _hidden(page, "dataset")
    assert sorted(ids) == sorted(one["id"] for one in found)
    value = {**asked, "step": "value", "dataset": ids, "contact.name": "Grünflächenamt"}
    value.pop("all")
    answer = app.post(address, data=value, headers=headers, follow_redirects=False)
    run_id = answer.headers["Location"].rpartition("/")[2]
    jobs.check(run_id)
    done = steward.confirm(steward.shown(run_id))
    assert done["outcomes"]["changed"] == 3
    names = {
        one["title"]: one["contact"][0]["name"] for one in helpers.call_action("package_search", rows=50)["results"]
    }
    assert names["Radzählung"] == "Amt 61"
    assert names["Baumkataster der anderen"] == "Amt 61"
    assert names["Baumkataster 0"] == "Grünflächenamt"


def test_a_search_with_more_than_may_be_changed_offers_no_all_and_an_import_says_the_limit(
    steward: Steward, app: Any, token_headers: Callable[[str], dict[str, str]]
) -> None:
    made = [steward.dataset(title=f"Baumkataster {n}") for n in range(3)]
    headers, address = token_headers(steward.user["name"]), f"/sheets/{steward.organization['name']}/change"
    with helpers.changed_config("ckanext.rvr_portal.sheet_max_datasets", 2):
        assert "dieser Liste" not in app.get(address, headers=headers).body
        asked = {"all": "1", "field": "contact", "step": "value", "contact.name": "Grünflächenamt"}
        page = html.unescape(app.post(address, data=asked, headers=headers).body)
        assert "Das sind mehr als die 2 Datensätze, die auf einmal erlaubt sind." in page
        assert 'value="Grünflächenamt"' in page
        with pytest.raises(tk.ValidationError, match="2"):
            ask(steward, [one["id"] for one in made], "contact", {"contact.name": "x"})
    assert store.of_user(steward.user["id"]) == []


# Who may, and hostile input ----------------------------------------------------------------------


def test_only_who_may_change_datasets_of_the_organisation_asks_for_a_change(steward: Steward) -> None:
    dataset = steward.dataset()
    values = {"contact.name": "Meins"}
    stranger, member = Steward(), factories.User()
    helpers.call_action(
        "organization_member_create", id=steward.organization["id"], username=member["name"], role="member"
    )
    for user in (stranger.user["name"], member["name"], ""):
        with pytest.raises(tk.NotAuthorized):
            helpers.call_action(
                "rvr_portal_bulk_edit", {"user": user, "ignore_auth": False}, id=steward.organization["id"],
                datasets=[dataset["id"]], field="contact", values=values,
            )  # fmt: skip
    assert show(dataset["id"])["contact"][0]["name"] == "Amt 61"


def test_datasets_of_others_are_refused_without_a_word_about_them(steward: Steward) -> None:
    mine, secret = steward.dataset(), Steward().dataset(title="Geheim", private=True)
    gone = steward.dataset(title="Gelöscht")
    helpers.call_action("package_delete", steward.context(), id=gone["id"])
    for strange in (secret["id"], secret["name"], gone["id"], "gibt-es-nicht", mine["name"]):
        with pytest.raises(tk.ValidationError) as caught:
            ask(steward, [mine["id"], strange], "contact", {"contact.name": "Meins"})
        assert list(caught.value.error_dict) == ["datasets"]
        assert "Geheim" not in str(caught.value.error_dict)


def test_an_editor_of_two_organisations_changes_one_at_a_time(steward: Steward) -> None:
    other = Steward()
    helpers.call_action(
        "organization_member_create", id=other.organization["id"], username=steward.user["name"], role="editor"
    )
    with pytest.raises(tk.ValidationError):
        ask(steward, [other.dataset()["id"]], "contact", {"contact.name": "x"})


@pytest.mark.parametrize(
    ("field", "values", "more"),
    [
        ("title", {"title": "x"}, {}),
        ("owner_org", {"owner_org": "x"}, {}),
        ("private", {"private": "True"}, {}),
        ("resource.url", {"resource.url": "x"}, {}),
        ({"a": 1}, {"license_id": "x"}, {}),
        ("", {}, {}),
        ("license_id", {}, {}),
        ("license_id", {"licence_id": "dl-de/zero-2-0"}, {}),
        ("license_id", {"license_id": "dl-de/zero-2-0", "title": "x"}, {}),
        ("license_id", {"license_id": ["dl-de/zero-2-0"]}, {}),
        ("license_id", {"license_id": {"a": 1}}, {}),
        ("license_id", ["dl-de/zero-2-0"], {}),
        ("license_id", "dl-de/zero-2-0", {}),
        ("license_id", {"license_id": "dl-de/zero-2-0"}, {"mode": "add"}),
        ("theme", {"theme": "Umwelt"}, {"mode": "'; DROP TABLE package; --"}),
        ("theme", {"theme": [{"a": 1}]}, {}),
        ("contact", {"contact.uri": "https://example.org"}, {}),
        pytest.param("contact", {"contact.name": "x" * 1_000_000}, {}, id="1 MB"),
    ],
)
def test_a_question_that_makes_no_sense_is_refused_before_anything_is_kept(
    fill_once: Callable[..., Any], field: Any, values: Any, more: dict[str, Any]
) -> None:
    steward, dataset = fill_once(_steward_with_dataset)
    with pytest.raises(tk.ValidationError) as caught:
        ask(steward, [dataset["id"]], field, values, **more)
    assert all(text.endswith((".", "!")) or ":" in text for texts in caught.value.error_dict.values() for text in texts)
    assert store.of_user(steward.user["id"]) == []


def _steward_with_dataset() -> tuple[Steward, dict[str, Any]]:
    steward = Steward()
    return steward, steward.dataset()


@pytest.mark.parametrize("datasets", [[], "all", None, {"a": 1}])
def test_without_datasets_nothing_is_changed(fill_once: Callable[..., Any], datasets: Any) -> None:
    steward, _dataset = fill_once(_steward_with_dataset)
    with pytest.raises(tk.ValidationError):
        ask(steward, datasets, "contact", {"contact.name": "x"})


@pytest.mark.parametrize(
    ("field", "column", "value", "heading"),
    [
        ("contact", "contact.name", "<b>Amt</b>", "Ansprechstelle: Name"),
        ("contact", "contact.email", "keine", "Ansprechstelle: E-Mail"),
        ("contact", "contact.url", "javascript:alert(1)", "Ansprechstelle: Internetseite"),
        ("publisher", "publisher.name", '=HYPERLINK("https://example.org")', "Herausgeber: Name"),
        ("license_id", "license_id", "Irgendeine", "Lizenz"),
        ("theme", "theme", "Kulinarik", "Themen"),
        ("places", "places", "Entenhausen", "Orte"),
        ("tags", "tags", "<i>", "Schlagwörter"),
        ("issued", "issued", "31.02.2024", "Veröffentlicht am"),
        ("temporal_coverage", "temporal_coverage.end", "gestern", "Zeitraum: Bis"),
        ("documentation", "documentation", "javascript:alert(1)", "Dokumentation"),
        ("provenance", "provenance", "<script>alert(1)</script>", "Herkunft der Daten"),
    ],
)
def test_a_bad_value_is_told_for_each_dataset_and_nothing_can_be_written(
    fill_once: Callable[..., Any], field: str, column: str, value: str, heading: str
) -> None:
    steward, dataset = fill_once(_steward_with_dataset)
    run = preview(steward, [dataset], field, {column: value})
    [item] = run["items"]
    assert (item["action"], [one["column"] for one in item["problems"]]) == ("refuse", [heading])
    with pytest.raises(tk.ValidationError):
        helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run["id"])
    helpers.call_action("rvr_portal_sheet_run_delete", steward.context(), id=run["id"])
