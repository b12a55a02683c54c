"""What make does besides the demo: tests, lint, measurements, lock files."""

from __future__ import annotations

import queue
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import environment
import packages
from files import locked
from instance import Instance
from paths import BIN, ROOT, STACK
from steps import StackError, say, step

import demo

_TESTS = ("test", "test-2")
_printing = threading.Lock()
# tests that need no services run without CKAN's own plugin, which would open the database
_UNIT_OPTIONS = ["-p", "no:ckan", "-p", "no:ckan_fixtures", "-o", "addopts=--import-mode=importlib -p no:cacheprovider"]
_UNIT = "tests without services"
_TEMPLATES = "ckanext"


def unit(*arguments: str) -> int:
    """Run the tests that need no services."""
    packages.ensure(python=not environment.complete())
    environment.ensure()
    folders = _unit_folders()
    if not folders:
        return 0
    say("Tests without services")
    chosen = [] if any((ROOT / argument.split("::")[0]).exists() for argument in arguments) else folders
    return _pytest(_environment(), *_UNIT_OPTIONS, *chosen, *arguments)


def _unit_folders() -> list[str]:
    return [str(path.relative_to(ROOT)) for path in sorted(ROOT.glob("tests/*/unit")) if any(path.glob("test_*.py"))]


def test(*arguments: str) -> int:
    """Run all tests on two instances at the same time, or those asked for on one."""
    packages.ensure(python=not environment.complete())
    packages.ensure_test_browser()
    environment.ensure()
    with locked(STACK / "test-run.lock", "the tests"):
        say("Tests on real services")
        instances = [Instance(name) for name in (_TESTS[:1] if arguments else _TESTS)]
        try:
            for instance in instances:
                instance.up()
            if arguments:
                return _pytest(instances[0].env(), "--durations=15", *arguments)
            return _in_turns(instances)
        finally:
            with step("services of the tests stopped"):
                for instance in instances:
                    instance.down()


def _in_turns(instances: list[Instance]) -> int:
    """Each instance takes the next part of the tests; what they print comes part by part."""
    free: queue.SimpleQueue[Instance] = queue.SimpleQueue()
    for instance in instances:
        free.put(instance)

    def run(part: tuple[str, list[str]]) -> int:
        title, arguments = part
        instance = free.get()
        say(f"{title} begins")
        try:
            done = subprocess.run(
                [str(BIN / "pytest"), "--durations=5", *arguments],
                env=_environment() if title == _UNIT else instance.env(),
                cwd=ROOT,
                check=False,
                capture_output=True,
                text=True,
                errors="replace",
            )
        finally:
            free.put(instance)
        with _printing:
            print(done.stdout, done.stderr, sep="\n", flush=True)
        say(f"{title} ends: {'in order' if not done.returncode else 'NOT in order'}")
        return done.returncode

    parts = [(_UNIT, [*_UNIT_OPTIONS, *_unit_folders()]), *_folders().items()]
    with ThreadPoolExecutor(len(instances)) as pool:
        return max(pool.map(run, parts))


def _folders() -> dict[str, list[str]]:
    """The test files that need services, by folder, the largest folder first.

    What stands beside the tests counts as well: a folder with a server or tables of its own is long at work with few tests.
    """
    folders: dict[Path, list[str]] = {}
    for path in sorted((ROOT / "tests").rglob("test_*.py")):
        if "unit" not in path.parts:
            folders.setdefault(path.parent, []).append(str(path.relative_to(ROOT)))
    ordered = sorted(folders, key=lambda folder: -sum(file.stat().st_size for file in folder.glob("*.py")))
    return {str(folder.relative_to(ROOT)): folders[folder] for folder in ordered}


