"""A real `ckan jobs worker`, as operators start it, for tests that need one."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

SECONDS = 120


@contextmanager
def running_worker(log: Path, *queues: str, launcher: Sequence[str] = ()) -> Iterator[subprocess.Popen[bytes]]:
    """A worker process of these queues, of CKAN's own if none is named; it is killed at the end.

    :param log: file for what it prints
    :param launcher: words before the command, as of a program that starts it
    """
    command = [*launcher, "ckan", "-c", os.environ["CKAN_INI"], "jobs", "worker", "--no-scheduler", *queues]
    with log.open("wb") as stream:
        # the site's id as in test.ini: it is a part of the queue's name
        environment = {**os.environ, "CKAN_SITE_ID": "test"}
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """As a machine that fails: the process and all that it started end at once."""
    children = _descendants(process.pid)
    process.kill()
    for child in children:
        with suppress(OSError):
            os.kill(child, signal.SIGKILL)
    process.wait()


def _descendants(pid: int) -> list[int]:
    """Nearest first: one that ends before its child cannot notice that the child ended."""
    try:
        children = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []
    return children + [one for child in children for one in _descendants(child)]


def wait(process: subprocess.Popen[bytes], log: Path, is_so: Callable[[], object]) -> None:
    """Wait until something is so, at most SECONDS, and no longer than the worker lives."""
    for _turn in range(SECONDS * 50):
        if is_so():
            return
        with suppress(subprocess.TimeoutExpired):
            process.wait(0.02)
            break
    assert is_so(), log.read_text()[-3000:]
