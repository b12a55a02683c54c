"""What a run asks of the workers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest


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
