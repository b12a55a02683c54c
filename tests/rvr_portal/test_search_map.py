"""The map of a search: marks that add up, the list of the same datasets, sections and spots, nothing that leaks."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from ckan.tests import factories, helpers

HERNE, BOCHUM, HATTINGEN = "05916000", "05911000", "05954016"
SMALL = {"type": "Polygon", "coordinates": [[[7.2, 51.53], [7.22, 51.53], [7.22, 51.55], [7.2, 51.55], [7.2, 51.53]]]}

pytestmark = pytest.mark.usefixtures("with_plugins")


def _fill() -> dict[str, Any]:
    organization = factories.Organization(name="herne", title="Stadt Herne")
    made = [
        {"name": "baeume", "title": "Bäume in Herne", "places": [HERNE]},
        {"name": "baenke", "title": "Bänke", "spatial_coverage": [{"geom": json.dumps(SMALL)}], "places": [HERNE]},
        {"name": "wege", "title": "Wege", "places": [BOCHUM]},
        {"name": "region", "title": "Ganze Region", "places": ["ruhr"]},
        {"name": "geheim", "title": "Geheim", "places": [HATTINGEN], "private": True},
    ]
    for fields in made:
        factories.Dataset(owner_org=organization["id"], **fields)
    return organization


@pytest.fixture
def filled(fill_once: Callable[..., Any]) -> dict[str, Any]:
    return fill_once(_fill)


def marks(app: Any, query: str = "", **more: Any) -> dict[str, Any]:
    return app.get(f"/map/clusters.json?{query}", **more).json


def titles(page: str) -> list[str]:
    found = re.findall(r'<h3 class="rvr-card__title"><a href="[^"]*">(.*?)</a>', page)
    return [unescape(re.sub(r"<[^>]+>", "", title)) for title in found]


def test_the_marks_add_up_to_the_datasets_that_stand_somewhere(app: Any, filled: dict[str, Any]):
    found = marks(app)
    assert (found["total"], found["located"]) == (4, 3)
    assert sum(mark[2] for mark in found["marks"]) == 3


def test_the_map_belongs_to_the_data_in_the_menu(app: Any, filled: dict[str, Any]):
    menu = app.get("/map").body.split('class="rvr-menu"')[1].split("</nav>")[0]
    assert re.findall(r'<a href="([^"]+)" aria-current="true"', menu) == ["/dataset/"]


def test_every_mark_leads_to_a_list_of_exactly_its_datasets(app: Any, filled: dict[str, Any]):
    for zoom in (7, 9, 12, 16):
        found = marks(app, f"zoom={zoom}")["marks"]
        assert found
        for _lon, _lat, count, cell, _town in found:
            page = app.get(f"/map?cell={cell}").body
            assert len(titles(page)) == count
            bubble = app.get(f"/map/bubble?cell={cell}").body
            assert bubble.count("<li>") == count


def test_a_mark_is_named_after_the_nearest_town(app: Any, filled: dict[str, Any]):
    assert {mark[4] for mark in marks(app, "zoom=12")["marks"]} == {"Herne", "Bochum"}


def test_the_map_shows_what_the_list_shows_for_the_same_search(app: Any, filled: dict[str, Any]):
    for query in ("q=Wege", f"places={HERNE}", "q=in+Herne", "q=nirgends", "openness=unknown"):
        on_list, on_map = app.get(f"/dataset/?{query}").body, app.get(f"/map?{query}").body
        assert titles(on_list) == titles(on_map)
        assert marks(app, query)["total"] == len(titles(on_list))


def test_a_section_finds_areas_and_datasets_that_only_name_their_place(app: Any, filled: dict[str, Any]):
    found = titles(app.get("/map?bbox=7.19,51.54,7.25,51.56").body)
    assert {"Bänke", "Bäume in Herne", "Ganze Region"} == set(found)


def test_the_four_fields_of_a_section_work_without_a_script_and_with_a_comma(app: Any, filled: dict[str, Any]):
    page = app.get("/map?west=7,19&south=51,54&east=7,25&north=51,56&q=B%C3%A4nke")
    assert titles(page.body) == ["Bänke"]
    assert page.request.args["bbox"] == "7.19,51.54,7.25,51.56"
    assert page.request.args["q"] == "Bänke"


@pytest.mark.parametrize("box", ["west=x&south=1&east=2&north=3", "west=9&south=51&east=8&north=52", "west=1"])
def test_a_section_that_is_none_is_said_and_everything_stays_listed(app: Any, filled: dict[str, Any], box: str):
    page = app.get(f"/map?{box}").body
    assert "is not a box of four numbers" in page or "ist kein Ausschnitt" in page
    assert len(titles(page)) == 4


@pytest.mark.parametrize("number", ["2", "1000000000"])
def test_behind_the_end_the_map_leads_to_its_last_page_on_this_server(
    app: Any, filled: dict[str, Any], number: str
) -> None:
    answer = app.get(f"/map?page={number}", follow_redirects=False, headers={"Host": "anders.example"})
    assert (answer.status_code, answer.headers["Location"].removeprefix("http://anders.example")) == (302, "/map")


def test_a_place_may_be_typed_by_name_or_postal_code(app: Any, filled: dict[str, Any]):
    assert titles(app.get("/map?places=Bochum").body) == ["Wege"]
    assert titles(app.get("/map?places=44623").body) == titles(app.get(f"/map?places={HERNE}").body)


def test_without_a_script_the_marks_are_links(app: Any, filled: dict[str, Any]):
    page = app.get("/map").body
    links = re.findall(r'<a href="(/map\?cell=[^"]+)" aria-label="([^"]+)"', page)
    assert len(links) == 2
    assert all(re.search(r"\d", label) for _href, label in links)
    assert sum(len(titles(app.get(unescape(href)).body)) for href, _label in links) == 3


def test_a_private_dataset_stands_on_no_map_of_others(app: Any, filled: dict[str, Any]):
    assert helpers.call_action("package_show", id="geheim")["private"] is True
    cells = [mark[3] for zoom in (8, 12, 16) for mark in marks(app, f"zoom={zoom}")["marks"]]
    for zoom in (8, 12, 16):
        assert not [mark for mark in marks(app, f"zoom={zoom}")["marks"] if mark[4] == "Hattingen"]
    for cell in cells:
        assert "Geheim" not in app.get(f"/map/bubble?cell={cell}").body
    assert "Geheim" not in app.get(f"/map?places={HATTINGEN}").body


@pytest.mark.parametrize(
    "path",
    [
        "clusters.json?zoom=nan",
        "clusters.json?zoom=x",
        "clusters.json?view=1,2",
        "bubble",
        "bubble?cell=1/1/1",
        "bubble?cell=%22",
    ],
)
def test_nonsense_is_refused_with_a_sentence(app: Any, filled: dict[str, Any], path: str):
    answer = app.get(f"/map/{path}", status=400)
    assert "Solr" not in answer.body


def test_a_dataset_called_map_keeps_its_page(app: Any, filled: dict[str, Any]):
    assert app.get("/dataset/map", status=404)
    assert app.get("/map").status_code == 200
