"""Documents for the search index, many datasets at a time.

CKAN reads each dataset with seven queries and prepares and posts its document in one method. Its code is run here
unchanged, but over rows that were fetched for all datasets of a batch, and with a connection that keeps the document
instead of sending it: what is indexed is what the installed CKAN makes of a dataset, whatever that is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from types import FunctionType, SimpleNamespace
from typing import Any, cast

import ckan.plugins as p
import sqlalchemy as sa
from ckan import logic, model
from ckan.lib.dictization import model_dictize
from ckan.lib.search import index as core_index
from ckan.types import Context

from .interfaces import IRvrIndex

__all__ = ["documents", "prepare", "with_scope"]

_Rows = dict[str, list[Any]]
Hooks = dict[str, Callable[[dict[str, Any]], dict[str, Any]]]
_PackageDicts = tuple[dict[str, Any], dict[str, Any]]


def documents(package_ids: Sequence[str]) -> Iterator[tuple[str, dict[str, Any] | None]]:
    """Each dataset's id with the document CKAN would post for it; none if it does not belong into the index.

    :raises ckan.logic.NotFound: there is no such dataset
    """
    batch = _Batch(package_ids)
    hooks: Hooks = {}
    for plugin in p.PluginImplementations(IRvrIndex):
        hooks |= plugin.get_rvr_index_hooks(package_ids)
    for package_id in package_ids:
        yield package_id, prepare(batch.both(package_id), hooks)


def prepare(both: _PackageDicts, hooks: Hooks | None = None) -> dict[str, Any] | None:
    """The document CKAN would post for a dataset (as `package_show_default_and_custom_schemas` gives it).

    :param hooks: of `IRvrIndex`
    """
    kept = _Keeper()
    index_package = with_scope(
        core_index.PackageSearchIndex.index_package,
        make_connection=lambda: kept,
        PluginImplementations=lambda interface: (
            _hooked(item, hooks or {}) for item in p.PluginImplementations(interface)
        ),
    )
    index_package(core_index.PackageSearchIndex(), dict(both[0], with_custom_schema=both[1]), defer_commit=True)
    return kept.documents[0] if kept.documents else None


def _hooked(plugin: Any, hooks: Hooks) -> Any:
    hook = hooks.get(plugin.name)
    return SimpleNamespace(before_dataset_index=hook) if hook else plugin


class _Batch:
    """Datasets of one batch with everything that belongs to them, in seven queries."""

    def __init__(self, package_ids: Sequence[str]) -> None:
        ids = list(package_ids)
        rows = model.Session.query(model.Package).filter(model.Package.id.in_(ids))
        self._packages: dict[str, Any] = {package.id: package for package in rows}
        self._rows = {table: _fetch(query) for table, query in _queries(ids, self._packages.values()).items()}
        self._dictize = with_scope(model_dictize.package_dictize, _execute=self._execute)
        self._package: Any = None
        self._relations = iter(())

    def both(self, package_id: str) -> _PackageDicts:
        """The dataset with the default and with the custom schema applied."""
        show = with_scope(logic.package_show_default_and_custom_schemas, get_action=lambda _name: self._package_show)
        return show({"ignore_auth": True}, package_id)

    def _package_show(self, context: Context, data_dict: dict[str, Any]) -> dict[str, Any]:
        """As CKAN's action without cache and validation."""
        package = self._packages.get(data_dict["id"])
        if package is None:
            raise logic.NotFound
        context["session"] = _ShowSession()  # type: ignore[typeddict-item]
        context["package"] = package
        self._package = package
        self._relations = iter(("subject", "object"))
        shown: dict[str, Any] = self._dictize(package, context, False)
        for item in p.PluginImplementations(p.IPackageController):
            item.read(package)
        for item in p.PluginImplementations(p.IResourceController):
            for resource in shown["resources"]:
                item.before_resource_show(resource)
        return shown

    def _execute(self, _query: Any, table: Any, _context: Context) -> list[Any]:
        """The rows that CKAN asks for: `table` says which, they are of the dataset in hand."""
        if table is model.group_table:
            return self._rows["group"].get(self._package.owner_org, [])
        if table is model.package_relationship_table:
            return self._rows[next(self._relations)].get(self._package.id, [])
        return self._rows[table.name].get(self._package.id, [])


def _queries(ids: list[str], packages: Iterable[Any]) -> dict[str, sa.Select[Any]]:
    """CKAN's queries of `package_dictize` for many datasets; the last column says whose row it is."""
    resource, tag, package_tag = model.resource_table, model.tag_table, model.package_tag_table
    member, group, relation = model.member_table, model.group_table, model.package_relationship_table
    owners = {package.owner_org for package in packages if package.owner_org}
    return {
        resource.name: sa.select(resource, resource.c["package_id"].label("whose")).where(
            resource.c["package_id"].in_(ids)
        ),
        package_tag.name: sa.select(tag, package_tag.c["state"], package_tag.c["package_id"].label("whose"))
        .join(package_tag, tag.c["id"] == package_tag.c["tag_id"])
        .where(package_tag.c["package_id"].in_(ids)),
        member.name: sa.select(group, member.c["capacity"], member.c["table_id"].label("whose"))
        .join(member, group.c["id"] == member.c["group_id"])
        .where(member.c["table_id"].in_(ids), member.c["state"] == "active", group.c["is_organization"] == sa.false()),
        "group": sa.select(group, group.c["id"].label("whose")).where(
            group.c["id"].in_(owners), group.c["state"] == "active"
        ),
        "subject": sa.select(relation, relation.c["subject_package_id"].label("whose")).where(
            relation.c["subject_package_id"].in_(ids)
        ),
        "object": sa.select(relation, relation.c["object_package_id"].label("whose")).where(
            relation.c["object_package_id"].in_(ids)
        ),
    }


def _fetch(query: sa.Select[Any]) -> _Rows:
    """The rows of a query by their last column, and without it."""
    frozen = model.Session.execute(query).freeze()
    width = len(query.selected_columns) - 1
    found: _Rows = {}
    for full, row in zip(frozen(), frozen().columns(*range(width)), strict=True):
        found.setdefault(full[-1], []).append(row)
    return found


def with_scope(function: Callable[..., Any], **names: Any) -> Callable[..., Any]:
    """The same code, but some of the names it looks up in its module mean something else."""
    body = cast(FunctionType, function)
    changed = FunctionType(
        body.__code__, {**body.__globals__, **names}, body.__name__, body.__defaults__, body.__closure__
    )
    changed.__kwdefaults__ = body.__kwdefaults__
    return changed


class _ShowSession:
    """The session, but nobody is asked whether another dataset has the same name: what is shown was stored long ago,
    and what validators find wrong with it is not told anyway.
    """

    def __getattr__(self, name: str) -> Any:
        return getattr(model.Session, name)

    def query(self, *entities: Any) -> Any:
        asked = entities[0] if len(entities) == 1 else None  # compared by identity: columns make SQL of `==`
        if asked is model.Package.id or isinstance(asked, _NoName):
            return _NoName()
        return model.Session.query(*entities)


class _NoName:
    def filter(self, *_conditions: Any) -> _NoName:
        return self

    def exists(self) -> _NoName:
        return self

    def scalar(self) -> bool:
        return False


class _Keeper:
    url = ""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []

    def add(self, docs: Iterable[dict[str, Any]], commit: bool = False) -> None:
        self.documents.extend(docs)
