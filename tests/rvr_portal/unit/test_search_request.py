"""What a search asks for: read from an address of any origin, written back as one, turned into safe filter queries."""

from __future__ import annotations

import re
from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain import solr_text
from ckanext.rvr_portal.domain.search_request import LISTS, SORTS, UPDATED, SearchRequest, is_filter, read_request

TODAY = date(2026, 11, 28)
NAMES = st.sampled_from(
    [*LISTS, "q", "updated", "period_from", "period_to", "bbox", "ext_bbox", "sort", "literal", "rvr_theme", "tags",
     "license_id", "extras_x", "utm_source", "fq", "permission_labels", "_q", "state"]
)  # fmt: skip
PAIRS = st.lists(st.tuples(NAMES, st.text(max_size=30)), max_size=12)


def test_every_spelling_becomes_the_one_value_of_the_index() -> None:
    request, problems = read_request(
        [
            ("q", "  Rad   wege "), ("places", "Herne"), ("places", "45525"), ("places", "Kreis Unna"),
            ("rvr_theme", "http://publications.europa.eu/resource/authority/data-theme/TRAN"), ("theme", "TRAN"),
            ("format_group", "table"), ("res_format", "csv"), ("openness", "free"), ("organization", "hagen"),
            ("hvd", "true"), ("updated", "week"), ("period_from", "2019"), ("ext_bbox", "6.5,51.3,7.9,51.7"),
            ("tags", "Radverkehr"), ("tags", "Verkehr"), ("sort", "metadata_created desc"), ("utm_source", "post"),
        ]
    )  # fmt: skip
    assert problems == []
    assert request == SearchRequest(
        q="Rad wege", places=("05916000", "05954016", "05978"), theme=("TRAN",), format_group=("table",), res_format=("CSV",),
        openness=("free",), organization=("hagen",), hvd=("any",), updated="week", period_from="2019",
        bbox=(6.5, 51.3, 7.9, 51.7), other=(("tags", "Radverkehr"), ("tags", "Verkehr")), sort="newest",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("places", "Atlantis", "unknown"),
        ("theme", "Quatsch", "unknown"),
        ("openness", "open", "unknown"),
        ("updated", "decade", "unknown"),
        ("period_from", "gestern", "date"),
        ("period_to", "2019-13", "date"),
        ("bbox", "1,2,3", "box"),
        ("bbox", "8,51,7,52", "box"),
        ("bbox", "nan,51,7,52", "box"),
        ("sort", "docfreq(name,'x') asc", "unknown"),
    ],
)
def test_what_cannot_be_read_is_reported(name: str, value: str, kind: str) -> None:
    _request, problems = read_request([(name, value)])
    assert [(problem.name, problem.value, problem.kind) for problem in problems] == [(name, value, kind)]


def test_an_unknown_value_finds_nothing_instead_of_everything() -> None:
    request, _problems = read_request([("places", "Atlantis")])
    assert request.places == ("Atlantis",)
    assert solr_text.filters(request, TODAY) == {"places": 'rvr_covers:("Atlantis")'}


def test_filters_of_one_facet_are_alternatives_and_each_facet_has_its_own_tag() -> None:
    request = SearchRequest(
        places=("05916000", "05911000"), format_group=("table",), res_format=("WMS_SRVC",), updated="month",
        period_from="2019", period_to="2020-05", other=(("tags", 'a"b'),),
    )  # fmt: skip
    assert solr_text.filters(request, TODAY) == {
        "places": 'rvr_covers:("05916000" OR "05911000")',
        "format": 'rvr_format_group:("table") OR res_format:("WMS_SRVC")',
        "updated": 'rvr_updated:["2026-10-28" TO *]',
        "period": 'rvr_period_end:["2019-01-01" TO *] AND rvr_period_start:[* TO "2020-05-31"]',
        "other0": 'tags:"a\\"b"',
    }


def test_filters_can_be_taken_away_one_by_one() -> None:
    request = SearchRequest(
        q="Rad", places=("05916000", "05911000"), updated="week", other=(("tags", "a"), ("tags", "b"))
    )
    assert request.without("places", "05911000").places == ("05916000",)
    assert request.without("places").places == ()
    assert request.without("updated", "week").updated == ""
    assert request.without("tags", "a").other == (("tags", "b"),)
    assert request.without_filters() == SearchRequest(q="Rad")
    assert request.with_value("places", "05914000").places[-1] == "05914000"
    for name, value in request.filters:
        assert (name, value) not in request.without(name, value).filters


@given(PAIRS)
@example([("ids", ",")])
def test_a_request_comes_back_from_its_own_address(pairs: list[tuple[str, str]]) -> None:
    request, _problems = read_request(pairs)
    again, _problems = read_request(request.pairs)
    assert again == request


@given(PAIRS)
def test_no_value_leaves_its_quotation_marks(pairs: list[tuple[str, str]]) -> None:
    request, _problems = read_request(pairs)
    for text in solr_text.filters(request, TODAY).values():
        outside = re.sub(r'"(?:\\.|[^"\\])*"', "", text)
        assert '"' not in outside
        assert re.fullmatch(r"[\w:()\[\] *]*", outside)
        assert not re.search(r"permission_labels|state|site_id|capacity", outside)


def test_names_that_are_no_filters_are_left_alone() -> None:
    for name in (
        "utm_source",
        "fbclid",
        "fq",
        "state",
        "capacity",
        "permission_labels",
        "site_id",
        "page",
        "_q",
        "extras_a b",
    ):
        assert not is_filter(name)
        assert read_request([(name, "x")])[0] == SearchRequest()


def test_every_name_of_an_order_and_an_age_is_understood() -> None:
    for name, text in SORTS.items():
        assert read_request([("sort", name)])[0] == read_request([("sort", text)])[0]
        assert read_request([("sort", name)])[1] == []
    for name in UPDATED:
        assert read_request([("updated", name)])[0].updated == name
