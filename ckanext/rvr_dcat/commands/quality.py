"""ckan rvr-dcat quality …"""

from __future__ import annotations

import click

from .. import rating
from .common import in_portal

__all__ = ["quality"]


@click.group("quality")
def quality() -> None:
    """Points of data.europa.eu's metadata quality assessment."""


@quality.command("update")
@click.option("--all", "everything", is_flag=True, help="Count all datasets anew, not only those that changed.")
def update(*, everything: bool) -> None:
    """Count the points of datasets that changed since the last time, and note the day's figures.

    Meant for a timer, every few minutes; once after an upgrade with --all.
    """
    with in_portal():
        counted = rating.update(everything=everything)
    click.echo(f"Neu bewertet: {counted} Datensätze.")
