"""The demo catalogues: proper RDF, reachable files, visible as examples."""

import csv
import io
import json
import sys
import urllib.error
import urllib.request
import zipfile
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, RDF, Graph, Literal, URIRef

sys.path.insert(0, str(Path(__file__).parents[3] / "demo"))

import catalog_server
from catalog_content import load_catalogs
from catalog_graph import HYDRA
from sample_files import KINDS, parse_sample

CATALOGS = load_catalogs()


@pytest.fixture(scope="module")
def portals():
    server, portals = catalog_server.start_in_thread()
    yield portals
    server.shutdown()
    server.server_close()


def read(address: str) -> tuple[bytes, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.read(), answer.headers["Content-Type"].split(";")[0]


def graph_of(address: str) -> Graph:
    body, media_type = read(address)
    return Graph().parse(data=body, format=media_type)


def whole_catalog(portals, name: str) -> Graph:
    first = graph_of(portals.catalog_url(name))
    following = list(first.objects(None, HYDRA.next))
    while following:
        page = graph_of(str(following[0]))
        following = list(page.objects(None, HYDRA.next))
        first += page
    return first


def test_there_are_enough_member_bodies_and_datasets_to_show_the_region():
    assert len(CATALOGS) >= 8
    assert 120 <= sum(len(catalog.datasets) for catalog in CATALOGS.values()) <= 180


def test_all_three_serialisations_and_paging_occur():
    assert {catalog.format for catalog in CATALOGS.values()} == {"rdfxml", "turtle", "jsonld"}
    assert any(catalog.page_size for catalog in CATALOGS.values())


@pytest.mark.parametrize("name", CATALOGS)
def test_a_catalogue_arrives_complete(portals, name):
    graph = whole_catalog(portals, name)
    datasets = set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == len(CATALOGS[name].datasets)
    identifiers = {str(graph.value(dataset, DCTERMS.identifier)) for dataset in datasets}
    assert len(identifiers) == len(datasets)


@pytest.mark.parametrize("name", CATALOGS)
def test_every_description_says_that_it_is_an_example(portals, name):
    graph = whole_catalog(portals, name)
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        assert "Beispieldatensatz" in str(graph.value(dataset, DCTERMS.description))


@pytest.mark.parametrize("name", CATALOGS)
def test_every_download_link_works_and_has_the_size_it_claims(portals, name):
    graph = whole_catalog(portals, name)
    links = list(graph.subject_objects(DCAT.downloadURL))
    assert links
    for distribution, link in links:
        body, _ = read(str(link))
        assert len(body) == int(graph.value(distribution, DCAT.byteSize))


def test_hosts_are_under_the_reserved_ending():
    assert all(catalog.host.endswith(".example") for catalog in CATALOGS.values())


def test_a_paged_catalogue_names_its_total_and_ends(portals):
    name = next(name for name, catalog in CATALOGS.items() if catalog.page_size)
    first = graph_of(portals.catalog_url(name))
    assert int(next(first.objects(None, HYDRA.totalItems))) == len(CATALOGS[name].datasets)
    last = graph_of(str(next(first.objects(None, HYDRA.last))))
    assert not list(last.objects(None, HYDRA.next))


def test_nothing_is_served_at_unknown_addresses(portals):
    for path in ("/atlantis/catalog", "/bochum/catalog?page=0", "/bochum/catalog?page=99", "/bochum/files/../x.csv"):
        with pytest.raises(urllib.error.HTTPError) as error:
            read(portals.base_url + path)
        assert error.value.code == 404


def test_the_typical_flaws_of_real_catalogues_are_in_it(portals):
    found = [flaw for catalog in CATALOGS.values() for item in catalog.datasets for flaw in item.flaw]
    assert {"licence", "modified", "frequency", "format", "theme", "period"} <= set(found)
    graph = whole_catalog(portals, "bochum")
    air = URIRef("https://daten.bochum.example/dataset/luftqualitaet")
    assert graph.value(air, DCTERMS.modified) == Literal("2026-11-10 GMT 06:15:03.34919300")


@pytest.mark.parametrize("dataset", [item for catalog in CATALOGS.values() for item in catalog.datasets], ids=str)
def test_every_dataset_has_a_readable_table_line(dataset):
    head, _ = parse_sample(dataset.sample)
    assert head.split()[0] in {"points", "districts", "years", "months"}
    assert dataset.files and set(dataset.files) <= set(KINDS)


def test_files_are_what_they_claim_to_be(portals):
    address = f"{portals.base_url}/bochum/files"
    rows = list(csv.DictReader(io.StringIO(read(f"{address}/spielplaetze.csv")[0].decode())))
    features = json.loads(read(f"{address}/spielplaetze.geojson")[0])["features"]
    assert len(rows) == len(features) == 42
    assert all(row["Hinweis"] == "Beispielwert" for row in rows)
    assert zipfile.ZipFile(io.BytesIO(read(f"{address}/haushaltsplan.xlsx")[0])).testzip() is None
    assert read(f"{address}/haushaltsplan.pdf")[0].startswith(b"%PDF-1.4")


def test_points_lie_near_their_place(portals):
    features = json.loads(read(f"{portals.base_url}/bochum/files/schulen.geojson")[0])["features"]
    for feature in features:
        lon, lat = feature["geometry"]["coordinates"]
        assert abs(lon - 7.217) < 0.12 and abs(lat - 51.483) < 0.08
