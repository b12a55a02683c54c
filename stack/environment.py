"""The Python environments `.stack/venv` and `.stack/peers-venv`, made from the committed lock files."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from files import hash_files, locked, read_json, remove_tree, write_json
from paths import BIN, PEERS_VENV, ROOT, STACK, VENV
from steps import StackError, say, step

LOCK = ROOT / "requirements-dev.lock"
PEERS_LOCK = ROOT / "requirements-peers.lock"
_STAMP = VENV / "complete.json"
_UV = "uv==0.9.9"


def wanted() -> dict[str, object]:
    """Describe the environment that the checkout asks for."""
    packages = sorted(path.name for path in (ROOT / "ckanext").iterdir() if path.is_dir())
    return {
        "lock": hash_files([LOCK]),
        "project": hash_files([ROOT / "pyproject.toml", ROOT / "setup.py"], extra=" ".join(packages)),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }


def complete() -> bool:
    """Tell whether the environment is there and is the one asked for."""
    return read_json(_STAMP) == wanted() and (BIN / "python").exists()


def ensure() -> None:
    """Make or renew the environment; an unfinished one is begun again."""
    if complete():
        return
    with locked(STACK / "venv.lock", "the Python environment"):
        if complete():
            return
        have, want = read_json(_STAMP), wanted()
        _STAMP.unlink(missing_ok=True)
        if have.get("python") != want["python"]:
            with step("Python environment"):
                _create()
        if have.get("lock") != want["lock"]:
            with step("Python packages from requirements-dev.lock"):
                _install(["-r", str(LOCK)])
        with step("the plugins themselves, editable"):
            _install(["--no-deps", "--no-build-isolation", "-e", str(ROOT)])
        write_json(_STAMP, want, 0o644)


def ensure_peers() -> Path:
    """Make or renew the environment of the catalogue servers that tests harvest from; return its Python."""
    ensure()
    python, stamp = PEERS_VENV / "bin" / "python", PEERS_VENV / "complete.json"
    want: dict[str, object] = {
        "lock": hash_files([PEERS_LOCK]),
        "python": f"{sys.version_info.major}.{sys.version_info.minor}",
    }
    with locked(STACK / "peers-venv.lock", "the environment of the catalogue servers"):
        if read_json(stamp) != want or not python.exists():
            with step("catalogue servers from requirements-peers.lock"):
                _create(PEERS_VENV)
                _install(["-r", str(PEERS_LOCK)], python)
            write_json(stamp, want, 0o644)
    return python


def _create(folder: Path = VENV) -> None:
    remove_tree(folder)
    done = _run([sys.executable, "-m", "venv", str(folder)])
    if done.returncode:
        raise StackError(f"The Python environment could not be made: {_last(done)}")
    if folder != VENV:
        return
    # uv installs several times as fast; without it pip does the same
    _run([str(BIN / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check", _UV])


def _install(arguments: list[str], python: Path = BIN / "python") -> None:
    uv = BIN / "uv"
    if uv.exists():
        command = [str(uv), "pip", "install", "-q", "--python", str(python), *arguments]
        if _run(command).returncode == 0:
            return
        say("    uv could not do it, trying pip")
    command = [str(python), "-m", "pip", "install", "-q", "--disable-pip-version-check", *arguments]
    done = _run(command)
    if done.returncode:
        raise StackError(f"The Python packages could not be installed: {_last(done)}")


def _run(command: list[str]) -> subprocess.CompletedProcess[str]:
    environment = {key: value for key, value in os.environ.items() if key not in {"PYTHONPATH", "PYTHONHOME"}}
    if os.path.exists("/etc/ssl/certs/ca-certificates.crt"):
        environment.setdefault("SSL_CERT_FILE", "/etc/ssl/certs/ca-certificates.crt")
    return subprocess.run(
        command, env=environment, cwd=Path(ROOT), stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False
    )


def _last(done: subprocess.CompletedProcess[str]) -> str:
    lines = (done.stderr or done.stdout).strip().splitlines()
    return next((line for line in reversed(lines) if "rror" in line), lines[-1] if lines else "unknown reason")
