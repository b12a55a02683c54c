"""What a run does to datasets that were there before."""

from __future__ import annotations

from typing import Any

import pytest


def test_only_what_changed_is_written(harvest: Any, datasets: Any, portal: Any, turtle: Any, counting: Any) -> None:
    url = portal.put("/catalog", turtle("Bäume", "Bäder", "Brücken"), "text/turtle")
    harvest(url)
    before = {one["title"]: one for one in datasets()}
    portal.put("/catalog", turtle("Bäume", "Freibäder", "Brücken"), "text/turtle")
    report = harvest(url)
    after = {one["title"]: one for one in datasets()}
    assert (report["changed"], report["unchanged"]) == (1, 2)
    assert after["Bäume"]["metadata_modified"] == before["Bäume"]["metadata_modified"]
    assert after["Freibäder"]["id"] == before["Bäder"]["id"]
    assert after["Freibäder"]["name"] == before["Bäder"]["name"]
    assert after["Freibäder"]["resources"][0]["id"] == before["Bäder"]["resources"][0]["id"]


def test_the_address_of_a_dataset_is_written_as_german_writes_it(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    harvest(portal.put("/catalog", turtle("Größere Bäume"), "text/turtle"))
    assert [one["name"] for one in datasets()] == ["groessere-baeume"]


def test_a_changed_dataset_is_found_under_its_new_title(harvest: Any, portal: Any, turtle: Any) -> None:
    import ckan.plugins.toolkit as tk

    url = portal.put("/catalog", turtle("Bäume"), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle("Straßenbäume"), "text/turtle")
    harvest(url)
    found = tk.get_action("package_search")({}, {"q": "*:*"})
    assert [one["title"] for one in found["results"]] == ["Straßenbäume"]


def test_another_order_of_the_same_content_changes_nothing(
    harvest: Any, portal: Any, turtle: Any, counting: Any
) -> None:
    from rdflib import Graph

    text = turtle("Bäume", "Bäder")
    url = portal.put("/catalog", text, "text/turtle")
    harvest(url)
    portal.put("/catalog", Graph().parse(data=text, format="turtle").serialize(format="xml"), "application/rdf+xml")
    with counting() as counted:
        report = harvest(url)
    assert report["unchanged"] == 2
    assert (counted.packages, counted.solr) == (0, 0)


def test_a_vanished_dataset_is_archived_after_two_complete_runs_and_comes_back_under_its_address(
    harvest: Any, datasets: Any, portal: Any, turtle: Any, app: Any
) -> None:
    titles = ["Bäume", "Bäder", "Brücken"]
    url = portal.put("/catalog", turtle(*titles), "text/turtle")
    harvest(url)
    bridges = next(one for one in datasets() if one["title"] == "Brücken")
    portal.put("/catalog", turtle(*titles[:2]), "text/turtle")
    assert harvest(url)["vanished"] == 0
    assert len(datasets()) == 3
    assert harvest(url)["vanished"] == 1
    assert len(datasets()) == 2
    assert not _is_found("Brücken")
    page = app.get(f"/dataset/{bridges['name']}")
    assert page.status_code == 200
    assert "Herkunftsportal führt diesen Datensatz nicht mehr" in page.body
    assert harvest(url)["vanished"] == 0
    portal.put("/catalog", turtle(*titles), "text/turtle")
    harvest(url)
    assert next(one for one in datasets() if one["title"] == "Brücken")["name"] == bridges["name"]
    assert _is_found("Brücken")
    assert "nicht mehr" not in app.get(f"/dataset/{bridges['name']}").body


def test_an_archived_dataset_that_was_private_stays_so(
    harvest: Any, datasets: Any, portal: Any, turtle: Any, app: Any
) -> None:
    import ckan.plugins.toolkit as tk

    url = portal.put("/catalog", turtle("Bäume", "Bäder"), "text/turtle")
    harvest(url)
    trees = next(one for one in datasets() if one["title"] == "Bäume")
    context: Any = {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}
    tk.get_action("package_patch")(context, {"id": trees["id"], "private": True})
    portal.put("/catalog", turtle("Bäder", base="https://example.org/anders/"), "text/turtle")
    for _run in range(2):
        harvest(url)
    assert tk.get_action("package_show")({"ignore_auth": True}, {"id": trees["id"]})["state"] != "deleted"
    assert app.get(f"/dataset/{trees['name']}").status_code in (403, 404)


def _is_found(title: str) -> bool:
    import ckan.plugins.toolkit as tk

    return bool(tk.get_action("package_search")({}, {"q": f'title:"{title}"'})["count"])


def test_a_dataset_that_was_purged_here_comes_back(harvest: Any, datasets: Any, portal: Any, turtle: Any) -> None:
    import ckan.plugins.toolkit as tk
    from ckan import model

    url = portal.put("/catalog", turtle("Bäume", "Bäder"), "text/turtle")
    harvest(url)
    lost = next(one for one in datasets() if one["title"] == "Bäder")
    model.Session.execute(model.meta.metadata.tables["harvest_object"].delete())
    model.Session.commit()
    tk.get_action("dataset_purge")({"ignore_auth": True, "user": "x"}, {"id": lost["id"]})
    report = harvest(url)
    assert (report["added"], report["unchanged"]) == (1, 1)
    assert {one["title"] for one in datasets()} == {"Bäume", "Bäder"}


def test_the_dataset_page_knows_where_the_dataset_comes_from(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    from ckanext.rvr_harvest.helpers import rvr_harvest_origin

    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"), "opendata-dortmund")
    origin = rvr_harvest_origin(datasets()[0])
    assert origin["title"] == "Opendata-Dortmund"
    assert origin["url"] == "https://example.org/dataset/1"
    assert origin["last_sync"] >= origin["last_changed"]


def test_places_come_from_the_organisation_of_the_source(harvest: Any, datasets: Any, portal: Any, turtle: Any) -> None:
    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"), organization="dortmund")
    assert datasets()[0]["places"] == ["05913000"]


def test_one_run_makes_one_activity_and_no_views(harvest: Any, portal: Any, turtle: Any) -> None:
    from ckan import model
    from ckanext.activity.model import Activity

    url = portal.put("/catalog", turtle("Bäume", "Bäder"), "text/turtle")
    harvest(url)
    ordered = model.Session.query(Activity).order_by(Activity.timestamp)
    activities = [one.activity_type for one in ordered if "package" in str(one.activity_type)]
    assert activities == ["new package", "changed package"]  # the source itself, and the run
    assert model.Session.query(model.ResourceView).count() == 0


def test_a_batch_is_one_transaction_and_one_request_to_the_search(
    harvest: Any, portal: Any, turtle: Any, counting: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from ckanext.rvr_harvest import pipeline

    for size in ("BATCH", "_EARLY"):
        monkeypatch.setattr(pipeline, size, 5)
    url = portal.put("/catalog", turtle("Zuerst"), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle("Zuerst", *(f"Datensatz {number}" for number in range(15))), "text/turtle")
    with counting() as counted:
        assert harvest(url)["added"] == 15
    # three batches; at the end of the run the activity, the source itself in the search, and what was posted made visible
    assert counted.transactions <= 3 + 2
    assert counted.solr <= 3 + 2


def test_the_documents_in_the_index_are_those_ckan_itself_would_make(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    import ckan.plugins.toolkit as tk
    import pysolr
    from ckan.lib.search import rebuild
    from ckan.tests import factories

    from ckanext.rvr_portal import index_batch

    extra = """<https://example.org/dataset/1> dcat:keyword "Grün", "Umwelt" ; dct:temporal
        [ a dct:PeriodOfTime ; dcat:startDate "2020-01-01"^^xsd:date ] ."""
    harvest(portal.put("/catalog", turtle("Bäume", "Bäder", "Brücken", extra=extra), "text/turtle"))
    first, second, third = (one["id"] for one in datasets())
    context: Any = {"ignore_auth": True, "user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]}
    group = factories.Group()
    tk.get_action("member_create")(
        dict(context), {"id": group["id"], "object": second, "object_type": "package", "capacity": "public"}
    )
    tk.get_action("package_patch")(dict(context), {"id": third, "private": True, "state": "archived"})
    sent: list[dict[str, Any]] = []
    add = pysolr.Solr.add
    try:
        pysolr.Solr.add = lambda self, docs, **kwargs: sent.extend(docs)  # type: ignore[method-assign]
        for package_id in (first, second, third):
            rebuild(package_id)
    finally:
        pysolr.Solr.add = add  # type: ignore[method-assign]
    ours = dict(index_batch.documents([first, second, third]))
    assert [ours[document["id"]] for document in sent] == sent
    assert [document["permission_labels"] == ["public"] for document in sent] == [True, True, False]
    assert sent[1]["groups"] == [group["name"]]
