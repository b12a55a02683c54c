"""What would come of the rows of a dataset: created, changed, the same, or what is wrong. Nothing is written here."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.lib.plugins as lib_plugins
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import Context

from ..domain.sheet_columns import LONGEST, Column, clean, render
from ..domain.sheet_rows import Change, Group, Merged, Problem, merge, value_of
from .words import sentence

__all__ = ["Checker", "Item", "user_context"]

_HARVESTED = {"guid", "harvest_object_id", "harvest_source_id"}
_MOST_SHOWN = 2000


@dataclass(slots=True)
class Item:
    """What would come of one dataset. `action`: create, change, same, conflict (changed since the export) or refuse.

    `data` is what CKAN's action would be given; it is not kept. Problems, hints and changes are in words.
    """

    line: int
    action: str = "refuse"
    id: str = ""
    name: str = ""
    title: str = ""
    seen: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)
    hints: list[str] = field(default_factory=list)
    changes: list[dict[str, Any]] = field(default_factory=list)
    existing: dict[str, Any] = field(default_factory=dict)
    data: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """What is kept of it."""
        names = ("line", "action", "id", "name", "title", "seen", "problems", "hints", "changes")
        return {name: getattr(self, name) for name in names}


def user_context(user: Any, **more: Any) -> Context:
    """Context of an action in the name of a user; their rights hold."""
    return {"user": user.name, "auth_user_obj": user, "model": model, "session": model.Session, **more}  # type: ignore[typeddict-item,return-value]


class Checker:
    """Looks at the datasets of one sheet in the name of a user; `owner_org` is where new ones go."""

    def __init__(self, user: Any, owner_org: str, columns: Sequence[Column], lang: str) -> None:
        self._user = user
        self._owner_org = owner_org
        self._columns = list(columns)
        self._lang = lang
        self._by_key = {column.key: column for column in columns}
        self._titles: dict[str, int] = {}
        self._ids: dict[str, int] = {}

    def item(self, group: Group) -> Item:
        """What would come of the rows of one dataset."""
        item = Item(group.line, title=group.first("title")[:300])
        package = self._package(group)
        if group.first("id") and package is None:
            self._problem(item, Problem(group.line, "id", "unknown", {"value": group.first("id")[:80]}))
            return item
        for row in group.rows:
            for key, cell in row.cells.items():
                if len(cell.text) > LONGEST:
                    self._problem(item, Problem(row.line, key, "too_long", {"limit": f"{LONGEST:,}".replace(",", ".")}))
        if item.problems:
            return item
        if package is None:
            self._new(item, group)
        else:
            self._changed(item, group, package)
        return item

    # Which dataset ---------------------------------------------------------------------------------

    def _package(self, group: Group) -> Any:
        """The dataset that the rows are about, if the user may change it."""
        key, name = group.first("id"), group.first("name")
        package = model.Session.get(model.Package, key) if key else None
        if package is None and not key and name:
            package = model.Package.by_name(name)
        if package is None or package.type != "dataset" or package.state not in ("active", "draft"):
            return None
        try:
            tk.check_access("package_update", user_context(self._user), {"id": package.id})
        except tk.NotAuthorized:
            return None
        return package

    def _new(self, item: Item, group: Group) -> None:
        merged = merge(self._columns, {}, group, self._lang)
        data = merged.data
        # a text of nothing is no value of a dataset that is not there yet
        data = {name: value for name, value in data.items() if value not in ("", [])}
        data["type"] = "dataset"
        data.setdefault("owner_org", self._owner_org)
        merged.data = data
        if not authz.has_user_permission_for_group_or_org(data["owner_org"], self._user.name, "create_dataset"):
            self._problem(item, Problem(group.line, "owner_org", "no_right_to_create"))
        self._look_for_twins(item, group, data)
        self._finish(item, group, merged, None)
        item.action = "refuse" if item.problems else "create"

    def _look_for_twins(self, item: Item, group: Group, data: Mapping[str, Any]) -> None:
        title = str(data.get("title") or "")
        if not title:
            return
        first = self._titles.setdefault(title.casefold(), group.line)
        if first != group.line:
            self._problem(item, Problem(group.line, "title", "title_twice", {"line": str(first)}))
        if group.first("name"):
            return  # an address of its own says that another dataset is meant
        twin = model.Session.execute(
            sa.select(model.Package.name).where(
                model.Package.owner_org == data["owner_org"],
                model.Package.title == title,
                model.Package.state == "active",
                model.Package.type == "dataset",
            )
        ).scalar()
        if twin:
            self._problem(item, Problem(group.line, "title", "same_title", {"name": str(twin)}))

    def _changed(self, item: Item, group: Group, package: Any) -> None:
        first = self._ids.setdefault(package.id, group.line)
        if first != group.line:
            self._problem(item, Problem(group.line, "id", "dataset_twice", {"line": str(first)}))
            return
        item.existing = shown(package.id)
        item.id, item.name, item.title = package.id, package.name, package.title or package.name
        item.seen = str(item.existing["metadata_modified"])
        merged = merge(self._columns, item.existing, group, self._lang)
        if merged.touched or merged.removed or merged.problems:
            self._finish(item, group, merged, package)
        if item.problems:
            item.action = "refuse"
        elif not item.changes:
            item.action, item.hints = "same", []
        else:
            stamp = group.first("stamp")
            item.action = "conflict" if stamp and stamp != item.seen else "change"
            if item.action == "conflict":
                item.hints.insert(0, sentence("changed_since"))
            if any(extra["key"] in _HARVESTED for extra in item.existing.get("extras") or []):
                item.hints.append(sentence("harvested"))

    # What the schema says --------------------------------------------------------------------------

    def _finish(self, item: Item, group: Group, merged: Merged, package: Any) -> None:
        for problem in merged.problems:
            self._problem(item, problem)
        item.data = merged.data
        item.data.pop("metadata_modified", None)
        validated, errors = validate(self._user, merged.data, package)
        for problem in self._problems(errors, merged, group.line):
            if not any(one["column"] == self._heading(problem.column) for one in item.problems):
                self._problem(item, problem)
        if not item.problems:
            item.name = str(validated["name"])  # made from the title when none is given
            item.changes = list(self._changes(validated, merged, item.existing))

    def _problems(self, errors: Mapping[str, Any], merged: Merged, line: int) -> Iterator[Problem]:
        """CKAN's messages, each at its row and column."""
        lines = {(change.column, change.resource): change.line for change in merged.touched}
        for name, messages in errors.items():
            if name == "resources":
                for position, of_resource in enumerate(messages):
                    yield from self._resource_problems(position, of_resource, merged, lines)
                continue
            for sub, text in _texts(messages):
                column = self._column(name, sub)
                yield Problem(lines.get((column, None), line), column, text=text)

    def _resource_problems(
        self, position: int, errors: Any, merged: Merged, lines: Mapping[tuple[str, int | None], int]
    ) -> Iterator[Problem]:
        for name, messages in errors.items() if isinstance(errors, Mapping) else ():
            for _sub, text in _texts(messages):
                column = f"resource.{name}"
                line = lines.get((column, position)) or merged.lines.get(position) or 0
                yield Problem(line, column, text=text, resource=position)

    def _column(self, name: str, sub: str) -> str:
        if name in ("tags", "tag_string"):
            return "tags"
        return f"{name}.{sub}" if sub else name

    def _changes(
        self, validated: dict[str, Any], merged: Merged, before: Mapping[str, Any]
    ) -> Iterator[dict[str, Any]]:
        """What the touched cells will say, in the words of an export."""
        after = as_shown(self._user, validated)
        for change in merged.touched:
            column = self._by_key[change.column]
            holder = after if change.resource is None else after["resources"][change.resource]
            new = render(column, value_of(column, holder), self._lang)
            if new == change.old:
                continue
            yield self._change(change, column, new, "" if change.resource is None else _resource_title(holder))
        for line, resource in merged.removed:
            column = self._by_key["resource.remove"]
            change = Change(line, column.key, clean(str(resource.get("url") or "")), "")
            yield self._change(change, column, "", _resource_title(resource))

    def _change(self, change: Change, column: Column, new: str, resource: str) -> dict[str, Any]:
        return {
            "line": change.line,
            "column": column.heading(self._lang),
            "file": resource,
            "old": change.old[:_MOST_SHOWN],
            "new": new[:_MOST_SHOWN],
        }

    def _problem(self, item: Item, problem: Problem) -> None:
        text = problem.text or sentence(problem.reason, problem.params)
        item.problems.append(
            {"line": problem.line or item.line, "column": self._heading(problem.column), "text": text[:500]}
        )

    def _heading(self, key: str) -> str:
        column = self._by_key.get(key)
        return column.heading(self._lang) if column else key


