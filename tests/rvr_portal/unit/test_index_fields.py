"""What of a dataset goes into the search index."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain import index_fields

ESSEN = {"type": "Polygon", "coordinates": [[[6.9, 51.4], [7.1, 51.4], [7.1, 51.5], [6.9, 51.5], [6.9, 51.4]]]}
JUNK = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "coordinates", "geom", "bbox", "x"]), inner, max_size=4)
    ),
    max_leaves=12,
)


def test_a_place_brings_all_it_lies_in_along() -> None:
    assert index_fields.places_with_ancestors(["05954016", "05113000"]) == ["05954016", "05954", "ruhr", "05113000"]
    assert index_fields.places_with_ancestors(["Atlantis", None, 5]) == []


def test_facets_have_a_value_for_missing_and_for_unknown() -> None:
    assert index_fields.themes(["http://publications.europa.eu/resource/authority/data-theme/ENVI", "xyz"]) == ["ENVI"]
    assert index_fields.themes([]) == ["none"]
    assert index_fields.licenses([{"license": "cc-by"}, {}], "dl-de-zero-2.0") == ["cc-by", "dl-zero-de/2.0"]
    assert index_fields.licenses([{"license": "https://example.org/terms"}], None) == ["other"]
    assert index_fields.licenses([], "notspecified") == ["none"]
    wms = "http://publications.europa.eu/resource/authority/file-type/WMS"
    assert index_fields.formats(["csv", wms, "LYR", "", None]) == ["CSV", "WMS_SRVC", "LYR"]


def test_the_geometry_is_read_from_json_text_objects_and_wkt() -> None:
    assert index_fields.geometry([{"geom": json.dumps(ESSEN)}])["type"] == "Polygon"
    assert index_fields.geometry([{"bbox": ESSEN}])["type"] == "Polygon"
    assert index_fields.geometry([{"geom": "kaputt", "centroid": "POINT (7.0 51.4)"}]) == {
        "type": "Point", "coordinates": [7.0, 51.4],
    }  # fmt: skip
    both = index_fields.geometry([{"geom": ESSEN}, {"geom": {"type": "Point", "coordinates": [7.2, 51.5]}}])
    assert both["type"] == "GeometryCollection"


@pytest.mark.parametrize(
    "value",
    [
        {"type": "Point", "coordinates": [5712345.0, 370000.0]},
        {"type": "Point"}, {"type": "Polygon", "coordinates": [[[1, 2]]]}, {"type": "Nonsense", "coordinates": []},
        "POLYGON ((", "[]", "{}", 7, {"type": "Point", "coordinates": ["a", "b"]},
    ],
)  # fmt: skip
def test_a_geometry_that_is_none_is_left_out(value) -> None:
    assert index_fields.geometry([{"geom": value}]) is None


@given(st.lists(JUNK, max_size=4))
def test_nothing_a_catalogue_delivers_breaks_the_index(values) -> None:
    index_fields.geometry(values)
    index_fields.places_with_ancestors(values)
    index_fields.themes(values)
    index_fields.formats(values)
    index_fields.licenses([{"license": value} for value in values], None)
    for value in values:
        index_fields.listed(value)


def test_a_kreis_covers_its_municipalities_and_the_region_does_not_cover_all() -> None:
    covered = index_fields.covered_places(["05954"])
    assert {"05954", "ruhr", "05954016", "05954036"} <= set(covered)
    assert len(covered) == 2 + 9
    assert index_fields.covered_places(["05954016"]) == ["05954016", "05954", "ruhr"]
    assert index_fields.covered_places(["ruhr"]) == ["ruhr"]


def test_files_have_groups_and_licences_a_degree_of_openness() -> None:
    assert index_fields.format_groups(["CSV", "XLSX", "WMS_SRVC", "LYR"]) == ["table", "service", "other"]
    assert index_fields.format_groups(["none"]) == ["none"]
    keys = ["dl-zero-de/2.0", "dl-by-de/2.0", "dl-by-nc-de/1.0", "none", "other"]
    assert index_fields.openness(keys) == ["free", "attribution", "restricted", "unknown"]


def test_high_value_dates_and_periods_are_comparable_texts() -> None:
    assert index_fields.high_value(["http://data.europa.eu/bna/c_ac64a52d", "x"]) == ["any", "c_ac64a52d"]
    assert index_fields.high_value([]) == []
    assert index_fields.updated(None, "kaputt", "2024-06", "2020-01-01") == "2024-06-01"
    assert index_fields.updated() == ""
    spans = [{"start": "2019", "end": "2020-06"}, {"start": "2021-03-04"}, {}, "x"]
    assert index_fields.period(spans) == ("2019-01-01", "9999-12-31")
    assert index_fields.period([{"end": "1999"}]) == ("0000-01-01", "1999-12-31")
    assert index_fields.period([{"start": "2019", "end": "2020-06"}]) == ("2019-01-01", "2020-06-31")
    assert index_fields.period([]) is None


@given(st.lists(JUNK, max_size=5))
def test_no_junk_breaks_the_fields_of_the_filters(junk: list) -> None:
    index_fields.period(junk)
    index_fields.updated(*junk)
    index_fields.high_value(junk)
    index_fields.known_places(junk)
