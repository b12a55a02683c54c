"""Harvests from a real catalogue service (pycsw), and from one that misbehaves."""

from __future__ import annotations

import json
import time
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from ckanext.rvr_harvest.adapters.csw import CswAdapter
from ckanext.rvr_harvest.domain.csw_address import records_url

RECORDS = Path(__file__).resolve().parents[1] / "records" / "iso"
LICENSES = "http://dcat-ap.de/def/licenses/"
GMD = "http://www.isotc211.org/2005/gmd"


@pytest.fixture
def run(harvest: Any) -> Any:
    """Harvest a catalogue service: run(url, **options)."""

    def harvest_csw(url: str, **options: Any) -> dict[str, Any]:
        return harvest(url, source_type="rvr_csw", config=json.dumps(options))

    return harvest_csw


def _said(report: dict[str, Any]) -> str:
    return " ".join(report["sentences_de"])


def _titles(datasets: Any) -> set[str]:
    return {one["title"] for one in datasets()}


def _titles_within(box: str) -> set[str]:
    import ckan.plugins.toolkit as tk

    found = tk.get_action("package_search")({}, {"extras": {"ext_bbox": box}, "rows": 50})
    return {one["title"] for one in found["results"]}


def test_a_catalogue_arrives_whole_with_licences_places_services_and_boxes(run: Any, csw: Any, datasets: Any) -> None:
    report = run(csw.url + "?service=CSW&request=GetCapabilities")
    found = {one["title"]: one for one in datasets()}
    trees = found["Baumkataster Herne"]
    assert (report["added"], report["refused"], report["complete"]) == (15, 0, True)
    assert trees["license_id"] == LICENSES + "dl-zero-de/2.0"
    assert {one["license"] for one in trees["resources"]} == {LICENSES + "dl-zero-de/2.0"}
    assert {one["license_attribution_by_text"] for one in trees["resources"]} == {"Stadt Herne"}
    assert [one["format"] for one in trees["resources"]] == ["WFS_SRVC", "WMS_SRVC", "CSV"]
    assert trees["places"] == ["05916000"]
    assert trees["frequency"].endswith("/ANNUAL")
    assert json.loads(trees["spatial_coverage"][0]["bbox"])["type"] == "Polygon"
    assert found["Downloaddienst Adressen Hagen"]["resources"][0]["format"] == "WFS_SRVC"
    assert found["Standorte der Altglascontainer in Witten."]["identifier"] == "0b8b8a4e-0006-4a6e-9c55-000000000006"
    assert _titles_within("7.15,51.51,7.16,51.52") >= {"Baumkataster Herne"}
    assert "Downloaddienst Adressen Hagen" not in _titles_within("7.15,51.51,7.16,51.52")
    assert not any(one["url"].startswith(("javascript", "data")) for row in found.values() for one in row["resources"])


def test_an_unchanged_catalogue_is_not_written_again(run: Any, csw: Any, counting: Any) -> None:
    run(csw.url)
    csw.change("Baumkataster Herne", "<gco:Date>2024-03-01</gco:Date>", "<gco:Date>2026-03-01</gco:Date>")  # dateStamp
    with counting() as counted:
        report = run(csw.url)
    assert (report["unchanged"], report["changed"], report["added"]) == (15, 0, 0)
    assert (counted.packages, counted.solr) == (0, 0)


def test_what_changed_is_written_and_what_is_gone_is_only_kept_in_mind(run: Any, csw: Any, datasets: Any) -> None:
    run(csw.url)
    csw.change("Baumkataster Herne", "Mit Art, Alter", "Mit Gattung, Alter")
    csw.remove("Hundesteuer Marl")
    report = run(csw.url)
    found = {one["title"]: one for one in datasets()}
    assert (report["changed"], report["unchanged"], report["vanished"]) == (1, 13, 0)
    assert found["Baumkataster Herne"]["notes"].endswith("Mit Gattung, Alter und Höhe.")
    assert "Hundesteuer Marl" in found
    assert run(csw.url)["vanished"] == 1


def test_small_pages_and_chosen_levels_make_a_complete_run(run: Any, csw: Any, datasets: Any) -> None:
    report = run(csw.url, page_size=4, levels=["dataset", "series"])
    assert (report["added"], report["complete"]) == (12, True)
    assert not any("dienst" in title for title in _titles(datasets))


