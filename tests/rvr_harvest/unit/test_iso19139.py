from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.repair import Surroundings, repair
from ckanext.rvr_harvest.domain.values import DatasetDraft, SourceRecord
from ckanext.rvr_harvest.domain.xml_records import parse_xml
from ckanext.rvr_harvest.readers.iso19139 import IsoReader, record_identifier
from ckanext.rvr_portal.shared import places, vocabulary

RECORDS = Path(__file__).resolve().parents[1] / "records" / "iso"
NAMES = sorted(path.stem for path in RECORDS.glob("*.xml"))
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"
LICENSES = "http://dcat-ap.de/def/licenses/"


def _record(name: str, *changes: tuple[str, str]) -> SourceRecord:
    text = (RECORDS / f"{name}.xml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return SourceRecord(name, "https://example.org/csw", parse_xml(text.encode()), "application/xml")


def _read(name: str, *changes: tuple[str, str]) -> dict[str, Any]:
    return IsoReader().read(_record(name, *changes))


def _extra(package: dict[str, Any], key: str) -> str:
    return next((extra["value"] for extra in package["extras"] if extra["key"] == key), "")


def _place(text: str) -> str | None:
    place = places().find(text)
    return place.key if place else None


def test_a_record_says_what_it_is_about() -> None:
    trees = _read("trees")
    assert trees["title"] == "Baumkataster Herne"
    assert trees["notes"] == "Alle städtischen Bäume.\n\nMit Art, Alter und Höhe."
    assert trees["provenance"] == "Aufnahme durch Begehung, jährlich ergänzt."
    assert trees["theme"] == [THEMES + "ENVI"]
    assert {"name": "Bäume"} in trees["tags"]
    assert trees["language"] == ["ger"]


def test_identifiers_pass_as_they_are() -> None:
    trees, noise = _read("trees"), _read("noise")
    assert trees["identifier"] == "https://registry.gdi-de.org/id/de.nw.herne/trees"
    assert trees["alternate_identifier"] == ["0b8b8a4e-0001-4a6e-9c55-000000000001"]
    assert noise["identifier"] == "https://registry.gdi-de.org/id/de.nw.bochum/laerm-2022"


def test_a_record_without_file_identifier_is_known_by_that_of_its_data() -> None:
    record = _record("trees", ("0b8b8a4e-0001-4a6e-9c55-000000000001", ""))
    assert record_identifier(record.body) == "https://registry.gdi-de.org/id/de.nw.herne/trees"


def test_dates_are_those_of_the_data_and_the_last_revision_counts() -> None:
    noise = _read("noise")
    assert (noise["issued"], noise["modified"], _extra(noise, "created")) == ("2022-06-30", "2023-01-10", "2021-11-01")


@pytest.mark.parametrize(
    ("name", "license", "attribution"),
    [
        ("trees", "dl-zero-de/2.0", "Stadt Herne"),  # the JSON of GDI-DE
        ("noise", "dl-by-de/2.0", "© Stadt Bochum 2022"),  # an anchor, and words for the source
        ("bad-box", "dl-by-de/2.0", ""),  # a code
        ("words-for-a-licence", "dl-by-de/2.0", "Kreis Unna"),  # JSON with curly quotation marks
        ("in-english", "cc-by/4.0", ""),  # an address
        ("hostile", "cc-zero", ""),
        ("old-gml", "cc-by/4.0", ""),  # its name
    ],
)
def test_licences_are_found_however_they_are_written(name: str, license: str, attribution: str) -> None:
    for resource in _read(name)["resources"]:
        assert resource["license"] == LICENSES + license
        assert resource.get("license_attribution_by_text", "") == attribution


def test_a_licence_in_a_sentence_of_words_is_found() -> None:
    package = _read("words-for-a-licence", ("{“id”:“dl-by-de/2.0”,“quelle”:“Kreis Unna”}", "Bitte beachten."))
    assert package["resources"][0]["license"] == LICENSES + "dl-by-de/2.0"


def test_conditions_that_are_no_known_licence_are_kept_in_their_words() -> None:
    resource = _read("restricted")["resources"][0]
    assert (resource["license"], resource["rights"]) == ("Nur für interne Zwecke", "Keine Gewähr.")


def test_limits_of_access_become_access_rights() -> None:
    base = "http://publications.europa.eu/resource/authority/access-right/"
    assert _read("trees")["access_rights"] == base + "PUBLIC"
    assert _read("restricted")["access_rights"] == base + "RESTRICTED"


def test_people_stand_where_their_role_puts_them() -> None:
    trees, noise, waters = _read("trees"), _read("noise"), _read("waters")
    assert trees["publisher"] == [
        {"name": "Stadt Herne", "email": "open-data@example.org", "url": "https://www.herne.de/"}
    ]
    assert trees["contact"][0]["telephone"] == "+49 2323 160"
    assert noise["publisher"][0]["name"] == "Stadt Bochum"  # its owner: nobody is called publisher
    assert noise["custodian"] == [{"name": "Stadt Bochum, Umweltamt"}]
    assert waters["originator"] == [{"name": "Stadt Essen"}]


def test_links_become_services_downloads_and_pages() -> None:
    trees = _read("trees")
    formats = {one["format"]: one for one in trees["resources"]}
    assert list(formats) == ["WFS_SRVC", "WMS_SRVC", "CSV"]
    assert formats["CSV"]["download_url"] == "https://geo.example.org/files/trees.csv"
    assert "download_url" not in formats["WFS_SRVC"]
    assert trees["url"] == "https://www.herne.de/trees"


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("noise", ["Shape"]),  # what is in the archive, not that it is one
        ("orthophotos", ["ATOM"]),
        ("in-english", ["MAP_SRVC"]),
        ("no-title", ["GEOJSON"]),
        ("words-for-a-licence", ["WMS_SRVC"]),
        ("old-gml", ["WCS_SRVC"]),
        ("service-download", ["WFS_SRVC"]),
    ],
)
def test_formats_are_known_by_protocol_address_and_words(name: str, formats: list[str]) -> None:
    assert [one["format"] for one in _read(name)["resources"]] == formats


