"""A project's point, timeline and exports."""

from __future__ import annotations

import csv
import io
import json
from dataclasses import dataclass
from typing import Any

import pytest

from ckanext.rvr_smartcity.domain import export, project


@dataclass(frozen=True)
class Town:
    name: str
    lon: float
    lat: float


TOWNS = {"05113000": Town("Essen", 7.0, 51.4), "05911000": Town("Bochum", 7.2, 51.5)}


def package(**fields: Any) -> dict[str, Any]:
    return {
        "id": "1",
        "name": "licht",
        "title": "Licht",
        "summary": "Kurz",
        "organization": {"name": "essen", "title": "Essen"},
        "places": ["05113000"],
        "phase": "pilot",
        "field_of_action": "energy",
        "metadata_modified": "2026-10-12T08:00:00",
        **fields,
    }


def read(**fields: Any) -> project.Project:
    return project.from_package(package(**fields), TOWNS.get)


def label(field: str, value: str) -> str:
    return f"{field}:{value}"


def address(name: str) -> str:
    return f"https://example.org/{name}"


def test_a_project_without_a_point_stands_in_the_middle_of_its_places() -> None:
    assert read().point == project.Point(7.0, 51.4, exact=False)
    assert read(places=["05113000", "05911000"]).point == project.Point(7.1, 51.45, exact=False)


def test_its_own_point_comes_first() -> None:
    assert read(lon=7.05, lat=51.41).point == project.Point(7.05, 51.41, exact=True)


def test_a_project_whose_places_are_unknown_has_no_point_but_stays() -> None:
    found = read(places=["99999999"])
    assert found.point is None
    assert export.geojson([found], label, address)["features"][0]["geometry"] is None


def test_the_state_is_that_of_the_statement_and_else_of_the_last_change() -> None:
    assert read().as_of == "2026-10-12"
    assert read(status_as_of="2026-05").as_of == "2026-05"


def test_the_timeline_shows_what_is_done_and_what_is_ahead() -> None:
    states = [step.state for step in project.timeline("pilot")]
    assert states == ["done", "done", "current", "ahead", "ahead", "ahead"]


def test_a_discontinued_project_has_no_way_ahead() -> None:
    assert project.timeline("discontinued") == (project.Step("discontinued", "current"),)


def test_geojson_has_lon_before_lat_and_keeps_the_order() -> None:
    collection = export.geojson([read(id="b"), read(id="a")], label, address)
    assert [feature["id"] for feature in collection["features"]] == ["b", "a"]
    assert collection["features"][0]["geometry"] == {"type": "Point", "coordinates": [7.0, 51.4]}
    assert collection["features"][0]["properties"]["phase_label"] == "phase:pilot"


def test_csv_has_one_line_a_project_and_survives_quotes_and_line_breaks() -> None:
    text = export.table([read(title='Das "Licht"; hell', summary="eins\nzwei")], label, address)
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), delimiter=";"))
    assert len(rows) == 1
    assert rows[0]["titel"] == 'Das "Licht"; hell'
    assert rows[0]["kurz_gesagt"] == "eins\nzwei"
    assert rows[0]["adresse"] == "https://example.org/licht"


@pytest.mark.parametrize("title", ["=1+1", "+49", "-2", "@SUM(A1)"])
def test_a_spreadsheet_does_not_run_a_title_as_a_formula(title: str) -> None:
    text = export.table([read(title=title)], label, address)
    assert f";'{title};" in text


def test_json_ld_cannot_close_its_script_element() -> None:
    text = export.json_ld(read(title="</script><script>alert(1)"), label, address)
    assert "<" not in text
    assert json.loads(text)["name"] == "</script><script>alert(1)"
    assert "dissolutionDate" not in json.loads(text)
