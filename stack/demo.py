"""`make demo`: the whole portal with demo content, worker and web server."""

from __future__ import annotations

import os
import subprocess
import time

from files import locked, read_json
from instance import Instance
from paths import BIN, ROOT, STACK
from processes import running_pid, stop
from steps import StackError, in_parallel, say, step
from web import Web, Worker

NAME = "demo"
_LOADER = ROOT / "demo" / "load.py"


def up() -> int:
    """Start the demo, fill it when its content is new, and tell how to use it; a second call waits for the first."""
    with locked(STACK / "demo-start.lock", "the demo"):
        return _up()


def _up() -> int:
    start = time.monotonic()
    instance = Instance(NAME)
    web, worker = Web(instance), Worker(instance)
    _choose_port(instance, web)
    web.check_port()
    say("Starting the portal")
    instance.up(wait_for_solr=False)
    if web.outdated():
        web.stop()
        worker.stop()
    web.launch()
    in_parallel(("Solr ready", instance.solr.wait), ("web server ready", web.wait))
    instance.index_again()
    with step("first page served"):
        web.serve_first_page()
    served = time.monotonic() - start
    worker.launch()
    _load(instance)
    _tell(instance, served)
    return 0


def down() -> list[str]:
    """Stop web server, worker and the catalogues of the demo; return what was stopped."""
    instance = Instance(NAME)
    if not instance.exists():
        return []
    parts = {"web server": Web(instance).stop, "worker": Worker(instance).stop, "demo catalogues": _stop_catalogues}
    return [title for title, end in parts.items() if end()]


def ckan(arguments: list[str]) -> int:
    """Become the ckan command line of the running demo."""
    instance = Instance(NAME)
    if not instance.exists() or not instance.postgres.running():
        raise StackError("The demo does not run; start it with: make demo")
    os.execvpe(str(BIN / "ckan"), ["ckan", *arguments], instance.env())


def _choose_port(instance: Instance, web: Web) -> None:
    text = os.environ.get("PORT", "5000")
    if not text.isdigit() or not 1024 <= int(text) <= 65535:
        raise StackError(f"PORT={text} is no port for a web server; choose a number between 1024 and 65535.")
    if instance.port("web") != int(text):
        web.stop()
        Worker(instance).stop()
        instance.set_port("web", int(text))


def _load(instance: Instance) -> None:
    if not _LOADER.exists():
        return
    done = subprocess.run([str(BIN / "python"), str(_LOADER)], env=instance.env(), cwd=ROOT, check=False)
    if done.returncode:
        raise StackError("The demo content was not loaded completely; make demo carries on from there.")


def _stop_catalogues() -> bool:
    folder = Instance(NAME).folder
    word = "catalog_server.py"
    ran = running_pid(folder / "catalogs.pid", word) is not None
    return stop(folder / "catalogs.pid", word) and ran


def _tell(instance: Instance, seconds: float) -> None:
    say()
    say(f"  The portal runs at {instance.site_url}   (first page after {seconds:.0f} s)")
    accounts = read_json(instance.folder / "accounts.json")
    if accounts:
        say(f"  Log in at {instance.site_url}/user/login as")
    for name, facts in accounts.items():
        if isinstance(facts, dict):
            say(f"    {name:<14} {facts.get('password', ''):<20} {facts.get('role', '')}")
    say("  Command line: stack/ckan ARGS…     Stop: make down     Remove all of it: make clean")
