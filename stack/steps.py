"""Shows what the stack does, step by step with times, and carries its one-sentence errors."""

from __future__ import annotations

import contextlib
import sys
import threading
import time
from collections.abc import Iterator

_print_lock = threading.Lock()


class StackError(Exception):
    """Something a person has to know: its text is one sentence without technical residue."""


def say(text: str = "") -> None:
    """Print a line on standard error, so that standard output stays with the command that is run."""
    with _print_lock:
        print(text, file=sys.stderr, flush=True)


@contextlib.contextmanager
def step(title: str, *, quiet_below: float = 0.0) -> Iterator[None]:
    """Show a finished step with its time in seconds; steps quicker than `quiet_below` stay silent."""
    start = time.monotonic()
    try:
        yield
    except BaseException:
        say(f"  ✗ {title}")
        raise
    seconds = time.monotonic() - start
    if seconds >= quiet_below:
        say(f"  ✓ {title:<58} {seconds:6.1f} s")


def in_parallel(*jobs: tuple[str, object]) -> None:
    """Run (title, callable) pairs at the same time and raise the first error after all have ended."""
    errors: list[BaseException] = []

    def work(title: str, job: object) -> None:
        try:
            with step(title, quiet_below=0.05):
                job()  # type: ignore[operator]
        except BaseException as error:  # handed to the caller below
            errors.append(error)

    threads = [threading.Thread(target=work, args=job, daemon=True) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]
