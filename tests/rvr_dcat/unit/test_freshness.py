"""Whether a dataset is as current as it promises."""

from __future__ import annotations

from datetime import date

import pytest

from ckanext.rvr_dcat.domain.freshness import due_on, last_day
from ckanext.rvr_portal.domain.vocabulary import load


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024", date(2024, 12, 31)), ("2024-02", date(2024, 2, 29)), ("2024-02-03", date(2024, 2, 3)),
        ("2024-02-03T10:00:00.5+02:00", date(2024, 2, 3)), ("9999", date(9999, 12, 31)),
    ],
)  # fmt: skip
def test_a_rough_date_counts_for_its_last_day(text: str, day: date) -> None:
    assert last_day(text) == day


@pytest.mark.parametrize("text", ["", "gestern", "2024-13", "2024-02-30", "12.2024", "0000"])
def test_what_is_no_date_is_none(text: str) -> None:
    assert last_day(text) is None


@pytest.mark.parametrize(
    ("frequency", "due"),
    [
        ("DAILY", date(2024, 2, 1)),
        ("1MIN", date(2024, 2, 1)),
        ("MONTHLY", date(2024, 2, 29)),
        ("ANNUAL", date(2025, 1, 31)),
    ],
)
def test_new_data_are_due_one_interval_after_the_last(frequency: str, due: date) -> None:
    assert due_on(frequency, date(2024, 1, 31)) == due


@pytest.mark.parametrize(
    "frequency", ["IRREG", "NEVER", "UNKNOWN", "AS_NEEDED", "NOT_PLANNED", "OTHER", None, "quatsch"]
)
def test_who_promises_nothing_is_never_late(frequency: str | None) -> None:
    assert due_on(frequency, date(2000, 1, 1)) is None


def test_a_date_at_the_end_of_the_calendar_is_never_late() -> None:
    assert due_on("ANNUAL", date(9999, 12, 31)) is None
    assert due_on("ANNUAL", None) is None


def test_every_regular_frequency_of_the_list_has_its_interval() -> None:
    silent = {"AS_NEEDED", "IRREG", "NEVER", "NOT_PLANNED", "OTHER", "UNKNOWN"}
    for term in load("frequency"):
        assert (due_on(term.key, date(2024, 1, 1)) is None) == (term.key in silent), term.key
