"""Commands of the portal: `ckan rvr-portal …`."""

from __future__ import annotations

from pathlib import Path

import ckan.plugins.toolkit as tk
import click

from .adoption import adopt_datasets, adopt_organizations
from .boundaries import ATTRIBUTION, boundaries, load_file
from .cli_requests import request_group
from .cli_search import search_index, synonyms_group
from .cli_sheets import sheet_group
from .domain.boundaries import BoundaryError
from .domain.places import register
from .organizations import create_organizations

__all__ = ["rvr_portal"]


@click.group("rvr-portal", short_help="Places, organisations and search of the portal.")
def rvr_portal() -> None:
    """Places, organisations and search of the portal."""


rvr_portal.add_command(search_index)
rvr_portal.add_command(synonyms_group)
rvr_portal.add_command(request_group)
rvr_portal.add_command(sheet_group)


@rvr_portal.group("places", short_help="The register of places and its boundaries.")
def places_group() -> None:
    """The register of places and its boundaries."""


@places_group.command("list", short_help="Show all places with their keys.")
def list_places() -> None:
    """Show all places: key, kind, name, and whether a boundary is loaded."""
    drawn = boundaries().shapes
    places = register()
    for place in (places.region, *places.kreise, *places.municipalities):
        mark = "boundary" if place.key in drawn else "-"
        click.echo(f"{place.key:<9} {place.kind:<13} {mark:<9} {place.name}")


@places_group.command("load", short_help="Load boundaries from a file.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--attribution", default=ATTRIBUTION, show_default=True, help="Whom to name wherever they are drawn.")
def load_places(file: Path, attribution: str) -> None:
    """Load the boundaries of the municipalities from FILE: GeoJSON or GeoPackage, EPSG:4326, e.g. VG250 of the BKG."""
    try:
        keys = load_file(file, attribution)
    except BoundaryError as error:
        raise click.ClickException(str(error)) from error
    towns = register().municipalities
    missing = [town.name for town in towns if town.key not in keys]
    click.echo(f"Loaded the boundaries of {len(towns) - len(missing)} of {len(towns)} municipalities.")
    if missing:
        click.echo(f"Without a boundary in this file: {', '.join(missing)}.")


@rvr_portal.group("organizations", short_help="Organisations of the member bodies.")
def organizations_group() -> None:
    """Organisations of the member bodies."""


@organizations_group.command("create", short_help="Create the organisations of the 15 member bodies.")
@click.option("--portal", "portals", multiple=True, metavar="NAME=URL", help="Own data portal of a member body.")
def create(portals: tuple[str, ...]) -> None:
    """Create the organisations that are missing. What a steward has entered stays as it is."""
    pairs = dict(_pair(text) for text in portals)
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    try:
        for name, outcome in create_organizations(user, pairs):
            click.echo(f"{outcome:<10} {name}")
    except tk.ValidationError as error:
        raise click.ClickException(f"An organisation was refused: {error.error_summary}") from error


@rvr_portal.command("adopt", short_help="Bring an older ckanext-rvr site into this schema.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
def adopt(*, dry_run: bool) -> None:
    """Bring organisations and datasets of an older ckanext-rvr site into this schema.

    The areas of organisations (org_spatial) become places, those of datasets (dataset_spatial) their spatial coverage;
    groups become themes, authors and maintainers creators and contacts. What is entered already stays. Safe to repeat.
    """
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    count = 0
    for title, found in (("organisation", adopt_organizations), ("dataset", adopt_datasets)):
        for name, outcome in found(user, dry_run=dry_run):
            click.echo(f"{title:<13} {name}: {outcome}")
            count += 1
    click.echo(f"{count} would change." if dry_run else f"{count} changed.")


def _pair(text: str) -> tuple[str, str]:
    name, sign, address = text.partition("=")
    slugs = [body.slug for body in register().member_bodies]
    if not sign or name not in slugs or not address.startswith(("http://", "https://")):
        raise click.BadParameter(f"“{text}” is not NAME=URL; names are {', '.join(slugs)}.", param_hint="--portal")
    return name, address
