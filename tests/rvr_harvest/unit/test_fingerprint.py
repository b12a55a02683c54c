from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.namespace import DCAT, DCTERMS, FOAF, PROV, RDF

from ckanext.rvr_harvest.domain.fingerprint import TooTangledError, describe, fingerprint
from ckanext.rvr_harvest.domain.statements import Statements, term

DATASET = URIRef("https://example.org/1")
predicates = st.sampled_from([DCTERMS.title, DCTERMS.publisher, DCAT.keyword, FOAF.name])
texts = st.text(max_size=20)


@st.composite
def statements(draw: st.DrawFn) -> list[tuple]:
    """A dataset with literals and a tree of blank nodes under it."""
    nodes: list = [DATASET]
    found = []
    for number in range(draw(st.integers(1, 12))):
        subject = draw(st.sampled_from(nodes))
        if draw(st.booleans()):
            node = BNode(f"n{number}")
            nodes.append(node)
            found.append((subject, draw(predicates), node))
        else:
            found.append((subject, draw(predicates), Literal(draw(texts))))
    return found


def _print(triples: list[tuple]) -> str:
    graph = Graph()
    for triple in triples:
        graph.add(triple)
    return fingerprint(describe(Statements.of(graph), term(DATASET)), "1")


def _renamed(triples: list[tuple]) -> list[tuple]:
    names: dict = {}

    def new(node):
        return names.setdefault(node, BNode()) if isinstance(node, BNode) else node

    return [tuple(new(node) for node in triple) for triple in triples]


@given(statements(), st.randoms())
def test_order_and_names_of_blank_nodes_do_not_matter(triples: list[tuple], random) -> None:
    shuffled = _renamed(triples)
    random.shuffle(shuffled)
    assert _print(shuffled) == _print(triples)


@given(statements(), st.integers(0, 11), texts)
def test_any_changed_literal_matters(triples: list[tuple], number: int, text: str) -> None:
    places = [i for i, triple in enumerate(triples) if isinstance(triple[2], Literal)]
    if not places:
        return
    place = places[number % len(places)]
    subject, predicate, value = triples[place]
    if str(value) + "§" + text in {str(triple[2]) for triple in triples}:
        return
    changed = [*triples[:place], (subject, predicate, Literal(str(value) + "§" + text)), *triples[place + 1 :]]
    if len(set(triples)) == len(triples):
        assert _print(changed) != _print(triples)


def test_language_and_datatype_matter() -> None:
    one = [(DATASET, DCTERMS.title, Literal("Haus", lang="de"))]
    assert len({_print(one), _print([(DATASET, DCTERMS.title, Literal("Haus"))])}) == 2


def test_the_stamp_of_the_page_does_not_matter_and_the_mapping_does() -> None:
    triples = [(DATASET, DCTERMS.title, Literal("Haus"))]
    stamped = [*triples, (DATASET, PROV.generatedAtTime, Literal("2026-11-23T15:00:00"))]
    assert _print(stamped) == _print(triples)
    assert fingerprint(["x"], "1") != fingerprint(["x"], "2")


def test_another_dataset_of_the_page_is_not_part_of_the_description() -> None:
    other = URIRef("https://example.org/2")
    triples = [(DATASET, DCTERMS.relation, other), (other, RDF.type, DCAT.Dataset)]
    assert _print([*triples, (other, DCTERMS.title, Literal("neu"))]) == _print(triples)


def test_blank_nodes_in_a_circle_have_a_fingerprint() -> None:
    one, two = BNode(), BNode()
    triples = [(DATASET, DCTERMS.publisher, one), (one, FOAF.knows, two), (two, FOAF.knows, one)]
    assert _print(triples) == _print(_renamed(triples))


def test_a_knot_of_blank_nodes_is_refused_quickly() -> None:
    nodes = [BNode() for _ in range(30)]
    graph = Graph()
    graph.add((DATASET, DCTERMS.publisher, nodes[0]))
    for one in nodes:
        for two in nodes:
            graph.add((one, FOAF.knows, two))
    with pytest.raises(TooTangledError):
        describe(Statements.of(graph), term(DATASET))
