"""Search texts of people stay words, field queries of programs stay field queries, nothing breaks."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.query import (
    clean_sort,
    escape_phrase,
    has_foreign_function,
    plain_fields,
    readable_query,
)


@pytest.mark.parametrize(
    ("typed", "asked"),
    [
        ("Gewerbesteuer: Hebesätze", "Gewerbesteuer Hebesätze"),
        ("haushalt:", "haushalt"),
        ("name:", "name"),
        ("Essen:Kultur", "Essen Kultur"),
        ("https://example.org/a?b=c", "https //example.org/a?b=c"),
        ('"', "*:*"),
        ('"x', "x"),
        ('"Rad weg" "x', '"Rad weg" x'),
        ('""', "*:*"),
        ("[x", "[x"),
        ("/(/", "*:*"),
        ("AND", "*:*"),
        ("NOT", "*:*"),
        ("+", "*:*"),
        ("&&", "*:*"),
        ("Rad AND", "Rad"),
        ("AND Rad", "Rad"),
        ("Rad AND Weg", "Rad AND Weg"),
        ("Rad AND OR Weg", "Rad AND Weg"),
        ("-Rad Weg", "-Rad Weg"),
        ("--Rad", "-Rad"),
        ("*", "*:*"),
        ("*:*", "*:*"),
        ("", "*:*"),
        (None, "*:*"),
        ("a\x00b", "a b"),
        ("🚲", "🚲"),
        ("{!func}docfreq(name,x)", "func}docfreq(name,x)"),
        ('tags:"x', "tags x"),
        ("xyz:(a b", "xyz (a b"),
    ],
)
def test_what_people_type_becomes_words(typed: str | None, asked: str) -> None:
    assert readable_query(typed) == asked


@pytest.mark.parametrize(
    "query",
    [
        "name:haushalt", "organization:essen AND tags:rad", 'title:"Rad und Weg"', "-state:draft", "(name:a OR name:b)",
        "rvr_theme:ENVI", "extras_guid:x", "metadata_modified:[2024-01-01T00:00:00Z TO NOW]", "res_format:CSV OR places:05113000",
        "title:Rad*", "places:[0 TO 9}",
    ],
)  # fmt: skip
def test_well_formed_field_queries_stay(query: str) -> None:
    assert readable_query(query) == query


def test_long_input_is_cut() -> None:
    assert len(readable_query("x" * 10_000)) <= 1_000
    assert len(readable_query("wort " * 2_000).split()) <= 60


@given(st.text(max_size=200))
def test_any_text_gives_an_even_number_of_quotes_and_no_parser_switch(text: str) -> None:
    query = readable_query(text)
    assert query
    assert query.replace('\\"', "").count('"') % 2 == 0
    assert "{!" not in query


@pytest.mark.parametrize(
    ("given_sort", "used"),
    [
        (" ", None), (",", None), ("", None), (None, None), ("text", None), ("name asc,", "name asc"),
        ("title_string ASC", "title_string asc"), ("score desc, metadata_modified desc", "score desc, metadata_modified desc"),
        ("if(docfreq(name,'x'),name,id) asc", None), ("name asc; drop", None),
    ],
)  # fmt: skip
def test_only_readable_orders_are_used(given_sort: str | None, used: str | None) -> None:
    assert clean_sort(given_sort) == used


def test_only_names_of_fields_are_fields() -> None:
    assert plain_fields(["name", "extras_x", "res_url"]) == ["name", "extras_x", "res_url"]
    assert plain_fields("name,title id") == ["name", "title", "id"]
    assert plain_fields("*") == ["*"]
    for bad in ("d:docfreq(name,'x')", "docfreq(name,x)", "[explain]", "sum(1,2)", "x:name"):
        assert plain_fields(["name", bad]) is None


def test_functions_about_all_documents_are_known() -> None:
    assert has_foreign_function("docfreq(name,'x')")
    assert has_foreign_function("sum(1, TTF (name,'x'))")
    assert has_foreign_function("scale(views_total,0,1)")
    assert not has_foreign_function("recip(ms(NOW,metadata_modified),3.16e-11,1,1)")
    assert not has_foreign_function("name^4 title^4")


def test_a_value_cannot_leave_its_quotes() -> None:
    assert escape_phrase('x" OR y:"z\\') == 'x\\" OR y:\\"z\\\\'
