"""The RDF profile: what it reads from any version of DCAT-AP.de, and that it writes each thing once."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from rdflib import Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, Namespace

NAMESPACES = [
    "http://dcat-ap.de/def/dcatde/1.0/",
    "http://dcat-ap.de/def/dcatde/1_0/",
    "http://dcat-ap.de/def/dcatde/1.0.1/",
    "https://www.dcat-ap.de/def/dcatde/1.1/",
    "http://dcat-ap.de/def/dcatde/1.2/",
    "http://dcat-ap.de/def/dcatde/2.0/",
    "https://dcat-ap.de/def/dcatde/3.0/",
    "http://dcat-ap.de/def/dcatde/",
]
REF = URIRef("https://example.org/dataset/1")
TURTLE = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix dcatap: <http://data.europa.eu/r5r/> . @prefix locn: <http://www.w3.org/ns/locn#> . @prefix dcatde: <%s> .
<https://example.org/dataset/1> a dcat:Dataset ; dct:title "Bäume"@de, "Trees"@en ; dct:identifier "A 17/3" ;
    dcatde:contributorID <http://dcat-ap.de/def/contributors/openNRW> ;
    dcatde:politicalGeocodingLevelURI <http://dcat-ap.de/def/politicalGeocoding/Level/municipality> ;
    dcatde:politicalGeocodingURI <http://dcat-ap.de/def/politicalGeocoding/municipalityKey/05911000> ;
    dcatde:geocodingDescription "Bochum" ; dcatde:legalBasis "Ratsbeschluss" ;
    dcatde:qualityProcessURI <https://example.org/quality> ;
    dcatde:originator [ a foaf:Organization ; foaf:name "Vermessungsamt" ] ;
    dcatde:maintainer [ a foaf:Organization ; foaf:name "Grünflächenamt" ; foaf:mbox "gruen@example.org" ] ;
    dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
    dcatap:hvdCategory <http://data.europa.eu/bna/c_ac64a52d>, <http://data.europa.eu/bna/c_dd313021> ;
    dcat:contactPoint [ a vcard:Organization ; vcard:fn "Open Data" ; vcard:hasTelephone <tel:+492341234> ;
        vcard:hasEmail <mailto:opendata@example.org> ] ;
    dct:temporal [ a dct:PeriodOfTime ; dcat:startDate "2020" ; dcat:endDate "2024-06" ] ;
    dct:spatial [ a dct:Location ; locn:adminUnitL2 "Bochum" ] ;
    dcat:distribution <https://example.org/dataset/1/r> .
<https://example.org/dataset/1/r> a dcat:Distribution ; dcat:accessURL "https://example.org/baeume.csv" ;
    dct:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> ; dcatde:licenseAttributionByText "Stadt Bochum" ;
    dcatde:plannedAvailability <http://dcat-ap.de/def/plannedAvailability/stable> .
"""

OLD_NAMES = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dct: <http://purl.org/dc/terms/> .
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix schema: <http://schema.org/> . @prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dcatde: <http://dcat-ap.de/def/dcatde/1_0/> .
<https://example.org/dataset/1> a dcat:Dataset ; dct:title "Bäume" ; adms:version "2.1" ;
    adms:contactPoint [ a vcard:Organization ; vcard:fn "Open Data" ; vcard:hasEmail <mailto:opendata@example.org> ] ;
    dct:temporal [ a dct:PeriodOfTime ; schema:startDate "2020-01-01" ; schema:endDate "2020-12-31" ] ;
    dcatap:plannedAvailability <http://dcat-ap.de/def/plannedAvailability/stable> ;
    dcatde:geocodingText "Bochum" ; dcatde:legalbasisText "Ratsbeschluss" ;
    dcatde:qualityProcess <https://example.org/quality> .
