from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.findings import CODES, as_dict
from ckanext.rvr_harvest.domain.repair import Surroundings, Unusable, repair
from ckanext.rvr_harvest.domain.values import DatasetDraft
from ckanext.rvr_portal.domain.places import register
from ckanext.rvr_portal.domain.vocabulary import load

GUID = "https://example.org/dataset/baeume"


def _find(text: str) -> str | None:
    place = register().find(text)
    return place.key if place else None


def _repaired(places: tuple[str, ...] = (), **package: Any) -> tuple[dict[str, Any], set[str]]:
    draft = repair(DatasetDraft(GUID, package), Surroundings(load, _find, places))
    return dict(draft.package), {finding.code for finding in draft.findings}


def test_one_licence_in_many_spellings_is_one_licence() -> None:
    spellings = ["https://www.govdata.de/dl-de/by-2-0", "dl-de-by-2.0", "http://dcat-ap.de/def/licenses/dl-by-de/2.0"]
    resources = [{"access_url": "https://example.org/a", "license": spelling} for spelling in spellings]
    package, codes = _repaired(title="x", resources=resources)
    assert len({resource["license"] for resource in package["resources"]}) == 1
    assert "license_mapped" in codes


def test_an_unknown_licence_is_kept_and_noted() -> None:
    resource = {"access_url": "https://example.org/a", "license": "https://example.org/eigene-lizenz"}
    package, codes = _repaired(title="x", resources=[resource])
    assert package["resources"][0]["license"] == "https://example.org/eigene-lizenz"
    assert "license_unknown" in codes


def test_formats_become_codes_of_the_eu_list() -> None:
    url = "https://example.org/a"
    came = [
        {"access_url": url, "format": "http://publications.europa.eu/resource/authority/file-type/XLSX"},
        {"access_url": url, "format": "csv"},
        {"access_url": url, "mimetype": "https://www.iana.org/assignments/media-types/application/geo+json"},
        {"access_url": url, "format": "Sonstiges"},
    ]
    package, _codes = _repaired(title="x", resources=came)
    assert [resource["format"] for resource in package["resources"]] == ["XLSX", "CSV", "GEOJSON", "Sonstiges"]


def test_a_dataset_without_title_gets_one_from_its_description_or_address() -> None:
    package, codes = _repaired(notes="Alle Bäume der Stadt.")
    assert package["title"] == "Alle Bäume der Stadt."
    assert "no_title" in codes
    assert _repaired()[0]["title"] == "baeume"


def test_a_record_with_nothing_in_it_is_unusable() -> None:
    with pytest.raises(Unusable):
        repair(DatasetDraft("", {}), Surroundings(load, _find))


def test_what_is_no_web_address_is_left_out_and_noted() -> None:
    resources = [{"access_url": "javascript:alert(1)"}, {"access_url": "https://example.org/mit leerzeichen.csv"}]
    package, codes = _repaired(title="x", url="data:text/html,x", resources=resources)
    assert "url" not in package
    assert {"url_bad", "url_missing"} <= codes
    assert package["resources"][1]["url"] == "https://example.org/mit%20leerzeichen.csv"


def test_places_come_from_the_record_and_else_from_its_organisation() -> None:
    uri = "http://dcat-ap.de/def/politicalGeocoding/regionalKey/059110000000"
    assert _repaired(("05913000",), title="x", political_geocoding=[uri])[0]["places"] == ["05911000"]
    assert _repaired(("05913000",), title="x", geocoding_text="Mülheim a. d. Ruhr")[0]["places"] == ["05117000"]
    assert _repaired(("05913000",), title="x")[0]["places"] == ["05913000"]


SQUARE = [[7.1, 51.4], [7.2, 51.4], [7.2, 51.5], [7.1, 51.4]]


@pytest.mark.parametrize(
    ("geometry", "is_kept"),
    [
        ({"type": "Point", "coordinates": [7.2, 51.5]}, True),
        ('{"type": "Point", "coordinates": [7.2, 51.5]}', True),
        ({"type": "MultiPolygon", "coordinates": [[SQUARE]]}, True),
        ({"type": "Point", "coordinates": [51.5, 700]}, False),
        ({"type": ["Point"], "coordinates": [7.2, 51.5]}, False),
        ({"type": {}, "coordinates": []}, False),
        ({"type": "MultiPolygon", "coordinates": [[[SQUARE]]]}, False),
        ('{"type": "Point", "coordinates": ' + "[" * 900 + "]" * 900 + "}", False),
        ("[" * 100_000, False),
        ("{", False),
    ],
)
def test_a_geometry_that_is_none_is_left_out_and_noted(geometry: Any, is_kept: bool) -> None:
    package, codes = _repaired(title="x", spatial_coverage=[{"text": "Herne", "geom": geometry}])
    assert ("geom" in package["spatial_coverage"][0]) == is_kept
    assert ("geometry_bad" in codes) != is_kept


def test_a_period_without_start_and_end_is_left_out() -> None:
    package, codes = _repaired(title="x", temporal_coverage=[{"start": " "}, {"start": "01.01.2020"}])
    assert package["temporal_coverage"] == [{"start": "2020-01-01"}]
    assert {"period_empty", "date_mended"} <= codes


def test_keywords_keep_what_the_site_allows() -> None:
    tags = [{"name": name} for name in ("Straßen & Wege", "ÖPNV", "x", "a" * 150)]
    package, codes = _repaired(title="x", tags=tags)
    assert [tag["name"] for tag in package["tags"]] == ["a" * 100, "Straßen Wege", "ÖPNV"]
    assert {"tag_mended", "tag_dropped"} <= codes


def test_languages_and_rights_as_words_become_addresses() -> None:
    package, _codes = _repaired(title="x", language=["de"], access_rights="public", theme=["ENVI"])
    base = "http://publications.europa.eu/resource/authority/"
    assert package["language"] == [f"{base}language/DEU"]
    assert package["access_rights"] == f"{base}access-right/PUBLIC"
    assert package["theme"] == [f"{base}data-theme/ENVI"]


texts = st.text(max_size=40)


@given(
    st.fixed_dictionaries(
        {},
        optional={
            "title": texts, "notes": texts, "issued": texts, "modified": texts, "url": texts, "frequency": texts,
            "access_rights": texts, "theme": st.lists(texts, max_size=3), "language": st.lists(texts, max_size=3),
            "tags": st.lists(st.fixed_dictionaries({"name": texts}), max_size=4),
            "temporal_coverage": st.lists(st.fixed_dictionaries({"start": texts, "end": texts}), max_size=2),
            "spatial_coverage": st.lists(st.fixed_dictionaries({"geom": texts, "text": texts}), max_size=2),
            "resources": st.lists(
                st.fixed_dictionaries(
                    {}, optional=dict.fromkeys(("access_url", "format", "mimetype", "size", "license"), texts)
                ),
                max_size=3,
            ),
        },
    )
)  # fmt: skip
def test_no_value_whatever_loses_a_dataset(package: dict[str, Any]) -> None:
    resources = len(package.get("resources", []))
    mended, codes = _repaired(**package)
    assert mended["title"]
    assert len(mended["resources"]) == resources
    assert codes <= CODES.keys()


def test_every_finding_has_sentences_in_both_languages() -> None:
    from ckanext.rvr_harvest.domain.values import Finding

    for code in CODES:
        told = as_dict(Finding(code, "info", "title", "{alt}", "neu"))
        assert told["message_de"]
        assert told["message_en"]
