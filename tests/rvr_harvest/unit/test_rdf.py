from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.namespace import DCTERMS

from ckanext.rvr_harvest.domain.rdf import NotRdfError, read
from ckanext.rvr_harvest.domain.statements import Statements, iri, words

URL = "https://example.org/catalog"
TURTLE = '@prefix dct: <http://purl.org/dc/terms/> . <https://example.org/1> dct:title "Bäume" .'


def _titles(statements: Statements) -> list[str]:
    return [words(title) for title in statements.all_values(iri(DCTERMS.title))]


@pytest.mark.parametrize(
    "media_type", ["application/rdf+xml", "text/xml", "application/octet-stream", "text/plain", ""]
)
@pytest.mark.parametrize("form", ["xml", "turtle", "json-ld", "n3"])
def test_every_form_of_rdf_is_read_whatever_the_server_calls_it(form: str, media_type: str) -> None:
    text = Graph().parse(data=TURTLE, format="turtle").serialize(format=form)
    if form == "json-ld":
        assert text.startswith("[")
    assert _titles(read(text.encode(), media_type, URL)) == ["Bäume"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
def test_other_encodings_are_read(encoding: str) -> None:
    assert _titles(read(TURTLE.encode(encoding), "text/turtle", URL)) == ["Bäume"]


def test_the_encoding_that_xml_declares_is_used() -> None:
    xml = (
        '<?xml version="1.0" encoding="iso-8859-15"?><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"'
        ' xmlns:dct="http://purl.org/dc/terms/"><rdf:Description rdf:about="https://example.org/1">'
        "<dct:title>Bäume für 3 €</dct:title></rdf:Description></rdf:RDF>"
    )
    assert _titles(read(xml.encode("iso-8859-15"), "application/rdf+xml", URL)) == ["Bäume für 3 €"]


XML = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/">'
BILLION = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa">'
    + "".join(f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefgh", "bcdefghi", strict=True))
    + "]>" + XML + '<rdf:Description rdf:about="x"><dct:title>&i;</dct:title></rdf:Description></rdf:RDF>'
)  # fmt: skip
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
    + XML + '<rdf:Description rdf:about="x"><dct:title>&a;</dct:title></rdf:Description></rdf:RDF>'
)  # fmt: skip


@pytest.mark.parametrize(
    ("body", "media_type", "words"),
    [
        ("", "text/turtle", "leere Antwort"),
        ("<!DOCTYPE html><html><body>Wartung</body></html>", "text/html", "Webseite"),
        ('<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html></html>', "application/rdf+xml", "Webseite"),
        ("Dies ist kein RDF.", "text/plain", "kein RDF"),
        ('{"success": false, "error": {"message": "x"}}', "application/json", "Fehlermeldung"),
        ('{"dataset": []}', "application/json", "kein JSON-LD"),
        ('{"@context": "https://example.org/c.jsonld", "@id": "x"}', "application/ld+json", "fremden Kontext"),
        ('{"@context": {"@import": "file:///etc/passwd"}, "@id": "x"}', "application/ld+json", "fremden Kontext"),
        ('{"@context": {}, "@id": ', "application/ld+json", "abgeschnitten"),
        (TURTLE[:-12], "text/turtle", "fehlerhaft"),
        (XML + "<rdf:Desc", "application/rdf+xml", "fehlerhaft"),
        (BILLION, "application/rdf+xml", "Entitäten"),
        (OUTSIDE, "application/rdf+xml", "Entitäten"),
    ],
)
def test_what_is_no_rdf_is_said_in_a_sentence(body: str, media_type: str, words: str) -> None:
    begun = time.process_time()
    with pytest.raises(NotRdfError) as caught:
        read(body.encode(), media_type, URL)
    assert words in caught.value.sentence.de
    assert caught.value.sentence.en
    assert time.process_time() - begun < 2


@given(st.binary(max_size=300), st.sampled_from(["text/turtle", "application/rdf+xml", "application/ld+json", ""]))
def test_any_bytes_give_a_graph_or_a_sentence(body: bytes, media_type: str) -> None:
    try:
        assert isinstance(read(body, media_type, URL), Statements)
    except NotRdfError as error:
        assert error.sentence
