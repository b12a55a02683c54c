#!/usr/bin/env python3
"""Command line of the local stack: run, up, down, status, clean."""

from __future__ import annotations

import errno
import os
import sys

import environment
from instance import Instance, all_instances
from paths import STACK
from steps import StackError, say

USAGE = """usage: python3 stack/stack.py COMMAND
  run NAME CMD…   start the services of instance NAME and run CMD with its settings
  up NAME         start the services of instance NAME
  down [NAME]     stop instance NAME, or all of them
  status          show the instances and what runs
  clean           stop everything and remove .stack
  venv            only make the Python environment"""


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
    """Stop instances, all of them when none is named."""
    for instance in [Instance(name) for name in names] or all_instances():
        stopped = instance.down()
        if stopped:
            say(f"{instance.name}: stopped {', '.join(stopped)}")
    return 0


def status() -> int:
    """Show the instances and what runs."""
    for instance in all_instances():
        running = [f"{name} ({instance.port(name)})" for name, runs in instance.running().items() if runs]
        print(f"{instance.name:<12} {', '.join(running) or 'stopped'}")
    return 0


def clean() -> int:
    """Stop everything and remove `.stack`."""
    from files import remove_tree  # noqa: PLC0415

    for instance in all_instances():
        instance.remove()
    remove_tree(STACK)
    return 0


def venv() -> int:
    """Make the Python environment."""
    environment.ensure()
    return 0


COMMANDS = {"run": run, "up": up, "down": down, "status": status, "clean": clean, "venv": venv}


def main(arguments: list[str]) -> int:
    """Run one command; tell problems in a sentence."""
    if not arguments or arguments[0] not in COMMANDS:
        print(USAGE, file=sys.stderr)
        return 0 if arguments[:1] in (["help"], ["-h"], ["--help"]) else 2
    try:
        return COMMANDS[arguments[0]](*arguments[1:])
    except StackError as error:
        say(str(error))
    except KeyboardInterrupt:
        say("Stopped by you; the same command carries on from here.")
        return 130
    except TypeError:
        print(USAGE, file=sys.stderr)
        return 2
    except OSError as error:
        if error.errno == errno.ENOSPC:
            say("The disk is full; please make room and run the same command again.")
        else:
            say(f"{error.strerror or error} {f'({error.filename})' if error.filename else ''}".strip())
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
