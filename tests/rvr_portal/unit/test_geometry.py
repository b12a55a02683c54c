"""Typed geometries: what is wrong with them."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.geometry import problem_with_geometry


def polygon(*corners: tuple[float, float]) -> str:
    return json.dumps({"type": "Polygon", "coordinates": [[*corners, corners[0]]]})


SQUARE = polygon((6.9, 51.4), (7.1, 51.4), (7.1, 51.5), (6.9, 51.5))


@pytest.mark.parametrize(
    "text",
    [
        SQUARE,
        '{"type": "Point", "coordinates": [7.01, 51.46]}',
        '{"type": "Point", "coordinates": [7.01, 51.46, 120]}',
        '{"type": "MultiPoint", "coordinates": [[7, 51], [7.5, 51.5]]}',
        '{"type": "Point", "coordinates": [-70.5, -33.4]}',
        '{"type": "GeometryCollection", "geometries": [{"type": "Point", "coordinates": [7, 51]}]}',
    ],
)
def test_geometries_in_degrees_are_in_order(text: str) -> None:
    assert problem_with_geometry(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("Hattingen", "unreadable"),
        ("POINT (7 51)", "unreadable"),
        ("[7, 51]", "unreadable"),
        ("{", "unreadable"),
        ('{"type": "Kreis", "coordinates": [7, 51]}', "unreadable"),
        ('{"type": "Point", "coordinates": ["7", "51"]}', "unreadable"),
        ('{"type": "Point", "coordinates": [NaN, 51]}', "unreadable"),
        ('{"type": "Polygon", "coordinates": [[[7, 51], [7, 52]]]}', "unreadable"),
        ("[" * 100_000, "unreadable"),
        ('{"type": "Point", "coordinates": []}', "empty"),
        ('{"type": "Point", "coordinates": [365000, 5702000]}', "metres"),
        ('{"type": "Point", "coordinates": [32365000, 5702000]}', "metres"),
        (polygon((51.4, 6.9), (51.4, 7.1), (51.5, 7.1), (51.5, 6.9)), "swapped"),
        ('{"type": "Point", "coordinates": [51.46, 7.01]}', "swapped"),
        ('{"type": "Point", "coordinates": [7, 151]}', "outside"),
        ("x" * 1_000_000, "too_long"),
    ],
)
def test_what_is_wrong_has_a_name(text: str, problem: str) -> None:
    found = problem_with_geometry(text)
    assert found
    assert found[0] == problem


def test_an_outline_that_crosses_itself_is_told_with_the_place() -> None:
    assert problem_with_geometry(polygon((7.0, 51.4), (7.2, 51.6), (7.2, 51.4), (7.0, 51.6))) == (
        "crossing", "7.1, 51.5",
    )  # fmt: skip


_json: Any = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(["type", "coordinates", "geometries"]), inner),
    max_leaves=12,
)  # fmt: skip


@given(st.text(max_size=60) | _json.map(json.dumps) | st.builds(
    lambda kind, rest: json.dumps({"type": kind, "coordinates": rest}),
    st.sampled_from(["Point", "LineString", "Polygon", "MultiPolygon"]), _json))  # fmt: skip
def test_no_text_breaks_the_check(text: str) -> None:
    problem_with_geometry(text)
