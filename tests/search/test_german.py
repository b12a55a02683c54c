"""German words in the real search: their forms meet, names of places keep to themselves, English stays English."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.rvr_portal.domain.places import register

# 29 pairs in 15 families of words, those of the research and others of their kind; CKAN's own analysis joins 6 of them.
PAIRS = [
    ("Radweg", "Radwege"), ("Radweg", "Radwegen"), ("Förderung", "Foerderung"), ("Förderung", "Förderungen"),
    ("Stadt", "Städte"), ("Stadt", "Städten"), ("Stadt", "Staedte"), ("Schule", "Schulen"), ("Straße", "Straßen"),
    ("Straße", "Strassen"), ("Fläche", "Flächen"), ("Fläche", "Flaechen"), ("Baum", "Bäume"), ("Baum", "Bäumen"),
    ("Baum", "Baeume"), ("Unfall", "Unfälle"), ("Unfall", "Unfällen"), ("Lärm", "Laerm"), ("Spielplatz", "Spielplätze"),
    ("Spielplatz", "Spielplätzen"), ("Haushalt", "Haushalts"), ("Haushalt", "Haushalte"), ("Haus", "Häuser"),
    ("Haus", "Häusern"), ("Kind", "Kinder"), ("Kind", "Kindern"), ("Gebäude", "Gebäuden"), ("Brücke", "Brücken"),
    ("Brücke", "Bruecken"),
]  # fmt: skip
# Words that a stemmer takes for a place's name, and the place
ACCIDENTS = [
    ("esse", "Essen"), ("ess", "Essen"), ("hag", "Hagen"), ("hage", "Hagen"), ("hern", "Herne"), ("herr", "Herne"),
    ("marle", "Marl"), ("witt", "Witten"), ("dorst", "Dorsten"), ("halten", "Haltern"), ("halt", "Haltern"), ("halter", "Haltern"),
    ("hammer", "Hamm"), ("hamme", "Hamm"), ("wette", "Wetter"), ("wetten", "Wetter"), ("alp", "Alpen"), ("alpe", "Alpen"),
    ("schwert", "Schwerte"), ("schwerter", "Schwerte"), ("werner", "Werne"), ("dattel", "Datteln"), ("hert", "Herten"),
    ("kam", "Kamen"), ("bohnen", "Bönen"), ("lun", "Lünen"), ("wes", "Wesel"), ("mohr", "Moers"),
]  # fmt: skip


@pytest.fixture
def words_index(index_of: Any, written: Any) -> None:
    """A dataset for every word of the pairs, for every municipality, and some that must not be taken for them."""
    forms = sorted({word for pair in PAIRS for word in pair})
    places = [place.name for place in register().municipalities]
    others = sorted({word for word, _place in ACCIDENTS})
    english = ["Open data about bike sharing", "Die offenen Daten", "Museum und Galerie", "Der Radwegeplan"]
    index_of("german", lambda: written(*forms, *places, *others, *english))


def test_there_are_29_pairs_of_15_families() -> None:
    assert len(set(PAIRS)) == 29
    assert len({base for base, _form in PAIRS}) == 15


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize(("base", "form"), PAIRS)
def test_the_forms_of_a_word_find_each_other(found: Any, base: str, form: str) -> None:
    assert form in found(base, 50, "title")
    assert base in found(form, 50, "title")


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize("name", [place.name for place in register().municipalities])
def test_the_name_of_a_place_finds_its_place_and_nothing_else(found: Any, name: str) -> None:
    assert found(name, 60, "title") == [name]


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize(("word", "place"), ACCIDENTS)
def test_a_word_that_only_looks_like_a_place_does_not_find_it(found: Any, word: str, place: str) -> None:
    titles = found(word, 60, "title")
    assert word in titles
    assert not [title for title in titles if title.startswith(place)]


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize(
    ("spelling", "name"),
    [("Muelheim", "Mülheim an der Ruhr"), ("Mulheim", "Mülheim an der Ruhr"), ("Boenen", "Bönen"), ("luenen", "Lünen"), ("castrop", "Castrop-Rauxel"),
     ("Castrop Rauxel", "Castrop-Rauxel"), ("CastropRauxel", "Castrop-Rauxel"), ("HUENXE", "Hünxe"), ("Sprockhoevel", "Sprockhövel")],
)  # fmt: skip
def test_a_place_is_found_in_its_other_spellings(found: Any, spelling: str, name: str) -> None:
    assert found(spelling, 60, "title") == [name]


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize(
    ("word", "place"),
    [("Bochumer", "Bochum"), ("Essener", "Essen"), ("Marls", "Marl"), ("Wittener", "Witten"),
     ("Herner", "Herne"), ("Recklinghäuser", "Recklinghausen"), ("Lünener", "Lünen")],
)  # fmt: skip
def test_inhabitants_and_genitive_of_a_place_find_it(found: Any, word: str, place: str) -> None:
    assert found(word, 60, "title") == [place]


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize("text", ["open data", "bike sharing", "Open-Data", '"bike sharing"', "BIKE"])
def test_english_words_find_what_is_written_in_english(found: Any, text: str) -> None:
    assert found(text, 10, "title")[0] == "Open data about bike sharing"


@pytest.mark.usefixtures("words_index")
@pytest.mark.parametrize("text", ["Plan", "Rad", "Plan der Radwege"])
def test_a_part_of_a_compound_finds_the_whole(found: Any, text: str) -> None:
    assert "Der Radwegeplan" in found(text, 50, "title")


@pytest.mark.usefixtures("words_index")
def test_the_plural_of_a_foreign_word_finds_its_singular(found: Any) -> None:
    assert "Museum und Galerie" in found("Museen", 10, "title")
