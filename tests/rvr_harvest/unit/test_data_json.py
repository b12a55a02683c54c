from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

import ckanext.rvr_portal
from ckanext.rvr_harvest.adapters.contract import Adapter, FetchError, Order
from ckanext.rvr_harvest.adapters.data_json import DataJsonAdapter
from ckanext.rvr_harvest.adapters.dkan import DkanAdapter
from ckanext.rvr_harvest.adapters.opendatasoft import OpendatasoftAdapter
from ckanext.rvr_harvest.domain.sentence import Sentence
from ckanext.rvr_harvest.domain.values import SourceRecord
from ckanext.rvr_harvest.readers.data_json import DataJsonReader
from ckanext.rvr_harvest.readers.fields import DATASET_NAMES

SITE = "https://opendata.example.de"
FILE = f"{SITE}/data.json"
ITEM: dict[str, Any] = {
    "@type": "dcat:Dataset",
    "title": "Straßenb&auml;ume",
    "description": "<p>Alle <strong>Bäume</strong>.</p><p>Siehe <a href='https://example.de/x'>hier</a>.</p>",
    "identifier": "4b8798cf-1830-4233-848f-26529c0f158a",
    "accessLevel": "public",
    "modified": "2022-11-09",
    "issued": "2021-03-01",
    "license": "https://www.govdata.de/dl-de/by-2-0",
    "keyword": ["Baum", "Straße"],
    "theme": ["Umwelt und Klima"],
    "language": ["de"],
    "publisher": {"@type": "org:Organization", "name": "Stadt Essen", "subOrganizationOf": {"name": "Land"}},
    "contactPoint": {"@type": "vcard:Contact", "fn": "Grün und Gruga", "hasEmail": "mailto:gruen@example.de"},
    "accrualPeriodicity": "R/P1Y",
    "spatial": "POLYGON ((6.9 51.4, 7.1 51.4, 7.1 51.5, 6.9 51.4))",
    "temporal": "2020-01-01T00:00:00/2020-12-31T00:00:00",
    "landingPage": "https://opendata.example.de/dataset/baeume",
    "references": ["https://example.de/handbuch.pdf"],
    "bureauCode": ["015:11"],
    "isPartOf": "kataster",
    "distribution": [
        {
            "@type": "dcat:Distribution", "title": "Bäume als CSV", "format": "csv", "mediaType": "text/csv",
            "downloadURL": "https://opendata.example.de/sites/default/files/b.csv", "describedByType": "text/html",
        },
        {"@type": "dcat:Distribution", "accessUrl": "https://example.de/wms", "format": "ftype:WMS", "license": "cc-by"},
    ],
}  # fmt: skip


def read(item: Any, url: str = FILE) -> dict[str, Any]:
    return DataJsonReader().read(SourceRecord("x", url, item, "application/json"))


def lines(item: Any, **options: Any) -> list[str]:
    return DataJsonReader(**options).content(SourceRecord("x", FILE, item, "application/json"))


def answers(pages: Mapping[str, Any], asked: list[str] | None = None) -> Callable[..., Any]:
    """A fetch that knows these addresses: bytes, or anything JSON can say."""

    def fetch(url: str, *, accept: str = "*/*", known: Any = None) -> Any:
        if asked is not None:
            asked.append(url)
        if url not in pages:
            raise FetchError(Sentence("Nichts da.", "Nothing there."), 404)
        body = pages[url] if isinstance(pages[url], bytes) else json.dumps(pages[url]).encode()
        return SimpleNamespace(
            url=url, status=200, headers={}, body=body, media_type="application/json", charset=None, not_modified=False
        )

    return fetch


def crawl(adapter: type[Adapter], url: str, pages: Mapping[str, Any], **options: Any) -> tuple[list[Any], Any]:
    one = adapter(Order(url, answers(pages), options=options))
    return list(one.pages()), one.crawl


