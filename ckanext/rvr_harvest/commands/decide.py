"""What a person decides after a run, and what only a command may do."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
import click

from .. import decisions, verdicts
from .common import counted, must_find, site_context

__all__ = ["confirm", "purge", "reject"]

_MOVED = click.option("--moved", is_flag=True, help="Decide about datasets under a new identifier instead.")


@click.command("confirm")
@click.argument("source")
@_MOVED
def confirm(source: str, *, moved: bool) -> None:
    """Yes: the datasets that SOURCE no longer delivers are gone (archived); with --moved: they are the same."""
    package = must_find(source)
    if moved:
        number = tk.get_action("rvr_harvest_moved_confirm")(site_context(), {"id": package.id})["joined"]
        words = counted(number, "Datensatz behält seine Adresse", "Datensätze behalten ihre Adresse")
        click.echo(f"{words} unter der neuen Kennung.")
        return
    _list_waiting(package.id)
    number = tk.get_action("rvr_harvest_run_confirm")(site_context(), {"id": package.id})["archived"]
    _tell(number, "Datensatz wurde archiviert.", "Datensätze wurden archiviert.")


@click.command("reject")
@click.argument("source")
@_MOVED
def reject(source: str, *, moved: bool) -> None:
    """No: the datasets that SOURCE no longer delivers stay; with --moved: they are new datasets."""
    package = must_find(source)
    if moved:
        number = tk.get_action("rvr_harvest_moved_reject")(site_context(), {"id": package.id})["separated"]
        words = counted(number, "Datensatz gilt", "Datensätze gelten")
        click.echo(f"{words} als neu; der nächste Lauf legt an, was neu ist.")
        return
    _list_waiting(package.id)
    number = tk.get_action("rvr_harvest_run_reject")(site_context(), {"id": package.id})["kept"]
    _tell(number, "Datensatz bleibt.", "Datensätze bleiben.")


@click.command("purge")
@click.argument("source")
@click.confirmation_option(prompt="Die archivierten Datensätze dieser Quelle endgültig löschen?")
def purge(source: str) -> None:
    """Remove the archived datasets of SOURCE for good."""
    package = must_find(source)
    number = verdicts.purge_archived(
        package.id, lambda package_id: tk.get_action("dataset_purge")(site_context(), {"id": package_id})
    )
    click.echo(counted(number, "archivierter Datensatz wurde gelöscht.", "archivierte Datensätze wurden gelöscht."))


def _tell(number: int, one: str, many: str) -> None:
    click.echo(counted(number, one, many) if number else "Es wartet keine Entscheidung.")


def _list_waiting(source_id: str) -> None:
    question = decisions.waiting(source_id)
    for dataset in question["datasets"] if question else ():
        click.echo(f"  {dataset['title']}")
    if number := len(decisions.moved(source_id)):
        words = counted(number, "Datensatz hat", "Datensätze haben")
        click.echo(f"{words} wahrscheinlich nur eine neue Kennung; darüber entscheidet derselbe Befehl mit --moved.")
