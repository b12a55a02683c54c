"""Take over what was made for the stock harvesters."""

from __future__ import annotations

import sys

import click

from .. import adoption, schedule
from .common import must_find, site_context

__all__ = ["adopt"]


@click.command("adopt")
@click.argument("sources", nargs=-1)
@click.option("--all", "everything", is_flag=True, help="All sources of stock harvesters.")
@click.option("--dry-run", is_flag=True, help="Only say what would happen.")
def adopt(*, sources: tuple[str, ...], everything: bool, dry_run: bool) -> None:
    """Take over SOURCES (names or ids) that were made for the stock harvesters ckan, dcat_rdf, dcat_json or csw.

    Kind, settings and plan are translated, and the datasets become theirs: the next run updates them under the same
    id, name and address. Ends with 1 if a source cannot be taken over.
    """
    names = tuple(adoption.stock_sources()) if everything else sources
    if not names:
        click.echo("Es gibt keine Quelle zu übernehmen." if everything else "Bitte nennen Sie eine Quelle, oder --all.")
        return
    failed = False
    for name in names:
        package = must_find(name)
        try:
            found = adoption.examine(package)
            _tell(found, dry_run=dry_run)
            if not dry_run:
                adoption.adopt(found, site_context())
        except adoption.AdoptionError as error:
            click.echo(f"{name}: {error}", err=True)
            failed = True
    if failed:
        sys.exit(1)


def _tell(found: adoption.Adoption, *, dry_run: bool) -> None:
    verb = "würde übernommen" if dry_run else "übernommen"
    click.echo(f"{found.name}: {verb}, Art {found.stock_kind} → {found.kind}")
    plan = found.plan.words(schedule.default_time(found.source_id)).de
    click.echo(f"  {len(found.records)} Datensätze behalten Kennung, Namen und Adresse; Zeitplan: {plan}")
    if found.deleted:
        click.echo(f"  {found.deleted} gelöschte Datensätze bleiben gelöscht")
    if found.doubled:
        click.echo(f"  doppelt vorhanden, bleiben ohne Quelle stehen: {', '.join(found.doubled)}")
    if found.translated.unknown:
        click.echo(f"  ohne Gegenstück, nur aufgehoben: {', '.join(found.translated.unknown)}")
