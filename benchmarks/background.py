"""Workers for background jobs beside a measurement, and the largest memory of processes while they work."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from frame import HERE

__all__ = ["QUEUE", "Peaks", "background_workers", "cpu_seconds", "watched"]

QUEUE = "rvr_harvest"
_SECONDS_TO_START = 120


@contextmanager
def background_workers(ini: Path, number: int, listening: Callable[[], int]) -> Iterator[list[int]]:
    """As many workers as in operation (`ckan jobs worker rvr_harvest`), each a process of its own; their process ids.

    :param listening: tells how many workers listen to the queue, e.g. by a call of `harvest_site:listening`
    """
    before = listening()
    command = [str(Path(sys.executable).with_name("ckan")), "-c", str(ini), "jobs", "worker", QUEUE]
    log = ini.with_name("bench-workers.log")
    with open(log, "ab") as stream:
        workers = [
            subprocess.Popen(command, cwd=HERE.parent, stdout=stream, stderr=stream, start_new_session=True)
            for _ in range(number)
        ]
    try:
        end = time.monotonic() + _SECONDS_TO_START
        while listening() < before + number:
            if time.monotonic() > end or any(worker.poll() is not None for worker in workers):
                raise SystemExit(f"The workers for background jobs did not start; their log: {log}")
            time.sleep(0.5)
        yield [worker.pid for worker in workers]
    finally:
        for worker in workers:
            _end(worker)


def _end(worker: subprocess.Popen[bytes]) -> None:
    """End a worker at rest; one that is still busy is ended with its child, by force."""
    worker.terminate()
    try:
        worker.wait(timeout=10)
    except subprocess.TimeoutExpired:
        with suppress(ProcessLookupError):
            os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()


class Peaks:
    """Largest memory (MB) that a process or one of its children has held at a time; by name."""

    def __init__(self, pids: Mapping[str, int]) -> None:
        self._pids = dict(pids)
        self._peaks = dict.fromkeys(pids, 0.0)

    def __getitem__(self, name: str) -> float:
        return round(self._peaks[name], 1)

    @property
    def cpu(self) -> float:
        """Computing time (s) of all processes so far."""
        return sum(map(cpu_seconds, self._pids.values()))

    def look(self) -> None:
        """Look once. What the kernel tells of a process is its largest memory so far, not that of now."""
        for name, pid in self._pids.items():
            found = [_largest(one) for one in (pid, *_children(pid))]
            self._peaks[name] = max(self._peaks[name], *found)


@contextmanager
def watched(pids: Mapping[str, int], seconds: float = 0.5) -> Iterator[Peaks]:
    """Look at processes every so many seconds within this block, and at its end."""
    peaks, over = Peaks(pids), threading.Event()

    def watch() -> None:
        while not over.wait(seconds):
            peaks.look()

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        over.set()
        thread.join()
        peaks.look()


def cpu_seconds(pid: int) -> float:
    """Computing time (s) of a process and of those children of its that have ended."""
    fields = Path(f"/proc/{pid}/stat").read_text("ascii", "replace").rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def _largest(pid: int) -> float:
    """VmHWM in MB; 0 for a process that is gone."""
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text("ascii", "replace").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0


def _children(pid: int) -> list[int]:
    with suppress(OSError):
        return [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text("ascii").split()]
    return []
