"""What a person decides, who has a dataset that two sources deliver, and what a dry run shows."""

from __future__ import annotations

from typing import Any

import pytest

UUID = "1b4e28ba-2fa1-4d2e-883f-0016d3cca427"
TEN = [f"Datensatz {number}" for number in range(1, 11)]


def test_too_many_missing_datasets_stay_until_somebody_confirms(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    url = portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle(*TEN[:4]), "text/turtle")
    assert [harvest(url)["held"] for _run in range(2)] == [0, 6]
    assert len(datasets()) == 10
    assert _decide("rvr_harvest_run_confirm") == {"archived": 6}
    assert {one["title"] for one in datasets()} == set(TEN[:4])
    assert _search("Datensatz") == 4
    assert _decide("rvr_harvest_run_confirm") == {"archived": 0}
    portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    assert (len(datasets()), _search("Datensatz")) == (10, 10)


def test_datasets_that_somebody_keeps_are_not_asked_about_again(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    url = portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle(*TEN[:4]), "text/turtle")
    for _run in range(2):
        harvest(url)
    assert _decide("rvr_harvest_run_reject") == {"kept": 6}
    report = harvest(url)
    assert (report["held"], report["missing"], report["vanished"]) == (0, 0, 0)
    assert _decide("rvr_harvest_run_reject") == {"kept": 0}
    assert (len(datasets()), _search("Datensatz")) == (10, 10)
    # once they came again, they are looked after as all others
    portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle(*TEN[:9]), "text/turtle")
    assert [harvest(url)["vanished"] for _run in range(2)] == [0, 1]


def test_what_came_back_before_the_answer_is_not_archived(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    url = portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle(*TEN[:4]), "text/turtle")
    for _run in range(2):
        harvest(url)
    portal.put("/catalog", turtle(*TEN[:8]), "text/turtle")
    harvest(url)
    assert _decide("rvr_harvest_run_confirm") == {"archived": 2}
    assert {one["title"] for one in datasets()} == set(TEN[:8])


@pytest.mark.parametrize("who", ["anonymous", "stranger"])
def test_nobody_decides_about_the_source_of_others(harvest: Any, portal: Any, turtle: Any, who: str) -> None:
    import ckan.plugins.toolkit as tk
    from ckan.tests import factories

    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"))
    user = factories.User()["name"] if who == "stranger" else ""
    actions = ("run_confirm", "run_reject", "moved_confirm", "moved_reject", "dry_run", "dry_run_show")
    for action in actions:
        with pytest.raises(tk.NotAuthorized):
            tk.get_action(f"rvr_harvest_{action}")({"user": user, "ignore_auth": False}, {"id": "quelle"})


