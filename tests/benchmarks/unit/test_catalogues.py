"""The catalogues that measurements harvest from are what they say: that many datasets, all different, on linked pages."""

import json
import sys
import urllib.request
from pathlib import Path
from urllib.error import HTTPError

import pytest
from rdflib import Graph
from rdflib.namespace import DCAT, RDF

from ckanext.rvr_harvest.domain.paging import read_paging
from ckanext.rvr_harvest.domain.statements import Statements

BENCHMARKS = Path(__file__).resolve().parents[3] / "benchmarks"


@pytest.fixture(scope="module")
def bench():
    """The modules of the benchmarks."""
    sys.path.insert(0, str(BENCHMARKS))
    try:
        import catalogue_server
        import catalogues
        import ckan_answers
    finally:
        sys.path.remove(str(BENCHMARKS))
    if not catalogues.CATALOGS.exists():
        pytest.skip("the reference catalogues are not on this machine")

    class Modules:
        Catalogue, patterns, serving = catalogues.Catalogue, catalogues.patterns, catalogue_server.serving
        Answers, Shown = ckan_answers.Answers, catalogue_server.Shown

    return Modules


@pytest.fixture(scope="module")
def real(bench):
    return bench.patterns()


@pytest.fixture(scope="module")
def known(real):
    """Some of the real datasets, so that there soon are several copies of each."""
    return real[:20]


def graphs(catalogue, known):
    return [Graph().parse(data=text, format="xml") for text in catalogue.texts(known)]


def datasets(graph):
    return {str(node) for node in graph.subjects(RDF.type, DCAT.Dataset)}


def test_both_catalogues_come_whole(bench, real):
    (text,) = bench.Catalogue("whole", "http://localhost/catalog.rdf", 253, page_size=253).texts(real)
    assert text.count(f'<rdf:type rdf:resource="{DCAT.Dataset}"/>') == 253
    assert text.count(f'<rdf:type rdf:resource="{DCAT.Distribution}"/>') == 1010
    assert "hydra:nextPage" not in text


def test_all_datasets_of_a_multiplied_catalogue_differ_and_its_pages_lead_to_each_other(bench, known):
    url = "http://localhost/many/catalog.rdf"
    catalogue = bench.Catalogue("many", url, 53, page_size=10)
    pages = graphs(catalogue, known)
    assert [len(datasets(page)) for page in pages] == [10, 10, 10, 10, 10, 3]
    assert set().union(*map(datasets, pages)) == set(catalogue.guids(known))
    assert len(set(catalogue.guids(known))) == 53

    links = [read_paging(Statements.of(page), url) for page in pages]
    assert [link.next_url for link in links] == [*(f"{url}?page={number}" for number in range(2, 7)), None]
    assert {link.total for link in links} == {53}


def test_catalogues_with_different_keys_share_no_dataset(bench, known):
    one, other = (bench.Catalogue(key, "http://localhost/catalog.rdf", 50) for key in ("one", "other"))
    assert not set(one.guids(known)) & set(other.guids(known))


def test_a_later_edition_has_other_blank_nodes_and_says_the_same(bench, known):
    def texts(**how):
        return list(bench.Catalogue("same", "http://localhost/catalog.rdf", 12, **how).texts(known))

    def told(text):
        graph = Graph().parse(data=text, format="xml")
        return {(s, p, o) for s, p, o in graph.triples((None, None, None)) if "BNode" not in f"{type(s)}{type(o)}"}

    (first,), (second,), (third,) = texts(), texts(edition=2), texts(edition=3, changed=[7])
    assert first != second
    assert told(first) == told(second)
    assert len(told(first) ^ told(third)) == 2, "one description went, one came"


def test_a_ckan_portal_gives_the_same_datasets_by_pages_in_the_order_of_their_ids(bench, known):
    answers = bench.Answers(bench.Catalogue("api", "http://localhost", 53, changed=[3, 4]), known)

    def ask(question):
        return json.loads(answers.answer(f"/api/api/3/action/package_search?{question}"))["result"]

    parts = [ask(f"rows=20&start={start}") for start in (0, 20, 40, 60)]
    ids = [row["id"] for part in parts for row in part["results"]]
    assert [len(part["results"]) for part in parts] == [20, 20, 13, 0]
    assert len(set(ids)) == 53 == parts[0]["count"]
    assert ids == sorted(ids)
    assert len({row["name"] for part in parts for row in part["results"]}) == 53
    assert ask("rows=10&fq=metadata_modified:[2026-11-01T00:00:00Z TO *]")["count"] == 2


def test_a_server_that_knows_etags_answers_304_and_a_broken_one_stops_in_the_middle(bench, known, tmp_path):
    catalogue = bench.Catalogue("small", "http://localhost/catalog.rdf", 5)
    folder = catalogue.write(known, tmp_path)
    with bench.serving() as server:
        server.shown["good"] = bench.Shown(folder=folder, etags=True)
        server.shown["broken"] = bench.Shown(folder=folder, fault="cut")
        with urllib.request.urlopen(f"{server.url}/good/catalog.rdf") as answer:
            etag, body = answer.headers["ETag"], answer.read()
        request = urllib.request.Request(f"{server.url}/good/catalog.rdf", headers={"If-None-Match": etag})
        with pytest.raises(HTTPError) as caught:
            urllib.request.urlopen(request)
        assert caught.value.code == 304
        with urllib.request.urlopen(f"{server.url}/broken/catalog.rdf") as answer:
            assert answer.read() == body[: len(body) // 2]
