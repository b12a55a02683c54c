from __future__ import annotations

import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.adapters.contract import FetchError, Order
from ckanext.rvr_harvest.adapters.opendatasoft import OpendatasoftAdapter
from ckanext.rvr_harvest.domain.sentence import Sentence
from ckanext.rvr_harvest.domain.values import SourceRecord
from ckanext.rvr_harvest.readers.fields import DATASET_NAMES
from ckanext.rvr_harvest.readers.opendatasoft import OpendatasoftReader

SITE = "https://open-data.example.de"
API = f"{SITE}/api/explore/v2.1/catalog"
DEFAULT: dict[str, Any] = {
    "title": "Verkehrszählung",
    "description": "<p>Zählstellen &amp; Werte</p>",
    "keyword": ["Verkehr", "Zählung"],
    "theme": ["Verkehr"],
    "language": "de",
    "publisher": "Stadt Dortmund",
    "license": "Datenlizenz Deutschland Namensnennung 2.0",
    "license_url": "https://www.govdata.de/dl-de/by-2-0",
    "modified": "2021-06-23T14:59:57+00:00",
    "metadata_processed": "2021-06-23T15:00:02.656000+00:00",
    "data_processed": "2021-06-23T15:00:02.656000+00:00",
    "modified_updates_on_data_change": False,
    "records_count": 256,
    "references": "https://example.de/doku",
    "territory": ["Dortmund"],
    "attributions": ["Tiefbauamt"],
    "federated": False,
    "source_domain": None,
}
ENTRY: dict[str, Any] = {
    "dataset_id": "verkehr/1", "dataset_uid": "da_6kvv9v", "has_records": True, "data_visible": True,
    "features": ["geo"], "visibility": "domain",
    "attachments": [{"mimetype": "application/zip", "url": "odsfile://x.zip", "id": "x_zip", "title": "x.zip"}],
    "fields": [{"name": "ort", "label": "Ort", "type": "text", "description": None, "annotations": {}}],
    "metas": {
        "default": DEFAULT,
        "dcat": {"accrualperiodicity": "R/P1M", "contact_name": "Amt", "contact_email": "amt@example.de", "issued": None,
                 "granularity": "Stadtbezirk"},
        "custom": {"ansprechzeit": "9–12"},
    },
}  # fmt: skip


def read(entry: Any, **options: Any) -> dict[str, Any]:
    return OpendatasoftReader(**options).read(SourceRecord("x", f"{API}/datasets", entry, "application/json"))


def lines(entry: Any, **options: Any) -> list[str]:
    return OpendatasoftReader(**options).content(SourceRecord("x", f"{API}/datasets", entry, "application/json"))


def with_metas(**values: Any) -> dict[str, Any]:
    return ENTRY | {"metas": {"default": DEFAULT | values}}


def test_an_entry_keeps_all_it_says() -> None:
    package = read(ENTRY)
    assert (package["title"], package["notes"]) == ("Verkehrszählung", "Zählstellen & Werte")
    assert (package["identifier"], package["alternate_identifier"]) == ("verkehr/1", ["da_6kvv9v"])
    assert package["url"] == f"{SITE}/explore/dataset/verkehr%2F1/"
    assert package["publisher"] == [{"name": "Stadt Dortmund"}]
    assert package["contact"] == [{"name": "Amt", "email": "amt@example.de"}]
    assert package["spatial_coverage"] == [{"text": "Dortmund"}]
    assert package["documentation"] == ["https://example.de/doku"]
    assert package["frequency"] == "R/P1M"
    names = [resource["name"] for resource in package["resources"]]
    assert names == ["CSV", "JSON", "XLSX", "GEOJSON", "x.zip"]
    assert package["resources"][0]["download_url"] == f"{API}/datasets/verkehr%2F1/exports/csv"
    assert package["resources"][-1]["download_url"] == f"{API}/datasets/verkehr%2F1/attachments/x_zip"
    for resource in package["resources"]:
        assert resource["license"] == "https://www.govdata.de/dl-de/by-2-0"
        assert resource["license_attribution_by_text"] == "Tiefbauamt"
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert extras["custom.ansprechzeit"] == "9–12"
    assert extras["dcat.granularity"] == "Stadtbezirk"
    assert extras["records_count"] == "256"
    assert extras["license"] == "Datenlizenz Deutschland Namensnennung 2.0"
    assert json.loads(extras["rvr_source_fields"])[0]["name"] == "ort"