def test_a_dataset_of_two_sources_stands_once_and_priority_decides_whose_it_is(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    mine = turtle("Bäume").replace('"id-1"', f'"{UUID}"')
    theirs = turtle("Bäume aus zweiter Hand", base="https://example.com/d/").replace('"id-1"', f'"urn:uuid:{UUID}"')
    second = portal.put("/second", theirs, "text/turtle")
    first = portal.put("/first", mine, "text/turtle")
    assert harvest(second, "zweite")["added"] == 1
    address = datasets()[0]["name"]
    report = harvest(first, "erste")
    assert (report["added"], report["duplicates"]) == (0, 1)
    assert [one["title"] for one in datasets()] == ["Bäume aus zweiter Hand"]
    # with priority the first takes it over, under the address it has
    report = harvest(portal.put("/vorrang", mine, "text/turtle"), "vorrang", config='{"priority": 5}')
    assert (report["changed"], report["duplicates"]) == (1, 0)
    assert [(one["title"], one["name"]) for one in datasets()] == [("Bäume", address)]
    portal.put("/second", theirs.replace("Hand", "Feder"), "text/turtle")
    assert harvest(second, "zweite")["duplicates"] == 1
    assert [one["title"] for one in datasets()] == ["Bäume"]
    assert harvest(second, "zweite")["unchanged"] == 1


def test_a_dataset_whose_record_became_unusable_is_still_known_to_other_sources(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    mine = turtle("Bäume").replace('"id-1"', f'"{UUID}"')
    first = portal.put("/first", mine, "text/turtle")
    harvest(first, "erste")
    chain = "".join(f"_:b{number} dct:relation _:b{number + 1} .\n" for number in range(250))
    tangled = f"{mine}<https://example.org/dataset/1> dct:relation _:b0 .\n{chain}"
    portal.put("/first", tangled, "text/turtle")
    assert harvest(first, "erste")["refused"] == 1
    theirs = portal.put("/second", mine.replace("example.org/dataset", "example.com/d"), "text/turtle")
    assert harvest(theirs, "zweite")["duplicates"] == 1
    assert len(datasets()) == 1


def test_local_numbers_as_identifiers_make_no_twins(harvest: Any, datasets: Any, portal: Any, turtle: Any) -> None:
    harvest(portal.put("/a", turtle("Bäume"), "text/turtle"), "erste")
    other = turtle("Haushalt", base="https://example.com/d/")
    assert harvest(portal.put("/b", other, "text/turtle"), "zweite")["added"] == 1
    assert len(datasets()) == 2


@pytest.mark.parametrize("answer", ["confirm", "reject"])
def test_datasets_under_new_identifiers_wait_for_a_person(
    harvest: Any, datasets: Any, portal: Any, turtle: Any, answer: str
) -> None:
    from ckan import model

    from ckanext.rvr_harvest.verdicts import waiting_run

    url = portal.put("/catalog", turtle("Bäume", "Bäder"), "text/turtle")
    harvest(url)
    source_id = model.Package.get("quelle").id
    before = {one["title"]: one["id"] for one in datasets()}
    portal.put("/catalog", turtle("Bäume", "Bäder", base="https://example.org/neu/"), "text/turtle")
    report = harvest(url)
    assert (report["added"], report["changed"], report["moved"]) == (0, 0, 2)
    assert {one["title"]: one["id"] for one in datasets()} == before
    harvest(url)
    assert waiting_run(source_id)
    result = _decide(f"rvr_harvest_moved_{answer}")
    assert list(result.values()) == [2]
    # datasets of their own leave the old ones behind, which are asked about next
    assert bool(waiting_run(source_id)) == (answer == "reject")
    report = harvest(url)
    now = {one["title"]: one["id"] for one in datasets()}
    if answer == "confirm":
        assert (report["changed"], report["moved"], now) == (2, 0, before)
    else:
        assert (report["added"], report["moved"]) == (2, 0)
        assert len(datasets()) == 4
    assert harvest(url)["unchanged"] == 2


@pytest.mark.parametrize("answer", ["confirm", "reject"])
def test_a_single_dataset_under_a_new_identifier_stays_until_a_person_has_decided(
    harvest: Any, datasets: Any, portal: Any, turtle: Any, answer: str
) -> None:
    url = portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    before = {one["title"]: one["id"] for one in datasets()}
    portal.put("/catalog", turtle(*TEN).replace("org/dataset/10", "org/neu/10"), "text/turtle")
    assert harvest(url)["moved"] == 1
    for _run in range(3):
        assert harvest(url)["vanished"] == 0
        assert {one["title"]: one["id"] for one in datasets()} == before
    _decide(f"rvr_harvest_moved_{answer}")
    report = harvest(url)
    now = {one["title"]: one["id"] for one in datasets()}
    assert (report["changed"], report["added"], report["vanished"]) == ((1, 0, 0) if answer == "confirm" else (0, 1, 1))
    assert now.keys() == before.keys()
    assert (now == before) == (answer == "confirm")


def test_what_probably_has_a_new_identifier_is_not_asked_about_as_gone_and_does_not_go_with_the_rest(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    from ckan import model

    from ckanext.rvr_harvest import decisions

    url = portal.put("/catalog", turtle(*TEN), "text/turtle")
    harvest(url)
    source_id = model.Package.get("quelle").id
    portal.put("/catalog", turtle(*TEN[:4]), "text/turtle")
    for _run in range(2):
        harvest(url)
    text = turtle(*TEN[:7])
    for number in (5, 6, 7):
        text = text.replace(f"org/dataset/{number}", f"org/neu/{number}")
    portal.put("/catalog", text, "text/turtle")
    harvest(url)
    question = decisions.waiting(source_id)
    assert question is not None
    assert [one["title"] for one in question["datasets"]] == sorted(TEN[7:])
    assert (len(decisions.moved(source_id)), decisions.number_open(source_id)) == (3, 6)
    assert _decide("rvr_harvest_run_confirm") == {"archived": 3}
    assert {one["title"] for one in datasets()} == set(TEN[:7])


def test_a_second_dataset_like_a_known_one_is_new_while_the_known_one_is_there(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    url = portal.put("/catalog", turtle("Bäume"), "text/turtle")
    harvest(url)
    copy = (
        '<https://example.org/x> a dcat:Dataset ; dct:title "Bäume" ; dcat:distribution <https://example.org/x/r> .\n'
    )
    copy += "<https://example.org/x/r> a dcat:Distribution ; dcat:accessURL <https://example.org/1.csv> .\n"
    portal.put("/catalog", turtle("Bäume", extra=copy), "text/turtle")
    report = harvest(url)
    assert (report["added"], report["moved"]) == (1, 0)
    assert len(datasets()) == 2


def test_a_dry_run_shows_what_would_come_and_writes_nothing(
    harvest: Any, datasets: Any, portal: Any, turtle: Any, counting: Any
) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model

    from ckanext.rvr_harvest import harvester
    from ckanext.rvr_harvest.model import HarvestRecord

    titles = ["Bäume", "Bäder", "Brücken"]
    url = portal.put("/catalog", turtle(*titles), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle("Bäume", "Bäder", "Neu").replace("Über Bäder.", "Über alle Bäder."), "text/turtle")
    source_id = model.Package.get("quelle").id
    records = model.Session.query(HarvestRecord.guid, HarvestRecord.fingerprint, HarvestRecord.missing_runs).all()
    with counting() as counted:
        report = harvester.dry_run(source_id)
    assert (report.added, report.changed, report.unchanged) == (0, 2, 1)
    assert (counted.packages, counted.solr) == (0, 0)
    assert (
        model.Session.query(HarvestRecord.guid, HarvestRecord.fingerprint, HarvestRecord.missing_runs).all() == records
    )
    shown = tk.get_action("rvr_harvest_dry_run_show")({"ignore_auth": True}, {"id": "quelle"})
    assert {kind: sorted(titles) for kind, titles in shown["examples"].items()} == {"changed": ["Bäder", "Neu"]}
    assert {one["title"] for one in datasets()} == set(titles)
    # the page shows it, and the report of the last real run is still the real one's
    assert tk.get_action("rvr_harvest_report_show")({"ignore_auth": True}, {"id": "quelle"})["added"] == 3


def test_the_page_of_the_dry_run_shows_examples_to_stewards_only(
    harvest: Any, portal: Any, turtle: Any, app: Any
) -> None:
    from ckan import model
    from ckan.tests import factories

    from ckanext.rvr_harvest import harvester

    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"))
    portal.put("/catalog", turtle("Bäume", "Brücken"), "text/turtle")
    harvester.dry_run(model.Package.get("quelle").id)
    headers = {"Authorization": factories.SysadminWithToken()["token"]}
    page = app.get("/harvest/quelle/dry-run", headers=headers)
    assert "Brücken" in page.body
    assert app.get("/harvest/quelle/dry-run").status_code in (302, 403)


def test_the_page_of_a_dry_run_that_failed_calls_nothing_missing(
    harvest: Any, portal: Any, turtle: Any, app: Any
) -> None:
    from ckan import model
    from ckan.tests import factories

    from ckanext.rvr_harvest import harvester

    harvest(portal.put("/catalog", turtle("Bäume", "Brücken"), "text/turtle"))
    portal.put("/catalog", "<h1>Wartung</h1>", "text/html")
    assert harvester.dry_run(model.Package.get("quelle").id).status == "failed"
    page = app.get("/harvest/quelle/dry-run", headers={"Authorization": factories.SysadminWithToken()["token"]}).body
    assert "Der Probelauf ist gescheitert" in page
    assert "Brücken" not in page
    assert "Was kommen würde" not in page


def _decide(action: str) -> Any:
    import ckan.plugins.toolkit as tk
    from ckan import model

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    result = tk.get_action(action)({"user": user, "ignore_auth": True}, {"id": "quelle"})
    model.Session.remove()
    return result


def _search(text: str) -> int:
    import ckan.plugins.toolkit as tk

    return int(tk.get_action("package_search")({}, {"q": text})["count"])
