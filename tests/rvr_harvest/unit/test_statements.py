from __future__ import annotations

import re
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import BNode, Graph, Literal, URIRef
from rdflib.compare import isomorphic
from rdflib.namespace import DCAT, DCTERMS, FOAF, XSD
from rdflib.term import Node

from ckanext.rvr_harvest.domain.fingerprint import describe, described, fingerprint
from ckanext.rvr_harvest.domain.rdf import parse, quiet_literals, read
from ckanext.rvr_harvest.domain.rdf_xml_quick import UnusualError, read_plain_rdf_xml
from ckanext.rvr_harvest.domain.statements import Statements, iri, literal, node, term, words

URL = "https://example.org/catalog?page=2"
HEAD = (
    '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/" '
    'xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:foaf="http://xmlns.com/foaf/0.1/">'
)
DATASET = iri("https://example.org/1")
CATALOGS = Path(__file__).resolve().parents[4] / "shared/data/catalogs"

texts = st.text(st.characters(blacklist_categories=["Cs"]), max_size=12)
written = st.text(st.characters(blacklist_categories=["Cs", "Cc"], blacklist_characters="￾￿") | st.sampled_from("\n\t"))
addresses = st.sampled_from(
    ["https://example.org/1", "HTTP://example.org/2?", "urn:x:1", "#part", "../up", "", "a b", "http://x/ü#", "http://x/<>"]
) | written  # fmt: skip
names = st.sampled_from(["a", "b1", "Ü"])


# -- terms


@given(
    st.one_of(texts.map(Literal), texts.map(URIRef), st.builds(Literal, texts, lang=st.sampled_from(["de", "en-GB"])))
)
def test_a_term_is_the_node_it_was_made_of(value) -> None:
    back = node(term(value))
    assert str(back) == str(value) == words(term(value))
    assert (getattr(back, "language", None) or "") == (getattr(value, "language", None) or "").lower()


@given(st.lists(st.tuples(texts, texts, texts, st.integers(0, 3)), min_size=2, max_size=2, unique=True))
def test_different_statements_are_never_written_alike(statements: list[tuple[str, str, str, int]]) -> None:
    forms = [iri, literal, lambda text: literal(text, "de"), lambda text: literal(text, None, f"urn:{text}")]
    lines = {f"{iri(one)} {iri(two)} {forms[how](text)} ." for one, two, text, how in statements}
    assert len(lines) == 2


# -- the quick way and rdflib's read the same


@st.composite
def elements(draw: st.DrawFn, odd: bool, depth: int = 0) -> str:
    """A node element as catalogues write it, or (`odd`) with what only few of them do."""
    name = draw(st.sampled_from(["rdf:Description", "dcat:Dataset", "foaf:Agent", "rdf:Seq"]))
    forms = ["", f' rdf:nodeID="{draw(names)}"', f" rdf:about={quoteattr(draw(addresses))}"]
    forms += [' dct:format="CSV"', ' rdf:ID="id"'] * odd
    languages = ["de", "EN", ""] + ["de_DE"] * odd
    attributes = draw(st.sampled_from(forms)) + draw(
        st.sampled_from(["", f' xml:lang="{draw(st.sampled_from(languages))}"'])
    )
    inner = "".join(draw(st.lists(properties(odd, depth), max_size=3)))
    return f"<{name}{attributes}>{draw(st.sampled_from(['', 'x']))}{inner}</{name}>"


