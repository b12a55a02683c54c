"""Background processes with pid files, ports and waiting."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import time
import zlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from steps import StackError

LOOPBACK = "127.0.0.1"
_FIRST_PORT, _PORTS = 20000, 9000


def port_is_free(port: int) -> bool:
    """Tell whether nobody listens on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def port_answers(port: int) -> bool:
    """Tell whether somebody accepts connections on a loopback port."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.settimeout(1)
        return probe.connect_ex((LOOPBACK, port)) == 0


def choose_port(seed: str, taken: set[int]) -> int:
    """Return a free port below the range the kernel hands out, the same for the same seed if possible."""
    start = zlib.crc32(seed.encode())
    for offset in range(_PORTS):
        port = _FIRST_PORT + (start + offset) % _PORTS
        if port not in taken and port_is_free(port):
            return port
    raise StackError("No free port was found between 20000 and 29000.")


def running_pid(pid_file: Path, word: str) -> int | None:
    """Return the pid in a pid file if that process lives and its command line holds `word`."""
    try:
        pid = int(pid_file.read_text(encoding="ascii").split()[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        state = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()[0]
    except (OSError, ValueError, IndexError):
        return None
    # a recycled pid belongs to something else; a zombie does not run any more;
    # a server that is just giving itself another title has none for a moment
    return pid if (word in command or not command.strip()) and state not in "ZX" else None


def end_strays(word: str, keep: int | None = None) -> None:
    """End processes of ours with `word` in the command line that no pid file knows: their starter was killed."""
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit() and int(folder.name) not in {keep, os.getpid()}:
            with contextlib.suppress(OSError):
                if word in (folder / "cmdline").read_bytes().decode(errors="replace"):
                    os.kill(int(folder.name), signal.SIGKILL)


def start_background(argv: Sequence[str], *, log: Path, pid_file: Path, env: Mapping[str, str], cwd: Path) -> int:
    """Start a process in a session of its own and note its pid."""
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "ab") as stream:
        process = subprocess.Popen(
            list(argv),
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=stream,
            env=dict(env),
            cwd=cwd,
            start_new_session=True,
        )
    pid_file.write_text(f"{process.pid}\n", encoding="ascii")
    return process.pid


def stop(pid_file: Path, word: str, *, seconds: float = 15, sig: signal.Signals = signal.SIGTERM) -> bool:
    """End the process of a pid file, by force when it does not end in time; tell whether it ran."""
    pid = running_pid(pid_file, word)
    if pid is not None:
        _signal(pid, sig)
        if not wait_for(lambda: running_pid(pid_file, word) is None, seconds, pause=0.05):
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)
            wait_for(lambda: running_pid(pid_file, word) is None, 5, pause=0.05)
    with contextlib.suppress(FileNotFoundError):
        pid_file.unlink()
    return pid is not None


def wait_for(condition: Callable[[], bool], seconds: float, pause: float = 0.1) -> bool:
    """Wait until a condition holds; tell whether it did in time."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(pause)
    return condition()


def last_lines(log: Path, count: int = 12) -> str:
    """Return the closing lines of a log file, for error messages."""
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-count:])
    except OSError:
        return ""


def _signal(pid: int, sig: signal.Signals) -> None:
    try:
        os.kill(pid, sig)
    except ProcessLookupError:
        pass
    except PermissionError:
        raise StackError(f"Process {pid} was started by another user; please stop it as that user.") from None
