"""What is written is read again as it was, for every field of the schema; and it looks as it always did."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import shapely
from hypothesis import HealthCheck, Phase, assume, given, settings
from hypothesis import strategies as st
from rdflib import Graph, URIRef
from rdflib.compare import isomorphic

from ckanext.rvr_dcat.catalogue import PROFILES
from ckanext.rvr_dcat.description import Describer, PublicBody, Site
from ckanext.rvr_dcat.domain.formats import FORMATS, write
from ckanext.rvr_dcat.domain.tree import Name, Node
from ckanext.rvr_portal.shared import vocabulary

GOLDEN = Path(__file__).parent / "golden"
PARSERS = {"ttl": "turtle", "rdf": "xml", "jsonld": "json-ld"}
IRI = "https://example.org/dataset/1"
ORS = "http://dcat-ap.de/def/"

WORDS = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cs", "Cc", "Cn", "Co"]), min_size=1
).filter(lambda text: text == text.strip() and not text.startswith(("[", "{")) and ":" not in text) | st.sampled_from(
    ["Bäume & <Sträucher>", 'Der "Ruhr"-Verband', "Zeile 1\nZeile 2", "a\\b", "Ω 💧", "]]>"]
)
WEB = st.integers(0, 9**6).map(lambda n: f"https://example.org/ä/{n}?a=1&b=%20#x")
DATES = st.dates().map(str) | st.sampled_from(
    ["2024", "2024-06", "2024-06-30T12:00:00", "2024-06-30T12:00:00+02:00", "Mitte 2024"]
)
MAILS = st.integers(0, 999).map(lambda n: f"post{n}@example.org")


def some(name: str) -> st.SearchStrategy[str]:
    """Addresses of a vocabulary's terms, and of another list."""
    return st.sampled_from([term.uri for term in vocabulary(name) if term.uri] + ["https://example.org/list/other"])


def lists(values: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Any]]:
    """One to three different values, in order."""
    return st.lists(values, min_size=1, max_size=3, unique_by=json.dumps).map(
        lambda found: sorted(found, key=json.dumps)
    )


def a_point() -> st.SearchStrategy[str]:
    degrees = st.integers(-8999, 8999).map(lambda n: n / 100)
    return st.tuples(degrees, degrees).map(lambda pair: json.dumps({"type": "Point", "coordinates": pair}))


def a_box(side: float) -> st.SearchStrategy[str]:
    corners = st.integers(-80, 80)
    return st.tuples(corners, corners).map(
        lambda pair: shapely.to_geojson(shapely.box(pair[0], pair[1], pair[0] + side, pair[1] + side))
    )


