"""Who may see what of the sources: whose findings, whose runs, which sources are one's own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context, DataDict

__all__ = ["Reader", "check_source", "editable_sources", "may_edit", "reader", "source_package"]


@dataclass(frozen=True, slots=True)
class Reader:
    """What a user sees: everything, or own sources, and of the others what is public.

    `organizations`: ids of those whose private datasets the user sees. `public`: whether sources of others are shown.
    """

    everything: bool
    sources: frozenset[str] = frozenset()
    organizations: frozenset[str] = frozenset()
    public: bool = True


def source_package(reference: str) -> Any:
    """The package of a source by name or id.

    :raises ckan.logic.NotFound: there is none
    """
    package = model.Package.get(reference)
    if package is None or package.type != "harvest":
        raise tk.ObjectNotFound(tk._("Harvest source not found"))
    return package


def check_source(action: str, context: Context, data_dict: DataDict, key: str = "id") -> None:
    """Whether the user may do this with the source that stands under `key`.

    :raises ckan.logic.NotAuthorized: they may not
    :raises ckan.logic.NotFound: there is no such source, or none that the user may see
    """
    reference = tk.get_or_bust(data_dict, key)
    if not context.get("ignore_auth"):
        try:
            tk.check_access("package_show", _fresh(context), {"id": reference})
        except (tk.NotAuthorized, tk.ObjectNotFound) as error:
            raise tk.ObjectNotFound(tk._("Harvest source not found")) from error
    tk.check_access(action, context, {key: reference})


def may_edit(context: Context, source_id: str) -> bool:
    """Whether the user of this call may change the source."""
    if context.get("ignore_auth"):
        return True
    try:
        tk.check_access("harvest_source_update", _fresh(context), {"id": source_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def editable_sources(context: Context) -> list[Any]:
    """Rows (`id`, `name`, `title`, `state`, `owner_org`) of the sources that the user may change, by title."""
    if not context.get("user") and not context.get("ignore_auth"):
        return []
    package = model.Package
    query = sa.select(package.id, package.name, package.title, package.state, package.owner_org).where(
        package.type == "harvest", package.state.in_(("active", "deleted"))
    )
    query = query.order_by(sa.func.lower(package.title), package.name)
    if _sees_all(context):
        return list(model.Session.execute(query))
    rows = model.Session.execute(query.where(package.owner_org.in_(_organizations(context, "update_dataset"))))
    return [row for row in rows.all() if may_edit(context, row.id)]


def reader(context: Context) -> Reader:
    """What the user of this call may see."""
    if _sees_all(context):
        return Reader(everything=True)
    # where another plugin decides who sees which dataset, only one's own sources are told of
    others_decide = bool(list(p.PluginImplementations(p.IPermissionLabels)))
    return Reader(
        everything=False,
        sources=frozenset(row.id for row in editable_sources(context)),
        organizations=frozenset(_organizations(context, "read")),
        public=not others_decide,
    )


def _sees_all(context: Context) -> bool:
    return bool(context.get("ignore_auth")) or bool(context.get("user") and authz.is_sysadmin(context.get("user", "")))


def _organizations(context: Context, permission: str) -> list[str]:
    if not context.get("user"):
        return []
    found = tk.get_action("organization_list_for_user")(
        _fresh(context), {"id": context.get("user", ""), "permission": permission}
    )
    return [one["id"] for one in found]


def _fresh(context: Context) -> Context:
    return tk.fresh_context(context)
