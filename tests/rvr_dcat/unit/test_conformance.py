"""The rules of DCAT-AP.de 3.0 that are told from the dataset alone."""

from __future__ import annotations

import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_dcat.domain.conformance import HVD_LAW, as_dict, check, conforms
from ckanext.rvr_dcat.domain.conformance_words import CODES
from ckanext.rvr_portal.domain.vocabulary import load

FILE: dict[str, Any] = {
    "id": "datei", "name": "Bäume als Tabelle", "url": "https://example.org/a.csv", "format": "CSV",
    "license": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
}  # fmt: skip
RIGHT: dict[str, Any] = {
    "title": "Bäume", "notes": "Alle Bäume.", "owner_org": "x", "tags": [{"name": "Baum"}], "resources": [FILE],
}  # fmt: skip
GEO = "http://data.europa.eu/bna/c_ac64a52d"


def known(vocabulary: str, value: Any) -> Any:
    return load(vocabulary).lookup(value)


def codes(**changes: Any) -> dict[str, str]:
    return {one.code: one.severity for one in check(RIGHT | changes, known)}


def test_a_dataset_by_the_rules_has_no_finding() -> None:
    assert codes() == {}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": " "}, "title_missing"),
        ({"notes": ""}, "description_missing"),
        ({"owner_org": None}, "publisher_missing"),
        ({"publisher": [{"email": "a@example.org"}]}, "agent_without_name"),
        ({"originator": [{"uri": "https://example.org/amt"}]}, "agent_without_name"),
        ({"contact": [{"name": "Open Data"}]}, "contact_unreachable"),
        ({"contact": [{"email": "keine Adresse"}]}, "contact_bad"),
        ({"contact": [{"url": "javascript:alert(1)"}]}, "contact_bad"),
        ({"temporal_coverage": [{"start": "", "end": ""}]}, "period_empty"),
        ({"temporal_coverage": [{"start": "gestern"}]}, "period_bad"),
        ({"temporal_coverage": [{"start": "2024-13"}]}, "period_bad"),
        ({"language": ["Klingonisch"]}, "value_not_listed"),
        ({"theme": ["https://example.org/eigenes"]}, "value_not_listed"),
        ({"frequency": "wenn Zeit ist"}, "value_not_listed"),
        ({"access_rights": "vielleicht"}, "value_not_listed"),
        ({"availability": "immer"}, "value_not_listed"),
        ({"availability": ["http://publications.europa.eu/resource/authority/planned-availability/STABLE"] * 2}, "availability_many"),
        ({"contributor_id": ["openNRW"]}, "not_an_address"),
        ({"political_geocoding_level": ["Gemeinde"]}, "not_an_address"),
        ({"applicable_legislation": [HVD_LAW]}, "hvd_category_missing"),
        ({"hvd_category": [GEO]}, "hvd_law_missing"),
        ({"resources": [FILE | {"url": ""}]}, "access_url_missing"),
        ({"resources": [FILE | {"url": "auf Anfrage"}]}, "access_url_bad"),
        ({"resources": [FILE | {"license": ""}]}, "license_missing"),
        ({"resources": [FILE | {"format": "http://publications.europa.eu/resource/authority/file-type/NEIN"}]}, "value_not_listed"),
        ({"resources": [FILE | {"access_services": [{"title": "WMS"}]}]}, "service_incomplete"),
    ],
)  # fmt: skip
def test_what_is_mandatory_and_missing_or_wrong_is_an_error(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes).get(code) == "error"
    assert not conforms(check(RIGHT | changes, known))


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"tags": []}, "keyword_missing"),
        ({"resources": []}, "resource_missing"),
        ({"temporal_coverage": [{"start": "2024-05", "end": "2023"}]}, "period_swapped"),
        ({"resources": [FILE | {"license": "https://example.org/eigene"}]}, "license_not_listed"),
        ({"resources": [FILE | {"license": "http://dcat-ap.de/def/licenses/other-closed"}]}, "license_not_open"),
        ({"resources": [FILE | {"license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0"}]}, "attribution_missing"),
        ({"resources": [FILE | {"format": "Spezialformat"}]}, "value_not_listed"),
    ],
)
def test_what_is_only_advisable_is_a_warning(changes: dict[str, Any], code: str) -> None:
    assert codes(**changes) == {code: "warning"}


def test_a_period_with_one_end_or_rough_dates_is_in_order() -> None:
    for period in (
        {"start": "2024"},
        {"end": "2024-03"},
        {"start": "2024", "end": "2024-03"},
        {"start": "2024-03", "end": "2024"},
    ):
        assert codes(temporal_coverage=[period]) == {}


def test_a_high_value_dataset_names_law_and_category() -> None:
    assert codes(hvd_category=[GEO], applicable_legislation=[HVD_LAW]) == {}


def test_errors_come_first_and_name_the_file_meant() -> None:
    found = check(RIGHT | {"tags": [], "resources": [FILE | {"license": ""}]}, known)
    assert [one.severity for one in found] == ["error", "warning"]
    words = as_dict(found[0])
    assert words["message_de"] == "„Bäume als Tabelle“ hat keine Lizenz."
    assert words["resource"] == "datei"
    assert "Datenlizenz Deutschland" in words["hint_de"]


def test_what_visitors_wrote_is_never_taken_for_a_pattern() -> None:
    found = check(RIGHT | {"frequency": "{0.__class__}"}, known)
    assert "{0.__class__}" in as_dict(found[0])["message_de"]


def test_every_code_has_its_words_and_fields() -> None:
    for words in CODES.values():
        assert all(text.strip() for text in words)
        for text in words:
            assert {name for _, name, _, _ in string.Formatter().parse(text) if name} <= {"value", "name"}


FIELDS = [
    "title", "notes", "publisher", "contact", "temporal_coverage", "language", "theme", "hvd_category", "resources",
    "availability", "contributor_id", "license_id",
]  # fmt: skip
ANYTHING = st.recursive(
    st.none() | st.text(max_size=12) | st.integers(),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["name", "start", "url", "license", "format", "title"]), inner, max_size=3)
    ),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from(FIELDS), ANYTHING))
def test_whatever_stands_in_a_dataset_is_told_in_words(dataset: dict[str, Any]) -> None:
    for finding in check(dataset, known):
        assert as_dict(finding)["message_de"]
