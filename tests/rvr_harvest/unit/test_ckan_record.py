from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.ckan_record import content, dataset
from ckanext.rvr_harvest.domain.repair import Surroundings, Unusable, repair
from ckanext.rvr_harvest.domain.values import DatasetDraft
from ckanext.rvr_portal.shared import vocabulary

SITE = "https://daten.example.org"
THEME = "http://publications.europa.eu/resource/authority/data-theme/"

RECORD: dict[str, Any] = {
    "id": "0b6f", "name": "baeume", "title": "Bäume in Moers", "notes": "<p>Alle <b>Bäume</b></p>", "type": "dataset",
    "state": "active", "private": False, "license_id": "dl-de-by-2.0", "license_title": "Datenlizenz", "isopen": True,
    "metadata_created": "2026-02-05T10:36:09.311953", "metadata_modified": "2026-04-02T22:31:55.358565",
    "author": "Grünflächenamt", "author_email": "gruen@example.org", "maintainer": "", "url": "", "version": None,
    "organization": {"id": "77aa", "name": "moers", "title": "Stadt Moers", "description": "…"},
    "groups": [{"name": "envi", "title": "Umwelt"}, {"name": "garten", "title": "Unser Garten"}],
    "tags": [{"name": "Grün", "vocabulary_id": None}, {"name": "Baum"}],
    "extras": [
        {"key": "identifier", "value": "https://example.org/id/1"},
        {"key": "publisher_name", "value": "Stadt Moers"},
        {"key": "publisher_email", "value": "mailto:daten@example.org"},
        {"key": "language", "value": "de,en"},
        {"key": "theme", "value": json.dumps([THEME + "ENVI"])},
        {"key": "contributorID", "value": '["http://dcat-ap.de/def/contributors/openNRW"]'},
        {"key": "geocodingText", "value": '["Moers", "Kreis Wesel"]'},
        {"key": "temporal_start", "value": "2024-01-01"},
        {"key": "temporal_end", "value": "2024-12-31"},
        {"key": "spatial", "value": '{"type": "Point", "coordinates": [6.6, 51.4]}'},
        {"key": "Baumhöhe", "value": "in Metern"},
        {"key": "harvest_object_id", "value": "volatile"},
    ],
    "resources": [
        {"id": "r1", "url": "https://example.org/b.csv", "format": "CSV", "name": "Tabelle", "hash": "", "position": 0,
         "created": "2026-02-05T10:36:10", "url_type": "upload", "Zeichensatz": "UTF-8", "size": None},
        {"id": "r2", "url": "https://example.org/b.json", "license": "http://dcat-ap.de/def/licenses/cc-zero"},
    ],
    "tracking_summary": {"total": 7}, "num_resources": 2, "num_tags": 2, "owner_org": "77aa",
}  # fmt: skip


def _read(**changes: Any) -> dict[str, Any]:
    return dataset({**RECORD, **changes}, SITE, vocabulary)


def _extras(package: dict[str, Any]) -> dict[str, str]:
    return {extra["key"]: extra["value"] for extra in package["extras"]}


def test_extras_of_ckanext_dcat_and_dcatde_come_into_their_fields() -> None:
    package = _read()
    assert package["identifier"] == "https://example.org/id/1"
    assert package["publisher"] == [{"name": "Stadt Moers", "email": "mailto:daten@example.org"}]
    assert package["contact"] == [{"name": "Grünflächenamt", "email": "gruen@example.org"}]
    assert package["language"] == ["de", "en"]
    assert package["contributor_id"] == ["http://dcat-ap.de/def/contributors/openNRW"]
    assert package["geocoding_text"] == "Moers, Kreis Wesel"
    assert package["temporal_coverage"] == [{"start": "2024-01-01", "end": "2024-12-31"}]
    assert json.loads(package["spatial_coverage"][0]["geom"])["type"] == "Point"
    assert package["uri"] == "https://daten.example.org/dataset/0b6f"


def test_groups_that_stand_for_themes_become_themes_and_the_others_are_kept() -> None:
    assert _read()["theme"] == [THEME + "ENVI"]
    assert _read(extras=[])["theme"] == [THEME + "ENVI"]
    assert _extras(_read())["source_groups"] == "Unser Garten"


def test_what_has_no_field_becomes_an_extra_and_what_is_the_sites_own_does_not() -> None:
    package = _read(granularity="Straße")
    assert _extras(package) == {"Baumhöhe": "in Metern", "granularity": "Straße", "source_groups": "Unser Garten"}
    assert package["resources"][0]["Zeichensatz"] == "UTF-8"
    assert "url_type" not in package["resources"][0]


def test_the_datasets_licence_goes_to_resources_that_name_none() -> None:
    package = _read()
    assert [one["license"] for one in package["resources"]] == [
        "dl-de-by-2.0", "http://dcat-ap.de/def/licenses/cc-zero",
    ]  # fmt: skip
    assert package["license_id"] == vocabulary("license").lookup("dl-de-by-2.0").key
    zero = "http://dcat-ap.de/def/licenses/cc-zero"
    assert _read(resources=[{"license": zero}])["license_id"] == "cc-zero"
    address = _read(license_id="unsere-lizenz", license_url="https://www.govdata.de/dl-de/by-2-0")
    assert address["license_id"] == package["license_id"]
    assert _read(license_id="unsere-lizenz", license_title=None)["license_id"] == "unsere-lizenz"
    assert "license" not in _read(license_id="notspecified")["resources"][0]