def test_metadata_that_are_null_everywhere_give_a_dataset_all_the_same() -> None:
    entry = {"dataset_id": "leer", "dataset_uid": None, "has_records": None, "attachments": None, "fields": None,
             "features": None, "metas": {"default": dict.fromkeys(DEFAULT), "dcat": None}}  # fmt: skip
    url = f"{SITE}/explore/dataset/leer/"
    assert read(entry) == {"identifier": "leer", "url": url, "resources": []}


@pytest.mark.parametrize(
    ("name", "address", "chosen"),
    [
        ("Datenlizenz Deutschland Zero", None, "Datenlizenz Deutschland Zero"),
        ("Eigene", "https://creativecommons.org/licenses/by/4.0/", "https://creativecommons.org/licenses/by/4.0/"),
        ("CC BY 4.0 International", "https://example.de/unsere", "CC BY 4.0 International"),
        ("Eigene", "https://example.de/unsere", "https://example.de/unsere"),
    ],
)
def test_the_spelling_of_a_licence_that_is_known_wins_and_none_is_lost(
    name: str, address: str | None, chosen: str
) -> None:
    package = read(with_metas(license=name, license_url=address))
    assert {resource["license"] for resource in package["resources"]} == {chosen}
    said = {chosen, *(extra["value"] for extra in package["extras"])}
    assert {name, address} - {None} <= said


def test_a_mirrored_dataset_is_marked() -> None:
    package = read(with_metas(federated=True, source_domain="data.example.org"))
    extras = {extra["key"]: extra["value"] for extra in package["extras"]}
    assert (extras["federated"], extras["source_domain"]) == ("true", "data.example.org")
    assert "federated" not in {extra["key"] for extra in read(ENTRY)["extras"]}


def test_files_are_offered_in_the_formats_an_operator_names() -> None:
    assert [one["format"] for one in read(ENTRY, exports=["csv"])["resources"][:-1]] == ["CSV"]
    plain = ENTRY | {"features": []}
    assert "GEOJSON" not in [one.get("format") for one in read(plain)["resources"]]
    assert [one["name"] for one in read(ENTRY | {"has_records": False})["resources"]] == ["x.zip"]


def test_stamps_of_processing_are_no_change_but_a_new_date_of_the_data_is() -> None:
    later = with_metas(metadata_processed="2026-11-23", data_processed="2026-11-23", keyword=["Zählung", "Verkehr"])
    assert lines(later) == lines(with_metas())
    assert lines(with_metas(modified="2026-11-23")) != lines(with_metas())
    assert lines(with_metas(modified="2026"), volatile=["modified"]) == lines(with_metas(), volatile=["modified"])


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(max_size=20)
    | st.sampled_from(["http://x", "<b>x</b>", "[", "geo"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["id", "url", "title", "default", "dcat"]) | st.text(max_size=8), inner, max_size=4
        )
    ),
    max_leaves=12,
)
TEMPLATE = st.dictionaries(st.sampled_from([*DEFAULT, *ENTRY["metas"]["dcat"], "bbox", "temporal"]), JSON, max_size=6)
METAS = st.dictionaries(st.sampled_from(["default", "dcat", "custom"]), TEMPLATE | JSON, max_size=3) | JSON


@given(st.dictionaries(st.sampled_from([*ENTRY, "alternative_exports", "x"]), JSON, max_size=6) | JSON, METAS)
def test_whatever_stands_in_an_entry_gives_a_dataset_or_a_clean_refusal(entry: Any, metas: Any) -> None:
    if isinstance(entry, dict):
        entry["metas"] = metas
    try:
        package = read(entry)
        lines(entry)
    except ValueError:
        return
    keys = [extra["key"] for extra in package.get("extras", [])]
    assert len(keys) == len(set(keys))
    assert not set(keys) & DATASET_NAMES
    json.dumps(package)


# -- adapter


