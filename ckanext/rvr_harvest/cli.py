"""ckan rvr-harvest …"""

from __future__ import annotations

import click

from .commands import runs

__all__ = ["rvr_harvest"]


@click.group("rvr-harvest", short_help="Harvest member portals.")
def rvr_harvest() -> None:
    """Harvest member portals."""


for _command in (runs.run, runs.report):
    rvr_harvest.add_command(_command)
