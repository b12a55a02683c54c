"""When something has its time."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import pytest

from ckanext.rvr_dcat.domain.clock import read_night, within, worth

NOW = datetime(2026, 11, 23, 2)  # noqa: DTZ001 - the database keeps UTC without an offset


@pytest.mark.parametrize(
    ("night", "inside", "outside"),
    [
        ("22:00-06:00", ["22:00", "23:59", "00:00", "05:59"], ["06:00", "12:00", "21:59"]),
        ("1:30 - 5:00", ["01:30", "04:59"], ["01:29", "05:00", "23:00"]),
        ("00:00-00:00", ["00:00", "12:00", "23:59"], []),
    ],
)
def test_a_night_may_go_over_midnight(night: str, inside: list[str], outside: list[str]) -> None:
    found = read_night(night)
    assert all(within(time.fromisoformat(text), found) for text in inside)
    assert not any(within(time.fromisoformat(text), found) for text in outside)


@pytest.mark.parametrize(
    "text", ["", "nachts", "22:00", "24:00-06:00", "22:60-06:00", "22:00-06:00-07:00", "２２:00-06:00"]
)
def test_a_night_that_cannot_be_read_is_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="22:00-06:00"):
        read_night(text)


def test_something_is_worth_it_again_after_so_many_minutes_or_when_the_clock_was_set_back() -> None:
    assert worth(None, NOW, 15)
    assert not worth(NOW - timedelta(minutes=14), NOW, 15)
    assert worth(NOW - timedelta(minutes=15), NOW, 15)
    assert worth(NOW + timedelta(minutes=1), NOW, 15)