def portal(
    total: int, *, announced: int | None = None, export: bool = True, asked: list[str] | None = None
) -> Callable[..., Any]:
    """A catalogue of this many entries, served by the rules of the interface."""
    entries = [{"dataset_id": f"d{n:05}", "dataset_uid": f"da_{n}", "metas": {}} for n in range(total)]

    def fetch(url: str, *, accept: str = "*/*", known: Any = None) -> Any:
        if asked is not None:
            asked.append(url)
        parts = urlsplit(url)
        query = dict(parse_qsl(parts.query))
        limit, offset = int(query.get("limit", 10)), int(query.get("offset", 0))
        data: Any
        if parts.path.endswith("/catalog/datasets") and limit <= 100 and limit + offset < 10_000:
            rows = entries[offset : offset + limit]
            data = {"total_count": total if announced is None else announced, "results": rows}
        elif parts.path.endswith("/catalog/exports/json") and export:
            data = entries
        else:
            raise FetchError(Sentence("Das geht nicht.", "Not so."), 400)
        body = json.dumps(data).encode()
        return SimpleNamespace(
            url=url, status=200, headers={}, body=body, media_type="application/json", charset=None, not_modified=False
        )

    return fetch


def crawl(fetch: Any, url: str = SITE, **options: Any) -> tuple[list[Any], Any]:
    adapter = OpendatasoftAdapter(Order(url, fetch, options=options))
    return list(adapter.pages()), adapter.crawl


@pytest.mark.parametrize(("total", "requests"), [(1, 1), (100, 1), (101, 2), (821, 9), (9_900, 99)])
def test_a_catalogue_is_read_in_pages_of_a_hundred(total: int, requests: int) -> None:
    pages, ended = crawl(portal(total))
    assert (len(pages), ended.seen, ended.expected, ended.complete) == (requests, total, total, True)


def test_a_catalogue_of_twelve_thousand_is_read_as_an_export() -> None:
    asked: list[str] = []
    pages, ended = crawl(portal(12_000, asked=asked))
    assert (ended.seen, ended.expected, ended.complete) == (12_000, 12_000, True)
    assert [urlsplit(url).path.rpartition("/")[2] for url in asked] == ["datasets", "json"]
    assert not any(page.findings for page in pages)


def test_an_export_that_fails_is_no_complete_catalogue() -> None:
    _pages, ended = crawl(portal(12_000, export=False))
    assert not ended.complete
    assert ended.problem.de.startswith("Seite 2: Das geht nicht.")


def test_an_early_empty_page_is_no_complete_catalogue() -> None:
    pages, ended = crawl(portal(200, announced=350))
    assert (len(pages), ended.seen, ended.complete) == (3, 200, False)
    assert "nennt 350" in ended.problem.de


def test_filters_in_the_address_hold_for_every_page() -> None:
    asked: list[str] = []
    crawl(portal(150, asked=asked), f"{SITE}/api/explore/v2.1/catalog/datasets?refine=publisher:Amt&limit=5&offset=7")
    assert len(asked) == 2
    assert all("refine=publisher%3AAmt" in url for url in asked)
    assert [dict(parse_qsl(urlsplit(url).query))["offset"] for url in asked] == ["0", "100"]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"total_count": 0, "results": []}, "enthält keinen Datensatz"),
        ({"errorcode": 10002, "error": "Too many requests"}, "Too many requests"),
        ({"results": {}}, "kein Katalog von Opendatasoft"),
        ([], "kein Katalog von Opendatasoft"),
    ],
)
def test_what_is_no_catalogue_is_said_in_a_sentence(data: Any, words: str) -> None:
    def fetch(url: str, **_more: Any) -> Any:
        return SimpleNamespace(
            url=url, status=200, headers={}, body=json.dumps(data).encode(), media_type="", charset=None,
            not_modified=False,
        )  # fmt: skip

    _pages, ended = crawl(fetch)
    assert words in ended.problem.de


@given(st.fixed_dictionaries({}, optional={"total_count": JSON, "results": JSON | st.lists(st.just(ENTRY))}) | JSON)
def test_any_json_is_crawled_to_an_end(data: Any) -> None:
    def fetch(url: str, **_more: Any) -> Any:
        return SimpleNamespace(
            url=url, status=200, headers={}, body=json.dumps(data).encode(), media_type="", charset=None,
            not_modified=False,
        )  # fmt: skip

    pages, ended = crawl(fetch)
    assert pages or ended.problem


def test_a_portal_is_recognised_from_any_of_its_pages() -> None:
    asked: list[str] = []
    found = OpendatasoftAdapter.probe(f"{SITE}/explore/?q=x", portal(821, asked=asked))
    assert found
    assert (found.url, found.expected, len(asked)) == (SITE, 821, 1)