@st.composite
def properties(draw: st.DrawFn, odd: bool, depth: int) -> str:
    """A property element within a node element."""
    name = draw(st.sampled_from(["dct:title", "dcat:keyword", "rdf:type", "dct:relation", *(["rdf:li"] * odd)]))
    text = escape(draw(written))
    if draw(st.booleans()):
        text = f"<![CDATA[{draw(written).replace(']]>', '')}]]>{text}<!-- x -->"
    forms = [
        f"<{name}>{text}</{name}>", f'<{name} xml:lang="de">{text}</{name}>', f"<{name}/>",
        f'<{name} rdf:datatype="{XSD.integer}">{text}</{name}>', f'<{name} rdf:resource="a" xml:lang="">{text}</{name}>',
        f"<{name} rdf:resource={quoteattr(draw(addresses))}/>", f'<{name} rdf:nodeID="{draw(names)}"/>',
    ]  # fmt: skip
    if odd:
        forms += [
            f'<{name} rdf:datatype="x">{text}</{name}>', f'<{name} rdf:parseType="Literal">{text}<b/></{name}>',
            f'<{name} rdf:parseType="Resource"><dct:title>{text}</dct:title></{name}>', f'<{name} foaf:name="x"/>',
        ]  # fmt: skip
    if depth < 2:
        inner = draw(elements(odd, depth + 1))
        forms += [f'<{name} xml:lang="en">{text}{inner}{text}</{name}>'] * 3
        forms += [f"<{name}>{inner * 2}</{name}>", f'<{name} rdf:resource="a">{inner}</{name}>'] * odd
    return draw(st.sampled_from(forms))


def _documents(*, odd: bool) -> st.SearchStrategy[str]:
    nodes = st.lists(elements(odd), min_size=1, max_size=3).map("".join)
    return nodes.map(lambda text: f"{HEAD}{text}</rdf:RDF>")


@given(_documents(odd=False))
def test_plain_rdf_xml_takes_the_quick_way_and_is_read_as_rdflib_reads_it(text: str) -> None:
    assert _same(read_plain_rdf_xml(text, URL), text)


@given(_documents(odd=True))
def test_what_is_not_plain_is_left_to_rdflib_or_read_as_it_does(text: str) -> None:
    try:
        quick = read_plain_rdf_xml(text, URL)
    except UnusualError:
        return
    assert _same(quick, text)


def _same(quick: Statements, text: str) -> bool:
    with quiet_literals():
        return isomorphic(_plain(quick), _plain(_slow(text.encode())))


def _plain(statements: Statements) -> Graph:
    """A graph in which all terms but blank nodes are addresses without odd letters."""

    def name(one: str) -> Node:
        return BNode(one[2:]) if one[0] == "_" else URIRef(f"urn:x:{one.encode().hex()}")

    graph = Graph()
    for subject, pairs in statements.by_subject.items():
        for predicate, value in pairs:
            # rdflib writes numbers in its own way: "01" as "1"
            value = term(node(value))
            graph.add((name(subject), name(predicate), name(value)))
    return graph


@pytest.mark.parametrize(
    "text",
    [
        '<foaf:Agent rdf:about="a"><foaf:name>X &amp; Y</foaf:name></foaf:Agent>',
        '<dcat:Dataset rdf:about="a"><dct:creator><foaf:Agent><foaf:name xml:lang="de">X</foaf:name></foaf:Agent></dct:creator></dcat:Dataset>',
        '<rdf:Description rdf:nodeID="x"><rdf:type rdf:resource="http://x/y"/><dct:title><![CDATA[<b>]]> z</dct:title></rdf:Description>',
    ],
)
def test_what_catalogues_write_takes_the_quick_way(text: str) -> None:
    assert read_plain_rdf_xml(f"{HEAD}{text}</rdf:RDF>", URL).by_subject


@pytest.mark.parametrize("cut", range(1, 30))
def test_a_document_that_is_cut_off_is_never_taken_for_whole(cut: int) -> None:
    text = f'{HEAD}<foaf:Agent rdf:about="a"><foaf:name>X</foaf:name></foaf:Agent></rdf:RDF>'
    with pytest.raises(UnusualError):
        read_plain_rdf_xml(text[: -cut * 5], URL)


@pytest.mark.skipif(not CATALOGS.exists(), reason="the reference catalogues are not on this machine")
@pytest.mark.parametrize("name", ["bremen", "rostock"])
def test_real_catalogues_take_the_quick_way_and_say_the_same(name: str) -> None:
    body = (CATALOGS / f"{name}.rdf").read_bytes()
    quick, slow = (_prints(one) for one in (read_plain_rdf_xml(body.decode(), URL), _slow(body)))
    assert len(quick) >= 100
    assert quick == slow


