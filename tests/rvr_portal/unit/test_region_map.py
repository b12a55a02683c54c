from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain import region_map
from ckanext.rvr_portal.domain.places import register

PLACES = [(p.key, p.name, p.lon, p.lat) for p in register().municipalities]


def square(west: float, south: float, size: float = 0.1) -> dict[str, object]:
    east, north = west + size, south + size
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    return {"type": "Polygon", "coordinates": [ring]}


def points(path: str) -> list[tuple[int, int]]:
    """Corners of the one ring of a path, in map units."""
    numbers = [int(n) for n in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    found = [(x, y)]
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        found.append((x, y))
    return found


def test_north_is_up_and_east_is_right():
    base = region_map.build_base(PLACES)
    by_name = {area.name: area for area in base.areas}
    assert by_name["Wesel"].y < by_name["Hagen"].y
    assert by_name["Duisburg"].x < by_name["Dortmund"].x


def test_distances_are_true_to_scale_in_both_directions():
    base = region_map.build_base([("a", "A", 7.0, 51.0), ("b", "B", 7.5, 51.0), ("c", "C", 7.0, 51.3147)])
    a, b, c = base.areas
    # Half a degree east at 51.16° N is as far as 0.3147 degrees north: about 35 km.
    assert abs((b.x - a.x) - (a.y - c.y)) <= 4


def test_every_centre_lies_on_the_map():
    base = region_map.build_base(PLACES)
    assert len(base.areas) == 53
    assert all(0 < area.x < base.width and 0 < area.y < base.height for area in base.areas)


def test_without_boundaries_the_area_of_a_circle_is_in_proportion_to_the_amount():
    drawn = region_map.draw(region_map.build_base(PLACES), {PLACES[0][0]: 100, PLACES[1][0]: 25})
    radius = {item.key: item.radius for item in drawn.items}
    assert radius[PLACES[0][0]] == 2 * radius[PLACES[1][0]]
    assert radius[PLACES[2][0]] == region_map.MIN_RADIUS


@pytest.mark.parametrize("amounts", [[0], [1, 1, 40, 7], [5000, 3, 0, 0, 12], list(range(53))])
def test_no_circle_hides_another_and_all_stay_on_the_map(amounts: list[int]):
    counts = {key: amounts[index % len(amounts)] for index, (key, *_) in enumerate(PLACES)}
    drawn = region_map.draw(region_map.build_base(PLACES), counts)
    for index, one in enumerate(drawn.items):
        assert one.radius <= one.x <= drawn.width - one.radius
        assert one.radius <= one.y <= drawn.height - one.radius
        for other in drawn.items[index + 1 :]:
            # positions are whole map units: two circles may touch, not overlap by more than their rounding
            assert math.hypot(one.x - other.x, one.y - other.y) > one.radius + other.radius - 2.5


def test_circles_stay_near_their_places_so_that_the_map_is_recognised():
    base = region_map.build_base(PLACES)
    drawn = {item.key: item for item in region_map.draw(base, {key: 3 for key, *_ in PLACES}).items}
    assert drawn["05112000"].x < drawn["05113000"].x < drawn["05911000"].x < drawn["05913000"].x < drawn["05915000"].x


def test_small_circles_are_drawn_over_large_ones():
    drawn = region_map.draw(region_map.build_base(PLACES), {key: n for n, (key, *_) in enumerate(PLACES)})
    radii = [item.radius for item in drawn.shapes]
    assert radii == sorted(radii, reverse=True)


def test_the_list_is_sorted_as_a_german_reader_expects():
    names = [item.name for item in region_map.draw(region_map.build_base(PLACES), {}).items]
    assert names.index("Hünxe") < names.index("Kamen") and names.index("Mülheim an der Ruhr") < names.index(
        "Neukirchen-Vluyn"
    )


def test_neighbours_keep_one_common_border_when_simplified():
    # A jagged border between two areas: both must come out with the very same corners on it.
    border = [[7.1 + (0.001 if n % 2 else 0.0), 51.0 + n * 0.005] for n in range(21)]
    left = [[7.0, 51.0], *border, [7.0, 51.1], [7.0, 51.0]]
    right = [[7.2, 51.0], [7.2, 51.1], *reversed(border), [7.2, 51.0]]
    shapes = {key: {"type": "Polygon", "coordinates": [ring]} for key, ring in (("l", left), ("r", right))}
    base = region_map.build_base([("l", "L", 7.05, 51.05), ("r", "R", 7.15, 51.05)], shapes, tolerance=6)
    paths = [points(area.path) for area in base.areas]
    middle = [{p for p in path if 200 < p[0] < 440} for path in paths]
    assert middle[0] == middle[1]
    assert len(middle[0]) < len(border)


def test_the_label_stays_inside_an_area_whose_centre_lies_outside():
    horseshoe = [[7.0, 51.0], [7.3, 51.0], [7.3, 51.2], [7.25, 51.2], [7.25, 51.05], [7.05, 51.05], [7.05, 51.2],
                 [7.0, 51.2], [7.0, 51.0]]  # fmt: skip
    base = region_map.build_base([("h", "H", 7.15, 51.15)], {"h": {"type": "Polygon", "coordinates": [horseshoe]}})
    import shapely

    assert shapely.Polygon(points(base.areas[0].path)).contains(shapely.Point(base.areas[0].x, base.areas[0].y))


def test_a_place_without_boundary_becomes_a_circle_among_areas():
    base = region_map.build_base([("a", "A", 7.05, 51.05), ("b", "B", 7.2, 51.05)], {"a": square(7.0, 51.0)})
    drawn = region_map.draw(base, {"a": 3, "b": 2})
    assert [bool(item.path) for item in drawn.items] == [True, False]
    assert [item.radius > 0 for item in drawn.items] == [False, True]


def test_an_area_of_several_parts_keeps_them_all():
    parts = {
        "type": "MultiPolygon",
        "coordinates": [square(7.0, 51.0)["coordinates"], square(7.3, 51.0)["coordinates"]],
    }
    base = region_map.build_base([("a", "A", 7.05, 51.05)], {"a": parts})
    assert base.areas[0].path.count("M") == 2


def test_without_amounts_there_is_no_legend_and_every_area_is_of_class_none():
    drawn = region_map.draw(region_map.build_base(PLACES), {})
    assert drawn.legend == ()
    assert {item.number for item in drawn.items} == {0}


@given(st.lists(st.integers(0, 5000), max_size=60))
def test_every_amount_above_zero_lies_in_exactly_one_class(values: list[int]):
    legend = region_map.legend_of(values)
    for value in values:
        assert sum(entry.low <= value <= entry.high for entry in legend) == (value > 0)
    assert len(legend) <= region_map.CLASSES
    assert all(any(entry.low <= value <= entry.high for value in values) for entry in legend)


@pytest.mark.parametrize("values", [[7], [7, 7, 7], [1, 2], [1, 2, 3, 4, 5, 6]])
def test_the_highest_amount_is_always_the_darkest(values: list[int]):
    assert region_map.legend_of(values)[-1].number == region_map.CLASSES


@pytest.mark.parametrize("amount", [0, 1, 500])
def test_names_on_the_map_do_not_overlap_and_stay_on_it(amount: int):
    base = region_map.build_base(PLACES, labels={key: name for key, name, *_ in PLACES})
    labels = region_map.draw(base, {key: amount for key, *_ in PLACES}).labels
    assert labels[0].text == PLACES[0][1] and len(labels) > 10
    for index, one in enumerate(labels):
        assert 0 < one.x - len(one.text) * 5 and one.x + len(one.text) * 5 < base.width
        for other in labels[index + 1 :]:
            assert abs(one.y - other.y) >= 20 or abs(one.x - other.x) >= (len(one.text) + len(other.text)) * 5
