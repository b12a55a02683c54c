"""Where data lie, typed as numbers: what is shown of a geometry, and what becomes of the numbers."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.form_location import box_of, german, point_of, polygon, typed
from ckanext.rvr_portal.domain.geometry import problem_with_geometry

BOX = polygon(["6.9", "51.4", "7.1", "51.5"])
NAME = "spatial_coverage-0-bbox"
TRIANGLE = '{"type": "Polygon", "coordinates": [[[6, 51], [7, 51], [6.5, 52], [6, 51]]]}'


def form(stored: str, shown: str, *numbers: str, name: str = NAME) -> list[tuple[str, str]]:
    parts = ("west", "south", "east", "north") if len(numbers) == 4 else ("lon", "lat")
    return [
        (name, stored),
        (f"{name}.shown", shown),
        *((f"{name}.{part}", one) for part, one in zip(parts, numbers, strict=True)),
    ]


def stored_of(pairs: list[tuple[str, str]], name: str = NAME) -> str:
    return dict(typed(pairs))[name]


@pytest.mark.parametrize(
    "text",
    [
        TRIANGLE,
        '{"type": "Polygon", "coordinates": [[[6, 51], [7, 51.1], [7, 52], [6, 52], [6, 51]]]}',
        '{"type": "Polygon", "coordinates": [[[6, 51], [7, 52], [7, 51], [6, 52], [6, 51]]]}',
        '{"type": "Polygon", "coordinates": [[[6, 51, 3], [7, 51, 3], [7, 52, 3], [6, 52, 3], [6, 51, 3]]]}',
        '{"type": "Polygon", "coordinates": [[[6, 51], [7, 51], [7, 52], [6, 52], [6, 51]]], "crs": "x"}',
        '{"type": "Polygon", "coordinates": [[[6, 51], [7, 51], [7, 52], [6, 52], [6, 51]], [[6.1, 51.1], [6.2, 51.1], [6.1, 51.2], [6.1, 51.1]]]}',
        '{"type": "Point", "coordinates": [7, 51]}', "POLYGON((6 51))", "[]", "{", '{"type": "Polygon", "coordinates": [1]}',
    ],
)  # fmt: skip
def test_what_is_no_upright_box_has_no_numbers(text: str) -> None:
    assert box_of(text) is None


def test_a_box_is_shown_from_any_corner_in_any_direction() -> None:
    turned = [[7, 52], [7, 51], [6, 51], [6, 52], [7, 52]]
    assert box_of(json.dumps({"type": "Polygon", "coordinates": [turned]})) == ("6", "51", "7", "52")
    assert box_of(BOX) == ("6.9", "51.4", "7.1", "51.5")
    assert point_of('{"type": "Point", "coordinates": [7.0123456789, 51.46]}') == ("7.012346", "51.46")
    assert point_of('{"type": "Point", "coordinates": [7, 51, 80]}') is None


@pytest.mark.parametrize(
    ("text", "shown"), [("7.0123", "7,0123"), ("51", "51"), ("7,5", "7,5"), ("", ""), ("N 51.4", "N 51.4"), ("1.2.3", "1.2.3")]
)  # fmt: skip
def test_a_number_is_shown_with_a_comma_and_what_is_none_as_it_was_typed(text: str, shown: str) -> None:
    assert german(text) == shown


def test_numbers_shown_with_a_comma_that_were_not_changed_leave_the_text_as_it_is() -> None:
    shown = [german(one) for one in box_of(BOX) or ()]
    assert stored_of(form(BOX, " ".join(shown), *shown)) == BOX
    assert json.loads(stored_of(form(BOX, " ".join(shown), "6,8", *shown[1:])))["coordinates"][0][0] == [6.8, 51.4]


def test_numbers_that_were_not_changed_leave_the_text_as_it_is_or_as_it_was_edited() -> None:
    exact = BOX.replace("6.9", "6.90000000012345")
    assert stored_of(form(exact, "6.9 51.4 7.1 51.5", "6.9", "51.4", "7.1", "51.5")) == exact
    assert stored_of(form(TRIANGLE, "6.9 51.4 7.1 51.5", "6.9", "51.4", "7.1", "51.5")) == TRIANGLE
    assert stored_of(form("", "", "", "", "", "")) == ""


def test_numbers_that_were_changed_become_the_geometry() -> None:
    assert box_of(stored_of(form(BOX, "6.9 51.4 7.1 51.5", "6,8", "51,4", "7,1", "51,5"))) == (
        "6.8",
        "51.4",
        "7.1",
        "51.5",
    )
    assert stored_of(form(BOX, "6.9 51.4 7.1 51.5", "", "", "", "")) == ""
    assert box_of(stored_of(form("", "", "7.1", "51.5", "6.9", "51.4"))) == ("6.9", "51.4", "7.1", "51.5")
    name = "spatial_coverage-1-geom"
    assert json.loads(stored_of(form("", "", "7.01", "51,46", name=name), name)) == {
        "type": "Point",
        "coordinates": [7.01, 51.46],
    }


@pytest.mark.parametrize(
    ("numbers", "problem"),
    [
        (("6.9", "51.4", "7.1", ""), "no_box"), (("west", "51.4", "7.1", "51.5"), "no_box"), (("7", "51", "7", "51"), "no_box"),
        (("nan", "1", "2", "3"), "no_box"), (("1e400", "1", "2", "3"), "no_box"), (("51.4", "6.9", "51.5", "7.1"), "swapped"),
        (("361000", "5700000", "372000", "5710000"), "metres"), (("-190", "51", "7", "52"), "outside"),
    ],
)  # fmt: skip
def test_numbers_that_are_no_box_are_refused_and_stay_in_the_form(numbers: tuple[str, ...], problem: str) -> None:
    text = stored_of(form("", "", *numbers))
    found = problem_with_geometry(text)
    assert found
    assert found[0] == problem
    assert box_of(text) == numbers


@given(st.floats(5, 9), st.floats(50, 53), st.floats(0.001, 1), st.floats(0.001, 1))
def test_every_box_comes_back_as_it_was_shown(west: float, south: float, wide: float, high: float) -> None:
    text = json.dumps(
        {
            "type": "Polygon",
            "coordinates": [
                [[west, south], [west + wide, south], [west + wide, south + high], [west, south + high], [west, south]]
            ],
        }
    )
    shown = box_of(text)
    assert shown
    assert stored_of(form(text, " ".join(shown), *shown)) == text


@given(st.lists(st.text(max_size=12), min_size=4, max_size=4))
def test_whatever_is_typed_is_a_geometry_or_refused(numbers: list[str]) -> None:
    text = stored_of(form("", "", *numbers))
    assert text == "" or box_of(text) is not None
    problem_with_geometry(text)