def rows(**parts: st.SearchStrategy[Any]) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Rows of a group of fields, with at least the first part."""
    first, *others = parts
    row = st.fixed_dictionaries({first: parts[first]}, optional={name: parts[name] for name in others})
    return st.lists(row, min_size=1, max_size=2, unique_by=lambda one: json.dumps(one, sort_keys=True))


def agents(most: int = 2) -> st.SearchStrategy[list[dict[str, Any]]]:
    return rows(name=WORDS, email=MAILS, url=WEB, type=WEB, identifier=WORDS, uri=WEB).map(lambda found: found[:most])


DATASET_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "theme": lists(some("theme")), "url": WEB, "documentation": lists(WEB), "language": lists(some("language")),
    "issued": DATES, "modified": DATES, "frequency": some("frequency"), "access_rights": some("access_right") | WORDS,
    "availability": some("availability"), "conforms_to": lists(WEB | WORDS), "provenance": WORDS, "version": WORDS,
    "version_notes": WORDS, "dcat_type": WEB, "creator": agents(), "originator": agents(), "custodian": agents(),
    "contact": rows(email=MAILS, name=WORDS, url=WEB, telephone=st.integers(1, 9**9).map(lambda n: f"+49{n}"),
                    identifier=WORDS, uri=WEB),
    "temporal_coverage": st.lists(
        st.fixed_dictionaries({"start": DATES}, optional={"end": DATES}) | st.fixed_dictionaries({"end": DATES}),
        min_size=1, max_size=2, unique_by=json.dumps,
    ),
    "spatial_coverage": rows(text=WORDS, uri=WEB, geom=a_box(1), bbox=a_box(2), centroid=a_point()),
    "political_geocoding": lists(st.integers(1, 99999999).map(lambda n: f"{ORS}politicalGeocoding/municipalityKey/{n:08}")),
    "political_geocoding_level": lists(some("geocoding_level").filter(lambda iri: "dcat-ap" in iri)),
    "geocoding_text": WORDS, "legal_basis": WORDS, "quality_process": WEB,
    "applicable_legislation": lists(WEB), "hvd_category": lists(some("hvd_category")),
    "alternate_identifier": lists(WORDS), "places": st.just(["05911000"]),
}  # fmt: skip
RESOURCE_FIELDS: dict[str, st.SearchStrategy[Any]] = {
    "name": WORDS, "description": WORDS, "format": st.sampled_from(["CSV", "XLSX", "GEOJSON", "WMS_SRVC", "Sonderformat 7"]),
    "license_attribution_by_text": WORDS, "issued": DATES, "modified": DATES,
    "language": lists(some("language")), "availability": some("availability"), "documentation": lists(WEB),
    "conforms_to": lists(WEB | WORDS), "rights": WORDS | WEB, "download_url": WEB, "size": st.integers(0, 2**53),
    "mimetype": st.sampled_from(["text/csv", "application/json", "application/x-own"]),
    "status": st.just("http://publications.europa.eu/resource/authority/distribution-status/COMPLETED"),
    "applicable_legislation": lists(WEB),
    "access_services": st.lists(
        st.fixed_dictionaries({"title": WORDS, "endpoint_url": lists(WEB), "uri": WEB}, optional={"description": WORDS}),
        min_size=1, max_size=2, unique_by=lambda one: one["uri"],
    ).map(json.dumps),
}  # fmt: skip
# they hold for each other, or are the dataset's own
OTHERS = {
    "title",
    "name",
    "notes",
    "owner_org",
    "tag_string",
    "license_id",
    "publisher",
    "identifier",
    "contributor_id",
    "uri",
}
OTHER_PARTS = {"url", "license", "access_url", "hash", "hash_algorithm", "uri"}


@st.composite
def datasets(draw: st.DrawFn) -> dict[str, Any]:
    resource = {
        "id": "r", "url": "https://example.org/a", "uri": f"{IRI}/r", "access_url": draw(WEB), "license": draw(some("license")),
        **draw(st.fixed_dictionaries({}, optional=RESOURCE_FIELDS)),
    }  # fmt: skip
    if draw(st.booleans()):
        resource |= {"hash": draw(st.binary(min_size=32, max_size=32)).hex()}
        resource |= {"hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256"}
    return {
        "id": "1", "name": "eins", "type": "dataset", "uri": IRI, "title": draw(WORDS), "notes": draw(WORDS),
        "identifier": draw(WORDS | WEB), "publisher": draw(agents(1)), "license_id": "",
        "contributor_id": [f"{ORS}contributors/openNRW"],
        "tags": [{"name": name} for name in draw(lists(st.sampled_from(["Baum", "Wald und Flur", "Straße"])))],
        "extras": [{"key": "guid", "value": IRI}],
        **draw(st.fixed_dictionaries({}, optional=DATASET_FIELDS)), "resources": [resource],
    }  # fmt: skip


SITE = Site(
    url="http://portal.example",
    dataset_iri=lambda package: package.get("uri") or f"http://portal.example/dataset/{package['id']}",
    resource_iri=lambda one: (
        one.get("uri") or f"http://portal.example/dataset/{one['package_id']}/resource/{one['id']}"
    ),
    bodies={
        "b": PublicBody(
            "http://portal.example/organization/b", "Stadt Bochum", "amt@example.org", "https://bochum.example"
        )
    },
    place=lambda key: (f"{ORS}politicalGeocoding/municipalityKey/{key}", f"{ORS}politicalGeocoding/Level/municipality"),
    contributor_id=f"{ORS}contributors/openNRW",
    contributors={f"{ORS}contributors/openNRW"},
    license=f"{ORS}licenses/other-closed",
)


def written(package: dict[str, Any], format: str, version: int = 3, url: str = SITE.url) -> str:
    described = Describer(SITE._replace(url=url), version).dataset(package)
    nodes = [*described.own.values(), *described.shared.values()]
    nodes += [Node(iri, [("rdf:type", Name(one)) for one in found]) for iri, found in described.classes.items()]
    return write(format, (FORMATS[format].piece(node) for node in nodes))


@pytest.fixture
def read(app: Any) -> Any:
    from ckanext.rvr_dcat.shared import DatasetReader

    def reading(graph: Graph) -> dict[str, Any]:
        with app.flask_app.test_request_context():
            return DatasetReader(graph).read(URIRef(IRI))

    return reading


def test_every_field_of_the_schema_is_tried() -> None:
    import yaml

    text = Path(__file__).resolve().parents[2] / "ckanext/rvr_portal/schemas/dataset.yaml"
    schema = yaml.safe_load(text.read_text("utf-8"))
    assert {one["field_name"] for one in schema["dataset_fields"]} == DATASET_FIELDS.keys() | OTHERS
    assert {one["field_name"] for one in schema["resource_fields"]} == RESOURCE_FIELDS.keys() | OTHER_PARTS


@settings(
    max_examples=40,
    phases=[Phase.explicit, Phase.generate],
    report_multiple_bugs=False,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
@given(package=datasets(), format=st.sampled_from(list(PARSERS)), version=st.sampled_from(sorted(PROFILES.values())))
def test_what_is_written_is_read_again(read: Any, package: dict[str, Any], format: str, version: int) -> None:
    import ckan.plugins.toolkit as tk

    # two things of one address are one thing in RDF, and cannot have two names
    addresses = [row["uri"] for rows in package.values() if isinstance(rows, list) for row in rows if "uri" in row]
    assume(len(addresses) == len(set(addresses)))
    text = written(package, format, version, tk.config["ckan.site_url"])
    graph = Graph().parse(data=text, format=PARSERS[format])
    again = read(graph)
    for field in {*package} - {"id", "name", "type", "license_id", "extras", "resources", "places"}:
        assert _plain(again.get(field), field) == _plain(_expected(package, field), field), field
    (resource,), wanted = again["resources"], {**package, **package["resources"][0]}
    for field in {*package["resources"][0]} - {"id", "url"}:
        assert _plain(resource.get(field), field) == _plain(_expected(wanted, field), field), field


def _expected(package: dict[str, Any], field: str) -> Any:
    """What stands for places, and the law that a category of high-value data says."""
    value = package[field]
    if field == "political_geocoding" and "places" in package:
        return sorted({*value, f"{ORS}politicalGeocoding/municipalityKey/05911000"})
    if field == "applicable_legislation" and "hvd_category" in package:
        return [*value, "http://data.europa.eu/eli/reg_impl/2023/138/oj"]
    return value


def _plain(value: Any, field: str) -> Any:
    """The value, whatever the order of its rows and the spelling of its numbers and shapes."""
    if field in ("geom", "bbox", "centroid") and value:
        return shapely.to_wkt(shapely.normalize(shapely.from_geojson(value)))
    if field == "format":  # the schema's validator writes the address as its code
        term = vocabulary("file_type").lookup(value)
        return term.key if term else value
    if field == "access_services":
        found = json.loads(value) if isinstance(value, str) else value
        keep = ("title", "endpoint_url", "description", "uri")
        return sorted(json.dumps({key: one[key] for key in keep if one.get(key)}, sort_keys=True) for one in found)
    if isinstance(value, dict):
        return {key: _plain(part, key) for key, part in value.items() if part}
    if isinstance(value, list):
        return sorted((_plain(one, field) for one in value), key=lambda one: json.dumps(one, sort_keys=True))
    return value


@pytest.mark.parametrize("version", [2, 3])
def test_the_whole_dataset_looks_as_it_always_did(version: int) -> None:
    package = json.loads((GOLDEN / "dataset.json").read_text("utf-8"))
    for format in ("ttl", "rdf", "jsonld"):
        file = GOLDEN / f"dataset-{version}.{format}"
        assert file.read_text("utf-8") == written(package, format, version), f"{file.name} is no longer what is written"
    graphs = [Graph().parse(GOLDEN / f"dataset-{version}.{ending}", format=PARSERS[ending]) for ending in PARSERS]
    assert isomorphic(graphs[0], graphs[1])
    assert isomorphic(graphs[0], graphs[2])


HOSTILE = ["<script>alert(1)</script>", "javascript:alert(1)", "https://", "http://a b/ü\"<>", "\x00\x08", "x" * 100_000, "]]>",
           '" . <a> <b> "', "\ud800", "https://example.org/\n> <x", "=cmd()"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("format", PARSERS)
def test_no_text_breaks_the_document(text: str, format: str) -> None:
    package: dict[str, Any] = {
        "id": "1",
        "owner_org": "b",
        **dict.fromkeys(DATASET_FIELDS, text),
        "title": text,
        "uri": text,
    }
    resource = {"id": "r", **dict.fromkeys([*RESOURCE_FIELDS, "url", "license", "access_url", "hash"], text)}
    graph = Graph().parse(data=written({**package, "resources": [resource]}, format), format=PARSERS[format])
    assert not [one for triple in graph for one in triple if isinstance(one, URIRef) and one.startswith("javascript")]
    assert len(list(graph.objects(None, URIRef("http://purl.org/dc/terms/license")))) == 1


@pytest.mark.parametrize("version", [2, 3])
@pytest.mark.parametrize("format", PARSERS)
def test_a_stock_portal_reads_it(app: Any, version: int, format: str) -> None:
    from ckanext.dcat.processors import RDFParser

    text = (GOLDEN / f"dataset-{version}.{format}").read_text("utf-8")
    with app.flask_app.test_request_context():
        parser = RDFParser(profiles=["euro_dcat_ap_3"])
        parser.parse(text, {"rdf": "xml", "jsonld": "json-ld", "ttl": "turtle"}[format])
        (package,) = parser.datasets()
    assert (package["title"], package["version"]) == ("Bäume", "2")
    assert {one["name"] for one in package["publisher"]} == {"Stadt Bochum"}
    assert {one["license"] for one in package["resources"]} == {
        "http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "https://example.org/eigene-lizenz",
    }  # fmt: skip
    assert "POLYGON" in text
