"""What people type into the project form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_smartcity.domain import values


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("12.10.2026", "2026-10-12"),
        ("1.3.2026", "2026-03-01"),
        (" 2026-3-1 ", "2026-03-01"),
        ("10.2026", "2026-10"),
        ("10/2026", "2026-10"),
        ("2026-10", "2026-10"),
        ("2026", "2026"),
        ("29.02.2028", "2028-02-29"),
    ],
)
def test_a_date_is_read_in_german_and_iso_spelling(text: str, stored: str) -> None:
    assert values.read_date(text) == stored


@pytest.mark.parametrize(
    "text", ["30.02.2026", "29.02.2026", "13.2026", "bald", "", "12.10.26", "2026-10-12T00:00", "٢٠٢٦"]
)
def test_a_date_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(values.ValueProblem):
        values.read_date(text)


@given(st.dates(min_value=__import__("datetime").date(1900, 1, 1), max_value=__import__("datetime").date(2199, 12, 31)))
def test_every_day_survives_the_way_through_its_german_form(day: object) -> None:
    assert values.read_date(f"{day:%d.%m.%Y}") == f"{day:%Y-%m-%d}"


@pytest.mark.parametrize(
    ("end", "start", "before"),
    [
        ("2025", "2026", True),
        ("2026", "2026-05", False),
        ("2026-04", "2026-05-01", True),
        ("2026-05", "2026-05-20", False),
    ],
)
def test_partial_dates_are_compared_as_far_as_both_go(end: str, start: str, before: bool) -> None:
    assert values.is_before(end, start) is before


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("1.250.000", "1250000"),
        ("1250000", "1250000"),
        ("1.250,50 €", "1250.50"),
        ("1 250 000 EUR", "1250000"),
        ("0", "0"),
        ("1.250", "1250"),
        ("12.5", "12.50"),
    ],
)
def test_an_amount_is_read_as_people_write_it(text: str, stored: str) -> None:
    assert values.read_amount(text) == stored


@pytest.mark.parametrize("text", ["-5", "viel", "1,2,3", "1e9", "NaN", "100000000000", ""])
def test_an_amount_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(values.ValueProblem):
        values.read_amount(text)


@pytest.mark.parametrize(
    ("text", "axis", "reason"),
    [
        ("51,4558", "lon", "swapped"),
        ("7.01", "lat", "swapped"),
        ("13.4", "lon", "outside"),
        ("48.1", "lat", "outside"),
        ("x", "lon", "number"),
    ],
)
def test_a_point_outside_the_region_is_refused_with_its_reason(text: str, axis: str, reason: str) -> None:
    with pytest.raises(values.ValueProblem) as caught:
        values.read_coordinate(text, axis)
    assert caught.value.reason == reason


def test_a_coordinate_is_read_with_comma_and_degree_sign() -> None:
    assert values.read_coordinate("7,0126°", "lon") == "7.0126"
    assert values.read_coordinate("51.12345678", "lat") == "51.123457"


@given(st.text(max_size=40))
def test_no_text_breaks_a_reader(text: str) -> None:
    readers = [values.read_date, values.read_amount, values.read_email, values.read_url]
    for reader in [*readers, lambda t: values.read_coordinate(t, "lon")]:
        try:
            reader(text)
        except values.ValueProblem:
            pass


@pytest.mark.parametrize(
    "text", ["javascript:alert(1)", "file:///etc/passwd", "http://", "https://a b.de", "//example.org", "http://[::1"]
)
def test_only_web_addresses_are_links(text: str) -> None:
    with pytest.raises(values.ValueProblem):
        values.read_url(text)


def test_an_address_without_scheme_gets_https() -> None:
    assert values.read_url("www.example.org/x") == "https://www.example.org/x"


@pytest.mark.parametrize("text", ["a@b", "a b@example.org", "a@example..org", "@example.org", "mailto:a@example.org"])
def test_what_is_no_mail_address_is_refused(text: str) -> None:
    with pytest.raises(values.ValueProblem):
        values.read_email(text)


@pytest.mark.parametrize(
    "text", ["baumkataster", "https://daten.example.org/dataset/baumkataster", "/dataset/baumkataster/?x=1"]
)
def test_a_dataset_is_named_by_name_or_address(text: str) -> None:
    assert values.dataset_reference(text) == "baumkataster"
