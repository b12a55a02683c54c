"""Commands of the search: `ckan rvr-portal search-index …`, `ckan rvr-portal synonyms …`."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import ckan.plugins.toolkit as tk
import click
import yaml
from ckan.lib.search.common import SearchIndexError

from . import reindex, synonyms
from .domain.synonyms import SynonymsError, delivered, parse
from .synonyms_preview import Asked, Effect, preview, read_judged, words_of

__all__ = ["search_index", "synonyms_group"]

_SHOWN_TITLES = 5


@click.group("search-index", short_help="The search index.")
def search_index() -> None:
    """The search index."""


@search_index.command("rebuild", short_help="Fill the index anew.")
@click.option("--processes", type=click.IntRange(1, 16), default=min(2, os.cpu_count() or 1), show_default=True)
@click.option("--quiet", is_flag=True, help="Show no progress.")
def rebuild(processes: int, *, quiet: bool) -> None:
    """Write every dataset into the search index again; the portal can be used and edited meanwhile.

    In the end the numbers of datasets in the database and in the index are compared; if they differ the command says
    which datasets are missing, and ends with 1.
    """
    told = _Progress(quiet=quiet)
    try:
        result = reindex.rebuild(processes, told)
    except SearchIndexError as error:
        raise click.ClickException(
            f"The search index does not answer; run the command again later. ({error})"
        ) from error
    told.end()
    rate = result.datasets / result.seconds if result.seconds else 0
    click.echo(
        f"{result.indexed} of {result.datasets} datasets are in the index ({result.seconds:.0f} s, {rate:.0f} a second)."
    )
    if result.repeated:
        click.echo(f"{result.repeated} were changed meanwhile and written again.")
    if result.removed:
        click.echo(f"{result.removed} that no longer exist were removed.")
    for id_ in result.refused:
        click.echo(f"Refused by the index: {id_}", err=True)
    for id_ in result.differing:
        click.echo(f"Not as in the database: {id_}", err=True)
    if not result.is_complete:
        raise click.ClickException("The index is not complete; run the command again.")


class _Progress:
    """A line that counts on in a terminal, a line every tenth elsewhere."""

    def __init__(self, *, quiet: bool) -> None:
        self._quiet = quiet
        self._terminal = sys.stdout.isatty()
        self._tenth = 0

    def __call__(self, done: int, total: int) -> None:
        tenth = done * 10 // max(1, total)
        if self._quiet or not (self._terminal or tenth > self._tenth):
            return
        self._tenth = tenth
        click.echo(
            f"\r{done} of {total} datasets" if self._terminal else f"{done} of {total} datasets", nl=not self._terminal
        )

    def end(self) -> None:
        if self._terminal and not self._quiet:
            click.echo()


@click.group("synonyms", short_help="Words that mean the same in a search.")
def synonyms_group() -> None:
    """Words that mean the same in a search.

    A line of words with commas between them: each finds all the others. With => only what stands left finds what
    stands right. Lines that begin with # say nothing.
    """


@synonyms_group.command("show", short_help="Show the list in use.")
@click.option("--delivered", "original", is_flag=True, help="The list that comes with the portal.")
def show(*, original: bool) -> None:
    """Show the list in use: `ckan rvr-portal synonyms show > FILE` gives a file to edit."""
    click.echo(delivered() if original else synonyms.current_text(), nl=False)


@synonyms_group.command("preview", short_help="Try a list without using it.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option(
    "--judged",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Queries with the datasets that answer them (YAML).",
)
def preview_command(file: Path, judged: Path | None) -> None:
    """Show what the list in FILE would change: how much each query finds and what comes new to its first ten hits.

    Without --judged the words of the lines that differ from the list in use are asked, each by itself. Only public
    datasets are looked at.
    """
    text = _read(file)
    try:
        asked = (
            read_judged(judged.read_text("utf-8"))
            if judged
            else [Asked(q) for q in words_of(synonyms.current_text(), text)]
        )
    except (ValueError, yaml.YAMLError) as error:
        raise click.ClickException(f"{judged} is no list of queries: {error}") from error
    changed = 0
    effects = preview(text, asked)
    for effect in effects:
        if effect.is_change:
            changed += 1
            _tell(effect)
    click.echo(f"{changed} of {len(effects)} queries would change.")
    graded = [effect for effect in effects if effect.before.quality is not None]
    if graded:
        before = sum(effect.before.quality or 0 for effect in graded) / len(graded)
        after = sum(effect.after.quality or 0 for effect in graded) / len(graded)
        click.echo(
            f"Quality of the order (nDCG@10) over {len(graded)} judged queries: {before:.3f} now, {after:.3f} then."
        )


@synonyms_group.command("set", short_help="Use a list from now on.")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def set_list(file: Path) -> None:
    """Use the list in FILE from now on, in all processes of the portal; the index stays as it is."""
    text = _read(file)
    _store("" if text == delivered() else text)
    click.echo(f"{len(parse(text).entries)} words and phrases have synonyms now.")


@synonyms_group.command("reset", short_help="Use the list that comes with the portal.")
def reset() -> None:
    """Use the list that comes with the portal again."""
    _store("")
    click.echo("The list that comes with the portal is in use.")


def _read(file: Path) -> str:
    try:
        text = file.read_text("utf-8")
        parse(text)
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{file} is not written in UTF-8.") from error
    except SynonymsError as error:
        raise click.ClickException(f"Line {error.line} of {file}: {synonyms.sentence(error)}") from error
    return text


def _store(text: str) -> None:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    tk.get_action("config_option_update")(
        {"user": user, "ignore_auth": True}, {"ckanext.rvr_portal.search_synonyms": text}
    )


def _tell(effect: Effect) -> None:
    click.echo(f"{effect.q}: {effect.before.count} hits now, {effect.after.count} then")
    new = [title for title in effect.after.titles if title not in effect.before.titles]
    gone = [title for title in effect.before.titles if title not in effect.after.titles]
    for sign, titles in (("+", new), ("-", gone)):
        for title in titles[:_SHOWN_TITLES]:
            click.echo(f"  {sign} {title}")
