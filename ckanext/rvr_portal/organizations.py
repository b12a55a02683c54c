"""Organisations of the 15 member bodies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import flask
from ckan import model
from ckan.types import Context

from .domain.places import Place, register

__all__ = ["create_organizations", "description", "title", "titles"]


def create_organizations(user: str, portals: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Create the organisations that are missing; of those there are, fill only what is empty.

    :param user: name of the account that creates them
    :param portals: address of the own data portal by organisation name
    :returns: name and what happened ("created", "completed", "unchanged") of each, as it happens
    """
    for body in register().member_bodies:
        wanted: dict[str, Any] = {"places": [body.key]}
        if body.slug in portals:
            wanted["portal_url"] = portals[body.slug]
        context: Context = {"user": user, "ignore_auth": True}
        try:
            known = tk.get_action("organization_show")(context.copy(), {"id": body.slug, "include_users": False})
        except tk.ObjectNotFound:
            data = {"name": body.slug, "title": title(body), "description": description(body), **wanted}
            tk.get_action("organization_create")(context, data)
            yield body.slug, "created"
            continue
        missing: dict[str, Any] = {name: value for name, value in wanted.items() if not known.get(name)}
        if missing:
            tk.get_action("organization_patch")(context, {"id": known["id"], **missing})
        yield body.slug, "completed" if missing else "unchanged"


def titles() -> dict[str, str]:
    """Titles of the active organisations by name, empty where none is given; asked once in a request."""
    if not flask.has_request_context():
        return _titles()
    environ = flask.request.environ
    if "rvr_portal.organization_titles" not in environ:
        environ["rvr_portal.organization_titles"] = _titles()
    return environ["rvr_portal.organization_titles"]


def _titles() -> dict[str, str]:
    rows = model.Session.query(model.Group.name, model.Group.title).filter_by(is_organization=True, state="active")
    return {name: (title or "").strip() for name, title in rows}


def title(body: Place) -> str:
    """Name as the body writes it itself: "Stadt Hagen", "Kreis Unna"."""
    return f"Stadt {body.name}" if body.kind == "municipality" else body.name


def description(body: Place) -> str:
    """One sentence about whose data stand here."""
    if body.kind == "municipality":
        return f"Offene Daten der Stadt {body.name}."
    towns = sorted(town.name for town in register().municipalities if town.parent == body.key)
    whose = f"Kreises {body.name.removeprefix('Kreis ')}" if body.name.startswith("Kreis ") else f"{body.name}es"
    return f"Offene Daten des {whose} und seiner Städte und Gemeinden: {', '.join(towns[:-1])} und {towns[-1]}."
