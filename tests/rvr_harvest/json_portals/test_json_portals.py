"""Portals with JSON interfaces through the whole chain, from a real server into database and index."""

from __future__ import annotations

import copy
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

LICENSES = "http://dcat-ap.de/def/licenses/"


def run(harvest: Callable[..., Any], portal: Any, **fields: Any) -> dict[str, Any]:
    return harvest(portal.url, source_type=portal.kind, **fields)


def by_identifier(datasets: Callable[..., list[dict[str, Any]]]) -> dict[str, dict[str, Any]]:
    return {one["identifier"]: one for one in datasets()}


def codes(report: dict[str, Any]) -> set[str]:
    return {finding["code"] for finding in report["findings"]}


def test_everything_comes_with_its_licence_and_identifier_and_is_written_once(
    harvest: Any, datasets: Any, any_portal: Any, counting: Any
) -> None:
    any_portal.add("4b8798cf-1830", "Bäume")
    any_portal.add("essen/bäder", "Bäder", "https://www.govdata.de/dl-de/zero-2-0")
    report = run(harvest, any_portal)
    assert (report["added"], report["refused"], report["complete"]) == (2, 0, True)
    found = by_identifier(datasets)
    assert set(found) == {"4b8798cf-1830", "essen/bäder"}
    trees, baths = found["4b8798cf-1830"], found["essen/bäder"]
    assert {one["license"] for one in trees["resources"]} == {f"{LICENSES}dl-by-de/2.0"}
    assert {one["license"] for one in baths["resources"]} == {f"{LICENSES}dl-zero-de/2.0"}
    assert trees["license_id"] == f"{LICENSES}dl-by-de/2.0"
    assert trees["notes"] == "Über **Bäume** & mehr."
    assert trees["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert "CSV" in {one["format"] for one in trees["resources"]}
    with counting() as counted:
        again = run(harvest, any_portal)
    assert again["unchanged"] == 2
    assert (counted.packages, counted.solr) == (0, 0)


def test_what_changed_keeps_its_address_and_files_and_what_vanished_is_kept(
    harvest: Any, datasets: Any, any_portal: Any
) -> None:
    for number in range(12):
        any_portal.add(f"k{number:02}", f"Datensatz {number}")
    run(harvest, any_portal)
    before = by_identifier(datasets)
    any_portal.rename("k03", "Neuer Name")
    del any_portal.entries["k05"]
    report = run(harvest, any_portal)
    assert (report["changed"], report["unchanged"], report["added"]) == (1, 10, 0)
    after = by_identifier(datasets)
    assert after["k03"]["title"] == "Neuer Name"
    assert after["k03"]["name"] == before["k03"]["name"]
    assert [one["id"] for one in after["k03"]["resources"]] == [one["id"] for one in before["k03"]["resources"]]
    assert "k05" in after
    assert run(harvest, any_portal)["vanished"] == 1


def test_records_of_nonsense_do_not_stop_the_others(harvest: Any, datasets: Any, any_portal: Any) -> None:
    for key in ("gut-1", "leer", "wirr", "gut-2"):
        any_portal.add(key, f"Titel {key}")
    plain = any_portal.entries["leer"]
    if any_portal.kind == "rvr_opendatasoft":
        plain["metas"]["default"] = dict.fromkeys(plain["metas"]["default"])
        any_portal.entries["wirr"] |= {"metas": {"default": {"title": {"x": [1]}, "keyword": 7, "license": ["?"]}}}
    else:
        any_portal.entries["leer"] |= {name: None for name in plain if name not in ("identifier", "distribution")}
        nonsense = {"title": {"x": [1]}, "keyword": 7, "temporal": [[]], "spatial": {"type": "Polygon"}, "license": []}
        any_portal.entries["wirr"] |= nonsense
    if any_portal.kind == "rvr_dkan":
        any_portal.entries["leer"] |= {"keyword": [], "theme": [], "publisher": {}}
        any_portal.entries["wirr"] |= {"keyword": [None, 7]}
    report = run(harvest, any_portal)
    assert (report["added"], report["refused"]) == (4, 0)
    found = by_identifier(datasets)
    assert set(found) == {"gut-1", "leer", "wirr", "gut-2"}
    assert found["leer"]["title"] == "leer"
    assert {"no_title", "description_missing", "license_missing"} <= codes(report)


def test_double_and_withdrawn_datasets_are_noted(harvest: Any, datasets: Any, dkan: Any) -> None:
    dkan.add("a", "Bäume")
    dkan.entries["again"] = copy.deepcopy(dkan.entries["a"]) | {"title": "Anders"}
    dkan.add("geheim", "Geheimes", accessLevel="non-public")
    dkan.add("begrenzt", "Begrenztes", accessLevel="restricted public")
    report = run(harvest, dkan)
    assert report["added"] == 2
    assert {"duplicate_guid", "not_public"} <= codes(report)
    found = by_identifier(datasets)
    assert found["a"]["title"] == "Bäume"
    assert found["begrenzt"]["access_rights"].endswith("/RESTRICTED")


def test_an_empty_or_broken_catalogue_takes_nothing_away(harvest: Any, datasets: Any, dkan: Any) -> None:
    dkan.add("a", "Bäume")
    run(harvest, dkan)
    bad = (
        ({"dataset": []}, "enthält keinen Datensatz"),
        (b'{"dataset": [{"title": "Moers", }]}', "fehlerhaft oder abgeschnitten"),
        ({"success": False, "error": {"message": "Datenbank"}}, "Fehlermeldung"),
    )
    for body, words in bad:
        dkan.refusal = (200, body)
        report = run(harvest, dkan)
        assert words in report["sentences_de"][0]
        assert (report["complete"], report["vanished"], len(datasets())) == (False, 0, 1)


def test_a_large_portal_is_read_in_pages_and_survives_one_that_is_empty(
    harvest: Any, datasets: Any, opendatasoft: Any
) -> None:
    for number in range(104):
        opendatasoft.add(f"d{number:03}", f"Datensatz {number}", has_records=False)
    answer = opendatasoft.answer
    opendatasoft.answer = lambda path, query: (
        (200, {"total_count": 104, "results": []}) if query.get("offset") == "100" else answer(path, query)
    )
    report = run(harvest, opendatasoft)
    assert (report["added"], report["complete"]) == (100, False)
    assert "104" in report["sentences_de"][0]
    opendatasoft.answer = answer
    report = run(harvest, opendatasoft)
    assert (report["added"], report["unchanged"], report["complete"]) == (4, 100, True)


def test_a_used_up_allowance_is_said_with_the_time_it_comes_back(
    harvest: Any, datasets: Any, opendatasoft: Any
) -> None:
    opendatasoft.add("a", "Bäume")
    run(harvest, opendatasoft)
    opendatasoft.asked.clear()
    moment = datetime.now(UTC) + timedelta(hours=6)
    body = {
        "errorcode": 10002, "reset_time": moment.strftime("%Y-%m-%dT%H:%M:%SZ"), "limit_time_unit": "day",
        "call_limit": 10000, "error": "Too many requests on the domain.",
    }  # fmt: skip
    opendatasoft.refusal = (429, body)
    report = run(harvest, opendatasoft)
    assert str(moment.year) in report["sentences_de"][0]
    assert len(opendatasoft.asked) == 1
    assert (report["complete"], len(datasets())) == (False, 1)


def test_a_renamed_dataset_of_opendatasoft_is_found_again(harvest: Any, datasets: Any, opendatasoft: Any) -> None:
    opendatasoft.add("baeume", "Bäume")
    run(harvest, opendatasoft)
    before = datasets()[0]
    entry = opendatasoft.entries.pop("baeume")
    opendatasoft.entries["stadtbaeume"] = entry | {"dataset_id": "stadtbaeume"}
    report = run(harvest, opendatasoft)
    assert (report["added"], report["changed"]) == (0, 1)
    (after,) = datasets()
    assert (after["id"], after["identifier"]) == (before["id"], "stadtbaeume")


def test_formats_follow_the_configuration_and_hundreds_of_columns_do_no_harm(
    harvest: Any, datasets: Any, opendatasoft: Any
) -> None:
    import ckan.plugins.toolkit as tk

    opendatasoft.add("breit", "Breite Tabelle")
    column = {"type": "text", "description": "Anzahl der gezählten Fahrräder", "annotations": {}}
    opendatasoft.entries["breit"]["fields"] = [{"name": f"s{n}", "label": f"Spalte {n}", **column} for n in range(900)]
    assert run(harvest, opendatasoft, config='{"include_exports": "csv"}')["added"] == 1
    assert [one["format"] for one in datasets()[0]["resources"]] == ["CSV"]
    assert "/exports/csv" in datasets()[0]["resources"][0]["url"]
    assert tk.get_action("package_search")({}, {"q": "Breite"})["count"] == 1
