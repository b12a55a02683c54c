"""Documents made to cost time, or to reach for what is none of theirs."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rdflib import Graph
from rdflib.compare import isomorphic
from web_server import Answer, Request, served

from ckanext.rvr_harvest.domain.charset import decode
from ckanext.rvr_harvest.domain.rdf import NotRdfError, parse, read
from ckanext.rvr_harvest.domain.statements import words
from ckanext.rvr_harvest.domain.webpage import is_web_page

URL = "https://example.org/catalog"
RDF = '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:dct="http://purl.org/dc/terms/">'
TITLE, END = '<rdf:Description rdf:about="x"><dct:title>', "</dct:title></rdf:Description></rdf:RDF>"
XHTML = '<dct:title rdf:parseType="Literal">'

COSTLY = {
    "comments without end": "<!-- -->" * 100_000 + "x",
    "document types": "<!DOCTYPE " * 100_000,
    "half an entity": "<!DOCTYPE rdf:RDF [<!ENTITY " + "a " * 200_000,
    "a text of many lines": RDF + TITLE + "a\n" * 500_000 + END,
    "a text of many entities": f'<!DOCTYPE rdf:RDF [<!ENTITY a "aaaaaaaaaa">]>{RDF}{TITLE}{"&a;" * 300_000}{END}',
    "a text of few large entities": f'<!DOCTYPE rdf:RDF [<!ENTITY a "{"a" * 60_000}">]>{RDF}{TITLE}{"&a;" * 9000}{END}',
    "nested without end": RDF + "<rdf:Description><dct:title>" * 100_000,
    "elements in a text": f"{RDF}<rdf:Description>{XHTML}{'<b/>' * 100_000}",
    "namespaces at once": RDF + "<rdf:Description " + " ".join(f'xmlns:a{one}="urn:{one}"' for one in range(50_000)),
    "namespaces in turn": RDF + "".join(f'<rdf:Description xmlns:a="urn:{one}"/>' for one in range(8_000)),
    "brackets": "[" * 100_000,
    "nested JSON-LD": '{"@id": "x", "http://example.org/p": ' * 50_000,
    "nested Turtle": "<x> <y> " + "[ <y> " * 50_000,
    "an encoding that costs": '<?xml version="1.0" encoding="punycode"?>' + "a" * 1000 + "-" + "z" * 1_000_000 + "ü",
}


@pytest.mark.parametrize("body", COSTLY.values(), ids=COSTLY.keys())
def test_no_document_costs_more_than_two_seconds(body: str) -> None:
    media_type = "text/turtle" if body.startswith("<x>") else "application/rdf+xml"
    begun = time.process_time()
    try:
        read(body.encode("utf-8"), media_type, URL)
    except NotRdfError as error:
        assert error.sentence.de
    assert time.process_time() - begun < 2


@pytest.fixture
def asked() -> Iterator[list[str]]:
    """Addresses that somebody asked a server of this machine for; the first item is the server's own."""
    seen: list[str] = []

    def answer(request: Request) -> Answer:
        seen.append(request.path)
        return 404, {}, b""

    with served(answer) as server:
        seen.append(server.url)
        yield seen


CONTEXTS = [
    '"{url}/1"', '["{url}/2"]', '[["{url}/3"]]', '{"@import": "{url}/4"}', '{"@context": "{url}/5"}',
    '{"term": {"@id": "http://example.org/t", "@context": "{url}/6"}}', '[{}, [[{"@context": ["{url}/7"]}]]]',
    '"/etc/passwd"', '"file:///etc/passwd"', '[["file:///etc/passwd"]]',
]  # fmt: skip


@pytest.mark.parametrize("context", CONTEXTS)
@pytest.mark.parametrize(
    "frame", ['{"@context": CONTEXT, "@id": "x"}', '[{"@id": "x", "p": {"\\u0040context": CONTEXT}}]']
)
def test_no_context_is_fetched_however_it_is_wrapped(asked: list[str], context: str, frame: str) -> None:
    body = frame.replace("CONTEXT", context.replace("{url}", asked[0]))
    with pytest.raises(NotRdfError) as caught:
        read(body.encode(), "application/ld+json", URL)
    assert "fremden Kontext" in caught.value.sentence.de
    assert len(asked) == 1