"""


@pytest.fixture
def read(app: Any) -> Callable[[str], dict[str, Any]]:
    """Read the dataset of a Turtle text with the profile."""
    from ckanext.rvr_dcat.shared import DatasetReader

    def reading(text: str) -> dict[str, Any]:
        graph = Graph().parse(data=text, format="turtle")
        with app.flask_app.test_request_context():
            return DatasetReader(graph).read(REF)

    return reading


@pytest.fixture
def write(app: Any) -> Callable[[dict[str, Any]], Graph]:
    """The graph of a dataset dict."""
    from ckanext.dcat.processors import RDFSerializer

    def writing(package: dict[str, Any]) -> Graph:
        serializer = RDFSerializer()
        with app.flask_app.test_request_context():
            serializer.graph_from_dataset(package)
        return serializer.g

    return writing


@pytest.mark.parametrize("namespace", NAMESPACES)
def test_every_version_of_dcat_ap_de_is_read(read: Any, namespace: str) -> None:
    package = read(TURTLE % namespace)
    assert package["title"] == "Bäume"
    assert package["identifier"] == "A 17/3"
    assert package["contributor_id"] == ["http://dcat-ap.de/def/contributors/openNRW"]
    assert package["political_geocoding_level"] == ["http://dcat-ap.de/def/politicalGeocoding/Level/municipality"]
    assert package["political_geocoding"] == ["http://dcat-ap.de/def/politicalGeocoding/municipalityKey/05911000"]
    assert (package["geocoding_text"], package["legal_basis"]) == ("Bochum", "Ratsbeschluss")
    assert package["quality_process"] == "https://example.org/quality"
    assert [agent["name"] for agent in package["originator"]] == ["Vermessungsamt"]
    assert package["custodian"] == [{"name": "Grünflächenamt", "email": "gruen@example.org"}]
    assert len(package["hvd_category"]) == 2
    assert package["applicable_legislation"] == ["http://data.europa.eu/eli/reg_impl/2023/138/oj"]
    assert package["contact"][0]["telephone"] == "+492341234"
    assert package["temporal_coverage"] == [{"start": "2020", "end": "2024-06"}]
    assert package["spatial_coverage"] == [{"text": "Bochum"}]
    resource = package["resources"][0]
    assert resource["access_url"] == "https://example.org/baeume.csv"
    assert resource["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert resource["license_attribution_by_text"] == "Stadt Bochum"
    assert resource["availability"] == "http://dcat-ap.de/def/plannedAvailability/stable"


def test_what_was_read_is_written_once(read: Any, write: Any) -> None:
    dcatde = Namespace("http://dcat-ap.de/def/dcatde/")
    geodcatap = Namespace("http://data.europa.eu/930/")
    graph = write({**read(TURTLE % NAMESPACES[0]), "id": "1", "name": "baeume", "type": "dataset"})
    once = (
        DCAT.contactPoint, DCTERMS.temporal, DCTERMS.identifier, DCTERMS.publisher, dcatde.contributorID,
        dcatde.politicalGeocodingLevelURI, geodcatap.originator, geodcatap.custodian,
    )  # fmt: skip
    for predicate in once:
        assert len(list(graph.objects(REF, predicate))) == 1, predicate
    assert (REF, DCTERMS.identifier, Literal("A 17/3")) in graph
    distribution = next(graph.objects(REF, DCAT.distribution))
    assert (distribution, DCTERMS.license, URIRef("http://dcat-ap.de/def/licenses/dl-by-de/2.0")) in graph
    assert (distribution, dcatde.licenseAttributionByText, Literal("Stadt Bochum")) in graph
    assert (None, DCTERMS.type, URIRef("http://purl.org/adms/licencetype/UnknownIPR")) not in graph


def test_what_was_written_is_read_again(read: Any, write: Any) -> None:
    first = read(TURTLE % NAMESPACES[0])
    text = write({**first, "id": "1", "name": "baeume", "type": "dataset"}).serialize(format="turtle")
    second = read(text)
    for field in (
        "contributor_id", "political_geocoding", "political_geocoding_level", "geocoding_text", "legal_basis",
        "quality_process", "originator", "temporal_coverage", "hvd_category", "contact",
    ):  # fmt: skip
        assert second[field] == first[field] or sorted(second[field]) == sorted(first[field]), field


def test_a_dataset_has_a_page_in_turtle(app: Any, clean_db: None, clean_index: None, make_dataset: Any) -> None:
    dataset = make_dataset(
        title="Bäume", contact=[{"name": "Open Data", "email": "opendata@example.org"}],
        temporal_coverage=[{"start": "2020", "end": "2024"}],
        resources=[{"url": "https://example.org/a.csv", "format": "CSV", "name": "a"}],
    )  # fmt: skip
    answer = app.get(f"/dataset/{dataset['name']}.ttl")
    graph = Graph().parse(data=answer.body, format="turtle")
    assert len(list(graph.objects(None, DCAT.contactPoint))) == 1
    assert len(list(graph.objects(None, DCTERMS.temporal))) == 1


def test_names_of_the_first_versions_are_read(read: Any) -> None:
    package = read(OLD_NAMES)
    assert package["version"] == "2.1"
    assert [(one["name"], one["email"]) for one in package["contact"]] == [("Open Data", "opendata@example.org")]
    assert package["temporal_coverage"] == [{"start": "2020-01-01", "end": "2020-12-31"}]
    assert package["availability"] == "http://dcat-ap.de/def/plannedAvailability/stable"
    assert (package["geocoding_text"], package["legal_basis"]) == ("Bochum", "Ratsbeschluss")
    assert package["quality_process"] == "https://example.org/quality"
