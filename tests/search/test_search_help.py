"""When nothing is found the portal says what may have been meant, and never out of what the asker may not see."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

from ckanext.rvr_portal.domain.spelling import best_match, distance
from ckanext.rvr_portal.search_help import did_you_mean, relaxed

ANYBODY: Any = {"user": "", "auth_user_obj": None}


@pytest.fixture
def scene(fill_once: Any) -> dict[str, Any]:
    return fill_once(_fill)


def _fill() -> dict[str, Any]:
    member = factories.User()
    org = factories.Organization(name="stadt-a", users=[{"name": member["name"], "capacity": "member"}])
    for title in ("Spielplätze in Herne", "Spielplätze in Witten", "Haushaltsplan von Witten"):
        factories.Dataset(title=title, notes="Text", owner_org=org["id"])
    factories.Dataset(title="Geheimverteidigung", notes="Text", owner_org=org["id"], private=True)
    return member


def _member(user: dict[str, Any]) -> Any:
    from ckan import model

    return {"user": user["name"], "auth_user_obj": model.User.get(user["name"])}


@pytest.mark.parametrize(
    ("typed", "meant", "count"),
    [("Spielpltäze", "spielplätze", 2), ("Spielplaezte Herne", "spielplätze Herne", 1), ("Haushaltspaln", "haushaltsplan", 1), ("Spielplätze Wittn", "Spielplätze witten", 1)],
)  # fmt: skip
def test_a_misspelt_word_is_replaced_by_one_of_the_portal(scene: Any, typed: str, meant: str, count: int) -> None:
    found = did_you_mean(typed, ANYBODY)
    assert found
    assert (found.q, found.count) == (meant, count)


@pytest.mark.parametrize("text", ["Spielplätze", "", "xyz", "Quantenchromodynamik", "a OR b", "title:x", "🚲"])
def test_nothing_is_proposed_where_nothing_is_near(scene: Any, text: str) -> None:
    assert did_you_mean(text, ANYBODY) is None


def test_words_of_a_closed_dataset_are_proposed_to_its_members_only(scene: Any) -> None:
    assert did_you_mean("Geheimverteidigng", ANYBODY) is None
    found = did_you_mean("Geheimverteidigng", _member(scene))
    # lists of datasets leave out closed ones also for members: the proposal would find nothing
    assert found is None or found.count > 0


def test_one_word_less_is_offered_with_what_it_finds(scene: Any) -> None:
    found = [(one.q, one.count, one.instead_of) for one in relaxed("Spielplätze Bottrop", ANYBODY)]
    assert found == [("Spielplätze", 2, ("Bottrop",))]
    assert relaxed("Spielplätze", ANYBODY) == []
    assert [one.q for one in relaxed("Haushaltsplan Herne", ANYBODY)] == ["Haushaltsplan", "Herne"]


def test_filters_of_the_page_count_as_well(scene: Any) -> None:
    assert relaxed("Spielplätze Bottrop", ANYBODY, lambda q: 1 if q == "Bottrop" else 0)[0].q == "Bottrop"
    assert did_you_mean("Spielpltäze", ANYBODY, lambda _q: 0) is None


@pytest.mark.parametrize(
    ("one", "other", "slips"),
    [
        ("herne", "herne", 0),
        ("hrene", "herne", 1),
        ("hern", "herne", 1),
        ("herme", "herne", 1),
        ("abcdef", "uvwxyz", 3),
    ],
)
def test_slips_are_counted(one: str, other: str, slips: int) -> None:
    assert distance(one, other, 2) == slips


def test_the_nearest_word_wins_then_the_most_frequent() -> None:
    assert best_match("schle", ["Schule", "Schale", "Schule"]) == "schule"
    assert best_match("abc", ["abd"]) is None
    assert best_match("schule", ["Schule"]) is None
