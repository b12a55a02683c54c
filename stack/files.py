"""Small file helpers: whole-or-nothing writes, locks, hashes."""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Iterator
from pathlib import Path

from steps import say


def write_whole(path: Path, text: str, mode: int = 0o644) -> None:
    """Write a file so that readers see the old or the new content, never half of it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        stream.write(text)
    os.chmod(temporary, mode)
    os.replace(temporary, path)


def read_json(path: Path) -> dict[str, object]:
    """Return the object in a JSON file, or an empty one when it is missing or broken."""
    try:
        value = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return value if isinstance(value, dict) else {}


def write_json(path: Path, value: dict[str, object], mode: int = 0o600) -> None:
    """Write an object as JSON, whole or not at all."""
    write_whole(path, json.dumps(value, indent=2, sort_keys=True) + "\n", mode)


def hash_files(paths: Iterable[Path], extra: str = "") -> str:
    """Return a short hash over names and contents of files."""
    digest = hashlib.sha256(extra.encode())
    for path in sorted(paths):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def remove_tree(path: Path) -> None:
    """Remove a folder, a link or a file, if it is there."""
    if path.is_symlink() or path.is_file():
        path.unlink()
    elif path.exists():
        shutil.rmtree(path)


@contextlib.contextmanager
def locked(path: Path, what: str) -> Iterator[None]:
    """Hold an exclusive lock file; say that one waits when somebody else holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    # close-on-exec (the default) lets services started meanwhile not inherit the lock
    with open(path, "w", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say(f"  … waiting for another command that works on {what}")
            fcntl.flock(stream, fcntl.LOCK_EX)
        yield
