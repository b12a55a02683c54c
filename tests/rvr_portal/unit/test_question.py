"""Typed words become a question that Solr can read, whatever they are."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.german import compound_parts, fold, place_words, stems, stop_words, words
from ckanext.rvr_portal.domain.places import register
from ckanext.rvr_portal.domain.question import ask
from ckanext.rvr_portal.domain.synonyms import Synonyms, SynonymsError, delivered, parse

NONE = Synonyms()


@pytest.mark.parametrize(
    ("text", "q"),
    [
        ("", "*:*"), ("   ", "*:*"), ("!?", "*:*"), ("AND", "*:*"), ('"', "*:*"), ("🚲", "-*:*"), ("€", "-*:*"),
        ("Luft", "Luft"), ("Luft im Winter", "Luft Winter"), ("der die das", "der die das"), ("in", "in"),
        ("Haushalt: Essen", "Haushalt Essen"), ("(Luft", "Luft"), ("Luft*", "Luft*"), ("*uft", "uft"), ("L*", "L"),
        ('"Nette Toilette" -Bremen', '"Nette Toilette" -Bremen'), ("„Nette Toilette“", '"Nette Toilette"'), ("+Luft", "+Luft"),
        ('Luft "', "Luft"), ("a AND b", "a AND b"), ("a ODER b", "a OR b"), ("AND a", "a"), ("a OR", "a"), ("a NOT b", "a NOT b"),
        ("{!func}docfreq(x)", "func docfreq x"), ("_query_:x", "query x"), ("x\\b", "x b"), ("Luft/Lärm", "Luft Lärm"), ("A\u0308mter", "Ämter"),
        ("https://example.org/a/b?c=d", 'https ("example org" OR exampleorg) b c d'), ("E-Bike", '("E Bike" OR ebike)'),
    ],
)  # fmt: skip
def test_a_text_is_read_as_people_mean_it(text: str, q: str) -> None:
    assert ask(text, NONE).q == q


@pytest.mark.parametrize(("number", "needed"), [(1, 1), (2, 2), (3, 2), (4, 3), (5, 4), (6, 4), (8, 6)])
def test_of_many_words_some_may_be_missing(number: int, needed: int) -> None:
    assert ask(" ".join(f"wort{place}" for place in range(number)), NONE).minimum == needed


def test_words_with_a_synonym_together_count_as_one() -> None:
    question = ask("schnelles Internet Unna", parse("schnelles internet => breitband"))
    assert question.q == "((schnelles AND Internet) OR breitband^0.5) Unna"
    assert question.minimum == 2


def test_who_writes_operators_says_himself_what_must_be_there() -> None:
    assert ask("a OR b", NONE).parameters()["mm"] == "0"


def test_a_compound_is_also_looked_for_in_its_parts() -> None:
    assert ask("Radwegenetz", NONE).q == "(Radwegenetz OR (radweg AND netz)^0.25)"


def test_more_words_than_solr_can_take_are_left_out() -> None:
    long = "wort " * 5_000 + "x" * 20_000
    question = ask(long, parse(delivered()))
    assert len(question.terms) <= 32
    everything = ask(" ".join(["Kita", "Fahrrad", "Müll", "Auto", "Ladesäule"] * 10), parse(delivered()))
    assert len(re.findall(r"\w+", everything.q)) < 400


@given(st.text(max_size=300))
def test_any_text_makes_a_question_without_a_sign_of_solr_in_it(text: str) -> None:
    question = ask(text, parse("kita, kindergarten\nöffentlicher nahverkehr, öpnv"))
    if question.terms:
        assert not re.search(r"[{}\[\]:\\/!?~&|;]", question.q)
        assert question.q.count('"') % 2 == 0
        assert question.q.count("(") == question.q.count(")")
    assert question.q


@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("Radwege", ("rad", "weg")), ("Spielplätzen", ("spiel", "platz")), ("Radwegenetz", ("radweg", "netz", "rad", "weg")),
        ("Verkehrszählung", ("verkehr", "zahlung")), ("Straßenbaeume", ("strasse", "baum")), ("Gebietsgrenze", ("gebiet", "grenze")),
        ("Haushaltsplan", ("haushalt", "plan")), ("Wahlergebnisse", ("wahl", "ergebnis")),
        ("Bewegung", ()), ("Haushalt", ()), ("Haushalte", ()), ("Zugang", ()), ("Weg", ()), ("Paradies", ()), ("wegen", ()),
        ("Standort", ()), ("Gegenstände", ()), ("Haushaltsporträt", ()), ("x" * 5000, ()), ("Kameras", ()),
    ],
)  # fmt: skip
def test_compounds_are_divided_only_where_known_parts_cover_them(word: str, parts: tuple[str, ...]) -> None:
    assert compound_parts(word) == parts


def test_names_of_places_are_never_divided() -> None:
    assert place_words() >= {
        "recklinghausen",
        "ennepetal",
        "oberhausen",
        "rheinberg",
        "lunen",
        "castroprauxel",
        "ruhrgebiet",
    }
    assert [word for word in place_words() if compound_parts(word)] == []


@pytest.mark.parametrize(
    ("word", "folded"),
    [("Straße", "strasse"), ("Lärm", "larm"), ("Laerm", "larm"), ("Steuer", "steuer"), ("Quelle", "quelle"), ("Bönen", "bonen"), ("Bauer", "bauer")],
)  # fmt: skip
def test_a_word_has_one_spelling(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_the_word_lists_have_no_place_in_them() -> None:
    assert not {word for place in register().municipalities for word in words(place.name)} & stop_words() - {
        "an",
        "der",
        "am",
    }
    assert not place_words() & set(stems())


@pytest.mark.parametrize(
    ("form", "other"), [("kitas", "kindergarten"), ("Kita", "kindergarten"), ("kindergärten", "kita"), ("KFZ", "auto")]
)
def test_a_synonym_is_found_for_every_form_of_a_word(form: str, other: str) -> None:
    synonyms = parse("# Betreuung\n\nkita, kindergarten\nkfz => auto")
    assert synonyms.of((form.lower(),)) == ((other,),)
    assert synonyms.of(("auto",)) == ()


@pytest.mark.parametrize(
    ("text", "line", "problem"),
    [("kita", 1, "one word only"), ("a, b\nkita,,x", 2, "nothing between commas"), ("=> x", 1, "nothing between commas"),
     ("a b c d e f, g", 1, "too many words")],
)  # fmt: skip
def test_a_line_that_cannot_be_understood_is_named(text: str, line: int, problem: str) -> None:
    with pytest.raises(SynonymsError) as caught:
        parse(text)
    assert (caught.value.line, caught.value.problem) == (line, problem)


def test_the_synonyms_that_come_with_the_portal_can_be_read() -> None:
    assert parse(delivered()).of(("kita",))
