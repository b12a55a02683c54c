"""A real `ckan jobs worker`, as operators start it, for tests that need one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS = 120


@contextmanager
def running_worker(log: Path, *queues: str, own_session: bool = False) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process of these queues, of CKAN's own if none is named; it is killed at the end.

    :param log: file for what it prints
    :param own_session: whether it is the only process of its session, as a service is
    """
    command = ["ckan", "-c", os.environ["CKAN_INI"], "jobs", "worker", "--no-scheduler", *queues]
    with log.open("wb") as stream:
        # the site's id as in test.ini: it is a part of the queue's name
        environment = {**os.environ, "CKAN_SITE_ID": "test"}
        process = subprocess.Popen(
            command, env=environment, stdout=stream, stderr=stream, start_new_session=own_session
        )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine that fails: the worker and the process that does its job end at once."""
    with suppress(OSError):
        for child in Path(f"/proc/{process.pid}/task/{process.pid}/children").read_text().split():
            os.kill(int(child), signal.SIGKILL)
    process.kill()
    process.wait()


def wait(process: subprocess.Popen[bytes], log: Path, is_so: Callable[[], object]) -> None:
    """Wait until something is so, at most SECONDS, and no longer than the worker lives."""
    for _turn in range(SECONDS * 50):
        if is_so():
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            break
    assert is_so(), log.read_text()[-3000:]