def test_a_dataset_of_dkan_keeps_all_it_says() -> None:
    package = read(ITEM)
    assert package["title"] == "Straßenbäume"
    assert package["notes"] == "Alle **Bäume**.\n\nSiehe [hier](https://example.de/x)."
    assert package["identifier"] == ITEM["identifier"]
    assert [tag["name"] for tag in package["tags"]] == ["Baum", "Straße"]
    assert package["publisher"] == [{"name": "Stadt Essen"}]
    assert package["contact"] == [{"name": "Grün und Gruga", "email": "gruen@example.de"}]
    assert (package["issued"], package["modified"], package["frequency"]) == ("2021-03-01", "2022-11-09", "R/P1Y")
    assert package["temporal_coverage"] == [{"start": "2020-01-01T00:00:00", "end": "2020-12-31T00:00:00"}]
    assert json.loads(package["spatial_coverage"][0]["geom"])["type"] == "Polygon"
    assert package["access_rights"].endswith("/PUBLIC")
    assert package["documentation"] == ["https://example.de/handbuch.pdf"]
    file, service = package["resources"]
    assert file["download_url"] == file["access_url"] == ITEM["distribution"][0]["downloadURL"]
    assert (file["license"], service["license"]) == (ITEM["license"], "cc-by")
    assert (service["access_url"], service["format"]) == ("https://example.de/wms", "WMS")
    assert file["describedByType"] == "text/html"
    assert {extra["key"]: extra["value"] for extra in package["extras"]} == {
        "bureauCode": '["015:11"]',
        "isPartOf": "kataster",
        "publisher_more": '[{"subOrganizationOf": {"name": "Land"}}]',
    }


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("keyword", "Baum, Straße; Park", {"tags": [{"name": "Baum"}, {"name": "Straße"}, {"name": "Park"}]}),
        ("publisher", "Stadt Essen", {"publisher": [{"name": "Stadt Essen"}]}),
        (
            "contactPoint",
            [{"fn": "A"}, {"hasTelephone": "tel:+49"}],
            {"contact": [{"name": "A"}, {"telephone": "+49"}]},
        ),
        ("spatial", "6.9,51.4,7.1,51.5", {"spatial_coverage.bbox": "Polygon"}),
        ("spatial", {"type": "Point", "coordinates": [7, 51]}, {"spatial_coverage.geom": "Point"}),
        ("spatial", "Essen", {"spatial_coverage": [{"text": "Essen"}]}),
        ("spatial", {"x": 1}, {"extras": [{"key": "source_spatial", "value": '["{\\"x\\": 1}"]'}]}),
        ("temporal", "2019", {"temporal_coverage": [{"start": "2019", "end": "2019"}]}),
        ("temporal", "seit jeher", {"extras": [{"key": "temporal", "value": "seit jeher"}]}),
        ("modified", "R/P1D", {"frequency": "R/P1D"}),
        ("distribution", ["https://example.de/a.csv"], {"resources": [{"access_url": "https://example.de/a.csv"}]}),
        ("distribution", [None, 7], {"resources": [], "extras": [{"key": "distribution", "value": "[7]"}]}),
        ("accessURL", "https://example.de/a", {"resources": [{"access_url": "https://example.de/a"}]}),
        ("license", "cc-zero", {"license_id": "cc-zero"}),
        ("accessLevel", "restricted public", {"access_rights.end": "/RESTRICTED"}),
        ("spatial_coverage", "x", {"extras": [{"key": "source_spatial_coverage", "value": "x"}]}),
        ("guid", "x", {"extras": [{"key": "source_guid", "value": "x"}]}),
        ("name", "x", {"extras": [{"key": "source_name", "value": "x"}]}),
    ],
)
def test_fields_are_read_in_all_the_ways_they_are_written(field: str, value: Any, wanted: dict[str, Any]) -> None:
    package = read({"title": "T", field: value})
    for name, expected in wanted.items():
        key, _, part = name.partition(".")
        if part == "end":
            assert package[key].endswith(expected)
        elif part:
            assert json.loads(package[key][0][part])["type"] == expected
        else:
            assert package[key] == expected


def test_names_that_mean_something_to_ckan_are_known() -> None:
    schema = Path(str(ckanext.rvr_portal.__file__)).parent / "schemas/dataset.yaml"
    fields = {field["field_name"] for field in yaml.safe_load(schema.read_text("utf-8"))["dataset_fields"]}
    assert fields <= DATASET_NAMES


def test_a_file_can_not_pass_for_an_upload() -> None:
    row = {"downloadURL": "https://example.de/a.csv", "url_type": "upload", "id": "1", "datastore_active": True}
    resource = read({"title": "T", "distribution": [row]})["resources"][0]
    assert not {"url_type", "id", "datastore_active"} & resource.keys()
    assert resource["source_url_type"] == "upload"


def test_the_order_of_keywords_and_fields_is_no_change_but_the_date_is() -> None:
    other = dict(reversed(ITEM.items())) | {"keyword": ITEM["keyword"][::-1]}
    assert lines(other) == lines(ITEM)
    newer = ITEM | {"modified": "2026-11-23"}
    assert lines(newer) != lines(ITEM)
    assert lines(newer, volatile=["modified"]) == lines(ITEM, volatile=["modified"])
    record = SourceRecord("x", FILE, newer, "application/json")
    assert DataJsonReader(volatile=["modified"]).read(record)["modified"] == "2026-11-23"
    assert lines(ITEM | {"distribution": ITEM["distribution"][::-1]}) != lines(ITEM)


