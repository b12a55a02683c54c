"""Imports done by a real `ckan jobs worker`, also by one that is killed."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from ckan.lib.jobs import get_queue
from ckan.tests import helpers
from sheet_steward import Steward, age, everything, show
from worker_process import kill, running_worker, wait

from ckanext.rvr_portal.sheets import jobs, runs, store
from ckanext.rvr_portal.sheets.columns import all_columns
from ckanext.rvr_portal.sheets.table import write_table

pytestmark = pytest.mark.usefixtures("with_plugins")

# many enough that a busy machine still finds the worker in the middle
DATASETS = 50


@pytest.fixture
def steward(clean_db: None, clean_index: None) -> Iterator[Steward]:
    get_queue().empty()  # what other tests have asked for
    yield Steward()
    get_queue().empty()


def _upload(steward: Steward, number: int) -> str:
    """Import new datasets through the action, which asks for a worker."""
    rows = [{"title": f"Satz {n}", "resource.url": f"https://example.org/{n}.csv"} for n in range(number)]
    columns = [column for column in all_columns() if column.key in rows[0]]
    data = write_table("xlsx", columns, rows, "de", explained=False)
    return runs.start_import(steward.object, steward.organization["id"], "neu.xlsx", data, "de").id


def test_a_real_worker_checks_and_writes(steward: Steward, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    run_id = _upload(steward, 3)
    with running_worker(log) as process:
        wait(process, log, lambda: steward.shown(run_id)["state"] == "checked")
        assert steward.shown(run_id)["actions"]["create"] == 3
        helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run_id)
        wait(process, log, lambda: steward.shown(run_id)["state"] == "done")
    run = steward.shown(run_id)
    assert run["outcomes"]["created"] == 3
    assert show(run["items"][0]["id"])["title"] == "Satz 0"
    assert helpers.call_action("package_search", q="title:Satz")["count"] == 3


def test_what_a_killed_worker_was_writing_is_done_by_the_next_one_and_nothing_twice(
    steward: Steward, tmp_path: Path
) -> None:
    log = tmp_path / "worker.log"
    run_id = _upload(steward, DATASETS)
    jobs.check(run_id)
    get_queue().empty()
    before = everything()
    helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run_id)
    with running_worker(log) as process:
        wait(process, log, lambda: 3 <= store.progress(run_id)[0] < DATASETS)
        kill(process)
    assert everything() == before, "the worker was killed in the middle, and some of its work is there"
    age(run_id)
    assert steward.shown(run_id)["state"] == "lost"
    with running_worker(log) as process:
        runs.TICKED.send(None, now=datetime.now(UTC))
        wait(process, log, lambda: steward.shown(run_id)["state"] in ("done", "failed"))
    run = steward.shown(run_id)
    assert (run["state"], run["outcomes"]["created"]) == ("done", DATASETS), run["reason"]
    found = helpers.call_action("package_search", fq=f"owner_org:{steward.organization['id']}", rows=0)
    assert found["count"] == DATASETS


def test_a_job_that_dies_is_taken_up_again_by_the_same_worker(steward: Steward, tmp_path: Path) -> None:
    log = tmp_path / "worker.log"
    run_id = _upload(steward, DATASETS)
    with running_worker(log) as process:
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        wait(process, log, lambda: 3 <= store.progress(run_id)[0] < DATASETS and children.read_text())
        for child in children.read_text().split():
            os.kill(int(child), signal.SIGKILL)
        age(run_id)
        wait(process, log, lambda: steward.shown(run_id)["state"] == "lost")
        helpers.call_action("rvr_portal_sheet_run_retry", steward.context(), id=run_id)
        wait(process, log, lambda: steward.shown(run_id)["state"] == "checked")
    assert steward.shown(run_id)["actions"]["create"] == DATASETS