def _slow(body: bytes) -> Statements:
    return Statements.of(parse(body, "application/rdf+xml", URL))


def _prints(statements: Statements) -> dict[str, str]:
    found = statements.of_kind(iri(DCAT.Dataset))
    return {name: fingerprint(describe(statements, name), "1") for name in found}


# -- what changed is never called unchanged


@pytest.mark.skipif(not CATALOGS.exists(), reason="the reference catalogues are not on this machine")
@given(st.data())
def test_any_letter_that_changes_in_a_real_dataset_is_seen_and_other_names_are_not(data: st.DataObject) -> None:
    text = data.draw(st.sampled_from(_real()))
    before = _one(text)
    renamed = re.sub(r'rdf:nodeID="(\w+)"', lambda found: f'rdf:nodeID="z{found[1][::-1]}"', text)
    top = re.findall(r"<rdf:Description.*?</rdf:Description>", renamed, re.DOTALL)
    order = data.draw(st.permutations(top))
    assert _one(_head(text) + "".join(order) + "</rdf:RDF>") == before
    found = re.finditer(r'(?<=>)[^<>\s][^<>]*(?=</)|(?<=resource=")[^"]+(?=")', text)
    places = [one for one in found if one[0] != str(DCAT.Dataset)]  # without that it is no dataset
    place = data.draw(st.sampled_from(places))
    at = data.draw(st.integers(place.start(), place.end() - 1))
    letter = "x" if text[at] != "x" else "y"
    if text[at] not in "&;#":
        try:
            after = _one(text[:at] + letter + text[at + 1 :])
        except UnusualError:  # it was within an entity
            return
        assert after != before


def _head(text: str) -> str:
    return text[: text.index(">", text.index("<rdf:RDF")) + 1]


def _one(text: str) -> list[str]:
    statements = read_plain_rdf_xml(text, URL)
    return sorted(describe(statements, next(iter(_roots(statements)))))


def _roots(statements: Statements) -> list[str]:
    return statements.of_kind(iri(DCAT.Dataset))


def _real() -> list[str]:
    """A few real datasets, each with all it leads to, as documents of their own."""
    if not _REAL:
        for name in ("bremen", "rostock"):
            body = (CATALOGS / f"{name}.rdf").read_bytes()
            statements = read_plain_rdf_xml(body.decode(), URL)
            for root in _roots(statements)[::40]:
                graph = statements.graph(described(statements, root))
                _REAL.append(graph.serialize(format="xml").split("?>", 1)[1].strip())
    return _REAL


_REAL: list[str] = []


def test_one_more_of_the_same_is_a_change() -> None:
    def dataset(number: int) -> list[str]:
        graph = Graph()
        for _ in range(number):
            distribution = BNode()
            graph.add((URIRef("https://example.org/1"), DCAT.distribution, distribution))
            graph.add((distribution, DCTERMS.title, Literal("CSV")))
        return describe(Statements.of(graph), DATASET)

    assert dataset(1) != dataset(2) == dataset(2)


def test_what_is_read_is_what_the_fingerprint_was_made_of() -> None:
    text = (
        f'{HEAD}<dcat:Dataset rdf:about="https://example.org/1"><dct:publisher><foaf:Agent><foaf:name>A</foaf:name>'
        '</foaf:Agent></dct:publisher><dct:relation rdf:resource="https://example.org/2"/></dcat:Dataset>'
        '<dcat:Dataset rdf:about="https://example.org/2"><dct:title>B</dct:title></dcat:Dataset></rdf:RDF>'
    )
    statements = read(text.encode(), "application/rdf+xml", URL)
    graph = statements.graph(described(statements, DATASET))
    assert {str(value) for value in graph.objects(None, FOAF.name)} == {"A"}
    assert not list(graph.objects(None, DCTERMS.title))
