from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.csw_address import endpoint, next_start, records_url, start_of
from ckanext.rvr_harvest.domain.fingerprint import TooTangledError
from ckanext.rvr_harvest.domain.xml_records import NotXmlError, canonical_lines, parse_xml

BOMB = (
    '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "aaaaaaaaaa">'
    + "".join(f'<!ENTITY e{number} "{f"&e{number - 1};" * 10}">' for number in range(1, 12))
    + "]><a>&e11;</a>"
)


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "leere Antwort"),
        (b"\n  \n", "leere Antwort"),
        (b"<!doctype html><html><body>Login</body></html>", "Webseite"),
        (b'{"error": 1}', "kein XML"),
        (b"<a><b></a>", "fehlerhaft oder abgeschnitten"),
        (b"<a><b>text", "fehlerhaft oder abgeschnitten"),
        (b"<a>&nbsp;</a>", "fehlerhaft oder abgeschnitten"),
        (BOMB.encode(), "DOCTYPE"),
        (BOMB.replace("<!DOCTYPE", "<!-- x --><!DOCTYPE").encode("utf-16"), "DOCTYPE"),
        (b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>', "DOCTYPE"),
        (b'<?x?> <!DOCTYPE a [<!ENTITY x SYSTEM "http://127.0.0.1:1/">]><a>&x;</a>', "DOCTYPE"),
        (b"<a>" * 100_000, "fehlerhaft oder abgeschnitten"),
        (b"<a " + b"b='1' " * 200_000 + b"/>", "fehlerhaft oder abgeschnitten"),
    ],
    ids=[
        "empty",
        "blank",
        "web page",
        "JSON",
        "not closed",
        "cut off",
        "entity of HTML",
        "entity bomb",
        "bomb in UTF-16",
        "type in a file",
        "type elsewhere",
        "too deep",
        "double attributes",
    ],
)
def test_what_is_no_honest_xml_is_refused_in_words_and_at_once(body: bytes, words: str) -> None:
    begun = time.process_time()
    with pytest.raises(NotXmlError) as refused:
        parse_xml(body)
    assert words in refused.value.sentence.de
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "body",
    [
        "<a>Gewässer</a>".encode(),
        '<?xml version="1.0" encoding="ISO-8859-1"?><a>Gewässer</a>'.encode("latin-1"),
        '<?xml version="1.0" encoding="UTF-8"?><a>Gewässer</a>'.encode("latin-1"),
        "\ufeff<a>Gewässer</a>".encode(),
        '<?xml version="1.0" encoding="UTF-16"?><a>Gewässer</a>'.encode("utf-16"),
        "<a>Gew\x1fässer\x0b</a>".encode(),
        "<a>Gewässer&#31;&#x0B;</a>".encode(),
    ],
)
def test_wrong_encodings_and_forbidden_characters_do_not_lose_a_page(body: bytes) -> None:
    assert parse_xml(body).text == "Gewässer"


def test_a_doctype_in_a_text_is_only_a_text() -> None:
    assert parse_xml(b"<a><![CDATA[<!DOCTYPE html>]]></a>").text == "<!DOCTYPE html>"


def test_an_endless_record_is_too_tangled() -> None:
    with pytest.raises(TooTangledError):
        canonical_lines(parse_xml(b"<a>" + b"<b/>" * 60_000 + b"</a>"))


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass")))
def test_any_bytes_are_read_or_refused(body: bytes) -> None:
    try:
        canonical_lines(parse_xml(body))
    except NotXmlError:
        pass


# -- paging of a catalogue service


def test_the_question_of_a_copied_address_is_not_asked_again() -> None:
    assert endpoint("https://example.org/csw?map=a&SERVICE=CSW&Request=GetCapabilities") == (
        "https://example.org/csw?map=a"
    )
    assert start_of(records_url("https://example.org/csw?map=a", rows=10, start=31)) == 31


@pytest.mark.parametrize(
    ("came", "matched", "named", "following"),
    [
        (10, 25, 11, 11),
        (10, 25, 0, 11),  # "no more", although there is more
        (10, 25, 1, 11),  # in a circle
        (10, 25, 5, 11),  # back among those that came
        (10, 25, 21, 11),  # a page left out
        (10, 25, None, 11),
        (8, 25, 11, 11),  # two records could not be written
        (10, 10, 11, None),
        (10, 10, 0, None),
        (0, 25, 11, 11),  # a page of records that could not be written
        (0, 25, 0, None),
        (10, None, 11, 11),
        (10, None, 0, None),
        (4, None, None, None),
    ],
)
def test_wrong_numbers_of_the_next_record_neither_skip_nor_repeat(
    came: int, matched: int | None, named: int | None, following: int | None
) -> None:
    assert next_start(1, came, 10, matched, named) == following


@given(
    st.integers(1, 1000), st.integers(0, 500), st.integers(1, 500), st.none() | st.integers(0, 5000),
    st.none() | st.integers(0, 5000),
)  # fmt: skip
def test_pages_always_go_on(start: int, came: int, rows: int, matched: int | None, named: int | None) -> None:
    following = next_start(start, came, rows, matched, named)
    assert following is None or start < following <= start + max(rows, came)
