"""What a portal container does: `web`, `worker`, `scheduler`, `init` (database, before the others), or any command."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import NoReturn

from configuration import ConfigurationError, settings, write_ini

HERE = Path(__file__).resolve().parent
WEB = ["gunicorn", "--config", str(HERE / "gunicorn_settings.py"), "--pythonpath", str(HERE), "wsgi:application"]
# CKAN's own queue first, then the one of the harvest (ckanext.rvr_harvest.queue).
WORKER = ["ckan", "jobs", "worker", "default", "rvr_harvest"]
# Starts the sources that are due by their plan, and has points counted and addresses asked; ends with the container.
SCHEDULED = ["ckan", "rvr-harvest", "tick", "--watch", "60"]
ROLES = {"web": WEB, "worker": WORKER, "scheduler": SCHEDULED}


def commands_of_init() -> list[list[str]]:
    """What brings database and organisations up to date; each is safe to repeat."""
    return [["ckan", "db", "upgrade"], ["ckan", "rvr-portal", "organizations", "create"]]


def grant_datastore_permissions() -> None:
    """Apply CKAN's own permission script as the owner of the datastore."""
    import psycopg2

    output = subprocess.run(["ckan", "datastore", "set-permissions"], check=True, capture_output=True, text=True).stdout
    script = "\n".join(line for line in output.splitlines() if not line.startswith("\\"))
    connection = psycopg2.connect(_setting("ckan.datastore.write_url"))
    try:
        with connection, connection.cursor() as cursor:
            cursor.execute(script)
    finally:
        connection.close()


def _setting(name: str) -> str:
    return settings(os.environ)[name]


def replace_process(command: list[str]) -> NoReturn:
    """Become the command, so that it gets the signals."""
    os.execvp(command[0], command)


def main(arguments: list[str]) -> int:
    """Write the configuration and run what was asked for."""
    role, *rest = arguments or ["web"]
    write_ini(Path(os.environ["CKAN_INI"]), settings(os.environ))
    if role == "init":
        for command in commands_of_init():
            subprocess.run(command, check=True)
        grant_datastore_permissions()
        return 0
    replace_process([*ROLES[role], *rest] if role in ROLES else arguments)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except ConfigurationError as problem:
        print(problem, file=sys.stderr)
        sys.exit(1)
    except subprocess.CalledProcessError as problem:
        print(f"“{' '.join(problem.cmd)}” ended with {problem.returncode}.", file=sys.stderr)
        sys.exit(1)