def test_a_service_answers_at_one_address_and_names_its_data() -> None:
    service = _read("service-view")
    assert [one["access_url"] for one in service["resources"]] == [
        "https://geo.example.org/ows/gewaesser?REQUEST=GetCapabilities&SERVICE=WMS"
    ]
    assert _extra(service, "operates_on") == "0b8b8a4e-0013-4a6e-9c55-000000000013"
    assert service["dcat_type"].endswith("/ResourceType/service")


def test_boxes_and_names_of_places_become_coverages() -> None:
    trees, noise, waters = _read("trees"), _read("noise"), _read("waters")
    assert trees["spatial_coverage"][0]["text"] == "Herne"
    assert json.loads(trees["spatial_coverage"][0]["bbox"])["coordinates"][0][2] == [7.31, 51.58]
    assert len(noise["spatial_coverage"]) == 2
    assert waters["political_geocoding"] == ["http://dcat-ap.de/def/politicalGeocoding/regionalKey/051130000000"]


def test_a_box_in_metres_is_a_finding_and_one_with_commas_and_swapped_edges_is_read() -> None:
    around = Surroundings(vocabulary, _place)
    draft = repair(DatasetDraft("x", _read("bad-box")), around)
    assert [one.code for one in draft.findings if one.field == "spatial_coverage"] == ["geometry_bad"]
    boxes = [row["bbox"] for row in draft.package["spatial_coverage"] if row.get("bbox")]
    assert [json.loads(box)["coordinates"][0][0] for box in boxes] == [[7.7, 51.6]]


def test_open_ends_and_moments_become_periods() -> None:
    assert _read("trees")["temporal_coverage"] == [{"start": "2015-01-01"}]
    assert _read("old-gml")["temporal_coverage"] == [{"start": "2018-07-01", "end": "2018-07-01"}]
    assert "temporal_coverage" not in _read("slips")


def test_themes_that_a_record_states_win_over_derived_ones() -> None:
    assert _read("orthophotos")["theme"] == [THEMES + "REGI"]
    assert _read("table")["theme"] == [THEMES + "GOVE"]
    assert {"name": "GOVE"} not in _read("table")["tags"]
    assert "theme" not in _read("restricted")  # utilities belong to several


def test_high_value_data_name_their_category_and_law() -> None:
    trees = _read("trees")
    assert trees["hvd_category"] == ["http://data.europa.eu/bna/c_ac64a52d"]
    assert trees["applicable_legislation"] == ["http://data.europa.eu/eli/reg_impl/2023/138/oj"]


