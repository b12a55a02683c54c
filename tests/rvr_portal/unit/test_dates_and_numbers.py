"""Dates and numbers in words."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.dates import format_date, parse_date
from ckanext.rvr_portal.domain.wording import format_bytes, format_number, readable


@pytest.mark.parametrize(
    ("value", "long", "short"),
    [
        ("2026-11-23", "23. November 2026", "23.11.2026"),
        ("2024", "2024", "2024"),
        ("2023-06", "Juni 2023", "06/2023"),
        ("9999-12-31", "ohne Ende", "ohne Ende"),
        ("2024-12-30", "30. Dezember 2024", "30.12.2024"),
        ("2024-12-30T23:30:00Z", "31. Dezember 2024", "31.12.2024"),
        ("2024-12-30T23:30:00", "30. Dezember 2024", "30.12.2024"),
        ("2024-12-30T23:30:00.123456", "31. Dezember 2024", "31.12.2024"),
        ("2021-01-28 GMT 01:51:03.34919300", "", ""),
        ("", "", ""),
    ],
)
def test_a_date_is_shown_as_precisely_as_it_is_known(value: str, long: str, short: str) -> None:
    assert format_date(value) == long
    assert format_date(value, long=False) == short


@pytest.mark.parametrize(("value", "iso"), [("23.11.2026", "2026-11-23"), ("6.2023", "2023-06"), (" 2024 ", "2024")])
def test_german_dates_become_iso(value: str, iso: str) -> None:
    found = parse_date(value)
    assert found is not None
    assert found.text == iso


@pytest.mark.parametrize("value", ["2024-13", "2024-02-30", "0000", "24", "heute", "2024-1-1", "2024-01-01T25:00"])
def test_what_is_no_date_is_none(value: str) -> None:
    assert parse_date(value) is None


@given(st.text(max_size=40))
def test_reading_a_date_never_fails_and_keeps_iso_text(text: str) -> None:
    found = parse_date(text)
    format_date(text)
    if found:
        again = parse_date(found.text)
        assert again == found


@given(st.datetimes(), st.booleans())
def test_every_day_is_read_back(moment, with_time: bool) -> None:
    found = parse_date(moment.isoformat() if with_time else moment.date().isoformat())
    assert found is not None
    assert found.first_day == moment.date()
    assert format_date(found.text)


def test_numbers_and_sizes_are_written_the_german_way() -> None:
    assert format_number(1234.5) == "1.234,5"
    assert format_number(1234567) == "1.234.567"
    assert format_number(1234.5, "en") == "1,234.5"
    assert format_number("x") == format_number(None) == ""
    assert format_bytes(1_234_567) == "1,2 MB"
    assert format_bytes("237000") == "237 KB"
    assert format_bytes(12) == "12 Byte"
    assert format_bytes(999_999) == "1 MB"
    assert format_bytes(-1) == format_bytes(None) == format_bytes("viel") == ""


def test_of_an_unknown_code_or_address_only_words_are_shown() -> None:
    assert readable("https://example.org/id/traffic-light") == "traffic light"
    assert readable("SOME_CODE") == "Some code"
    assert readable("http://data.europa.eu/bna/c_ac64a52d") == ""
    assert readable("Ein Satz bleibt.") == "Ein Satz bleibt."


@given(st.text(max_size=80), st.one_of(st.floats(), st.integers(), st.text(max_size=10)))
def test_words_are_found_without_failing(text: str, number) -> None:
    assert "://" not in readable("https://" + text) or "://" in text
    format_number(number)
    format_bytes(number)
