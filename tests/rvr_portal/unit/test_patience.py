"""How long another server is left alone."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.patience import Pace, asked_pause

NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("header", "body", "seconds"),
    [
        ("7", b"", 7), ("0", b"", 0), ("Mon, 23 Nov 2026 12:01:00 GMT", b"", 60), ("Mon, 23 Nov 2026 11:00:00 GMT", b"", 0),
        ("9" * 40, b"", 366 * 86_400), ("", b"", None), ("-3", b"", None), ("bald", b"", None), ("\u00b2", b"", None),
        ("", b'{"reset_time": "2026-11-23T13:00:00Z"}', 3600), ("", b'{"reset_time": "2026-11-23T13:00:00"}', 3600),
        ("", b'{"reset_time": "2026-11-23T15:00:00+02:00"}', 3600), ("5", b'{"reset_time": "2026-11-24T00:00:00Z"}', 5),
        ("", b'{"reset_time": null}', None), ("", b'{"reset_time": "morgen"}', None), ("", b"[1]", None),
        ("", b"[" * 16_000, None), ("", b"\xff\xfe<html>", None),
    ],
)  # fmt: skip
def test_a_pause_is_read_from_header_or_body(header: str, body: bytes, seconds: float | None) -> None:
    assert asked_pause({"retry-after": header}, body, NOW) == seconds


@given(st.text(), st.binary())
def test_whatever_a_server_says_about_pauses_is_survived(header: str, body: bytes) -> None:
    pause = asked_pause({"retry-after": header}, body, NOW)
    assert pause is None or 0 <= pause <= 366 * 86_400


@given(st.lists(st.floats(min_value=0, max_value=0.5), min_size=2, max_size=60), st.integers(min_value=1, max_value=20))
def test_no_host_is_asked_more_often_than_the_pace_allows(gaps: list[float], per_second: int) -> None:
    pace, now, starts = Pace(per_second), 0.0, []
    for gap in gaps:
        now += gap
        now += pace.wait("portal.example", now)
        starts.append(now)
    assert all(later - sooner >= 1 / per_second - 1e-9 for sooner, later in pairwise(starts))


def test_hosts_do_not_wait_for_each_other_and_no_limit_is_none() -> None:
    pace = Pace(1)
    assert [pace.wait("a.example", 0.0), pace.wait("b.example", 0.0), pace.wait("a.example", 0.0)] == [0, 0, 1]
    assert [Pace(0).wait("a.example", 0.0) for _ in range(3)] == [0, 0, 0]