def test_standards_and_reference_systems_are_what_data_conform_to() -> None:
    assert _read("trees")["conforms_to"] == [
        "http://www.opengis.net/def/crs/EPSG/0/25832",
        "http://data.europa.eu/eli/reg/2010/1089/oj",
    ]
    assert _extra(_read("old-gml"), "conformity") == "INSPIRE Data Specification on Land Cover: false"


@pytest.mark.parametrize("name", NAMES)
def test_repair_finds_nothing_it_cannot_deal_with(name: str) -> None:
    draft = repair(DatasetDraft(name, _read(name)), Surroundings(vocabulary, _place))
    assert draft.package["title"]
    assert all(one["url"].startswith("https://") for one in draft.package["resources"] if one.get("url"))


def test_places_are_found_by_key_and_by_name() -> None:
    around = Surroundings(vocabulary, _place)
    found = {
        name: repair(DatasetDraft(name, _read(name)), around).package.get("places") for name in ("trees", "waters")
    }
    assert found == {"trees": ["05916000"], "waters": ["05113000"]}


# -- what a record's fingerprint is taken of


def test_prefixes_blanks_comments_and_the_stamp_of_the_metadata_make_no_difference() -> None:
    before = IsoReader().content(_record("trees"))
    after = IsoReader().content(
        _record(
            "trees",
            ("<gco:Date>2024-03-01</gco:Date>", "<gco:Date>2026-01-01</gco:Date>"),
            ("gmd:", "md:"),
            ("xmlns:gmd", "xmlns:md"),
            ("<md:abstract>", "<!-- new -->\n\n<md:abstract>"),
            ('gml:id="t1"', 'gml:id="d4e5"'),
        )
    )
    assert before == after


def test_another_order_of_keywords_makes_no_difference_but_another_value_does() -> None:
    before = IsoReader().content(_record("trees"))
    swapped = (">Bäume<", ">§<"), (">opendata<", ">Bäume<"), (">§<", ">opendata<")
    assert IsoReader().content(_record("trees", *swapped)) == before
    assert IsoReader().content(_record("trees", ("/files/trees.csv", "/files/baum.csv"))) != before
    assert IsoReader().content(_record("noise")) != before


# -- whatever a record holds


def _words() -> st.SearchStrategy[str]:
    return st.text(st.characters(exclude_categories=("Cs", "Cc"), exclude_characters="\ufffe\uffff"), max_size=20)


@given(name=st.sampled_from(NAMES), data=st.data())
def test_dropped_and_garbled_elements_never_break_the_reader(name: str, data: st.DataObject) -> None:
    root = copy.deepcopy(_record(name).body)
    for _step in range(data.draw(st.integers(1, 12))):
        elements = list(root.iter())
        chosen = elements[data.draw(st.integers(0, len(elements) - 1))]
        what = data.draw(st.sampled_from(("drop", "text", "double", "attribute", "rename", "empty")))
        parent = chosen.getparent()
        if what == "drop" and parent is not None:
            parent.remove(chosen)
        elif what == "double" and parent is not None:
            parent.append(copy.deepcopy(chosen))
        elif what == "text":
            chosen.text = data.draw(
                _words() | st.sampled_from(("NaN", "inf", "1e999", "{}", '{"id": [1]}', "http://[", "٣"))
            )
        elif what == "attribute" and chosen.attrib:
            chosen.attrib[min(chosen.attrib)] = data.draw(_words())
        elif what == "rename":
            chosen.tag = data.draw(st.sampled_from(("x", "{urn:y}MD_Metadata", "{urn:y}CI_OnlineResource")))
        elif what == "empty":
            for child in list(chosen):
                chosen.remove(child)
    record = SourceRecord("x", "https://example.org/csw", root, "application/xml")
    reader = IsoReader()
    assert all(isinstance(line, str) for line in reader.content(record))
    package = reader.read(record)
    json.dumps(package)
    assert len({extra["key"] for extra in package["extras"]}) == len(package["extras"])
    record_identifier(root)
    if package["title"] or package.get("notes") or package.get("identifier"):
        repair(DatasetDraft("x", package), Surroundings(vocabulary, _place))
