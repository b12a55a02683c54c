"""Harvests from a real OGC API (pygeoapi), and from one that misbehaves."""

from __future__ import annotations

import json
from typing import Any

import pytest

from ckanext.rvr_harvest.adapters.contract import Order
from ckanext.rvr_harvest.adapters.ogc_records import OgcRecordsAdapter

LICENSES = "http://dcat-ap.de/def/licenses/"


@pytest.fixture
def run(harvest: Any) -> Any:
    """Harvest an OGC API: run(url, **options)."""

    def harvest_ogc(url: str, **options: Any) -> dict[str, Any]:
        return harvest(url, source_type="rvr_ogc_records", config=json.dumps(options))

    return harvest_ogc


def _said(report: dict[str, Any]) -> str:
    return " ".join(report["sentences_de"])


def test_a_collection_arrives_whole_and_only_changes_are_written_later(
    run: Any, ogc_records: Any, datasets: Any, counting: Any
) -> None:
    url = f"{ogc_records.url}/collections/records"
    report = run(url, page_size=2)
    found = {one["title"]: one for one in datasets()}
    air = found["Luftqualität Duisburg"]
    assert (report["added"], report["refused"], report["complete"]) == (5, 0, True)
    assert air["license_id"] == LICENSES + "dl-zero-de/2.0"
    assert [one.get("format") for one in air["resources"]] == ["CSV", "WMS_SRVC", "GEOJSON"]
    assert json.loads(air["spatial_coverage"][0]["geom"])["type"] == "Polygon"
    assert found["Parkhäuser Bochum"]["resources"][0]["license"] == LICENSES + "cc-by/4.0"

    with counting() as counted:
        report = run(url)
    assert report["unchanged"] == 5
    assert (counted.packages, counted.solr) == (0, 0)

    records = ogc_records.records()
    records[0]["properties"]["title"] = "Luft in Duisburg"
    ogc_records.put(records[:-1])
    report = run(url)
    assert (report["changed"], report["unchanged"], report["vanished"]) == (1, 3, 0)
    assert {"Luft in Duisburg", "Höhenmodell zum Herunterladen"} <= {one["title"] for one in datasets()}
    assert run(url)["vanished"] == 1


@pytest.mark.parametrize("path", ["", "/", "/collections", "/collections/records", "/collections/records/items?f=html"])
def test_a_collection_is_known_by_any_address_of_its_api(ogc_records: Any, fetch: Any, path: str) -> None:
    found = OgcRecordsAdapter.probe(ogc_records.url + path, fetch)
    assert found is not None
    assert (found.url, found.title, found.expected) == (f"{ogc_records.url}/collections/records", "Datensätze", 5)


def test_the_start_page_of_an_api_is_enough(ogc_records: Any, fetch: Any) -> None:
    adapter = OgcRecordsAdapter(Order(ogc_records.url, fetch, options={"page_size": 3}))
    assert [page.count for page in adapter.pages()] == [3, 2]
    assert adapter.crawl.complete


def test_what_is_no_collection_of_records_is_not_taken_for_one(portal: Any, fetch: Any) -> None:
    portal.put("/collections", '{"collections": [{"id": "roads", "itemType": "feature"}]}', "application/json")
    assert OgcRecordsAdapter.probe(portal.url, fetch) is None


def test_no_bad_answer_harms_what_is_there(run: Any, portal: Any, datasets: Any) -> None:
    path = "/collections/records/items?limit=100"
    feature = {"type": "Feature", "id": "one", "properties": {"title": "Bäume"}, "geometry": None, "links": []}

    def page(*features: Any, matched: int, following: str = "") -> str:
        links = [{"rel": "next", "href": following}] if following else []
        return json.dumps({"type": "FeatureCollection", "features": features, "numberMatched": matched, "links": links})

    def put(body: str, media_type: str = "application/geo+json") -> dict[str, Any]:
        portal.put(path, body, media_type)
        return run(f"{portal.url}/collections/records")

    assert put(page(feature, matched=1))["added"] == 1
    bad = {
        "Webseite": "<!doctype html><html></html>",
        "abgeschnitten": page(feature, matched=1)[:60],
        "Fehlermeldung": '{"code": "InvalidParameterValue", "message": "limit", "error": true}',
        "enthält keinen Datensatz": page(matched=0),
        "nennt 3 Datensätze": page(feature, matched=3),
        "im Kreis": page(feature, matched=1, following="?limit=100"),
        "anderen Server": page(feature, matched=1, following="https://example.com/next"),
        "kein JSON": "hello",
    }
    for words, body in bad.items():
        report = put(body)
        assert words in _said(report), (words, _said(report))
        assert not report["complete"]
    assert [one["title"] for one in datasets()] == ["Bäume"]
    assert put(page(feature, None, 5, {"id": None}, matched=1))["unchanged"] == 1
