"""When a source is due: by the clock on the wall, without drift, also when the clocks are changed."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_harvest.domain.plan import (
    DAYS,
    MANUAL,
    Plan,
    PlanError,
    from_frequency,
    next_due,
    own_time,
    parse_plan,
    read_window,
)

BERLIN = ZoneInfo("Europe/Berlin")
NIGHT = (time(1), time(5))
TWO = time(2)

times = st.builds(time, st.integers(0, 23), st.integers(0, 59))
plans = st.one_of(
    st.builds(Plan, st.just("daily"), st.just(0), st.none() | times),
    st.builds(Plan, st.just("weekly"), st.integers(0, 6), st.none() | times),
    st.builds(Plan, st.just("monthly"), st.integers(1, 31), st.none() | times),
)
naive = datetime(2000, 1, 1), datetime(2100, 1, 1)  # noqa: DTZ001 - Hypothesis adds the time zone
moments = st.datetimes(*naive, timezones=st.just(UTC))


def local(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BERLIN)  # type: ignore[misc]


def due(plan: Plan, after: datetime) -> datetime:
    found = next_due(plan, after, BERLIN, TWO)
    assert found is not None
    return found.astimezone(BERLIN)


@given(plans)
def test_a_plan_is_read_as_it_is_written(plan: Plan) -> None:
    assert parse_plan(str(plan)) == plan


@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("daily 02:15", Plan("daily", at=time(2, 15))),
        (" Weekly Monday 2:15 ", Plan("weekly", 0, time(2, 15))),
        ("monthly 31", Plan("monthly", 31)),
        ("manual", MANUAL),
    ],
)
def test_a_plan_has_a_plain_notation(text: str, plan: Plan) -> None:
    assert parse_plan(text) == plan


@pytest.mark.parametrize(
    "text", ["", "dayly", "daily 25:00", "daily 2", "weekly", "monthly 32", "manual 02:15", "1 2 3:4"]
)
def test_what_is_no_plan_is_told_with_an_example(text: str) -> None:
    with pytest.raises(PlanError) as told:
        parse_plan(text)
    assert "02:15" in told.value.sentence.de


@given(plans, moments)
def test_the_next_run_lies_ahead_at_the_planned_time_and_no_planned_moment_is_left_out(
    plan: Plan, after: datetime
) -> None:
    found = next_due(plan, after, BERLIN, TWO)
    assert found is not None
    assert found > after
    assert found.utcoffset() == timedelta(0)
    assert found - after <= {"daily": timedelta(hours=25), "weekly": timedelta(days=7, hours=1)}.get(
        plan.every, timedelta(days=31, hours=1)
    )
    there = found.astimezone(BERLIN)
    if plan.every == "weekly":
        assert there.weekday() == plan.day
    if plan.every == "monthly":
        assert there.day == plan.day or (there + timedelta(days=1)).day == 1
    # asking a moment earlier gives the same moment: nothing lies between
    assert next_due(plan, found - timedelta(microseconds=1), BERLIN, TWO) == found


@given(st.integers(2000, 2090), times)
def test_a_daily_plan_does_not_drift_in_a_year_and_leaves_no_day_out(year: int, at: time) -> None:
    plan = Plan("daily", at=at)
    runs = [due(plan, local(year, 1, 1) - timedelta(microseconds=1))]
    while runs[-1].year == year:
        runs.append(due(plan, runs[-1]))
    days = [run.date() for run in runs]
    assert all(later - earlier == timedelta(days=1) for earlier, later in pairwise(days))
    assert sum(run.time() != at for run in runs) <= 1  # the day on which the clocks skip an hour


def test_in_spring_a_time_that_does_not_exist_is_made_up_for_an_hour_later() -> None:
    plan = parse_plan("daily 02:15")
    assert due(plan, local(2026, 3, 28, 12)) == local(2026, 3, 29, 3, 15)
    assert due(plan, local(2026, 3, 29, 3, 15)) == local(2026, 3, 30, 2, 15)


def test_in_autumn_a_time_that_comes_twice_counts_once() -> None:
    plan = parse_plan("daily 02:15")
    first = due(plan, local(2026, 10, 24, 12))
    assert first.astimezone(UTC) == datetime(2026, 10, 25, 0, 15, tzinfo=UTC)
    assert due(plan, first) == local(2026, 10, 26, 2, 15)


def test_a_month_without_the_day_takes_its_last_one() -> None:
    assert due(parse_plan("monthly 31 02:15"), local(2027, 2, 1)) == local(2027, 2, 28, 2, 15)


def test_a_source_without_a_plan_is_never_due() -> None:
    assert next_due(MANUAL, datetime.now(UTC), BERLIN, TWO) is None


@given(st.uuids().map(str))
def test_the_own_time_of_a_source_lies_in_the_night_and_stays(source_id: str) -> None:
    found = own_time(source_id, NIGHT)
    assert time(1) <= found < time(5)
    assert own_time(source_id, NIGHT) == found
    over_midnight = own_time(source_id, read_window("22:30-01:00"))
    assert over_midnight >= time(22, 30) or over_midnight < time(1)


def test_sources_are_spread_over_the_night() -> None:
    found = {own_time(f"quelle-{number}", NIGHT).hour for number in range(40)}
    assert found == {1, 2, 3, 4}


def test_plans_are_told_in_words() -> None:
    at = time(3, 7)
    assert parse_plan("daily").words(at).de == "täglich um 03:07 Uhr"
    assert parse_plan("weekly thu 02:15").words(at).de == "jeden Donnerstag um 02:15 Uhr"
    assert parse_plan("monthly 1").words(at).en == "every month on day 1 at 03:07"
    assert len(DAYS) == 7


def test_a_frequency_of_ckanext_harvest_becomes_the_plan_that_comes_closest() -> None:
    assert [str(from_frequency(one)) for one in ("ALWAYS", "DAILY", "BIWEEKLY", "MONTHLY", "MANUAL", None)] == [
        "daily", "daily", "weekly mon", "monthly 1", "manual", "manual",
    ]  # fmt: skip
