"""ckan rvr-harvest …"""

from __future__ import annotations

import click

from .commands import adopt, decide, probe, runs, sources, tick

__all__ = ["rvr_harvest"]


@click.group("rvr-harvest", short_help="Harvest member portals.")
def rvr_harvest() -> None:
    """Harvest member portals."""


for _command in (
    runs.run, runs.report, tick.tick, probe.probe, sources.sources, adopt.adopt, decide.confirm, decide.reject, decide.purge,
):  # fmt: skip
    rvr_harvest.add_command(_command)
