"""A dataset says where it holds a word that neither its title nor its description shows."""

from __future__ import annotations

import pytest

from ckanext.rvr_portal.domain.matches import Match, asked, matches
from ckanext.rvr_portal.domain.question import ask
from ckanext.rvr_portal.domain.synonyms import parse

SYNONYMS = parse("kita, kindertagesstätte\n")
TEXTS = [
    ("tag", "Freizeit"),
    ("tag", "Spielplatz"),
    ("file", "baeume_2024.csv"),
    ("column", "Baumart"),
    ("column", "Kindertagesstätten"),
]


def told(text: str, *shown: str, limit: int = 2) -> list[tuple[str, str]]:
    found = matches(asked(ask(text, SYNONYMS), SYNONYMS), shown, TEXTS, limit)  # type: ignore[arg-type]
    return [(one.kind, one.text) for one in found]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Spielplätze", [("tag", "Spielplatz")]), ("spielplaetze", [("tag", "Spielplatz")]), ("Bäume", [("file", "baeume_2024.csv")]),
        ("Baumarten", [("column", "Baumart")]), ("Kitas", [("column", "Kindertagesstätten")]), ("Spiel*", [("tag", "Spielplatz")]),
        ("Hunde", []), ("-Spielplatz Hunde", []), ('"Freizeit"', [("tag", "Freizeit")]), ("Platz", [("tag", "Spielplatz")]),
    ],
)  # fmt: skip
def test_the_first_text_with_the_word_in_any_form_is_told(text: str, expected: list[tuple[str, str]]) -> None:
    assert told(text) == expected


def test_what_title_and_description_show_is_not_told_again() -> None:
    assert told("Spielplatz Baumart", "Spielplätzen") == [("column", "Baumart")]
    assert told("Spielplatz", "Spielplätzen") == []
    assert told("Kita", "Kindertagesstätte") == []


def test_no_more_texts_are_told_than_can_be_read() -> None:
    assert told("Freizeit Spielplatz Bäume Baumart") == [("tag", "Freizeit"), ("tag", "Spielplatz")]
    long = matches(asked(ask("Wort", SYNONYMS), SYNONYMS), (), [("file", "Wort " * 500)])
    assert len(long) == 1
    assert isinstance(long[0], Match)
    assert len(long[0].text) <= 90
