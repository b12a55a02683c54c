"""What a run asks of the workers."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from worker_process import running_worker, wait

ALONE = ["setsid"]
BESIDE_ANOTHER = ["setsid", "sh", "-c", '"$@"; true', "sh"]


@contextmanager
def _listening(number: int) -> Iterator[None]:
    """That many workers of the harvest's queue, as Redis knows them."""
    from ckan.lib import jobs
    from rq import Worker

    from ckanext.rvr_harvest import config

    workers = [Worker([jobs.get_queue(config.queue_name())]) for _ in range(number)]
    for worker in workers:
        worker.register_birth()
    try:
        yield
    finally:
        for worker in workers:
            worker.register_death()


def _waiting() -> list[str]:
    from ckan.lib import jobs

    from ckanext.rvr_harvest import config

    return [one for one in jobs.get_queue(config.queue_name()).job_ids if "-of-this-test-" in one]


@pytest.mark.parametrize(("workers", "expected"), [(0, 0), (1, 1), (2, 2)])
@pytest.mark.usefixtures("app")
def test_a_run_asks_for_no_more_help_than_there_are_workers_who_could_come(workers: int, expected: int) -> None:
    from ckanext.rvr_harvest import queue

    with _listening(workers):
        for number in range(4):
            queue.call_helper("run-of-this-test", number)
        assert len(_waiting()) == expected
        queue.call_helper("another-of-this-test", 0)
        queue.call_off_helpers("run-of-this-test")
        assert len(_waiting()) == min(workers, 1)
        queue.call_off_helpers("another-of-this-test")
    assert not _waiting()


@pytest.mark.usefixtures("app")
def test_a_job_of_a_worker_lets_visitors_go_first_and_a_call_from_elsewhere_stays_as_it_is() -> None:
    from ckan.lib import jobs
    from rq import Worker

    from ckanext.rvr_harvest.jobs import run

    before = os.getpriority(os.PRIO_PROCESS, 0)
    run("no-such-job")
    assert os.getpriority(os.PRIO_PROCESS, 0) == before != 10
    queue = jobs.get_queue("rvr_harvest-test")
    job = queue.enqueue(_priority_after_a_run)
    Worker([queue], connection=queue.connection).work(burst=True, logging_level="WARNING")
    assert job.return_value() == 10


def _priority_after_a_run() -> int:
    from ckanext.rvr_harvest.jobs import run

    run("no-such-job")
    return os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.parametrize(("launcher", "expected"), [(ALONE, 10), (BESIDE_ANOTHER, 0)])
@pytest.mark.usefixtures("app")
def test_a_worker_lowers_its_session_only_if_nothing_else_runs_in_it(
    launcher: list[str], expected: int, tmp_path: Path
) -> None:
    from ckan.lib import jobs

    name = f"rvr_harvest-{len(launcher)}"
    job = jobs.get_queue(name).enqueue("ckanext.rvr_harvest.jobs.run", "no-such-job")
    log = tmp_path / "worker.log"
    with running_worker(log, name, launcher=launcher) as worker:
        wait(worker, log, lambda: job.is_finished)
        assert _niceness_of_its_session(worker.pid) == expected


def _niceness_of_its_session(pid: int) -> int:
    """As Linux says it: "/autogroup-17 nice 10"; nothing is said of the machine's first session."""
    try:
        words = Path(f"/proc/{pid}/autogroup").read_text().split()
    except FileNotFoundError:
        words = []
    if not words:
        pytest.skip("this kernel does not share computing time out by sessions (autogroup)")
    return int(words[-1])