def shown(package_id: str) -> dict[str, Any]:
    """A dataset as it is stored, never from the index."""
    context: Any = {"ignore_auth": True, "use_cache": False, "model": model, "session": model.Session}
    return tk.get_action("package_show")(context, {"id": package_id})


def validate(user: Any, data: Mapping[str, Any], package: Any, **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """What CKAN's action would make of the data, and what it would refuse."""
    plugin = lib_plugins.lookup_package_plugin("dataset")
    schema = plugin.update_package_schema() if package is not None else plugin.create_package_schema()
    context = user_context(user, **more)
    if package is not None:
        context["package"] = package
    action = "package_update" if package is not None else "package_create"
    validated, errors = lib_plugins.plugin_validate(plugin, context, copy.deepcopy(dict(data)), schema, action)
    return validated, {name: value for name, value in errors.items() if _is_error(value)}


def as_shown(user: Any, validated: dict[str, Any]) -> dict[str, Any]:
    """Validated data as `package_show` would give them after they were stored."""
    plugin = lib_plugins.lookup_package_plugin("dataset")
    schema = plugin.show_package_schema()
    shown, _errors = lib_plugins.plugin_validate(plugin, user_context(user), validated, schema, "package_show")
    return shown


def _is_error(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_is_error(one) for one in value.values())
    if isinstance(value, list):
        return any(_is_error(one) for one in value)
    return bool(value)


def _texts(messages: Any, sub: str = "") -> Iterator[tuple[str, str]]:
    """The sentences in CKAN's nested errors, with the name of the innermost field."""
    if isinstance(messages, Mapping):
        for name, inner in messages.items():
            yield from _texts(inner, str(name))
    elif isinstance(messages, list):
        for inner in messages:
            yield from _texts(inner, sub)
    elif messages:
        yield sub, str(messages)


def _resource_title(resource: Mapping[str, Any]) -> str:
    return clean(str(resource.get("name") or resource.get("url") or ""))[:200]
