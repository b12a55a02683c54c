"""Harvest a real CKAN site: by its Action API and by its DCAT catalogue."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

from ckanext.rvr_harvest.adapters.ckan import CkanAdapter
from ckanext.rvr_harvest.adapters.contract import Adapter, FetchError, Order
from ckanext.rvr_harvest.adapters.dcat_rdf import DcatRdfAdapter
from ckanext.rvr_harvest.domain.repair import Surroundings, repair
from ckanext.rvr_harvest.domain.sentence import Sentence
from ckanext.rvr_harvest.domain.values import Crawl, DatasetDraft, Page
from ckanext.rvr_portal.exceptions import HttpDoorError
from ckanext.rvr_portal.http import HttpDoor
from ckanext.rvr_portal.shared import vocabulary

API = {"source_type": "rvr_ckan", "config": json.dumps({"page_size": 5})}

Harvest = Callable[..., dict[str, Any]]
Datasets = Callable[..., list[dict[str, Any]]]


def _by_title(found: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {one["title"]: one for one in found}


def _extras(package: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in package["extras"]}


def test_a_ckan_portal_comes_whole_by_its_api_and_the_second_run_writes_nothing(
    harvest: Harvest, second_site: Any, datasets: Datasets, counting: Any
) -> None:
    report = harvest(second_site.url, **API)
    assert (report["added"], report["refused"], report["complete"]) == (12, 0, True)
    found = _by_title(datasets())
    assert {"Nur für uns", "Gelöscht", "Eine Anwendung"}.isdisjoint(found)

    trees = found["Bäume in Moers"]
    assert trees["identifier"] == "https://daten.example.org/id/baeume"
    assert trees["publisher"][0]["name"] == "Stadt Moers"
    assert trees["contact"] == [{"name": "Geodatenamt", "email": "geo@example.org"}]
    assert trees["creator"] == [{"name": "Grünflächenamt", "email": "gruen@example.org"}]
    assert (_extras(trees)["Baumhöhe"], _extras(trees)["source_groups"]) == ("in Metern", "Unser Garten")
    assert [resource["license"].rpartition("licenses/")[2] for resource in trees["resources"]] == [
        "dl-by-de/2.0", "cc-zero",
    ]  # fmt: skip
    assert [theme[-4:] for theme in found["Öffnungszeiten der Bäder"]["theme"]] == ["TRAN"]
    assert not found["Radwege"]["resources"][0].get("license")
    assert found["Ohne Ressourcen"]["license_id"] == "unsere-lizenz"
    assert found["Radwege"]["uri"].startswith(f"{second_site.url}/dataset/")

    with counting() as counted:
        report = harvest(second_site.url, **API)
    assert (report["unchanged"], report["added"], report["changed"]) == (12, 0, 0)
    assert (counted.packages, counted.solr) == (0, 0)


def test_a_ckan_portal_comes_whole_by_its_catalogue_and_the_second_run_writes_nothing(
    harvest: Harvest, second_site: Any, datasets: Datasets, counting: Any
) -> None:
    catalogue = f"{second_site.url}/catalog.ttl"
    report = harvest(catalogue)
    assert (report["added"], report["complete"], report["expected"]) == (12, True, 12)
    assert len(datasets()) == 12
    with counting() as counted:
        report = harvest(catalogue)
    assert (report["unchanged"], report["changed"]) == (12, 0)
    assert (counted.packages, counted.solr) == (0, 0)


def test_a_changed_dataset_is_written_alone_and_a_deleted_one_goes_after_two_complete_runs(
    harvest: Harvest, second_site: Any, datasets: Datasets
) -> None:
    harvest(second_site.url, **API)
    with _undone(second_site) as change:
        change("statistik-3", title="Statistik 3, berichtigt")
        report = harvest(second_site.url, **API)
        assert (report["changed"], report["unchanged"]) == (1, 11)
        assert "Statistik 3, berichtigt" in _by_title(datasets())
        # a mere import of the same moves the stamp of the dataset and changes nothing
        change("statistik-4", title="Statistik 4")
        assert harvest(second_site.url, **API)["unchanged"] == 12

        change("statistik-5", state="deleted")
        report = harvest(second_site.url, **API)
        assert (report["missing"], report["vanished"], report["unchanged"]) == (1, 0, 11)
        report = harvest(second_site.url, **API)
        assert (report["missing"], report["vanished"]) == (0, 1)


def test_only_the_organisations_wanted_come(harvest: Harvest, second_site: Any, datasets: Datasets) -> None:
    report = harvest(second_site.url, source_type="rvr_ckan", config=json.dumps({"organizations": ["xanten"]}))
    assert (report["added"], report["expected"], report["complete"]) == (3, 3, True)
    assert {one["publisher"][0]["name"] for one in datasets()} == {"Stadt Xanten"}


def test_the_same_portal_says_the_same_by_api_and_by_catalogue(app: Any, second_site: Any) -> None:
    with app.flask_app.test_request_context():
        by_api = _drafts(CkanAdapter, second_site.url)
        by_rdf = _drafts(DcatRdfAdapter, f"{second_site.url}/catalog.ttl")
    assert by_api.keys() == by_rdf.keys()
    assert len(by_api) == 12
    differing = {
        (title, field): (_plain(by_api[title].get(field)), _plain(value))
        for title, package in by_rdf.items()
        for field, value in package.items()
        if value and field not in ("extras", "resources") and _plain(by_api[title].get(field)) != _plain(value)
    }
    # the licence of the dataset itself is said by the API only, and holds for the resource that has none
    assert differing == {("Bäume in Moers", "license_id"): ("dl-by-de/2.0", "cc-zero")}
    for title, package in by_rdf.items():
        ours = {resource["uri"]: resource for resource in by_api[title]["resources"]}
        for resource in package["resources"]:
            assert resource.items() <= ours[resource["uri"]].items(), title


def test_only_changes_come_when_only_changes_are_asked_for(app: Any, second_site: Any) -> None:
    future = datetime.now(UTC) + timedelta(hours=2)
    for kind, address in ((CkanAdapter, second_site.url), (DcatRdfAdapter, f"{second_site.url}/catalog.xml")):
        pages, crawl = _crawl(kind, address, since=datetime.now(UTC))  # the hour before counts, too
        assert (sum(page.count for page in pages), crawl.complete, crawl.partial) == (12, True, True)
        pages, crawl = _crawl(kind, address, since=future)
        assert (sum(page.count for page in pages), crawl.complete, crawl.partial) == (0, True, True)


def test_portal_and_catalogue_are_recognised_from_the_addresses_of_their_pages(app: Any, second_site: Any) -> None:
    with HttpDoor() as door:
        for path in ("", "/dataset/", "/dataset/baeume", "/api/3"):
            found = CkanAdapter.probe(second_site.url + path, _fetch(door))
            assert found is not None, path
            assert (found.url, found.title, found.expected) == (second_site.url, "Offene Daten Moers", 12)
        for path in ("", "/catalog.rdf", "/catalog.n3", "/catalog.jsonld", "/dataset/"):
            found = DcatRdfAdapter.probe(second_site.url + path, _fetch(door))
            assert found is not None, path
            assert "/catalog." in found.url
            assert (found.title, found.expected) == ("Offene Daten Moers", 12)


def _fetch(door: HttpDoor) -> Any:
    def fetch(url: str, *, accept: str = "*/*", known: Any = None) -> Any:
        try:
            return door.get(url, headers={"accept": accept})
        except HttpDoorError as error:
            raise FetchError(Sentence("Nicht erreichbar.", "Not reachable.")) from error

    return fetch


def _crawl(kind: type[Adapter], url: str, **order: Any) -> tuple[list[Page], Crawl]:
    with HttpDoor() as door:
        adapter = kind(Order(url, _fetch(door), **order))
        return list(adapter.pages()), adapter.crawl


def _drafts(kind: type[Adapter], url: str) -> dict[str, Any]:
    """Repaired dataset dicts by title."""
    around = Surroundings(vocabulary, lambda _text: None)
    with HttpDoor() as door:
        adapter = kind(Order(url, _fetch(door), options={"page_size": 5}))
        reader = adapter.reader()
        drafts = [
            repair(DatasetDraft(record.guid, reader.read(record)), around)
            for page in adapter.pages()
            for record in page.records
        ]
    return {str(draft.package["title"]): draft.package for draft in drafts}


def _plain(value: Any) -> Any:
    """A value without empty parts, resources and lists in any order, geometries as objects."""
    if isinstance(value, dict):
        return {key: plain for key, item in value.items() if (plain := _plain(item))}
    if isinstance(value, list):
        return sorted((_plain(item) for item in value), key=str)
    if isinstance(value, str) and value.startswith("{"):
        return json.loads(value)
    return value


@contextmanager
def _undone(site: Any) -> Iterator[Callable[..., None]]:
    """Change datasets of the site by name; in the end all are as they were."""
    before: dict[str, dict[str, Any]] = {}

    def change(name: str, **fields: Any) -> None:
        before.setdefault(name, site.call("package_show", id=name))
        site.call("package_patch", id=name, **fields)

    try:
        yield change
    finally:
        for name, fields in before.items():
            site.call("package_patch", id=name, title=fields["title"], state=fields["state"])
