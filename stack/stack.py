#!/usr/bin/env python3
"""Command line of the local stack; `python3 stack/stack.py help` lists its commands."""

from __future__ import annotations

import errno
import inspect
import os
import sys
from collections.abc import Callable

import environment
import tasks
from files import remove_tree
from instance import Instance, all_instances
from paths import STACK
from steps import StackError, say

import demo

USAGE = """usage: python3 stack/stack.py COMMAND
  demo            start the portal with demo content (PORT=… for another port than 5000)
  ckan ARGS…      the ckan command line of the running demo
  run NAME CMD…   start the services of instance NAME and run CMD with its settings
  up NAME         start the services of instance NAME
  down [NAME…]    stop the demo and what a test left, or the instances named
  remove NAME…    stop instances and remove their data
  status          show the instances and what runs
  peers           make the environment of the catalogue servers that tests harvest from
  clean           stop everything and remove .stack
  test, unit, lint, format, bench, screenshots, lock: see make help"""


def run(name: str, *command: str) -> int:
    """Start the services of an instance and become the command."""
    if not command:
        raise StackError("What shall run? Give a command after the instance's name.")
    instance = Instance(name)
    instance.up()
    try:
        os.execvpe(command[0], list(command), instance.env())
    except FileNotFoundError:
        raise StackError(f"The command “{command[0]}” was not found.") from None


def up(name: str) -> int:
    """Start the services of an instance."""
    Instance(name).up()
    return 0


def down(*names: str) -> int:
    """Stop instances; without a name the demo and what a test left behind."""
    if not names:
        return tasks.stop_all()
    for instance in map(Instance, names):
        stopped = demo.down() if instance.name == demo.NAME else []
        stopped += instance.down()
        if stopped:
            say(f"{instance.name}: stopped {', '.join(stopped)}")
    return 0


def remove(*names: str) -> int:
    """Stop instances and remove their data."""
    for name in names:
        down(name)
        Instance(name).remove()
    return 0


def status() -> int:
    """Show the instances and what runs."""
    for instance in all_instances():
        running = [f"{name} ({instance.port(name)})" for name, runs in instance.running().items() if runs]
        print(f"{instance.name:<12} {', '.join(running) or 'stopped'}")
    return 0


def clean() -> int:
    """Stop everything and remove `.stack`."""
    remove(*[instance.name for instance in all_instances()])
    remove_tree(STACK)
    return 0


def ckan(*arguments: str) -> int:
    """Run the ckan command line of the running demo."""
    return demo.ckan(list(arguments))


def peers() -> int:
    """Make the environment of the catalogue servers that tests harvest from; print its Python."""
    print(environment.ensure_peers())
    return 0


def venv() -> int:
    """Only make the Python environment."""
    environment.ensure()
    return 0


COMMANDS: dict[str, Callable[..., int]] = {
    "demo": demo.up,
    "ckan": ckan,
    "run": run,
    "up": up,
    "down": down,
    "remove": remove,
    "status": status,
    "clean": clean,
    "venv": venv,
    "peers": peers,
    "test": tasks.test,
    "unit": tasks.unit,
    "lint": tasks.lint,
    "format": tasks.format_code,
    "bench": tasks.bench,
    "screenshots": tasks.screenshots,
    "lock": tasks.lock,
}


def main(arguments: list[str]) -> int:
    """Run one command; tell problems in a sentence."""
    if not arguments or not _callable_with(arguments):
        print(USAGE, file=sys.stderr)
        return 0 if arguments[:1] in (["help"], ["-h"], ["--help"]) else 2
    try:
        return COMMANDS[arguments[0]](*arguments[1:])
    except StackError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("Stopped by you; the same command carries on from here.")
        return 130
    except OSError as error:
        say(_sentence(error))
    return 1


def _callable_with(arguments: list[str]) -> bool:
    command = COMMANDS.get(arguments[0])
    if command is None:
        return False
    try:
        inspect.signature(command).bind(*arguments[1:])
    except TypeError:
        return False
    return True


def _sentence(error: OSError) -> str:
    place = f" ({error.filename})" if error.filename else ""
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return f"The disk is full{place}; please make room and run the same command again."
    if error.errno in {errno.EACCES, errno.EPERM}:
        return f"This user may not write or read here{place}; was an earlier command run as another user?"
    return f"{error.strerror or error}{place}."


if __name__ == "__main__":
    if sys.hexversion < 0x030B0000:
        sys.exit("Python 3.11 or newer is needed, for example: make demo PYTHON=python3.11")
    sys.exit(main(sys.argv[1:]))