def test_references_of_dkan_2_are_resolved_and_name_the_files() -> None:
    item = {
        "identifier": "1", "title": "T", "%modified": "2026", "%Ref:keyword": [{"identifier": "9", "data": "Baum"}],
        "keyword": [{"identifier": "9", "data": "Baum"}],
        "publisher": {"identifier": "8", "data": {"name": "Stadt"}},
        "distribution": [{"identifier": "7", "data": {"downloadURL": "https://example.de/a.csv", "format": "csv"}}],
    }  # fmt: skip
    package = read(item, f"{SITE}/api/1/metastore/schemas/dataset/items?show-reference-ids")
    assert package["tags"] == [{"name": "Baum"}]
    assert package["publisher"] == [{"name": "Stadt", "identifier": "8"}]
    assert package["resources"][0]["uri"] == f"{SITE}/api/1/metastore/schemas/distribution/items/7"
    assert package.get("extras", []) == []
    assert lines(item | {"%modified": "2027"}) == lines(item)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
    | st.sampled_from(["<p>x</p>", "mailto:a", "2020/2021", "POLYGON((1 2))", "1,2,3,4", "[1]", "{", "http://x", "R/P1Y"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(
        st.sampled_from(["@id", "name", "identifier", "data", "type", "coordinates", "url", "title"]) | st.text(max_size=8),
        inner, max_size=4,
    ),
    max_leaves=12,
)  # fmt: skip
FIELDS = st.sampled_from([*ITEM, "%Ref:x", "guid", "id", "extras", ""]) | st.text(max_size=10)


@given(st.dictionaries(FIELDS, JSON, max_size=8) | JSON)
def test_whatever_stands_in_an_item_gives_a_dataset_or_a_clean_refusal(item: Any) -> None:
    try:
        package = read(item)
        assert lines(item) == sorted(lines(item))
    except ValueError:
        return
    assert all(isinstance(extra["value"], str) and extra["key"] for extra in package.get("extras", []))
    keys = [extra["key"] for extra in package.get("extras", [])]
    assert len(keys) == len(set(keys))
    assert not set(keys) & DATASET_NAMES
    json.dumps(package)


@given(field=st.sampled_from([name for name in ITEM if name != "@type"]), value=JSON)
def test_one_bad_field_leaves_the_others_alone(field: str, value: Any) -> None:
    package = read(ITEM | {field: value})
    good = read(ITEM)
    touched = {"extras", "resources", "documentation", "spatial_coverage", "temporal_coverage", "frequency", "tags"}
    names = {"landingPage": "url", "description": "notes", "accessLevel": "access_rights", "contactPoint": "contact"}
    for name in good.keys() - touched - {names.get(field, field)}:
        assert package[name] == good[name]


def test_nesting_without_end_is_refused() -> None:
    deep: Any = "x"
    for _ in range(900):
        deep = [deep]
    for act in (read, lines):
        with pytest.raises(ValueError):
            act({"title": "T", "spatial": deep})


# -- adapters


def test_the_catalogue_is_found_from_the_start_page() -> None:
    pages, ended = crawl(DataJsonAdapter, SITE, {FILE: {"dataset": [ITEM]}})
    assert [one.guid for one in pages[0].records] == [ITEM["identifier"]]
    assert ended.complete


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b'{"dataset": [{"title": "x",}]}', "fehlerhaft oder abgeschnitten"),
        (b'{"dataset": [{"title": "x"', "fehlerhaft oder abgeschnitten"),
        (b"", "leere Antwort"),
        (b"<!DOCTYPE html><html></html>", "Webseite"),
        ({"dataset": []}, "enthält keinen Datensatz"),
        ({"success": False, "error": {"message": "kaputt"}}, "Fehlermeldung"),
        ({"message": "Access denied"}, "Access denied"),
        ({"dataset": {"a": 1}}, "Liste „dataset“ fehlt"),
        ([1, 2], "Liste „dataset“ fehlt"),
        ("Text", "Liste „dataset“ fehlt"),
        (None, "Liste „dataset“ fehlt"),
    ],
)
def test_what_is_no_catalogue_is_said_in_a_sentence(body: Any, words: str) -> None:
    _pages, ended = crawl(DataJsonAdapter, SITE, {FILE: body})
    assert not ended.complete
    assert words in ended.problem.de
    assert ended.problem.en


