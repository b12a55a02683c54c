"""The clock has a worker count points and ask addresses."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index")

NIGHT = datetime(2026, 11, 23, 1, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.fixture
def queue() -> Iterator[Any]:
    """The queue of the workers, empty."""
    from ckan.lib import jobs

    found = jobs.get_queue()
    found.empty()
    yield found
    found.empty()


def tick(now: datetime) -> None:
    """What `ckan rvr-harvest tick` does, at a moment."""
    from ckanext.rvr_harvest import schedule

    schedule.tick(now)


def waiting(queue: Any) -> list[str]:
    return sorted(one.rpartition("-")[0] for one in queue.job_ids)


def work() -> None:
    from ckan import model
    from ckan.lib import jobs

    jobs.Worker(["default"]).work(burst=True)
    model.Session.remove()


def test_by_day_points_are_counted_and_by_night_addresses_asked_as_well(app: Any, queue: Any) -> None:
    tick(NOON)
    assert waiting(queue) == ["rvr_dcat-points"]
    queue.empty()
    tick(NIGHT + timedelta(days=1))
    assert waiting(queue) == ["rvr_dcat-addresses", "rvr_dcat-points"]


def test_what_waits_already_is_not_asked_for_twice(app: Any, queue: Any) -> None:
    for minutes in (0, 1, 40):
        tick(NIGHT + timedelta(minutes=minutes))
    assert waiting(queue) == ["rvr_dcat-addresses", "rvr_dcat-points"]


def test_points_are_counted_again_after_the_minutes_of_the_settings(app: Any, queue: Any) -> None:
    tick(NOON)
    queue.empty()
    tick(NOON + timedelta(minutes=14))
    assert waiting(queue) == []
    tick(NOON + timedelta(minutes=15))
    assert waiting(queue) == ["rvr_dcat-points"]


def test_a_worker_does_both_and_then_there_is_nothing_to_ask(app: Any, queue: Any, web: Any, make_dataset: Any) -> None:
    from ckan.tests.helpers import call_action

    from ckanext.rvr_dcat.links import may_be_due

    web.routes = {"/a.csv": (200, {})}
    make_dataset(resources=[{"url": web.url + "/a.csv", "format": "CSV"}])
    tick(NIGHT)
    work()
    answer = call_action("rvr_dcat_quality_show", {"user": "", "ignore_auth": False})
    assert answer["datasets"] == 1
    assert [command for command, _path in web.seen] == ["HEAD"]
    now = datetime.now(UTC).replace(tzinfo=None)
    assert not may_be_due(now)
    assert may_be_due(now + timedelta(hours=1))


def test_a_server_that_asked_for_a_pause_has_it_from_all_runs_of_a_night(app: Any, web: Any, make_dataset: Any) -> None:
    from ckanext.rvr_dcat.links import check_links
    from ckanext.rvr_portal.http import HttpDoor

    web.routes = {"/a": (429, {"Retry-After": "3600"}), "/b": (429, {"Retry-After": "3600"})}
    make_dataset(resources=[{"url": web.url + path} for path in web.routes])
    start = NIGHT.replace(tzinfo=None)
    seen = []
    with HttpDoor(allow_local=True, retries=0) as door:
        for minutes in (0, 5, 59, 60):
            check_links(door=door, now=lambda minutes=minutes: start + timedelta(minutes=minutes))
            seen.append(len(web.seen))
    assert seen == [1, 1, 1, 2]


def test_a_run_that_has_no_time_left_says_so_and_the_next_goes_on(app: Any, web: Any, make_dataset: Any) -> None:
    from ckanext.rvr_dcat.links import check_links, may_be_due
    from ckanext.rvr_portal.http import HttpDoor

    web.routes = {f"/{number}": (200, {}) for number in range(3)}
    make_dataset(resources=[{"url": web.url + path} for path in web.routes])
    with HttpDoor(allow_local=True, retries=0) as door:
        done = check_links(door=door, seconds=0)
        assert (done.over, web.seen) == (True, [])
        assert may_be_due(datetime.now(UTC).replace(tzinfo=None))
        assert check_links(door=door, seconds=60).outcomes == {"ok": 3}


@pytest.mark.ckan_config("ckanext.rvr_dcat.night", "nachts")
def test_a_wrong_night_does_not_stop_the_clock_of_the_harvest(app: Any, queue: Any) -> None:
    tick(NIGHT)
    assert waiting(queue) == ["rvr_dcat-points"]


def test_the_one_command_for_cron_has_points_counted(app: Any, cli: Any, queue: Any) -> None:
    from ckanext.rvr_harvest.cli import rvr_harvest

    result = cli.invoke(rvr_harvest, ["tick"])
    assert result.exit_code == 0, result.output
    assert "rvr_dcat-points" in waiting(queue)
