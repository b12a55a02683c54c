"""ckan rvr-dcat links …"""

from __future__ import annotations

import click

from ..domain.links import OK, OUTCOMES
from ..links import check_links
from .common import in_portal

__all__ = ["links"]


@click.group("links")
def links() -> None:
    """Addresses of files and services."""


@links.command("check")
@click.option("--limit", type=click.IntRange(min=1), metavar="N", help="Ask at most so many addresses.")
def check(limit: int | None) -> None:
    """Ask all addresses of public datasets that were not asked for a day, those never asked first.

    Meant for a nightly timer. It may be stopped at any time: the next call goes on where this one was.
    """
    with in_portal():
        done = check_links(limit)
    if done.busy:
        click.echo("Eine andere Prüfung läuft gerade; es wurde nichts getan.")
        return
    click.echo(f"Geprüft: {done.outcomes.total()} Adressen, davon erreichbar: {done.outcomes[OK]}.")
    for outcome, number in done.outcomes.most_common():
        if outcome != OK:
            click.echo(f"  {OUTCOMES[outcome].de}: {number}")
    for host, number in done.resting.most_common():
        click.echo(
            f"Nicht weiter gefragt, weil der Server nicht antwortet oder um eine Pause bittet: {host} ({number})"
        )