def lint() -> int:
    """Check format, style, types and templates; run all checks even if one fails."""
    environment.ensure()
    checks = {
        "format": ["ruff", "format", "--check", "."],
        "style": ["ruff", "check", "."],
        "types": ["pyright"],
        "templates": ["djlint", "--lint", "--quiet", _TEMPLATES],
    }
    failed = []
    for title, command in checks.items():
        done = subprocess.run([str(BIN / command[0]), *command[1:]], env=_environment(), cwd=ROOT, check=False)
        if done.returncode:
            failed.append(title)
    say(f"Not in order: {', '.join(failed)}" if failed else "Format, style, types and templates are in order.")
    return 1 if failed else 0


def format_code() -> int:
    """Format the Python code and mend what can be mended by itself."""
    environment.ensure()
    for command in (["ruff", "check", "--fix", "--quiet", "."], ["ruff", "format", "."]):
        subprocess.run([str(BIN / command[0]), *command[1:]], cwd=ROOT, check=False)
    return 0


def bench(*arguments: str) -> int:
    """Run all measurements on an instance of their own."""
    files = sorted((ROOT / "benchmarks").glob("bench_*.py")) if not arguments else [ROOT / name for name in arguments]
    runner = ROOT / "benchmarks" / "run.py"
    instance = Instance("bench")
    try:
        instance.up()
        commands = [[str(runner), *arguments]] if runner.exists() else [[str(file)] for file in files]
        codes = [
            subprocess.run([str(BIN / "python"), *command], env=instance.env(), cwd=ROOT, check=False).returncode
            for command in commands
        ]
        return max(codes, default=0)
    finally:
        instance.down()


def screenshots() -> int:
    """Make the pictures of README and documentation from the running demo."""
    packages.ensure(browser=True)
    script = ROOT / "docs" / "screenshots.py"
    if not script.exists():
        raise StackError("There is no script docs/screenshots.py yet.")
    instance = Instance(demo.NAME)
    return subprocess.run([str(BIN / "python"), str(script)], env=instance.env(), cwd=ROOT, check=False).returncode


def lock() -> int:
    """Renew the lock files from pyproject.toml and requirements-peers.in."""
    environment.ensure()
    for extra, name in (("server", "requirements.lock"), ("dev", "requirements-dev.lock")):
        command = [str(BIN / "uv"), "pip", "compile", "-q", "--python-version", "3.11", "--no-header", "--no-annotate"]
        command += ["--no-emit-index-url", "--no-emit-find-links", "--no-emit-package", "ckanext-rvr"]
        command += ["--extra", extra, "-o", name, "pyproject.toml"]
        if subprocess.run(command, cwd=ROOT, check=False).returncode:
            raise StackError(f"{name} could not be renewed.")
    name = "requirements-peers.lock"
    command = [str(BIN / "uv"), "pip", "compile", "-q", "--python-version", "3.11", "--no-header", "--no-annotate"]
    command += ["--no-emit-index-url", "--no-emit-find-links", "-o", name, "requirements-peers.in"]
    if subprocess.run(command, cwd=ROOT, check=False).returncode:
        raise StackError(f"{name} could not be renewed.")
    return 0


def stop_all() -> int:
    """Stop the demo and what a killed test run left behind."""
    stopped = {demo.NAME: [*demo.down(), *Instance(demo.NAME).down()]}
    if not _held(STACK / "test-run.lock"):
        stopped |= {name: Instance(name).down() for name in _TESTS}
    for name, parts in stopped.items():
        if parts:
            say(f"{name}: stopped {', '.join(parts)}")
    if not any(stopped.values()):
        say("Nothing was running.")
    return 0


def _held(path: object) -> bool:
    import fcntl

    try:
        with open(str(path), encoding="utf-8") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


def _environment() -> dict[str, str]:
    instance = Instance("none")
    environment_ = instance.env()
    return {key: value for key, value in environment_.items() if not key.startswith(("CKAN_", "RVR_"))}


def _pytest(environment_: dict[str, str], *arguments: str) -> int:
    sys.stdout.flush()
    code = subprocess.run([str(BIN / "pytest"), *arguments], env=environment_, cwd=ROOT, check=False).returncode
    # 5: nothing was collected, which is no failure of a part
    return 0 if code == 5 else code
