"""Brings organisations and datasets of an older ckanext-rvr site into our schema."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from .domain.legacy import ORGANIZATION_KEYS, dataset_changes, places_of

__all__ = ["adopt_datasets", "adopt_organizations"]

_OWN = ("author", "author_email", "maintainer", "maintainer_email")


def adopt_organizations(user: str, *, dry_run: bool) -> Iterator[tuple[str, str]]:
    """Places for the organisations that have an area of the older plugin; name and what happened of each."""
    query = model.Session.query(model.Group).filter_by(is_organization=True, state="active")
    for group in query.order_by(model.Group.name).all():
        extras: dict[str, Any] = dict(group.extras or {})
        if not any(key in extras for key in ORGANIZATION_KEYS):
            continue
        keys = places_of(group.name, group.title or "", extras.get("org_spatial"))
        if not keys and not extras.get("places"):
            yield group.name, "no place was recognised: please enter its places"
            continue
        yield group.name, f"places {', '.join(keys)}" if not extras.get("places") else "places stay"
        if not dry_run:
            context: Any = {"user": user, "ignore_auth": True}
            shown = tk.get_action("organization_show")(dict(context), {"id": group.id})  # type: ignore[arg-type]
            kept = [one for one in shown.get("extras") or [] if one["key"] not in ORGANIZATION_KEYS]
            data: Any = {"id": group.id, "extras": kept, "places": shown.get("places") or keys}
            tk.get_action("organization_patch")(context, data)


def adopt_datasets(user: str, *, dry_run: bool) -> Iterator[tuple[str, str]]:
    """Fields of datasets; name and which fields change of each that changes."""
    query = model.Session.query(model.Package.id).filter_by(type="dataset", state="active").order_by(model.Package.name)
    for (package_id,) in query.all():
        package: Any = model.Session.get(model.Package, package_id)
        groups = [group.name for group in package.get_groups("group")]
        stored = {key: getattr(package, key) for key in _OWN}
        changes, gone = dataset_changes(stored, dict(package.extras or {}), groups)
        if not changes and not gone:
            continue
        name = package.name
        outcome = ", ".join([*sorted(changes), *(f"-{key}" for key in gone)])
        if not dry_run:
            try:
                _write(user, package_id, changes, gone)
            except tk.ValidationError as error:
                outcome = f"refused: {'; '.join(error.error_summary.values())}"
        yield name, outcome


def _write(user: str, package_id: str, changes: dict[str, Any], gone: tuple[str, ...]) -> None:
    context: Any = {"user": user, "ignore_auth": True, "use_cache": False}
    data = tk.get_action("package_show")(dict(context), {"id": package_id})  # type: ignore[arg-type]
    data["extras"] = [one for one in data.get("extras") or [] if one["key"] not in gone]
    tk.get_action("package_update")({"user": user, "ignore_auth": True}, {**data, **changes})
