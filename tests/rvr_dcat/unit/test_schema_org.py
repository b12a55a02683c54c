"""A dataset in the words of schema.org, read with a parser that is not ours."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from typing import Any

import pytest
from rdflib import BNode, Graph, Literal, Namespace, URIRef
from rdflib.namespace import RDF

from ckanext.rvr_dcat.domain.schema_org import Home, describe, script
from ckanext.rvr_portal.domain.vocabulary import load

SCHEMA = Namespace("https://schema.org/")
EU = "http://publications.europa.eu/resource/authority/"
PAGE = "https://daten.example.org/dataset/baeume"
HOME = Home("Offene Daten", "", "https://daten.example.org", PAGE, {"05911000": "Bochum"}.get)  # type: ignore[arg-type]
BOX = '{"type": "Polygon", "coordinates": [[[7.1, 51.4], [7.35, 51.4], [7.35, 51.53], [7.1, 51.53], [7.1, 51.4]]]}'
PACKAGE: dict[str, Any] = {
    "name": "baeume", "title": "Bäume", "notes": "Alle Bäume der Stadt mit Art, Höhe und Standort, jährlich ergänzt.",
    "uri": "https://bochum.example/dataset/1", "identifier": "id-1", "language": [f"{EU}language/DEU"],
    "tags": [{"name": "baum", "display_name": "Baum"}, {"name": "grün", "display_name": "Grün"}],
    "issued": "2020-05", "modified": "2026-10-01", "access_rights": f"{EU}access-right/PUBLIC", "places": ["05911000"],
    "publisher": [{"name": "Stadt Bochum", "email": "daten@bochum.example", "url": "https://bochum.example"}],
    "temporal_coverage": [{"start": "2010", "end": "2025-12-31"}, {"start": "2026"}],
    "spatial_coverage": [{"text": "Stadtgebiet", "bbox": BOX}],
    "resources": [
        {"id": "a", "name": "Tabelle", "url": "https://bochum.example/baeume.csv", "format": "CSV", "size": 1234,
         "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "modified": "2026-10-01"},
        {"id": "b", "name": "Dienst", "url": "https://bochum.example/wms", "format": "WMS_SRVC",
         "license": "https://example.org/eigene-lizenz"},
    ],
}  # fmt: skip


def known(name: str, value: Any) -> Any:
    return load(name).lookup(value)


def read(package: dict[str, Any]) -> tuple[Graph, URIRef]:
    graph = Graph().parse(data=script(describe(package, HOME, known)), format="json-ld")
    (dataset,) = graph.subjects(RDF.type, SCHEMA.Dataset)
    assert isinstance(dataset, URIRef)
    return graph, dataset


def test_a_reader_finds_dataset_files_licences_publisher_places_and_periods() -> None:
    graph, dataset = read(PACKAGE)
    assert str(dataset) == PAGE
    assert graph.value(dataset, SCHEMA.name) == Literal("Bäume")
    assert set(graph.objects(dataset, SCHEMA.keywords)) == {Literal("Baum"), Literal("Grün")}
    assert set(graph.objects(dataset, SCHEMA.license)) == {
        URIRef("https://www.govdata.de/dl-de/zero-2-0"), URIRef("https://example.org/eigene-lizenz"),
    }  # fmt: skip
    publisher = graph.value(dataset, SCHEMA.publisher)
    assert (graph.value(publisher, RDF.type), graph.value(publisher, SCHEMA.name)) == (
        SCHEMA.Organization, Literal("Stadt Bochum"),
    )  # fmt: skip
    assert set(graph.objects(dataset, SCHEMA.temporalCoverage)) == {Literal("2010/2025-12-31"), Literal("2026/..")}
    places = {str(graph.value(place, SCHEMA.name)): place for place in graph.objects(dataset, SCHEMA.spatialCoverage)}
    assert set(places) == {"Bochum", "Stadtgebiet"}
    shape = graph.value(places["Stadtgebiet"], SCHEMA.geo)
    assert graph.value(shape, SCHEMA.box) == Literal("51.4 7.1 51.53 7.35")
    files = {str(graph.value(file, SCHEMA.name)): file for file in graph.objects(dataset, SCHEMA.distribution)}
    assert all(graph.value(file, RDF.type) == SCHEMA.DataDownload for file in files.values())
    table = files["Tabelle"]
    assert graph.value(table, SCHEMA.contentUrl) == URIRef("https://bochum.example/baeume.csv")
    assert graph.value(table, SCHEMA.encodingFormat) == Literal("text/csv")
    assert graph.value(table, SCHEMA.contentSize) == Literal("1234 B")
    assert graph.value(table, SCHEMA.license) == URIRef("https://www.govdata.de/dl-de/zero-2-0")
    assert graph.value(files["Dienst"], SCHEMA.contentUrl) is None
    for name, value in (("inLanguage", "de"), ("isAccessibleForFree", True), ("dateModified", "2026-10-01"), ("datePublished", "2020-05")):  # fmt: skip
        assert graph.value(dataset, SCHEMA[name]) == Literal(value), name
    assert graph.value(dataset, SCHEMA.sameAs) == URIRef("https://bochum.example/dataset/1")


def test_what_is_not_known_is_not_said() -> None:
    found = describe({"name": "karg", "title": "Karg", "resources": []}, HOME, known)
    assert set(found) == {"@context", "@type", "@id", "url", "name", "description", "includedInDataCatalog"}
    assert set(found["includedInDataCatalog"]) == {"@type", "name", "url"}


def test_a_point_is_a_point_and_half_a_date_no_date() -> None:
    point = {"name": "x", "spatial_coverage": [{"centroid": '{"type": "Point", "coordinates": [7.2, 51.5]}'}],
             "issued": "wann auch immer", "temporal_coverage": [{"start": "früher"}]}  # fmt: skip
    found = describe(point, HOME, known)
    assert found["spatialCoverage"]["geo"] == {"@type": "GeoCoordinates", "latitude": 51.5, "longitude": 7.2}
    assert not {"datePublished", "temporalCoverage"} & set(found)


HOSTILE = [
    "</script><script>alert(1)</script>",
    "<!--<script>",
    "javascript:alert(1)",
    "\u2028",
    "x" * 100_000,
    '"}',
    "\ud800",
    {"a": 1},
    5,
]


@pytest.mark.parametrize("value", HOSTILE)
def test_nothing_in_it_ends_the_element_or_becomes_a_link(value: Any) -> None:
    fields = dict.fromkeys(["title", "notes", "uri", "url", "identifier", "issued", "language", "license_id", "publisher", "places",
                            "temporal_coverage", "spatial_coverage", "access_rights"], value)  # fmt: skip
    rows = {name: [dict.fromkeys(("name", "email", "url", "uri", "start", "end", "text", "bbox"), value)]
            for name in ("publisher", "temporal_coverage", "spatial_coverage")}  # fmt: skip
    resource = dict.fromkeys(["name", "url", "download_url", "format", "license", "size", "mimetype", "uri"], value)
    for package in (fields, fields | rows):
        text = script(describe({"name": "x", **package, "resources": [resource]}, HOME, known))
        assert _Elements.count(f'<script type="application/ld+json">{text}</script><p>') == ["script", "p"]
        assert json.loads(text)["@type"] == "Dataset"
        graph = Graph().parse(data=text.encode(), format="json-ld")
        assert not [
            one for triple in graph for one in triple if isinstance(one, URIRef) and one.startswith("javascript")
        ]
        assert all(isinstance(one, BNode) or str(one) for one in graph.objects())


class _Elements(HTMLParser):
    """The elements of a page, as a browser finds them."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: Any) -> None:
        self.found.append(tag)

    @classmethod
    def count(cls, html: str) -> list[str]:
        parser = cls()
        parser.feed(html)
        return parser.found
