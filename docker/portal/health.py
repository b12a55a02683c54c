"""Health of a container: the web server answers, or the worker process lives."""

from __future__ import annotations

import sys
import urllib.request
from pathlib import Path


def first_process() -> str:
    """Command line of process 1, the one the container runs."""
    return Path("/proc/1/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")


def main() -> int:
    """0 if healthy."""
    if "gunicorn" not in first_process():
        return 0  # a worker or a command: its being alive is all there is to see from here
    with urllib.request.urlopen("http://127.0.0.1:5000/api/3/action/status_show", timeout=8) as answer:
        return 0 if answer.status == 200 else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except OSError as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
