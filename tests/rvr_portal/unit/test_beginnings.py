"""A half-typed text is completed at its end, in any spelling, and reaches the index as letters and digits only."""

from __future__ import annotations

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain import beginnings
from ckanext.rvr_portal.domain.places import register


def names(end: str, limit: int = 3) -> list[str]:
    return [place.name for place in beginnings.places(end, limit)]


@pytest.mark.parametrize(
    ("end", "expected"),
    [
        ("her", ["Herne", "Herten", "Herdecke"]), ("HER", ["Herne", "Herten", "Herdecke"]), ("mülh", ["Mülheim an der Ruhr"]),
        ("muelh", ["Mülheim an der Ruhr"]), ("mulh", ["Mülheim an der Ruhr"]), ("unn", ["Unna", "Kreis Unna"]), ("kreis un", ["Kreis Unna"]),
        ("stadt hern", ["Herne"]), ("45525", ["Hattingen"]), ("Gelsenkirhcen", ["Gelsenkirchen"]), ("Ruhrgeb", ["Metropole Ruhr"]),
        ("metr", ["Metropole Ruhr"]), ("xyz", []), ("Stadtteil", []),
    ],
)  # fmt: skip
def test_a_place_is_found_by_the_beginning_of_its_name(end: str, expected: list[str]) -> None:
    assert names(end) == expected


def test_every_municipality_is_found_by_its_first_letters_and_by_its_name() -> None:
    for town in (*register().municipalities, *register().kreise):
        assert town.name in names(town.name)
        assert town.name in names(town.name[:5], 10), town.name


@pytest.mark.parametrize("end", ["stadt", "gemeinde", "ge"])
def test_the_title_of_a_town_is_no_beginning_of_its_name(end: str) -> None:
    assert set(names(end, 60)) <= {"Gelsenkirchen", "Gevelsberg", "Gladbeck"}


@pytest.mark.parametrize(
    ("end", "expected"),
    [("verk", ["TRAN"]), ("transp", ["TRAN"]), ("mobil", ["TRAN"]), ("bevoelkerung und ges", ["SOCI"]), ("ges", ["HEAL", "SOCI", "JUST"]),
     ("stadte", ["REGI"]), ("und", []), ("ß", [])],
)  # fmt: skip
def test_a_theme_is_found_by_a_word_of_its_name_in_both_languages(end: str, expected: list[str]) -> None:
    assert beginnings.themes(end, 3) == expected


def test_titles_that_begin_so_stand_before_those_with_such_a_word() -> None:
    titles = {"a": "Amt für Straßen", "b": "Straßenbau", "c": "Wald", "d": "Straßen und Wege"}
    assert beginnings.titles("strasse", titles, 5) == ["d", "b", "a"]


@pytest.mark.parametrize(
    ("text", "before", "end"),
    [("Spielplätze in Her", "Spielplätze", "Her"), ("spielpl", "", "spielpl"), ("Radwege  rund um  Unn ", "Radwege", "Unn"),
     ("Daten für den Kreis Un", "Daten für den Kreis", "Un")],
)  # fmt: skip
def test_only_the_end_of_a_text_is_completed(text: str, before: str, end: str) -> None:
    last = beginnings.typed(text)[-1]
    assert (last.before, last.end) == (before, end)


@pytest.mark.parametrize("text", ["", " ", "x", "Rad w", "title:rad", '"Radweg', "Rad*", "rad AND weg", "🚲", "?"])
def test_nothing_is_suggested_for_a_letter_or_for_search_syntax(text: str) -> None:
    assert beginnings.typed(text) == []


@given(st.text(max_size=400))
def test_whatever_is_typed_reaches_the_index_as_words_only(text: str) -> None:
    for query in (beginnings.titled(text), beginnings.nearly_titled(text)):
        assert re.fullmatch(r"(?:\+rvr_begin:[^\W_]+(?:~1)?(?: |$))*", query)
        assert query == query.lower()
    for cut in beginnings.typed(text):
        assert all(re.fullmatch(r"[^\W_]*(?: [^\W_]+)*", form) for form in beginnings.spellings(cut.end))
        beginnings.places(cut.end, 3)
        beginnings.themes(cut.end, 3)


def test_a_keyword_may_begin_with_a_capital_or_an_umlaut() -> None:
    assert beginnings.spellings("baeume") == ["Baeume", "baeume", "Bäume", "bäume"]


def test_a_slip_is_believed_in_long_words_only() -> None:
    assert beginnings.nearly_titled("spielplt ruhr") == "+rvr_begin:spielplt~1 +rvr_begin:ruhr"
    assert beginnings.nearly_titled("rad") == ""


def test_titles_that_begin_with_the_text_are_nearest() -> None:
    titles = [
        "Wege und Spielplätze",
        "Liste der Wege, alle Spielplätze",
        "Spielplätze und Wege",
        "Alle Spielplätze und Wege",
    ]
    ranks = [beginnings.rank(title, "spielplaetze und weg") for title in titles]
    assert ranks == [2, 2, 0, 1]


def test_ten_thousand_letters_cost_no_time() -> None:
    start = time.process_time()
    for text in ("a" * 10_000, "wort " * 2_000, "(" * 10_000):
        for cut in beginnings.typed(text):
            beginnings.places(cut.end, 3)
            beginnings.themes(cut.end, 3)
    assert time.process_time() - start < 1
