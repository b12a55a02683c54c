"""What a run does to datasets that were there before."""

from __future__ import annotations

from typing import Any


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


def test_a_vanished_dataset_is_marked_after_two_complete_runs_and_never_deleted(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    from ckanext.rvr_harvest.helpers import rvr_harvest_origin

    titles = ["Bäume", "Bäder", "Brücken"]
    url = portal.put("/catalog", turtle(*titles), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle(*titles[:2]), "text/turtle")
    assert harvest(url)["vanished"] == 0
    assert harvest(url)["vanished"] == 1
    gone = next(one for one in datasets() if one["title"] == "Brücken")
    assert rvr_harvest_origin(gone)["vanished"]
    portal.put("/catalog", turtle(*titles), "text/turtle")
    harvest(url)
    assert not rvr_harvest_origin(gone)["vanished"]
    assert len(datasets()) == 3


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
    activities = [one.activity_type for one in model.Session.query(Activity) if "package" in one.activity_type]
    assert activities == ["new package", "changed package"]  # the source itself, and the run
    assert model.Session.query(model.ResourceView).count() == 0


def test_the_document_in_the_index_is_the_one_ckan_itself_would_make(
    harvest: Any, datasets: Any, portal: Any, turtle: Any
) -> None:
    import pysolr
    from ckan import logic
    from ckan.lib.search import rebuild

    from ckanext.rvr_harvest import indexer

    harvest(portal.put("/catalog", turtle("Bäume"), "text/turtle"))
    package_id = datasets()[0]["id"]
    ours = indexer.prepare(logic.package_show_default_and_custom_schemas({"ignore_auth": True}, package_id))
    sent: list[dict[str, Any]] = []
    add = pysolr.Solr.add
    try:
        pysolr.Solr.add = lambda self, docs, **kwargs: sent.extend(docs)  # type: ignore[method-assign]
        rebuild(package_id)
    finally:
        pysolr.Solr.add = add  # type: ignore[method-assign]
    assert ours == sent[0]
    assert ours["permission_labels"] == ["public"]