def test_pages_are_read_until_one_is_empty() -> None:
    pages = {
        f"{FILE}?page={n}": {"dataset": [{"identifier": str(n), "title": "T"}] if n < 4 else []} for n in range(1, 5)
    }
    read_pages, ended = crawl(DataJsonAdapter, f"{FILE}?page=1", pages)
    assert (len(read_pages), ended.seen, ended.complete) == (4, 3, True)


def test_a_portal_that_knows_no_pages_ends_with_a_sentence_and_not_never() -> None:
    pages = {f"{FILE}?page={n}": {"dataset": [ITEM]} for n in range(1, 50)}
    read_pages, ended = crawl(DataJsonAdapter, f"{FILE}?page=1", pages)
    assert len(read_pages) == 2
    assert "immer wieder dieselben" in ended.problem.de


def test_items_that_are_none_or_double_or_not_public_are_noted_and_the_rest_comes() -> None:
    items = [
        None, "x", {}, ITEM, ITEM, {"title": "Ohne Kennung"}, {"identifier": 7, "title": "Zahl"},
        {"identifier": "geheim", "title": "Geheim", "accessLevel": "non-public"},
        {"identifier": "begrenzt", "accessLevel": "restricted public"}, {"identifier": "x" * 5000},
    ]  # fmt: skip
    pages, ended = crawl(DataJsonAdapter, SITE, {FILE: {"dataset": items}})
    guids = [one.guid for one in pages[0].records]
    assert guids[:4] == [ITEM["identifier"], "Ohne Kennung", "7", "begrenzt"]
    assert len(guids[4]) < 600
    codes = sorted(finding.code for finding in pages[0].findings)
    assert codes == ["duplicate_guid", "not_public", "nothing_usable", "unreadable", "unreadable"]
    assert ended.complete


@given(JSON | st.dictionaries(st.sampled_from(["dataset", "message"]), JSON, max_size=2))
def test_any_json_is_crawled_to_an_end(data: Any) -> None:
    for adapter, path in ((DataJsonAdapter, "/data.json"), (DkanAdapter, "/api/1/metastore/schemas/dataset/items")):
        pages, ended = crawl(adapter, SITE + path, {SITE + path: data})
        assert ended.problem or pages


def test_dkan_2_hands_out_everything_at_once() -> None:
    url = f"{SITE}/api/1/metastore/schemas/dataset/items?show-reference-ids"
    pages, ended = crawl(DkanAdapter, f"{SITE}/", {url: [ITEM, ITEM | {"identifier": "2"}]})
    assert (len(pages), ended.seen, ended.complete) == (1, 2, True)
    _pages, ended = crawl(DkanAdapter, SITE, {url: {"message": "Kaputt", "status": 500}})
    assert "Kaputt" in ended.problem.de


@pytest.mark.parametrize(
    "given", [SITE, f"{SITE}/", f"{SITE}/dataset/baeume", f"{SITE}/search?x=1", FILE, f"{SITE}/data.json?page=2"]
)
def test_a_portal_with_data_json_is_recognised_by_any_of_its_addresses(given: str) -> None:
    found = DataJsonAdapter.probe(given, answers({FILE: {"dataset": [ITEM]}, f"{FILE}?page=2": {"dataset": []}}))
    assert found
    assert found.url.startswith(FILE)


def test_arcgis_hub_is_recognised_by_its_feed() -> None:
    asked: list[str] = []
    feed = f"{SITE}/api/feed/dcat-us/1.1.json"
    found = DataJsonAdapter.probe(f"{SITE}/search", answers({feed: {"dataset": [ITEM]}}, asked))
    assert found
    assert (found.url, found.expected) == (feed, 1)
    assert len(asked) <= 4


def test_dkan_2_is_recognised_by_its_search() -> None:
    search = f"{SITE}/api/1/search?page=1&page-size=1"
    pages = {search: {"total": "1", "results": {"dkan_dataset/1": {}}, "facets": []}}
    found = DkanAdapter.probe(f"{SITE}/dataset/1", answers(pages))
    assert found
    assert (found.url, found.expected) == (SITE, 1)


@pytest.mark.parametrize("address", ["http://[", "", "x", "https://", "https://x:y/"])
def test_what_is_no_address_is_no_portal(address: str) -> None:
    for adapter in (DataJsonAdapter, DkanAdapter, OpendatasoftAdapter):
        assert adapter.probe(address, answers({})) is None
        assert crawl(adapter, address, {})[1].problem


def test_other_portals_are_not_taken_for_these() -> None:
    pages = {FILE: b"<html></html>", f"{SITE}/api/1/search?page=1&page-size=1": {"results": []}}
    for adapter in (DataJsonAdapter, DkanAdapter):
        assert adapter.probe(SITE, answers(pages)) is None
