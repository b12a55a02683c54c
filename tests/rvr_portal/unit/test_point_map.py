"""The drawing that lies under a map of points."""

from __future__ import annotations

from ckanext.rvr_portal.domain import point_map

PLACES = [("a", "A-Stadt", 7.0, 51.5, 100.0, True), ("b", "B-Dorf", 7.4, 51.3, 50.0, False)]
SQUARE = {"type": "Polygon", "coordinates": [[[6.9, 51.4], [7.1, 51.4], [7.1, 51.6], [6.9, 51.6], [6.9, 51.4]]]}


def test_the_edges_of_the_drawing_are_where_its_degrees_say() -> None:
    drawing = point_map.build(PLACES)
    assert drawing.xy(drawing.west, drawing.north) == (0.0, 0.0)
    right, bottom = drawing.xy(drawing.east, drawing.south)
    assert abs(right - drawing.width) <= 0.1
    assert abs(bottom - drawing.height) <= 1


def test_all_circles_lie_inside_and_a_larger_town_has_a_larger_one() -> None:
    drawing = point_map.build(PLACES)
    large, small = drawing.outlines
    assert large.radius > small.radius
    for circle in drawing.outlines:
        assert circle.x - circle.radius >= 0
        assert circle.y + circle.radius <= drawing.height


def test_a_place_with_a_boundary_is_drawn_as_an_area() -> None:
    drawing = point_map.build(PLACES, {"a": SQUARE})
    assert drawing.outlines[0].path.startswith("M")
    assert drawing.outlines[1].path == ""


def test_near_points_become_one_mark_and_none_is_lost() -> None:
    marks = point_map.group([("x", 10, 10), ("y", 12, 10), ("z", 90, 90)], 20)
    assert [mark.keys for mark in marks] == [("x", "y"), ("z",)]
