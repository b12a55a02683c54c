"""Plans of sources, what starts them, and new sources that wait for a dry run."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

MakeSource = Callable[..., Any]


@pytest.fixture
def make_source(clean_db: None, clean_index: None) -> MakeSource:
    """Make a source of our kind and return its row in ckanext-harvest's table."""
    import ckan.plugins.toolkit as tk
    from ckan.tests import factories
    from ckanext.harvest.model import HarvestSource

    organization = factories.Organization(description="")["id"]

    def make(name: str = "quelle", **fields: Any) -> Any:
        data = {
            "name": name, "title": name.title(), "url": f"http://127.0.0.1:9/{name}", "source_type": "rvr_dcat_rdf",
            "owner_org": organization, **fields,
        }  # fmt: skip
        return HarvestSource.get(tk.get_action("harvest_source_create")(site(), data)["id"])

    return make


@pytest.fixture
def queue() -> Iterator[Any]:
    """The queue of the harvest, empty."""
    from ckan.lib import jobs

    found = jobs.get_queue("rvr_harvest")
    found.empty()
    yield found
    found.empty()


def site() -> Any:
    import ckan.plugins.toolkit as tk

    return {"user": tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"], "ignore_auth": True}


def call(action: str, **data: Any) -> Any:
    import ckan.plugins.toolkit as tk
    from ckan import model

    context: Any = {**site(), "model": model, "session": model.Session}
    return tk.get_action(action)(context, data)


def again(source: Any) -> Any:
    """The row as it is stored now."""
    from ckan import model
    from ckanext.harvest.model import HarvestSource

    source_id = source.id
    model.Session.remove()
    return HarvestSource.get(source_id)


def test_the_plan_of_the_form_is_kept_in_the_settings_and_the_stock_timetable_left_empty(
    make_source: MakeSource,
) -> None:
    source = make_source(plan_every="weekly", plan_weekday="thu", plan_time="02:15", config='{"themes": ["a"]}')
    assert json.loads(source.config) == {"themes": ["a"], "plan": "weekly thu 02:15"}
    assert source.frequency == "MANUAL"
    due = source.next_run.replace(tzinfo=UTC)
    assert due > datetime.now(UTC)
    assert due.weekday() == 3


def test_a_changed_plan_moves_the_next_run_and_an_unchanged_one_does_not(make_source: MakeSource) -> None:
    source = make_source(plan_every="daily", plan_time="02:15")
    before = source.next_run
    shown = call("harvest_source_show", id=source.id)
    call("harvest_source_update", **shown)
    assert again(source).next_run == before
    call("harvest_source_patch", id=source.id, config='{"plan": "daily 14:30"}')
    assert again(source).next_run != before
    call("harvest_source_patch", id=source.id, config='{"plan": "manual"}')
    assert again(source).next_run is None


def test_a_frequency_of_ckanext_harvest_becomes_a_plan_and_its_own_clock_starts_nothing(
    make_source: MakeSource, queue: Any
) -> None:
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    source = make_source(frequency="DAILY")
    assert json.loads(source.config) == {"plan": "daily"}
    old = make_source("alt")
    old.frequency = "ALWAYS"  # as it was stored before there were plans
    old.config = ""
    old.save()
    call("harvest_jobs_run")
    assert model.Session.query(HarvestJob).count() == 0
    assert json.loads(again(old).config) == {"plan": "daily"}
    assert again(old).frequency == "MANUAL"


@pytest.mark.parametrize("fields", [{"plan_every": "daily", "plan_time": "25:00"}, {"config": '{"plan": "sometimes"}'}])
def test_a_plan_that_cannot_be_read_is_told_at_its_field(make_source: MakeSource, fields: dict[str, str]) -> None:
    import ckan.plugins.toolkit as tk

    with pytest.raises(tk.ValidationError) as told:
        make_source(**fields)
    assert "02:15" in str(told.value.error_dict["plan_time"])


def test_the_same_address_at_another_time_is_no_new_source(make_source: MakeSource) -> None:
    import ckan.plugins.toolkit as tk

    make_source(plan_every="daily")
    with pytest.raises(tk.ValidationError) as told:
        make_source("zweite", url="http://127.0.0.1:9/quelle", plan_every="weekly", plan_weekday="mon")
    assert "url" in told.value.error_dict
    make_source("dritte", url="http://127.0.0.1:9/quelle", config='{"organizations": ["moers"]}')


def test_another_time_does_not_make_all_records_be_read_anew(make_source: MakeSource) -> None:
    from ckanext.rvr_harvest.source import Source

    source = make_source(plan_every="daily", config='{"a": 1}')
    before = Source.load(source)
    call("harvest_source_patch", id=source.id, config='{"plan": "weekly mon", "a": 1}')
    assert Source.load(again(source)).mapping == before.mapping
    assert before.options == {"a": 1}
    call("harvest_source_patch", id=source.id, config='{"plan": "weekly mon", "a": 2}')
    assert Source.load(again(source)).mapping != before.mapping


def test_a_source_starts_when_it_is_due_and_missed_runs_are_made_up_for_once(
    make_source: MakeSource, queue: Any
) -> None:
    from ckanext.rvr_harvest.schedule import tick

    source = make_source(plan_every="daily", plan_time="02:15")
    make_source("von-hand")
    due = source.next_run.replace(tzinfo=UTC)
    assert tick(due - timedelta(seconds=1)).started == []
    three_days_late = due + timedelta(days=3, hours=1)
    assert tick(three_days_late).started == ["quelle"]
    assert len(queue.job_ids) == 1
    following = again(source).next_run.replace(tzinfo=UTC)
    assert three_days_late < following <= three_days_late + timedelta(days=1, hours=1)
    assert tick(three_days_late + timedelta(minutes=1)).started == []
    assert len(queue.job_ids) == 1


def test_a_source_that_is_still_being_harvested_is_not_started_twice(make_source: MakeSource, queue: Any) -> None:
    from ckan import model
    from ckanext.harvest.model import HarvestJob

    from ckanext.rvr_harvest.schedule import tick

    source = make_source(plan_every="daily")
    due = source.next_run.replace(tzinfo=UTC)
    assert tick(due).started == ["quelle"]
    assert tick(due + timedelta(days=1, hours=2)).started == []
    assert model.Session.query(HarvestJob).count() == 1


def test_a_tick_that_was_cut_off_half_way_is_finished_by_the_next(make_source: MakeSource, queue: Any) -> None:
    from ckanext.rvr_harvest.schedule import tick

    source = make_source(plan_every="daily")
    call("harvest_job_create", source_id=source.id, run=False)
    assert tick(source.next_run.replace(tzinfo=UTC)).started == ["quelle"]
    assert len(queue.job_ids) == 1


def test_of_two_ticks_at_once_one_does_nothing(make_source: MakeSource, queue: Any) -> None:
    from ckanext.rvr_harvest import schedule

    source = make_source(plan_every="daily")
    due = source.next_run.replace(tzinfo=UTC)
    with schedule._alone() as alone:
        assert alone
        assert schedule.tick(due).busy
    assert schedule.tick(due).started == ["quelle"]


def test_a_source_that_cannot_start_does_not_stop_the_others(
    make_source: MakeSource, queue: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.rvr_harvest import schedule

    bad = make_source("a-kaputt", plan_every="daily", plan_time="02:00").id
    due = make_source("b-gut", plan_every="daily", plan_time="02:01").next_run.replace(tzinfo=UTC)
    start = schedule._start

    def switched_off_meanwhile(source_id: str, now: datetime) -> bool:
        if source_id == bad:
            raise tk.ValidationError({"source_id": ["switched off"]})
        return start(source_id, now)

    monkeypatch.setattr(schedule, "_start", switched_off_meanwhile)
    done = schedule.tick(due + timedelta(days=1))
    assert (done.started, done.failed) == (["b-gut"], ["a-kaputt"])


def test_others_hear_of_each_tick_and_cannot_stop_it(make_source: MakeSource, queue: Any) -> None:
    from ckanext.rvr_harvest.schedule import TICKED, tick

    heard: list[datetime] = []

    def fails(_sender: Any, now: datetime) -> None:
        raise RuntimeError

    def listens(_sender: Any, now: datetime) -> None:
        heard.append(now)

    moment = datetime(2026, 11, 23, 1, tzinfo=UTC)
    with TICKED.connected_to(fails), TICKED.connected_to(listens):
        tick(moment)
    assert heard == [moment]


def test_the_clock_keeps_running_and_ends_when_it_is_told_to(clean_db: None) -> None:
    command = [sys.executable, "-c", "from ckan.cli.cli import ckan; ckan()"]
    with subprocess.Popen(
        [*command, "-c", os.environ["CKAN_INI"], "rvr-harvest", "tick", "--watch", "600"],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
    ) as process:  # fmt: skip
        assert process.stdout is not None
        for line in process.stdout:
            if "Sekunden" in line:
                break
        process.terminate()
        said = process.stdout.read()
        assert process.wait(timeout=60) == 0, said
    assert "Beendet." in said


# New sources -------------------------------------------------------------------------------------


@pytest.fixture
def new_source(make_source: MakeSource) -> Any:
    return make_source("neu", config='{"trial": true, "plan": "daily 02:15"}')


def _dry_run(source_id: str) -> None:
    from ckan import model

    from ckanext.rvr_harvest.model import HarvestRun

    now = datetime.now(UTC).replace(tzinfo=None)
    model.Session.add(
        HarvestRun(id="probe", source_id=source_id, job_id="", started=now, finished=now, status="complete", kind="dry")
    )
    model.Session.commit()


def test_a_new_source_is_left_alone_until_a_dry_run_was_looked_at(new_source: Any, queue: Any) -> None:
    import ckan.plugins.toolkit as tk

    from ckanext.rvr_harvest.schedule import tick

    tomorrow = datetime.now(UTC) + timedelta(days=2)
    assert tick(tomorrow).started == []
    with pytest.raises(tk.ValidationError, match=r"dry run|Probelauf"):
        call("harvest_job_create", source_id=new_source.id)
    with pytest.raises(tk.ValidationError, match=r"dry run|Probelauf"):
        call("rvr_harvest_source_activate", id="neu")
    assert queue.job_ids == []
    _dry_run(new_source.id)
    assert tick(tomorrow).started == []
    assert call("rvr_harvest_source_activate", id="neu")["next_run"]
    assert json.loads(again(new_source).config) == {"plan": "daily 02:15"}
    assert tick(tomorrow).started == ["neu"]


def test_editing_a_new_source_does_not_switch_it_on(new_source: Any) -> None:
    call("harvest_source_patch", id="neu", config='{"plan": "daily"}')
    assert json.loads(again(new_source).config) == {"plan": "daily", "trial": True}
    call("harvest_source_patch", id="neu", config="", plan_every="manual")
    assert json.loads(again(new_source).config) == {"plan": "manual", "trial": True}


def test_a_source_is_switched_on_by_those_who_may_change_it(new_source: Any, app: Any) -> None:
    from ckan.tests import factories

    _dry_run(new_source.id)
    stranger = {"Authorization": factories.UserWithToken()["token"]}
    path = "/api/action/rvr_harvest_source_activate"
    assert app.post(path, json={"id": "neu"}, headers=stranger, expect_errors=True).status_code == 403
    operator = {"Authorization": factories.SysadminWithToken()["token"]}
    assert app.post(path, json={"id": "neu"}, headers=operator).json["result"]["name"] == "neu"