@pytest.mark.parametrize("path", ["/csw", "/", "/start/index.html"])
def test_a_catalogue_service_is_known_by_the_address_of_its_portal(csw: Any, fetch: Any, path: str) -> None:
    found = CswAdapter.probe(csw.url.removesuffix("/csw") + path, fetch)
    assert found is not None
    assert (found.kind, found.title, found.expected) == ("rvr_csw", "Geodatenkatalog", 15)


def test_what_is_no_catalogue_service_is_not_taken_for_one(portal: Any, fetch: Any) -> None:
    assert CswAdapter.probe(portal.put("/csw", "<html><body/></html>", "text/html"), fetch) is None


# -- a server that misbehaves


def _answer(*names: str, matched: int, following: int | None) -> str:
    body = "".join((RECORDS / f"{name}.xml").read_text("utf-8").partition("?>")[2] for name in names)
    mark = "" if following is None else f' nextRecord="{following}"'
    return (
        '<csw:GetRecordsResponse xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"><csw:SearchStatus/>'
        f'<csw:SearchResults numberOfRecordsMatched="{matched}" numberOfRecordsReturned="{len(names)}"{mark}>'
        f"{body}</csw:SearchResults></csw:GetRecordsResponse>"
    )


def _path(portal: Any, start: int) -> str:
    parts = urlsplit(records_url(f"{portal.url}/csw", rows=2, start=start))
    return f"{parts.path}?{parts.query}"


def _put(portal: Any, start: int, body: str | bytes, media_type: str = "application/xml") -> None:
    portal.put(_path(portal, start), body, media_type)


def test_wrong_numbers_of_the_next_record_lose_nothing(run: Any, portal: Any, datasets: Any) -> None:
    _put(portal, 1, _answer("trees", "noise", matched=5, following=0))
    _put(portal, 3, _answer("orthophotos", "waters", matched=5, following=1))
    _put(portal, 5, _answer("table", matched=5, following=6))
    report = run(f"{portal.url}/csw", page_size=2, sort=False)
    assert (report["added"], report["complete"]) == (5, True)


def test_no_bad_answer_harms_what_is_there(run: Any, portal: Any, datasets: Any) -> None:
    good = _answer("trees", "noise", matched=2, following=0)
    bomb = '<!DOCTYPE a [<!ENTITY a "aaaaaaaaaa">' + "".join(
        f'<!ENTITY {new} "{f"&{old};" * 10}">' for old, new in zip("abcdefghi", "bcdefghij", strict=True)
    )
    bad = {
        "meldet einen Fehler: „InvalidParameterValue“": (
            '<ows:ExceptionReport xmlns:ows="http://www.opengis.net/ows"><ows:Exception><ows:ExceptionText>'
            "InvalidParameterValue</ows:ExceptionText></ows:Exception></ows:ExceptionReport>"
        ),
        "Webseite": "<!DOCTYPE html><html><body>Wartung</body></html>",
        "abgeschnitten": good[: len(good) // 2],
        "DOCTYPE": f"{bomb}]><a>&j;</a>",
        "enthält keinen Datensatz": _answer(matched=0, following=0),
        "nennt 9 Datensätze": _answer("trees", matched=9, following=0),
        "keine Metadaten nach ISO 19139": good.replace("MD_Metadata", "Record"),
        "keine eines Katalogdienstes": '<?xml version="1.0"?><rss/>',
    }
    _put(portal, 1, good)
    run(f"{portal.url}/csw", page_size=2, sort=False)
    for words, body in bad.items():
        _put(portal, 1, body)
        begun = time.process_time()
        report = run(f"{portal.url}/csw", page_size=2, sort=False)
        assert words in _said(report), _said(report)
        assert time.process_time() - begun < 6  # of a whole run; of reading alone see the tests of the parser
        assert not report["complete"]
    assert _titles(datasets) == {"Baumkataster Herne", "Lärmkarte Bochum 2022"}
    _put(portal, 1, good)
    assert run(f"{portal.url}/csw", page_size=2, sort=False)["unchanged"] == 2
