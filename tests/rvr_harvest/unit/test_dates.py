from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.dates import is_iso, mend_date


@pytest.mark.parametrize(
    ("came", "meant"),
    [
        ("2021-01-28 GMT 01:51:03.34919300", "2021-01-28T01:51:03+00:00"),
        ("2024", "2024"),
        ("2024-06", "2024-06"),
        ("2024-06-30", "2024-06-30"),
        ("2024-06-30T12:00:00", "2024-06-30T12:00:00"),
        ("2024-06-30T12:00:00Z", "2024-06-30T12:00:00Z"),
        ("2024-06-30 12:00", "2024-06-30 12:00"),
        ("2024-06-30Z", "2024-06-30"),
        ("2024-06-30+02:00", "2024-06-30"),
        ("30.06.2024", "2024-06-30"),
        ("3.6.2024 8:15 Uhr", "2024-06-03T08:15:00"),
        ("2024/6/30", "2024-06-30"),
        ("20240630", "2024-06-30"),
        ("30. Juni 2024", "2024-06-30"),
        ("Juni 2024", "2024-06"),
        ("9999-01-01", "9999-01-01"),
    ],
)
def test_dates_as_portals_write_them_are_read(came: str, meant: str) -> None:
    assert mend_date(came) == meant


@pytest.mark.parametrize("came", ["", "gestern", "31.02.2024", "2024-13-01", "12345678901", "2024-06-31", "<b>"])
def test_what_is_no_date_is_none(came: str) -> None:
    assert mend_date(came) is None


@given(st.text(max_size=60))
def test_any_text_gives_a_date_or_none_and_never_an_error(text: str) -> None:
    mended = mend_date(text)
    assert mended is None or is_iso(mended)


@given(st.dates())
def test_every_day_written_the_german_way_is_found(day) -> None:
    assert mend_date(f"{day.day:02d}.{day.month:02d}.{day.year:04d}") == day.isoformat()