def test_fields_of_a_portal_with_the_same_schema_are_taken_as_they_are() -> None:
    package = _read(
        extras=[],
        publisher=[{"name": "Kreis Wesel", "url": "https://example.org"}],
        contact=[{"name": "Ein Amt", "telephone": "02841"}],
        temporal_coverage=[{"start": "2020"}, {"start": "2022", "end": ""}],
        spatial_coverage=[{"text": "Moers"}],
        political_geocoding=["http://dcat-ap.de/def/politicalGeocoding/regionalKey/051700024024"],
    )
    assert package["publisher"] == [{"name": "Kreis Wesel", "url": "https://example.org"}]
    assert package["contact"] == [{"name": "Ein Amt", "telephone": "02841"}]
    assert package["temporal_coverage"] == [{"start": "2020"}, {"start": "2022"}]
    assert package["spatial_coverage"] == [{"text": "Moers"}]
    # the author is not the contact here, so he is what DCAT calls him
    assert package["creator"] == [{"name": "Grünflächenamt", "email": "gruen@example.org"}]


def test_a_dataset_without_publisher_is_published_by_its_organisation() -> None:
    package = _read(extras=[])
    assert package["publisher"] == [{"name": "Stadt Moers", "uri": "https://daten.example.org/organization/77aa"}]
    assert package["identifier"] == "0b6f"
    assert package["modified"] == "2026-04-02T22:31:55.358565"


def test_nothing_is_lost_when_names_clash() -> None:
    extras = [
        {"key": "guid", "value": "g"}, {"key": "identifier", "value": "i"}, {"key": "places", "value": "Moers"},
        {"key": "title", "value": "Anderer Titel"}, {"key": "temporal_coverage", "value": "seit dem Krieg"},
        {"key": "publisher", "value": '[{"name": "Stadt", "logo": "l.png"}]'}, {"key": "", "value": "ohne Namen"},
    ]  # fmt: skip
    package = _read(extras=extras)
    assert (package["identifier"], package["title"]) == ("i", "Bäume in Moers")
    assert _extras(package) == {
        "extra": "ohne Namen", "source_groups": "Unser Garten", "source_guid": "g", "source_places": "Moers",
        "source_publisher": '[{"name": "Stadt", "logo": "l.png"}]', "source_temporal_coverage": "seit dem Krieg",
        "title_2": "Anderer Titel",
    }  # fmt: skip


@pytest.mark.parametrize(
    "changes",
    [
        {"metadata_modified": "2026-11-23T00:00:00", "tracking_summary": {"total": 8}, "num_resources": 3},
        {"extras": RECORD["extras"][::-1], "tags": RECORD["tags"][::-1], "groups": RECORD["groups"][::-1]},
        {"extras": [*RECORD["extras"][:-1], {"key": "harvest_object_id", "value": "another"}]},
        {"organization": {**RECORD["organization"], "description": "Neu"}, "revision_id": "x", "version": ""},
        {"resources": [{**RECORD["resources"][0], "cache_last_updated": "x"}, RECORD["resources"][1]]},
    ],
)
def test_what_a_mere_import_changes_is_no_change(changes: dict[str, Any]) -> None:
    assert content({**RECORD, **changes}) == content(RECORD)


@pytest.mark.parametrize(
    "changes",
    [
        {"title": "Büsche"},
        {"extras": RECORD["extras"][1:]},
        {"tags": RECORD["tags"][1:]},
        {"organization": {**RECORD["organization"], "title": "Stadt Xanten"}},
        {"resources": RECORD["resources"][::-1]},
        {"resources": [{**RECORD["resources"][0], "last_modified": "2026-11-23"}, RECORD["resources"][1]]},
    ],
)
def test_what_changes_the_data_is_a_change(changes: dict[str, Any]) -> None:
    assert content({**RECORD, **changes}) != content(RECORD)


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12)
    | st.sampled_from(["[", '["a", 1]', '{"type": "Point"}', "dl-de/by-2-0", "envi", "2024-13"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(st.sampled_from(["key", "value", "name", "title", "url", "id", "de"]) | st.text(max_size=5), inner,
                      max_size=3),
    max_leaves=12,
)  # fmt: skip
keys = st.sampled_from([*RECORD, *(extra["key"] for extra in RECORD["extras"]), "publisher", "spatial_coverage"])
AROUND = Surroundings(vocabulary, lambda _text: None)


@given(st.dictionaries(keys | st.text(max_size=5), anything, max_size=6), st.booleans())
def test_any_json_in_any_field_gives_a_draft_or_is_unusable(changes: dict[str, Any], alone: bool) -> None:
    record = changes if alone else {**RECORD, **changes}
    assert all(isinstance(line, str) for line in content(record))
    package = dataset(record, SITE, vocabulary)
    names = [extra["key"] for extra in package["extras"]]
    assert len(names) == len(set(names))
    try:
        draft = repair(DatasetDraft("guid", package), AROUND)
    except Unusable:
        return
    json.dumps(dict(draft.package))
    assert all(isinstance(extra["value"], str) for extra in package["extras"])


@given(st.dictionaries(keys, st.none(), max_size=40))
def test_null_everywhere_hurts_nobody(changes: dict[str, Any]) -> None:
    assert isinstance(dataset({**RECORD, **changes}, SITE, vocabulary), dict)
    nulls = {"resources": [dict.fromkeys(RECORD["resources"][0]), None], "extras": [None, {"key": None, "value": None}]}
    assert dataset({**RECORD, **changes, **nulls}, SITE, vocabulary)["resources"] is not None
