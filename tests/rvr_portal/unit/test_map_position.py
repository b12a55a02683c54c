"""Where a dataset stands on the map, and the cells that gather neighbours."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shapely.geometry import Point, shape

from ckanext.rvr_portal.domain.map_position import (
    CELL_LEVELS,
    MAX_CELLS,
    cell_bounds,
    cell_level,
    cells,
    is_cell,
    position,
)
from ckanext.rvr_portal.domain.places import REGION, register

LON = st.floats(-180, 180, allow_nan=False)
LAT = st.floats(-85, 85, allow_nan=False)
HERNE, BOCHUM, HATTINGEN, WITTEN, EN = "05916000", "05911000", "05954016", "05954036", "05954"


def box(west: float, south: float, east: float, north: float) -> dict[str, object]:
    return {
        "type": "Polygon",
        "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]],
    }


def test_a_dataset_stands_in_the_middle_of_its_own_geometry_whatever_its_places_are():
    assert position(box(7.0, 51.4, 7.2, 51.6), [HERNE]) == (7.1, 51.5)


def test_without_a_geometry_it_stands_in_the_middle_of_its_place():
    herne = register().get(HERNE)
    assert herne
    assert position(None, [HERNE]) == (round(herne.lon, 5), round(herne.lat, 5))


def test_several_places_of_a_kreis_are_one_point_in_the_kreis():
    kreis = register().get(EN)
    assert kreis
    assert position(None, [HATTINGEN, WITTEN]) == (round(kreis.lon, 5), round(kreis.lat, 5))
    assert position(None, [HATTINGEN, EN]) == position(None, [EN])


@pytest.mark.parametrize("places", [[], [REGION], [HERNE, BOCHUM], ["unknown"]])
def test_what_is_about_no_one_place_has_no_point(places: list[str]):
    assert position(None, places) is None


def test_what_is_about_the_whole_region_or_more_has_no_point():
    assert position(box(6.3, 51.1, 8.0, 51.9)) is None
    assert position(box(-180, -90, 180, 90), [HERNE]) is None


def test_the_point_of_a_crescent_lies_within_it():
    crescent = {
        "type": "Polygon",
        "coordinates": [[[7, 51], [7.2, 51], [7.2, 51.01], [7.01, 51.01], [7.01, 51.2], [7, 51.2], [7, 51]]],
    }
    found = position(crescent)
    assert found
    assert shape(crescent).distance(Point(found)) < 1e-4


@pytest.mark.parametrize("geometry", [{"type": "Nonsense"}, {"type": "Point", "coordinates": []}, {"coordinates": 3}])
def test_a_geometry_that_is_none_has_no_point(geometry: dict[str, object]):
    assert position(geometry) is None


@given(LON, LAT)
def test_a_point_lies_in_one_cell_of_each_level_and_all_lie_in_each_other(lon: float, lat: float):
    found = cells(lon, lat)
    assert [int(cell.split("/")[0]) for cell in found] == list(CELL_LEVELS)
    for cell in found:
        west, south, east, north = cell_bounds(cell)
        assert is_cell(cell)
        assert west - 1e-6 <= lon <= east + 1e-6
        assert south - 1e-6 <= lat <= north + 1e-6
    for outer, inner in pairwise(found):
        assert [int(part) // 2 for part in inner.split("/")[1:]] == [int(part) for part in outer.split("/")[1:]]


@pytest.mark.parametrize(
    "text",
    ["", "7/1", "7/1/2/3", "6/1/1", "7/128/0", "7/-1/0", "07/1/1", "7/1/x", "7/1/²", "99/1/1", "7/01/1", "7/1/1 OR *"],
)
def test_what_is_no_cell_is_recognised(text: str):
    assert not is_cell(text)


@given(st.floats(-5, 30, allow_nan=False))
def test_every_zoom_has_a_level_of_cells(zoom: float):
    assert cell_level(zoom) in CELL_LEVELS
    assert math.isclose(cell_level(10), 12)


@given(st.floats(0, 22, allow_nan=False), st.tuples(LON, LON), st.tuples(LAT, LAT))
def test_no_box_has_more_cells_than_marks_are_given_out(
    zoom: float, lons: tuple[float, float], lats: tuple[float, float]
):
    view = (min(lons), min(lats), max(lons), max(lats))
    level = cell_level(zoom, view)
    (left, low), (right, high) = corner(view[0], view[1], level), corner(view[2], view[3], level)
    assert level == CELL_LEVELS.start or (right - left + 1) * (low - high + 1) <= MAX_CELLS
    assert level <= cell_level(zoom, (7.0, 51.5, 7.001, 51.501))


def corner(lon: float, lat: float, level: int) -> tuple[int, int]:
    cell = next(one for one in cells(lon, lat) if one.startswith(f"{level}/"))
    _level, x, y = cell.split("/")
    return int(x), int(y)


def test_a_large_screen_sees_cells_of_its_zoom() -> None:
    # 2560 x 1440 pixels at zoom 12
    assert cell_level(12, (7.0, 51.3, 7.0 + 2560 / 256 / 2**12 * 360, 51.3 + 1440 / 256 / 2**12 * 360 * 0.62)) == 14
