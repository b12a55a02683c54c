"""Sources of the region: load, list, switch on."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan import model
from ckanext.harvest.model import HarvestSource

from .. import config, schedule, settings, source_lists
from ..domain.source_list import SourceListError
from ..kinds import is_ours
from .common import must_find, site_context

__all__ = ["sources"]


@click.group("sources", short_help="Load, list and switch on sources.")
def sources() -> None:
    """Load, list and switch on sources."""


@sources.command("load")
@click.argument("what")
def load(what: str) -> None:
    """Bring in the sources of a list: WHAT is `ruhr`, or a YAML file of the same form.

    Nobody is contacted. Each source is new: it is harvested only after a dry run and `sources activate`. What is there
    already stays as it is.
    """
    try:
        for name, outcome in source_lists.load(source_lists.find_list(what), site_context()):
            click.echo(f"{name:<32} {outcome}")
    except SourceListError as error:
        raise click.ClickException(str(error)) from error
    except tk.ValidationError as error:
        raise click.ClickException(f"Eine Organisation wurde nicht angelegt: {error.error_summary}") from error


@sources.command("list")
@click.option("--json", "as_json", is_flag=True, help="The list as JSON.")
def list_sources(*, as_json: bool) -> None:
    """List all sources with their state, plan, next run, kind and address."""
    rows = [_row(source, name) for source, name in _all()]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(f"{row['name']:<32} {row['state']:<22} {row['plan']:<34} {row['next_run'] or '-':<17} {row['kind']}")
        click.echo(f"{'':<32} {row['url']}")


@sources.command("activate")
@click.argument("source")
def activate(source: str) -> None:
    """Switch on the new SOURCE (name or id), after you have looked at a dry run of it."""
    package = must_find(source)
    try:
        done = tk.get_action("rvr_harvest_source_activate")(site_context(), {"id": package.id})
    except tk.ValidationError as error:
        raise click.ClickException("; ".join(error.error_summary.values())) from error
    due = done["next_run"]
    click.echo(f"Eingeschaltet. Nächster Lauf: {_moment(HarvestSource.get(package.id)) if due else 'auf Wunsch'}")


def _all() -> list[Any]:
    query = model.Session.query(HarvestSource, model.Package.name).join(
        model.Package, model.Package.id == HarvestSource.id
    )
    return query.order_by(model.Package.name).all()


def _row(source: Any, name: str) -> dict[str, Any]:
    ours = is_ours(source.type)
    plan = settings.plan_of(source).words(schedule.default_time(source.id)).de if ours else source.frequency
    return {
        "name": name,
        "state": _state(source, ours),
        "plan": plan,
        "next_run": _moment(source) if ours and source.active else "",
        "kind": source.type,
        "url": source.url,
    }


def _state(source: Any, ours: bool) -> str:
    if not source.active:
        return "abgeschaltet"
    if not ours:
        return "nicht übernommen"
    return "neu: erst Probelauf" if settings.is_trial(source) else "eingeschaltet"


def _moment(source: Any) -> str:
    if source.next_run is None or settings.is_trial(source):
        return ""
    return f"{source.next_run.replace(tzinfo=UTC).astimezone(config.timezone()):%d.%m.%Y %H:%M}"
