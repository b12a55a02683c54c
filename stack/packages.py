"""Debian packages the stack needs: finds what is missing, installs it or says how."""

from __future__ import annotations

import ctypes.util
import importlib.util
import os
import shutil
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

from steps import StackError, step


def _program(name: str) -> Callable[[], bool]:
    return lambda: shutil.which(name) is not None


def _has_postgres() -> bool:
    return bool(list(Path("/usr/lib/postgresql").glob("*/bin/postgres"))) or shutil.which("postgres") is not None


def _has_header() -> bool:
    return (Path(sysconfig.get_paths()["include"]) / "Python.h").exists()


_BASE: dict[str, Callable[[], bool]] = {
    "postgresql": _has_postgres,
    "redis-server": _program("redis-server"),
    "default-jre-headless": _program("java"),
    "git": _program("git"),
    "libmagic1": lambda: ctypes.util.find_library("magic") is not None,
}
# to make the Python environment: psycopg2 is built from source on many machines
_PYTHON: dict[str, Callable[[], bool]] = {
    "python3-venv": lambda: importlib.util.find_spec("ensurepip") is not None,
    "python3-dev": _has_header,
    "libpq-dev": _program("pg_config"),
    "gcc": _program("gcc"),
}
_MAVEN: dict[str, Callable[[], bool]] = {"maven": _program("mvn")}
_BROWSER: dict[str, Callable[[], bool]] = {"chromium": _program("chromium")}
# Chromium without windows and menus: a new window costs a quarter
_TEST_BROWSER: dict[str, Callable[[], bool]] = {"chromium-headless-shell": _program("chromium-headless-shell")}


def ensure_test_browser() -> None:
    """Install what the tests look at pages with; where that package cannot be had, the whole browser does as well."""
    try:
        _install_missing(_TEST_BROWSER)
    except StackError:
        _install_missing(_BROWSER)


def ensure(*, python: bool = False, solr: bool = False, browser: bool = False) -> None:
    """Install missing Debian packages; `python`, `solr`, `browser` say what is about to be made or used."""
    wanted = dict(_BASE)
    if python:
        wanted |= _PYTHON
    if solr:
        wanted |= _MAVEN
    if browser:
        wanted |= _BROWSER
    _install_missing(wanted)


def _install_missing(wanted: dict[str, Callable[[], bool]]) -> None:
    missing = [package for package, present in wanted.items() if not present()]
    if missing:
        _install(missing)


def _install(missing: list[str]) -> None:
    command = f"sudo apt-get install --no-install-recommends -y {' '.join(missing)}"
    prefix = _privilege()
    if prefix is None or not shutil.which("apt-get"):
        raise StackError(f"Some system packages are missing; please run this, then try again:\n  {command}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    with step(f"Debian packages: {' '.join(missing)}"):
        for attempt in (["update", "-q"], ["install", "--no-install-recommends", "-y", "-q", *missing]):
            done = subprocess.run(
                [*prefix, "apt-get", *attempt],
                env=environment,
                stdin=subprocess.DEVNULL,
                capture_output=True,
                text=True,
                check=False,
            )
            if done.returncode and attempt[0] == "install":
                reason = (done.stderr.strip() or done.stdout.strip()).splitlines()[-1:]
                raise StackError(
                    f"apt-get could not install them ({' '.join(reason)}); please run this, then try again:\n  {command}"
                )


def _privilege() -> list[str] | None:
    """Return what to put before apt-get, or None when installing is not allowed."""
    if os.environ.get("RVR_STACK_NO_INSTALL"):
        return None
    if os.geteuid() == 0:
        return []
    if shutil.which("sudo"):
        allowed = subprocess.run(["sudo", "-n", "true"], stdin=subprocess.DEVNULL, capture_output=True, check=False)
        if allowed.returncode == 0:
            return ["sudo", "-n"]
    return None
