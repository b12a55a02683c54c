"""What several commands need."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import click
from ckan import model

__all__ = ["counted", "find", "must_find", "site_context"]


def counted(number: int, one: str, many: str) -> str:
    """A number with the words that go with it, e.g. “Datensatz bleibt” or “Datensätze bleiben”."""
    return f"1 {one}" if number == 1 else f"{number} {many}"


def find(name: str) -> model.Package | None:
    """The harvest source of this name or id."""
    package = model.Package.get(name)
    return package if package is not None and package.type == "harvest" else None


def must_find(name: str) -> model.Package:
    """As `find`.

    :raises click.ClickException: there is none
    """
    package = find(name)
    if package is None:
        raise click.ClickException(f"Es gibt keine Harvest-Quelle „{name}“.")
    return package


def site_context() -> Any:
    """A context of the site itself, which may do anything."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True}
