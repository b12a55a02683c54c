"""The controlled vocabularies."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.licenses import ckan_list
from ckanext.rvr_portal.domain.vocabulary import NAMES, load

AUTHORITY = "http://publications.europa.eu/resource/authority/"
LIST = "dcat-ap-de-licenses-open.rdf"
# The list itself is not part of the project: where it lies is said by the environment, or it lies beside the checkout.
REFERENCE = Path(os.environ.get("RVR_REFERENCE_DATA", Path(__file__).parents[4] / "shared" / "data"))


@pytest.mark.parametrize("name", NAMES)
def test_every_term_is_found_by_its_code_address_and_other_spellings(name: str) -> None:
    vocabulary = load(name)
    assert vocabulary.terms
    for term in vocabulary:
        assert term.labels["de"] and term.labels["en"]
        spellings = {term.key, term.key.lower(), f" {term.key} ", *term.alternatives}
        if term.uri:
            tail = term.uri.partition("://")[2].removeprefix("www.")
            spellings |= {term.uri, f"https://www.{tail}/", f"http://{tail.upper()}"}
        for spelling in spellings:
            assert vocabulary.lookup(spelling) is term, spelling


@pytest.mark.parametrize("name", NAMES)
def test_unknown_and_empty_values_are_none(name: str) -> None:
    for value in ("", " ", "--", "xyzzy-plugh", "http://example.org/xyzzy", None, 3, ["CSV"]):
        assert load(name).lookup(value) is None


@given(name=st.sampled_from(NAMES), value=st.text(max_size=80))
def test_a_lookup_never_fails(name: str, value: str) -> None:
    term = load(name).lookup(value)
    assert term is None or term in load(name).terms


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("xls", "XLS"), ("Excel", "XLSX"), ("application/vnd.ms-excel", "XLS"), (".csv", "CSV"), ("text/csv", "CSV"),
        (AUTHORITY + "file-type/WMS", "WMS_SRVC"), ("OGC:WFS", "WFS_SRVC"), ("geojson", "GEOJSON"), ("shape", "SHP"),
        ("JSON-LD", "JSON_LD"), ("https://www.iana.org/assignments/media-types/application/geo+json", "GEOJSON"),
        ("image/jpg", "JPEG"), ("htm", "HTML"), ("application/pdf", "PDF"), ("7z", "7Z"), ("GTFS-RT", "GTFS"),
    ],
)  # fmt: skip
def test_formats_are_known_by_the_names_people_use(value: str, code: str) -> None:
    term = load("file_type").lookup(value)
    assert term is not None
    assert term.key == code


def test_file_types_have_a_group_with_a_name() -> None:
    vocabulary = load("file_type")
    assert len(vocabulary.terms) >= 80
    assert {term.group for term in vocabulary} == set(vocabulary.groups)
    assert vocabulary.group_label("service", "de") == "Schnittstelle"


@pytest.mark.parametrize(
    ("value", "code"),
    [
        ("de", "DEU"), ("deu", "DEU"), ("DEU", "DEU"), ("ger", "DEU"), ("Deutsch", "DEU"), ("de_DE", "DEU"),
        (AUTHORITY + "language/GER", "DEU"), ("en", "ENG"), ("http://id.loc.gov/vocabulary/iso639-1/de", "DEU"),
    ],
)  # fmt: skip
def test_languages_are_known_by_all_their_codes(value: str, code: str) -> None:
    term = load("language").lookup(value)
    assert term is not None
    assert term.key == code


@pytest.mark.parametrize(
    ("value", "key"),
    [
        ("https://www.govdata.de/dl-de/by-2-0", "dl-by-de/2.0"),
        ("dl-de-by-2.0", "dl-by-de/2.0"),
        ("http://dcat-ap.de/def/licenses/dl-by-de/2.0", "dl-by-de/2.0"),
        ("https://www.dcat-ap.de/def/licenses/dl-by-de/2.0", "dl-by-de/2.0"),
        ("Datenlizenz Deutschland – Zero – Version 2.0", "dl-zero-de/2.0"),
        ("dl-de/zero-2-0", "dl-zero-de/2.0"),
        ("http://dcat-ap.de/def/licenses/cc-by-nc-de/4_0", "cc-by-nc/4.0"),
        ("https://creativecommons.org/licenses/by/4.0/deed.fr", "cc-by/4.0"),
        ("http://creativecommons.org/licenses/by/4.0/legalcode", "cc-by/4.0"),
        ("https://creativecommons.org/licenses/by/3.0/de/", "cc-by-de/3.0"),
        ("https://creativecommons.org/licenses/by/3.0/at/", "cc-by"),
        ("https://creativecommons.org/publicdomain/zero/1.0/deed.de", "cc-zero"),
        ("cc-by", "cc-by"), ("CC BY 4.0", "cc-by/4.0"), ("odc-odbl", "odbl"), ("odc-by", "odby"),
        ("odc-pddl", "odcpddl"),
        ("other-open", "other-open"), ("other-pd", "other-open"), ("gfdl", "gfdl"), ("CC0", "cc-zero"),
    ],
)  # fmt: skip
def test_licences_are_known_by_all_their_addresses_and_names(value: str, key: str) -> None:
    term = load("license").lookup(value)
    assert term is not None
    assert term.key == key


def test_a_licence_that_dcat_ap_de_does_not_list_is_not_taken_for_another() -> None:
    for value in ("https://creativecommons.org/licenses/by-nc-sa/4.0/", "cc-by-nc-nd-4.0", "notspecified", "CC"):
        assert load("license").lookup(value) is None


def test_every_licence_says_what_it_allows_and_where_its_text_is() -> None:
    for term in load("license"):
        assert term.summary["de"] and term.summary["en"]
        assert term.url.startswith("https://") or term.key.startswith("other-")


def test_every_licence_of_the_published_list_is_found() -> None:
    path = REFERENCE / "vocabularies" / LIST
    if not path.exists():
        pytest.skip(f"The list of licences ({LIST}) is not part of the project; set RVR_REFERENCE_DATA to where it is.")
    import rdflib

    graph = rdflib.Graph().parse(path)
    concepts = set(graph.subjects(rdflib.RDF.type, rdflib.SKOS.Concept))
    assert len(concepts) > 30
    for concept in concepts:
        names = [*graph.objects(concept, rdflib.SKOS.prefLabel), *graph.objects(concept, rdflib.SKOS.altLabel)]
        for spelling in [concept, *names]:
            term = load("license").lookup(str(spelling))
            assert term is not None, spelling
            assert term.uri == str(concept)
        assert all(load("license").lookup(str(page)) for page in graph.objects(concept, rdflib.FOAF.homepage))


def test_the_list_for_ckan_is_made_from_the_vocabulary() -> None:
    import ckanext.rvr_portal.domain.vocabulary as module

    path = Path(module.__file__).parents[1] / "data/licenses.json"
    assert json.loads(path.read_text("utf-8")) == ckan_list(load("license"))
