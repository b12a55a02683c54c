"""Answers of geocoders: which places of them are offered."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.geocoding import read

REGION = (6.3, 51.1, 8.1, 51.9)


def answer(*features: dict[str, Any]) -> bytes:
    return json.dumps({"type": "FeatureCollection", "features": list(features)}).encode()


def feature(properties: dict[str, Any], lon: Any = 7.22, lat: Any = 51.54, **more: Any) -> dict[str, Any]:
    return {
        "type": "Feature",
        "geometry": {"type": "Point", "coordinates": [lon, lat]},
        "properties": properties,
        **more,
    }


PHOTON = {
    "name": "Rathaus",
    "street": "Friedrich-Ebert-Platz",
    "housenumber": "2",
    "postcode": "44623",
    "city": "Herne",
}


@pytest.mark.parametrize(
    ("properties", "title"),
    [
        (PHOTON, "Rathaus, Friedrich-Ebert-Platz 2, 44623 Herne"),
        ({"display_name": "2, Friedrich-Ebert-Platz, Herne"}, "2, Friedrich-Ebert-Platz, Herne"),
        ({"text": "44623 Herne - Mitte, Friedrich-Ebert-Platz 2"}, "44623 Herne - Mitte, Friedrich-Ebert-Platz 2"),
        ({"display_name": "x" * 500}, "x" * 119 + "…"),
    ],
)
def test_a_place_is_called_as_each_geocoder_calls_it(properties: dict[str, Any], title: str) -> None:
    (found,) = read(answer(feature(properties)), REGION)
    assert found.title == title
    west, south, east, north = found.box
    assert west < 7.22 < east
    assert south < 51.54 < north


def test_a_street_is_shown_as_long_as_it_is() -> None:
    (found,) = read(answer(feature(PHOTON, bbox=[7.1, 51.5, 7.3, 51.6])), REGION)
    assert found.box == (7.1, 51.5, 7.3, 51.6)


def test_places_elsewhere_and_the_same_ones_again_are_left_out() -> None:
    far = feature({"name": "Herne Bay"}, 1.13, 51.37)
    assert len(read(answer(far, feature(PHOTON), feature(PHOTON)), REGION)) == 1
    assert len(read(answer(*(feature({"name": str(number)}) for number in range(9))), REGION)) == 5


@pytest.mark.parametrize(
    "body",
    [b"", b"<html>", b"[]", b'{"features": 1}', b'{"features": [1, {}, {"geometry": 1}]}', answer(feature({})),
     answer(feature({"name": "x"}, "7", 51)), answer(feature({"name": "x"}, True, 51)), b'{"features": [' + b"[" * 5_000],
)  # fmt: skip
def test_what_is_no_answer_has_no_places(body: bytes) -> None:
    assert read(body, REGION) == []


@given(
    st.recursive(
        st.none() | st.booleans() | st.floats() | st.text(max_size=5),
        lambda part: (
            st.lists(part, max_size=3)
            | st.dictionaries(st.sampled_from(["geometry", "coordinates", "properties", "name", "type", "bbox"]), part)
        ),
        max_leaves=12,
    )
)
def test_no_answer_breaks_the_page(part: Any) -> None:
    read(
        json.dumps(
            {"features": [part, {"geometry": {"type": "Point", "coordinates": part}, "properties": part}]}
        ).encode(),
        REGION,
    )
