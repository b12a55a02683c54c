"""Brings the sources of a list into the portal, without contacting any of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from . import settings
from .domain.source_list import ListedOrganization, ListedSource, SourceList, SourceListError, read_list
from .kinds import is_ours

__all__ = ["find_list", "load"]

_FOLDER = Path(__file__).parent / "sources"


def find_list(reference: str) -> SourceList:
    """The list of this name that comes with the plugin, or the one in this file.

    :raises SourceListError: there is none, or it cannot be used
    """
    known = _FOLDER / f"{reference}.yaml"
    path = known if reference.isidentifier() and known.exists() else Path(reference)
    try:
        return read_list(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        names = ", ".join(sorted(one.stem for one in _FOLDER.glob("*.yaml")))
        raise SourceListError(f"„{reference}“ ist keine lesbare Datei. Mitgeliefert sind: {names}.") from error


def load(listed: SourceList, context: Any) -> Iterator[tuple[str, str]]:
    """Make the organisations and sources that are missing; what there is stays as it is.

    :returns: name and what happened ("angelegt", "vorhanden", or why not) of each source, as it happens
    """
    for organization in listed.organizations:
        _organization(organization, context)
    for source in listed.sources:
        yield source.name, _source(source, context)


def _organization(listed: ListedOrganization, context: Any) -> None:
    if model.Group.get(listed.name) is None:
        data: Any = {"name": listed.name, "title": listed.title, "places": list(listed.places)}
        tk.get_action("organization_create")(dict(context), data)  # type: ignore[arg-type]


def _source(listed: ListedSource, context: Any) -> str:
    if model.Package.get(listed.name) is not None:
        return "vorhanden"
    if not is_ours(listed.kind):
        return f"nicht angelegt: Die Art „{listed.kind}“ gibt es hier nicht."
    organization = model.Group.get(listed.organization)
    if organization is None:
        return (
            f"nicht angelegt: Die Organisation „{listed.organization}“ fehlt. "
            "Die der Mitglieder legt „ckan rvr-portal organizations create“ an."
        )
    values = {**listed.settings, settings.PLAN: listed.plan, settings.TRIAL: True}
    data: Any = {
        "name": listed.name, "title": listed.title, "url": listed.url, "source_type": listed.kind,
        "owner_org": organization.id, "notes": listed.note, "config": settings.write(values),
    }  # fmt: skip
    try:
        tk.get_action("harvest_source_create")(dict(context), data)  # type: ignore[arg-type]
    except tk.ValidationError as error:
        return f"nicht angelegt: {'; '.join(error.error_summary.values())}"
    return "angelegt"
