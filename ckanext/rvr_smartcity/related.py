"""Names of datasets that a project leads to: shown only to those who may see the dataset itself."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.types import Context

__all__ = ["hide_private"]


def hide_private(context: Context, projects: Iterable[dict[str, Any]]) -> None:
    """Take the names of datasets out of `related_datasets` that the user may not see; one question for all projects."""
    linked = [project for project in projects if project.get("related_datasets")]
    names = {name for project in linked for name in project["related_datasets"]}
    if not names or context.get("ignore_auth") or context.get("for_update"):
        return
    public = model.Session.query(model.Package.name).filter(
        model.Package.name.in_(names), model.Package.private.is_(False), model.Package.state == model.State.ACTIVE
    )
    hidden = {name for name in names - {name for (name,) in public} if not _may_see(context, name)}
    for project in linked:
        project["related_datasets"] = [name for name in project["related_datasets"] if name not in hidden]


def _may_see(context: Context, name: str) -> bool:
    try:
        return tk.check_access("package_show", {"user": context.get("user", "")}, {"id": name})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
