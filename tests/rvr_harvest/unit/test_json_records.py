from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.fingerprint import TooTangledError
from ckanext.rvr_harvest.domain.json_records import (
    NotJsonError,
    as_rows,
    as_text,
    as_texts,
    canonical_lines,
    parse_json,
)

# surrogates too: JSON may hold halves of them
characters = st.characters(codec=None)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(characters, max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(characters, max_size=8), inner, max_size=4),
    max_leaves=20,
)


@given(values)
def test_whatever_json_holds_comes_back_as_text_that_can_be_stored(value: Any) -> None:
    read = parse_json(json.dumps(value).encode())
    for text in (as_text(read), *as_texts(read), *canonical_lines(read)):
        assert "\x00" not in text
        text.encode("utf-8")
    assert all(isinstance(row, dict) for row in as_rows(read))


@given(st.dictionaries(st.text(max_size=8), values, max_size=6), st.randoms())
def test_the_order_of_keys_does_not_matter(record: dict[str, Any], random: Any) -> None:
    keys = list(record)
    random.shuffle(keys)
    assert canonical_lines({key: record[key] for key in keys}) == canonical_lines(record)


def test_empty_values_and_volatile_keys_do_not_matter_but_values_and_their_order_do() -> None:
    record = {"title": "Bäume", "tags": ["b", "a"], "resources": [{"url": "1"}, {"url": "2"}]}

    def lines(**changes: Any) -> list[str]:
        return canonical_lines({**record, **changes}, volatile={"stamp"}, unordered={"tags"})

    same = lines()
    assert (
        lines(notes=None, extras=[], title=" Bäume ", stamp="now", resources=[{"url": "1", "stamp": 2}, {"url": "2"}])
        == same
    )
    assert lines(tags=["a", "b"]) == same
    assert lines(tags=["a"]) != same
    assert lines(resources=record["resources"][::-1]) != same
    assert lines(title="Baum") != same


def test_a_record_beyond_all_measure_is_said_to_be_tangled() -> None:
    deep: Any = "x"
    for _ in range(100):
        deep = [deep]
    for record in ({"a": deep}, {"a": list(range(60_000))}):
        with pytest.raises(TooTangledError):
            canonical_lines(record)


@pytest.mark.parametrize(
    ("body", "media_type", "sentence"),
    [
        (b" \n", "application/json", "leere Antwort"),
        (b"<!DOCTYPE html><html>", "application/json", "Webseite"),
        (b"<div>Wartung</div>", "text/html", "Webseite"),
        (b'{"result": [1, 2', "application/json", "abgeschnitten"),
        (b"[" * 100_000, "application/json", "fehlerhaft"),
        (b"Not found", "text/plain", "kein JSON"),
        (b"\xff\xfe\x00", "application/json", "JSON"),
    ],
)
def test_what_is_no_json_is_named_in_a_sentence(body: bytes, media_type: str, sentence: str) -> None:
    with pytest.raises(NotJsonError) as error:
        parse_json(body, media_type)
    assert sentence in error.value.sentence.de
    assert error.value.sentence.en


@pytest.mark.parametrize(
    ("body", "charset"),
    [
        ('{"a": "Mülheim"}'.encode(), None),
        ('{"a": "Mülheim"}'.encode("utf-8-sig"), "iso-8859-1"),
        ('{"a": "Mülheim"}'.encode("utf-16"), None),
        ('{"a": "Mülheim"}'.encode("latin-1"), "utf-8"),
        ('{"a": "Mülheim"}'.encode("latin-1"), "no-such-charset"),
    ],
)
def test_umlauts_arrive_in_every_encoding(body: bytes, charset: str | None) -> None:
    assert parse_json(body, "application/json", charset) == {"a": "Mülheim"}


def test_an_endless_number_harms_nobody() -> None:
    assert as_text(parse_json(b"[" + b"9" * 5000 + b"]")[0]) == "9" * 5000


def test_a_list_written_as_text_counts_as_a_list() -> None:
    assert as_texts('["a", " b ", null, "a", ""]') == ["a", "b"]
    assert as_texts("[kein JSON") == ["[kein JSON"]
    assert as_texts(None) == []
