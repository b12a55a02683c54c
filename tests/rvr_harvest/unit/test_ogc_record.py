from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.fingerprint import TooTangledError
from ckanext.rvr_harvest.domain.ogc_address import collection_url, items_url, next_link
from ckanext.rvr_harvest.domain.repair import Surroundings, repair
from ckanext.rvr_harvest.domain.values import DatasetDraft, SourceRecord
from ckanext.rvr_harvest.readers.ogc_record import OgcRecordReader
from ckanext.rvr_portal.shared import vocabulary

RECORDS = Path(__file__).resolve().parents[1] / "records" / "ogc_records.json"
URL = "https://example.org/api/collections/records/items?limit=100"
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"


def _features() -> dict[str, Any]:
    return {feature["id"]: feature for feature in json.loads(RECORDS.read_text(encoding="utf-8"))}


def _record(body: Any) -> SourceRecord:
    return SourceRecord("x", URL, body, "application/geo+json")


def _read(body: Any) -> dict[str, Any]:
    return OgcRecordReader().read(_record(body))


def test_a_record_becomes_a_dataset() -> None:
    air = _read(_features()["air"])
    assert (air["title"], air["issued"], air["modified"]) == ("Luftqualität Duisburg", "2021-02-01", "2024-05-01")
    assert air["identifier"] == "https://registry.gdi-de.org/id/de.nw.duisburg/luft"
    assert air["alternate_identifier"] == ["air"]
    assert air["theme"] == [THEMES + "ENVI"]
    assert air["tags"] == [{"name": "Luft"}, {"name": "Messwerte"}, {"name": "Atmosphärische Bedingungen"}]
    assert air["language"] == ["de"]
    assert air["temporal_coverage"] == [{"start": "2019-01-01"}]
    assert json.loads(air["spatial_coverage"][0]["geom"])["type"] == "Polygon"


def test_people_stand_where_their_roles_put_them() -> None:
    air = _read(_features()["air"])
    assert air["publisher"] == [
        {"name": "Stadt Duisburg", "email": "info@example.org", "url": "https://www.duisburg.de/"}
    ]
    assert air["contact"] == [{"name": "Umweltamt", "email": "luft@example.org", "telephone": "+49 203 1"}]


def test_links_become_resources_and_pages() -> None:
    air = _read(_features()["air"])
    assert [one["access_url"] for one in air["resources"]] == [
        "https://geo.example.org/luft.csv",
        "https://geo.example.org/wms?service=WMS",
        "https://example.org/api/luft/items",
    ]
    assert [one.get("format", "") for one in air["resources"]] == ["CSV", "WMS_SRVC", ""]
    assert {one["license"] for one in air["resources"]} == {"http://dcat-ap.de/def/licenses/dl-zero-de/2.0"}
    assert air["url"] == "https://www.duisburg.de/luft"


def test_what_the_schema_has_no_field_for_is_kept() -> None:
    extras = {extra["key"]: extra["value"] for extra in _read(_features()["air"])["extras"]}
    assert extras == {"graphic_overview": "https://geo.example.org/luft.png", "sensors": "12"}


def test_when_a_catalogue_took_a_record_over_makes_no_difference() -> None:
    reader = OgcRecordReader()
    feature = _features()["air"]
    before = reader.content(_record(feature))
    feature["properties"]["recordUpdated"] = "2026-01-01T00:00:00Z"
    feature["properties"]["keywords"].reverse()
    assert reader.content(_record(feature)) == before
    feature["properties"]["title"] = "Luft"
    assert reader.content(_record(feature)) != before


@pytest.mark.parametrize("name", sorted(_features()))
def test_repair_deals_with_each_record(name: str) -> None:
    draft = repair(DatasetDraft(name, _read(_features()[name])), Surroundings(vocabulary, lambda _text: None))
    assert draft.package["title"]


@pytest.mark.parametrize(
    "url",
    [
        "https://example.org/api/collections/records",
        "https://example.org/api/collections/records/",
        "https://example.org/api/collections/records/items?f=html&limit=5",
        "https://example.org/api/collections/records/items/one",
    ],
)
def test_a_collection_is_known_by_any_address_in_it(url: str) -> None:
    assert items_url(url, 20) == "https://example.org/api/collections/records/items?limit=20"
    assert collection_url(url) == "https://example.org/api/collections/records"


def test_only_the_link_to_the_next_page_is_followed() -> None:
    page = {"links": [{"rel": "prev", "href": "a"}, {"rel": "next", "href": "?p=2", "type": "text/html"}]}
    assert next_link(page, "https://example.org/items") == "https://example.org/items?p=2"
    page["links"].append({"rel": "next", "href": "?p=2&f=json", "type": "application/geo+json"})
    assert next_link(page, "https://example.org/items") == "https://example.org/items?p=2&f=json"
    assert next_link({"links": None}, "https://example.org/items") is None


_ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8)
    | st.sampled_from(["[", "{", "http://[", "[1]", '{"a": 1}', "https://example.org/a.csv"]),
    lambda inner: st.lists(inner, max_size=4)
    | st.dictionaries(
        st.sampled_from(
            ["id", "title", "name", "href", "rel", "type", "value", "code", "roles", "emails", "links", "concepts", "scheme",
             "interval", "date", "coordinates"]
        ) | st.text(max_size=6), inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
_NAMES = st.sampled_from(
    ["title", "description", "created", "updated", "keywords", "themes", "language", "resourceLanguages", "contacts",
     "license", "rights", "formats", "externalIds", "type", "time", "version", "extras", "guid", ""]
)  # fmt: skip


@given(
    st.dictionaries(_NAMES, _ANY, max_size=8),
    st.dictionaries(st.sampled_from(["id", "geometry", "time", "links", "properties"]), _ANY, max_size=3),
)
def test_any_json_becomes_a_dataset_or_is_refused(properties: dict[str, Any], feature: dict[str, Any]) -> None:
    body = {"type": "Feature", "properties": properties, **feature}
    reader = OgcRecordReader()
    try:
        reader.content(_record(body))
    except TooTangledError:
        return
    package = reader.read(_record(body))
    json.dumps(package)
    assert len({extra["key"] for extra in package["extras"]}) == len(package["extras"])
    repair(DatasetDraft("x", package), Surroundings(vocabulary, lambda _text: None))


@given(_ANY)
def test_a_body_of_any_kind_is_read(body: Any) -> None:
    assert isinstance(_read(body), dict)
