"""Programs that read the portal, as others wrote them: a stock CKAN site, ckanapi, a reader of schema.org, rdflib."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from bs4 import BeautifulSoup
from rdflib import Graph, Namespace, URIRef
from rdflib.namespace import DCAT, RDF

PEERS = Path(__file__).parent / "peers"
SCHEMA = Namespace("https://schema.org/")
EU = "http://publications.europa.eu/resource/authority/"
ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
BOX = '{"type": "Polygon", "coordinates": [[[7.1, 51.4], [7.35, 51.4], [7.35, 51.53], [7.1, 51.53], [7.1, 51.4]]]}'
TREES: dict[str, Any] = {
    "name": "baeume", "title": "Bäume < 5 m & Hecken", "notes": "Alle Bäume der Stadt mit Art, Höhe und Standort, jährlich ergänzt.",
    "tags": [{"name": "Baum"}, {"name": "Stadtgrün"}], "theme": [f"{EU}data-theme/ENVI"], "places": ["05911000"],
    "publisher": [{"name": "Stadt Bochum", "email": "daten@bochum.example"}], "language": [f"{EU}language/DEU"],
    "contact": [{"name": "Grünflächenamt", "email": "gruen@bochum.example"}], "access_rights": f"{EU}access-right/PUBLIC",
    "temporal_coverage": [{"start": "2010-01-01", "end": "2025-12-31"}], "frequency": f"{EU}frequency/ANNUAL",
    "spatial_coverage": [{"text": "Stadtgebiet", "bbox": BOX}], "issued": "2020-05-01", "modified": "2026-10-01",
    "resources": [{"name": "Tabelle", "url": "https://bochum.example/baeume.csv", "format": "CSV", "license": ZERO, "size": 1234}],
}  # fmt: skip


def make() -> None:
    from ckan.tests import factories

    owner = factories.Organization(name="bochum", title="Stadt Bochum")["id"]
    factories.Dataset(owner_org=owner, **TREES)
    for number in range(4):
        factories.Dataset(owner_org=owner, name=f"radwege-{number}", title=f"Radwege {number}", license_id="dl-by-de/2.0",
                          resources=[{"url": f"https://bochum.example/{number}.json", "format": "JSON"}])  # fmt: skip
    factories.Dataset(owner_org=owner, name="zu", title="Geheimakte", private=True)


@pytest.fixture
def scene(app: Any, fill_once: Any) -> Any:
    fill_once(make)
    return app


def test_a_reader_of_schema_org_finds_everything_on_the_page_of_a_dataset(scene: Any) -> None:
    page: Any = BeautifulSoup(scene.get("/dataset/baeume").body, "html.parser")
    (block,) = page.select('script[type="application/ld+json"]')
    graph = Graph().parse(data=block.string, format="json-ld")
    (dataset,) = graph.subjects(RDF.type, SCHEMA.Dataset)
    assert str(dataset) == "http://test.ckan.net/dataset/baeume"
    assert str(graph.value(dataset, SCHEMA.name)) == TREES["title"]
    (file,) = graph.objects(dataset, SCHEMA.distribution)
    assert graph.value(file, RDF.type) == SCHEMA.DataDownload
    assert graph.value(file, SCHEMA.contentUrl) == URIRef("https://bochum.example/baeume.csv")
    for thing in (dataset, file):
        assert graph.value(thing, SCHEMA.license) == URIRef("https://www.govdata.de/dl-de/zero-2-0")
    assert str(graph.value(graph.value(dataset, SCHEMA.publisher), SCHEMA.name)) == "Stadt Bochum"
    assert str(graph.value(dataset, SCHEMA.temporalCoverage)) == "2010-01-01/2025-12-31"
    places = {str(graph.value(one, SCHEMA.name)): one for one in graph.objects(dataset, SCHEMA.spatialCoverage)}
    assert set(places) == {"Bochum", "Stadtgebiet"}
    assert str(graph.value(graph.value(places["Stadtgebiet"], SCHEMA.geo), SCHEMA.box)) == "51.4 7.1 51.53 7.35"


@pytest.mark.parametrize(
    ("path", "number"), [("/dataset/baeume", 1), ("/organization/bochum", 5), ("/", 5), ("/dataset/", 5)]
)
def test_the_head_of_a_page_leads_to_its_machine_readable_forms(scene: Any, path: str, number: int) -> None:
    page: Any = BeautifulSoup(scene.get(path).body, "html.parser")
    links = {link["type"]: link["href"] for link in page.select('head link[rel="alternate"]')}
    for media_type in ("text/turtle", "application/rdf+xml", "application/ld+json"):
        address = urlsplit(links[media_type])
        answer = scene.get(f"{address.path}?{address.query}")
        assert answer.headers["Content-Type"].startswith(media_type)
        graph = Graph().parse(data=answer.body, format=media_type)
        assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == number


def test_ckanapi_reads_datasets_catalogue_and_points(scene: Any, live_server: Any) -> None:
    from ckanapi import NotAuthorized, NotFound, RemoteCKAN

    from ckanext.rvr_dcat import rating

    rating.update()
    with RemoteCKAN(live_server.url) as portal:
        found = portal.action.package_search(q="Bäume", rows=10)
        assert [one["name"] for one in found["results"]] == ["baeume"]
        assert portal.action.package_show(id="baeume")["publisher"][0]["name"] == "Stadt Bochum"
        graph = Graph().parse(data=portal.action.dcat_catalog_show(format="ttl"), format="turtle")
        assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == 5
        assert portal.action.rvr_dcat_quality_show(organization="bochum")["datasets"] == 5
        rows = portal.action.rvr_dcat_quality_dataset_list(sort="best", limit=2)["results"]
        assert rows[0]["name"] == "baeume"
        for action in ("package_show", "dcat_dataset_show", "rvr_dcat_dataset_quality_show"):
            with pytest.raises((NotAuthorized, NotFound)):
                portal.call_action(action, {"id": "zu"})


def test_the_stock_harvester_of_another_ckan_site_takes_all_over(scene: Any, live_server: Any, tmp_path: Path) -> None:
    (tmp_path / "ckan.ini").write_text(
        "[app:main]\nuse = egg:ckan\nckan.plugins = harvest dcat dcat_rdf_harvester\nckan.site_url = http://127.0.0.1:9\n"
        f"ckan.site_id = stock\nSECRET_KEY = only-for-tests\nckan.storage_path = {tmp_path}\n"
    )
    kept = ("CKAN_SQLALCHEMY_URL", "CKAN_SOLR_URL", "CKAN_REDIS_URL")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("CKAN") or name in kept}
    done = subprocess.run(
        [sys.executable, str(PEERS / "stock_harvest.py"), live_server.url + "/catalog.ttl"],
        env={**environment, "CKAN_INI": str(tmp_path / "ckan.ini")}, capture_output=True, text=True, timeout=300, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr[-3000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    assert answer["errors"] == []
    found = {one["title"]: one for one in answer["datasets"]}
    assert set(found) == {TREES["title"], *(f"Radwege {number}" for number in range(4))}
    trees = found[TREES["title"]]
    extras = {one["key"]: one["value"] for one in trees["extras"]}
    assert (extras["publisher_name"], extras["contact_email"]) == ("Stadt Bochum", "gruen@bochum.example")
    assert (extras["temporal_start"], extras["temporal_end"]) == ("2010-01-01", "2025-12-31")
    assert {tag["name"] for tag in trees["tags"]} == {"Baum", "Stadtgrün"}
    (file,) = trees["resources"]
    assert (file["url"], file["format"], file["license"]) == (
        "https://bochum.example/baeume.csv", f"{EU}file-type/CSV", ZERO,
    )  # fmt: skip


@pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", 2)
@pytest.mark.parametrize("ending", ["ttl", "rdf", "jsonld"])
def test_the_stock_parser_finds_the_way_from_page_to_page(
    app: Any, clean_db: None, clean_index: None, ending: str
) -> None:
    from ckanext.dcat.processors import RDFParser

    make()
    titles: list[str] = []
    address: Any = f"/catalog.{ending}"
    while address:
        parts = urlsplit(address)
        parser = RDFParser(profiles=["euro_dcat_ap_3"])
        parser.parse(
            app.get(f"{parts.path}?{parts.query}").body, {"rdf": "xml", "jsonld": "json-ld"}.get(ending, "turtle")
        )
        titles += [one["title"] for one in parser.datasets()]
        address = parser.next_page()
    assert len(titles) == len(set(titles)) == 5