@pytest.mark.parametrize(
    "doctype",
    [
        '<!DOCTYPE rdf:RDF SYSTEM "{url}/a.dtd">', '<!DOCTYPE rdf:RDF PUBLIC "-//x" "{url}/a.dtd">',
        '<!DOCTYPE rdf:RDF [<!ENTITY a SYSTEM "{url}/a">]>', '<!DOCTYPE rdf:RDF [<!ENTITY % a SYSTEM "{url}/a"> %a;]>',
        '<!DOCTYPE rdf:RDF [<!ENTITY a "&b;"><!ENTITY b "x">]>', "<!DOCTYPE rdf:RDF [<!ENTITY a '<x/>'>]>",
        '<!DOCTYPE rdf:RDF [<!ATTLIST x y CDATA "z">]>', '<!DOCTYPE rdf:RDF [<!ENTITY a "x">',
    ],
)  # fmt: skip
def test_a_document_type_that_is_more_than_abbreviations_is_refused(asked: list[str], doctype: str) -> None:
    body = doctype.replace("{url}", asked[0]) + RDF + TITLE + "&a;" + END
    with pytest.raises(NotRdfError) as caught:
        read(body.encode(), "application/rdf+xml", URL)
    assert "Entitäten" in caught.value.sentence.de
    assert len(asked) == 1


def test_plain_abbreviations_are_written_out() -> None:
    doctype = """<!-- made by an editor --><!DOCTYPE rdf:RDF [
        <!-- <!ENTITY no "no"> --> <!ENTITY xsd "http://www.w3.org/2001/XMLSchema#" ><!ENTITY q 'a"b'> ]>"""
    body = doctype + RDF + TITLE.replace("title>", 'title rdf:datatype="&xsd;string">') + "&q; &amp; &lt;" + END
    ((_predicate, title),) = read(body.encode(), "application/rdf+xml", URL).about(f"<{URL.removesuffix('catalog')}x>")
    assert words(title) == 'a"b & <'


def test_texts_with_elements_stay_as_they_are() -> None:
    inner = 'Ein <b>fettes <i>Wort</i></b> &amp; <a xmlns="http://www.w3.org/1999/xhtml" href="x">mehr</a>'
    body = f'{RDF}<rdf:Description rdf:about="x">{XHTML}{inner}{END}'
    ours = parse(body.encode(), "application/rdf+xml", URL)
    assert isomorphic(ours, Graph().parse(data=body, format="xml", publicID=URL))
    assert str(next(ours.objects())).startswith("Ein <b>fettes <i>Wort</i></b> &amp;")


def test_rdf_xml_is_read_as_rdflib_reads_it() -> None:
    body = (
        RDF + '<rdf:Description rdf:about="a" xml:lang="de" dct:format="CSV"><dct:title>\n Zwei\n Zeilen </dct:title>'
        '<dct:creator rdf:parseType="Resource"><dct:title>X</dct:title></dct:creator><dct:subject rdf:nodeID="n"/>'
        '<dct:hasPart rdf:parseType="Collection"><rdf:Description rdf:about="b"/><rdf:Description/></dct:hasPart>'
        '<dct:relation xml:base="https://example.net/" rdf:resource="c"/></rdf:Description></rdf:RDF>'
    )
    ours = parse(body.encode(), "application/rdf+xml", URL)
    assert isomorphic(ours, Graph().parse(data=body, format="xml", publicID=URL))
    assert len(ours) == 11


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<html>", True), ("\ufeff \n<!DOCTYPE HTML>", True), ("<!-- a --><?xml version='1.0'?><!-- b --><html lang='de'>", True),
        ('<x:html xmlns:x="http://www.w3.org/1999/xhtml">', True), ("<!-- <html> -->", False), ("<!-- <html>", False),
        ("<htmlx>", False), ("text <html>", False), ("", False), ("<rdf:RDF/>", False),
    ],
)  # fmt: skip
def test_a_web_page_is_known_by_its_beginning(text: str, expected: bool) -> None:
    assert is_web_page(text) is expected


@given(
    st.binary(max_size=200),
    st.text(max_size=20),
    st.sampled_from([None, "idna", "undefined", "punycode", "zlib", "\0"]),
)
def test_any_bytes_become_text_whatever_their_encoding_is_called(
    body: bytes, charset: str, declared: str | None
) -> None:
    assert isinstance(decode(body, charset, declared), str)


@pytest.mark.parametrize(
    ("body", "media_type"),
    [
        ('<x> <y> "B\\u0000\\ud800\u00e4ume" .', "text/turtle"), ('{"@id": "x", "http://y": "B\\u0000\\udc00\u00e4ume"}', "application/ld+json"),
        ('<x> <y> "B\\U00000000\u00e4ume"@de .', "text/turtle"), ("<x> <y> 'B\x00\u00e4ume' .", "text/turtle"),
    ],
)  # fmt: skip
def test_characters_that_cannot_be_stored_are_left_out(body: str, media_type: str) -> None:
    ((_predicate, text),) = read(body.encode(), media_type, URL).about("<https://example.org/x>")
    assert words(text) == "Bäume"


def test_emojis_stay_however_they_are_written() -> None:
    body = b'{"@id": "x", "http://y": "\\ud83c\\udf33 \\u0000"}'
    ((_predicate, text),) = read(body, "application/ld+json", URL).about("<https://example.org/x>")
    assert words(text) == "\U0001f333 "
