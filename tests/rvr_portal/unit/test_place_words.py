"""Places in what people type: taken out when they are certain, offered when they may be something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.place_words import MAX_WORDS, read_places
from ckanext.rvr_portal.domain.places import register

PLACES = register()
TOWNS = PLACES.municipalities
WORDS = st.text("abcdefghijklmnopqrstuvwxyzäöüß", min_size=1, max_size=12)


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_every_municipality_is_found_by_its_name_and_nothing_else_with_it(town) -> None:
    reading = read_places(f"Spielplätze in {town.name}")
    assert [mention.place for mention in reading.places] == [town]
    assert reading.rest == "Spielplätze"
    assert reading.offers == ()


@pytest.mark.parametrize("town", TOWNS, ids=lambda town: town.name)
def test_every_municipality_is_found_by_its_postal_code(town) -> None:
    reading = read_places(f"Kita {town.plz}")
    assert [(mention.place, mention.kind) for mention in reading.places] == [(town, "postcode")]


@pytest.mark.parametrize(
    ("typed", "rest", "names"),
    [
        ("Radwege Bochum", "Radwege", ["Bochum"]),
        ("Bochum: Radwege", "Radwege", ["Bochum"]),
        ("Kreis Unna Haushalt", "Haushalt", ["Kreis Unna"]),
        ("Haushalt im Ruhrgebiet", "Haushalt", ["Metropole Ruhr"]),
        ("Radwege in der Stadt Herne", "Radwege", ["Herne"]),
        ("Bäume rund um Hagen", "Bäume", ["Hagen"]),
        ("Laerm in Essen", "Laerm", ["Essen"]),
        ("Bochumer Straßen", "Straßen", ["Bochum"]),
        ("Hattinger Altstadt", "Altstadt", ["Hattingen"]),
        ("Dortmunds Brücken", "Brücken", ["Dortmund"]),
        ("Gelsenkirhcen Radwege", "Radwege", ["Gelsenkirchen"]),
        ("Müll Mühlheim", "Müll", ["Mülheim an der Ruhr"]),
        ("Kitas Herne und Bochum", "Kitas und", ["Herne", "Bochum"]),
        ("Oer-Erkenschwick", "", ["Oer-Erkenschwick"]),
        ("45257 Schulen", "Schulen", ["Essen"]),
    ],
)
def test_a_certain_place_is_taken_out_of_the_words(typed: str, rest: str, names: list[str]) -> None:
    reading = read_places(typed)
    assert [mention.place.name for mention in reading.places] == names
    assert reading.rest == rest


@pytest.mark.parametrize(
    ("typed", "offered"),
    [
        ("Essen", ["Essen"]),
        ("Laerm Essen", ["Essen"]),
        ("Essen auf Rädern", ["Essen"]),
        ("Wetter", ["Wetter (Ruhr)"]),
        ("Radwege in den Alpen", ["Alpen"]),
        ("RVR", ["Metropole Ruhr"]),
        ("Dortmnd", ["Dortmund"]),
    ],
)
def test_a_word_that_means_something_else_as_well_is_offered_and_stays(typed: str, offered: list[str]) -> None:
    reading = read_places(typed)
    assert reading.places == ()
    assert reading.rest == typed
    assert [mention.place.name for mention in reading.offers] == offered


@pytest.mark.parametrize(
    "typed",
    [
        "Haushalt 2019 csv", "Hammer Straße", "Wasserstand der Ruhr", "Hafen", "Kosten", "Halten", "12345", "99999",
        '"Herne"', "title:Herne", "Radwege AND Herne", "Rad* Herne", "", "   ", "Herne " * (MAX_WORDS + 1),
    ],
)  # fmt: skip
def test_other_words_and_search_syntax_name_no_place(typed: str) -> None:
    reading = read_places(typed)
    assert reading.places == ()
    assert reading.rest == typed


def test_a_town_with_a_kreis_of_its_name_says_so() -> None:
    assert [place.name for place in read_places("Radwege in Unna").also] == ["Kreis Unna"]
    assert read_places("Radwege im Kreis Unna").also == ()


@given(st.lists(st.one_of(WORDS, st.sampled_from([town.name for town in TOWNS])), max_size=12).map(" ".join))
def test_no_word_is_lost_and_none_is_added(typed: str) -> None:
    reading = read_places(typed)
    taken = [word for mention in reading.places for word in mention.words.split()]
    rest = reading.rest.split()
    assert set(rest) <= set(typed.split())
    assert len(rest) + len(taken) <= len(typed.split())
    assert all(mention.words in typed for mention in (*reading.places, *reading.offers))


@given(st.text(max_size=200))
def test_nothing_that_is_typed_breaks_it(typed: str) -> None:
    read_places(typed)


@given(st.sampled_from(TOWNS), st.integers(0, 40), st.sampled_from("swap drop double".split()))
def test_a_slip_of_the_keyboard_never_finds_another_place(town, position: int, slip: str) -> None:
    name = town.name.split()[0].split("/")[0]
    at = position % (len(name) - 1)
    wrong = {
        "swap": name[:at] + name[at + 1] + name[at] + name[at + 2 :],
        "drop": name[:at] + name[at + 1 :],
        "double": name[:at] + name[at] + name[at:],
    }[slip]
    found = {mention.place for mention in read_places(wrong).places}
    assert found <= {town, PLACES.find(name) or town}


def test_neighbours_are_the_nearest_municipalities() -> None:
    near = [town.name for town in PLACES.neighbours("05954016")]
    assert near[:4] == ["Sprockhövel", "Bochum", "Witten", "Essen"]
    assert len(near) == 52
    assert PLACES.neighbours("Atlantis") == ()
