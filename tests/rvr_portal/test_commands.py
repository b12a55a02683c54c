"""The portal's commands: boundaries of places, organisations of the member bodies."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path
from typing import Any

import pytest
import shapely
from ckan.tests import helpers
from click.testing import CliRunner, Result
from shapely.geometry import box, mapping

from ckanext.rvr_portal import boundaries as store
from ckanext.rvr_portal.cli import rvr_portal
from ckanext.rvr_portal.shared import places

HATTINGEN = box(7.1, 51.35, 7.25, 51.45)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(rvr_portal, list(arguments))


def feature(geometry: Any, **properties: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": mapping(geometry)}


def geojson(path: Path, *features: dict[str, Any], **more: Any) -> str:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features, **more}), "utf-8")
    return str(path)


def geopackage(path: Path, srs: int = 4326) -> str:
    with sqlite3.connect(path) as database:
        database.executescript(
            "CREATE TABLE gpkg_spatial_ref_sys (srs_id INTEGER, organization TEXT, organization_coordsys_id INTEGER);"
            "CREATE TABLE gpkg_geometry_columns (table_name TEXT, column_name TEXT, srs_id INTEGER);"
            "CREATE TABLE vg250_gem (fid INTEGER PRIMARY KEY, geom BLOB, AGS TEXT, GEN TEXT);"
            "CREATE TABLE vg250_krs (fid INTEGER PRIMARY KEY, geom BLOB, AGS TEXT, GEN TEXT);"
        )
        database.execute("INSERT INTO gpkg_spatial_ref_sys VALUES (?, 'EPSG', ?)", (srs, srs))
        for table in ("vg250_gem", "vg250_krs"):
            database.execute("INSERT INTO gpkg_geometry_columns VALUES (?, 'geom', ?)", (table, srs))
        head = b"GP" + bytes([0, 0b11]) + struct.pack("<i", srs) + struct.pack("<4d", *HATTINGEN.bounds)
        blob = head + shapely.to_wkb(HATTINGEN)
        database.execute("INSERT INTO vg250_gem VALUES (1, ?, '05954016', 'Hattingen')", (blob,))
        database.execute("INSERT INTO vg250_krs VALUES (1, ?, '05954', 'Ennepe-Ruhr-Kreis')", (blob,))
    database.close()
    return str(path)


@pytest.mark.usefixtures("clean_db", "with_plugins")
class TestBoundaries:
    def test_boundaries_of_the_region_are_loaded_and_others_left_out(self, tmp_path: Path) -> None:
        path = geojson(
            tmp_path / "gem.geojson",
            feature(HATTINGEN, ARS="059540016016"),
            feature(box(7.3, 51.4, 7.35, 51.45), ARS="059540016016"),
            feature(box(8.7, 53.0, 8.9, 53.1), ARS="040110000000"),
        )
        result = run("places", "load", path)
        assert result.exit_code == 0, result.output
        assert "1 of 53 municipalities" in result.output
        loaded = store.boundaries().shapes
        assert set(loaded) == {"05954016"}
        assert loaded["05954016"]["type"] == "MultiPolygon"
        assert "05954016  municipality  boundary" in run("places", "list").output

    def test_loading_again_replaces_what_was_there(self, tmp_path: Path) -> None:
        run("places", "load", geojson(tmp_path / "a.geojson", feature(HATTINGEN, AGS="05954016")))
        run("places", "load", geojson(tmp_path / "b.geojson", feature(box(7, 51, 7.1, 51.1), AGS="05954016")))
        assert shapely.geometry.shape(store.boundaries().shapes["05954016"]).bounds == (7, 51, 7.1, 51.1)

    def test_a_geopackage_is_read_too(self, tmp_path: Path) -> None:
        result = run("places", "load", geopackage(tmp_path / "vg250.gpkg"))
        assert result.exit_code == 0, result.output
        assert shapely.geometry.shape(store.boundaries().shapes["05954016"]).equals(HATTINGEN)

    @pytest.mark.parametrize("name", ["missing", "metres", "gpkg", "named", "text", "html", "elsewhere", "broken"])
    def test_a_file_that_does_not_fit_changes_nothing_and_gets_one_sentence(self, tmp_path: Path, name: str) -> None:
        run("places", "load", geojson(tmp_path / "good.geojson", feature(HATTINGEN, AGS="05954016")))
        path = tmp_path / "bad"
        said = {
            "missing": "cannot be read",
            "metres": "no degrees",
            "gpkg": "EPSG:4326 is needed",
            "named": "EPSG:4326 is needed",
            "text": "neither GeoJSON nor a GeoPackage",
            "html": "no GeoJSON FeatureCollection",
            "elsewhere": "None of the areas",
            "broken": "broken",
        }[name]
        utm = {"type": "name", "properties": {"name": "urn:ogc:def:crs:EPSG::25832"}}
        if name == "metres":
            geojson(path, feature(box(370000, 5690000, 380000, 5700000), AGS="05954016"))
        elif name == "gpkg":
            geopackage(path, srs=25832)
        elif name == "named":
            geojson(path, feature(HATTINGEN, AGS="05954016"), crs=utm)
        elif name == "text":
            path.write_text("<html>", "utf-8")
        elif name == "html":
            path.write_text("[]", "utf-8")
        elif name == "elsewhere":
            geojson(path, feature(box(8, 53, 9, 54), AGS="04011000"))
        elif name == "broken":
            geojson(path, {"type": "Feature", "properties": {"AGS": "05113000"}, "geometry": {"type": "Polygon"}})
        result = run("places", "load", str(path))
        assert result.exit_code == 1
        assert said in result.output
        assert "Traceback" not in result.output
        assert set(store.boundaries().shapes) == {"05954016"}


@pytest.mark.usefixtures("clean_db", "clean_index", "with_plugins")
class TestOrganizations:
    def test_the_member_bodies_are_created_once_and_edits_are_kept(self) -> None:
        first = run("organizations", "create", "--portal", "hagen=https://opendata.example.org")
        assert first.exit_code == 0, first.output
        assert first.output.count("created") == 15
        hagen = helpers.call_action("organization_show", id="hagen")
        assert hagen["title"] == "Stadt Hagen"
        assert hagen["places"] == ["05914000"]
        assert hagen["portal_url"] == "https://opendata.example.org"
        context = {"user": helpers.call_action("get_site_user", context={"ignore_auth": True})["name"]}
        helpers.call_action("organization_patch", context=context, id="hagen", title="Hagen, die Stadt")

        second = run("organizations", "create", "--portal", "hagen=https://other.example.org", "--portal",
                     "herne=https://herne.example.org")  # fmt: skip
        assert second.output.count("unchanged") == 14
        assert "completed  herne" in second.output
        again = helpers.call_action("organization_show", id="hagen")
        assert again["title"] == "Hagen, die Stadt"
        assert again["portal_url"] == "https://opendata.example.org"
        assert helpers.call_action("organization_show", id="herne")["places"] == ["05916000"]

    def test_an_unknown_member_body_is_refused_with_the_names_there_are(self) -> None:
        result = run("organizations", "create", "--portal", "koeln=https://example.org")
        assert result.exit_code == 2
        assert "kreis-unna" in result.output


def test_every_member_body_has_a_title_and_a_sentence() -> None:
    from ckanext.rvr_portal.organizations import description, title

    texts = {body.slug: (title(body), description(body)) for body in places().member_bodies}
    assert texts["muelheim-an-der-ruhr"][0] == "Stadt Mülheim an der Ruhr"
    assert texts["ennepe-ruhr-kreis"][1].startswith("Offene Daten des Ennepe-Ruhr-Kreises und seiner Städte")
    assert texts["kreis-unna"][1].startswith("Offene Daten des Kreises Unna")
