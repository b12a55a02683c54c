"""Commands for sheets of datasets: `ckan rvr-portal sheet …`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan import model

from .sheets import jobs, runs, store
from .sheets.exceptions import SheetError, StateError
from .sheets.export import export, template
from .sheets.words import speaking

__all__ = ["sheet_group"]

_LANG = click.option(
    "--lang",
    type=click.Choice(["de", "en"]),
    default="de",
    show_default=True,
    help="Language of headings and messages.",
)


@click.group("sheet", short_help="Export and import datasets as tables.")
def sheet_group() -> None:
    """Export and import datasets as tables (XLSX or CSV)."""


@sheet_group.command("export", short_help="Write the datasets of an organisation into a table.")
@click.argument("organization")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_LANG
def export_command(organization: str, file: Path, lang: str) -> None:
    """Write all datasets of ORGANIZATION into FILE: an Excel table if its name ends with .xlsx, else CSV."""
    group = _organization(organization)
    _write(file, export(_form(file), group.id, lang))


@sheet_group.command("template", short_help="Write the empty template.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@_LANG
def template_command(file: Path, lang: str) -> None:
    """Write the empty template into FILE: an Excel table if its name ends with .xlsx, else CSV."""
    _write(file, template(_form(file), lang))


@sheet_group.command("import", short_help="Check a table, and write its datasets.")
@click.argument("organization")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--user", "user_name", required=True, metavar="NAME", help="In whose name; that person's rights hold.")
@click.option("--dry-run", is_flag=True, help="Only say what would change.")
@click.option("--overwrite", is_flag=True, help="Also overwrite datasets that somebody changed since the export.")
@click.option("--skip-invalid", is_flag=True, help="Write the datasets without problems even if others have some.")
@_LANG
def import_command(
    organization: str, file: Path, user_name: str, lang: str, *, dry_run: bool, overwrite: bool, skip_invalid: bool
) -> None:
    """Check the table FILE and write its datasets, all in one transaction. New ones belong to ORGANIZATION.

    Ends with 1 if a row has a problem or nothing could be written.
    """
    group = _organization(organization)
    user = model.User.get(user_name)
    if user is None or user.state != "active":
        raise click.ClickException(f"There is no user “{user_name}”.")
    with speaking(lang):
        run = _checked(user, group.id, file, lang)
        shown = runs.describe(run)
        _say(shown)
        wrong = shown["actions"]["refuse"] + len(shown["notes"])
        if dry_run or (wrong and not skip_invalid):
            runs.discard(run)
            if wrong:
                raise click.ClickException("Nothing was written. Mend the rows above, or use --skip-invalid.")
            return
        _written(run, overwrite=overwrite)


def _checked(user: Any, owner_org: str, file: Path, lang: str) -> Any:
    try:
        tk.check_access("rvr_portal_sheet_import", {"user": user.name, "auth_user_obj": user}, {"id": owner_org})
        run = runs.start_import(user, owner_org, file.name, file.read_bytes(), lang, at_once=True)
    except tk.NotAuthorized as error:
        raise click.ClickException(f"{user.name} may not change datasets of this organisation.") from error
    except SheetError as error:
        raise click.ClickException(error.sentence) from error
    jobs.check(run.id)
    return _again(run.id)


def _written(run: Any, *, overwrite: bool) -> None:
    run_id = run.id
    try:
        runs.confirm(run, overwrite=overwrite, at_once=True)
    except StateError:
        conflicts = runs.describe(run)["actions"]["conflict"]
        runs.discard(run)
        if conflicts:
            raise click.ClickException(
                f"Nothing was written: somebody has changed {conflicts} datasets since the export. "
                "Export them again, or use --overwrite."
            ) from None
        click.echo("There is nothing to write.")
        return
    jobs.write(run_id)
    shown = runs.describe(_again(run_id))
    if shown["state"] == store.FAILED:
        raise click.ClickException(shown["reason"])
    outcomes = shown["outcomes"]
    click.echo(
        f"{outcomes['created']} created, {outcomes['changed']} changed, {outcomes['changed_meanwhile']} left out."
    )
    if shown["state"] != store.DONE:
        raise click.ClickException("Everything is stored, but the search does not answer. Run “sheet resume” later.")


@sheet_group.command("resume", short_help="Take up imports again whose worker was killed.")
def resume() -> None:
    """Put imports and changes into the queue again whose worker was killed or that the queue has lost. Safe to repeat."""
    lost = runs.take_up_lost()
    for run in lost:
        click.echo(f"Taken up again: {run.id} {run.label}")
    if not lost:
        click.echo("No import was lost.")


def _write(file: Path, content: bytes) -> None:
    try:
        file.write_bytes(content)
    except OSError as error:
        raise click.ClickException(f"{file} cannot be written: {error.strerror}.") from error
    click.echo(f"Wrote {file}.")


def _say(shown: dict[str, Any]) -> None:
    for one in shown["notes"]:
        click.echo(f"row {one['line']}: {one['column']}: {one['text']}")
    for item in shown["items"]:
        click.echo(f"row {item['line']}: {item['action']:<8} {item['title'] or item['name']}")
        for one in item["problems"]:
            click.echo(f"  row {one['line']}: {one['column']}: {one['text']}")
        for hint in item["hints"]:
            click.echo(f"  {hint}")
        if item["action"] != "create":
            for one in item["changes"]:
                click.echo(f"  {one['column']}: {one['old'] or '–'} → {one['new'] or '–'}")


def _again(run_id: str) -> Any:
    model.Session.expire_all()
    return store.get(run_id)


def _form(file: Path) -> str:
    return "xlsx" if file.suffix.lower() == ".xlsx" else "csv"


def _organization(name: str) -> Any:
    group = model.Group.get(name)
    if group is None or not group.is_organization or group.state != "active":
        raise click.ClickException(f"There is no organisation “{name}”.")
    return group
