"""Datasets as rows of a sheet, and rows as changes of datasets.

A dataset has one row for each of its resources, and the same key in each. What concerns the dataset as a whole stands
in one of its rows; in the others those cells are empty. Datasets are changed by what differs from the export, cell by
cell; what the sheet has no column for is kept.
"""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from .form_data import is_another
from .sheet_columns import KEEP, Cell, CellError, Column, clean, read, render, same

__all__ = ["COMMENT", "Change", "Group", "Merged", "Problem", "Row", "dataset_rows", "grouped", "merge"]

# rows that begin with it are not read
COMMENT = "#"

ID, NAME, STAMP, RESOURCE, REMOVE = "id", "name", "stamp", "resource.id", "resource.remove"
_NOT_FIELDS = {ID, STAMP, RESOURCE, REMOVE}


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the file: its number as the spreadsheet shows it, and its cells by the columns' keys."""

    line: int
    cells: Mapping[str, Cell]

    def text(self, key: str) -> str:
        """Text of a cell; empty if there is none."""
        cell = self.cells.get(key)
        return clean(cell.text) if cell else ""


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a cell. `reason` names a sentence, `params` fill it; or `text` is the sentence itself."""

    line: int
    column: str
    reason: str = ""
    params: Mapping[str, str] = field(default_factory=dict)
    text: str = ""
    resource: int | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """A cell that will say something else, in the words of cells. `resource` is the resource's place in the dataset."""

    line: int
    column: str
    old: str
    new: str
    resource: int | None = None


@dataclass(slots=True)
class Group:
    """The rows of one dataset. `afresh` names groups of fields whose old value does not count (bulk edit)."""

    rows: list[Row]
    afresh: tuple[str, ...] = ()

    @property
    def line(self) -> int:
        """Number of the first row."""
        return self.rows[0].line

    def first(self, key: str) -> str:
        """The first text in a column."""
        return next((text for row in self.rows if (text := row.text(key))), "")


@dataclass(slots=True)
class Merged:
    """A dataset with the changes of its rows; `lines` says which row speaks of which resource."""

    data: dict[str, Any]
    touched: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    lines: dict[int, int] = field(default_factory=dict)
    removed: list[tuple[int, dict[str, Any]]] = field(default_factory=list)


def dataset_rows(columns: Sequence[Column], dataset: Mapping[str, Any], lang: str = "de") -> list[dict[str, str]]:
    """The rows of a dataset, as `package_show` gives it: text by the columns' keys."""
    resources = dataset.get("resources") or []
    rows: list[dict[str, str]] = []
    for position in range(max(1, len(resources)) if any(one.of_resource for one in columns) else 1):
        row = {}
        for column in columns:
            if column.of_resource:
                value = value_of(column, resources[position]) if resources else None
            else:
                value = value_of(column, dataset) if position == 0 or column.key in (ID, STAMP) else None
            row[column.key] = render(column, value, lang)
        rows.append(row)
    return rows


def value_of(column: Column, holder: Mapping[str, Any]) -> Any:
    """The value of a column in a dataset or resource."""
    if column.kind == "mark":
        return None
    if column.kind == "tags":
        return [tag["name"] for tag in holder.get("tags") or []]
    value = holder.get(column.field)
    if not column.subfield:
        return value
    first = value[0] if isinstance(value, list) and value else value
    return first.get(column.subfield) if isinstance(first, Mapping) else None


def grouped(rows: Iterable[Row], columns: Sequence[Column]) -> tuple[list[Group], list[Problem]]:
    """The rows of each dataset, and what cannot be said of which dataset it is.

    Rows belong together by key, or without one by name; a row that has neither and no title belongs to the row above.
    """
    own = [one.key for one in columns if not one.of_resource and one.key not in _NOT_FIELDS]
    groups: dict[str, Group] = {}
    problems: list[Problem] = []
    above: Group | None = None
    for row in rows:
        if row.text(ID).startswith(COMMENT) or not any(clean(cell.text) for cell in row.cells.values()):
            continue
        key = _key(row, own)
        if key is None and above is None:
            problems.append(Problem(row.line, ID, "no_dataset"))
            continue
        if key is None and above is not None:
            above.rows.append(row)
            continue
        group = groups.get(key or "")
        if group is None:
            group = groups[key or ""] = Group([row])
            if row.text(ID) and row.text(NAME):
                groups.setdefault(f"name {row.text(NAME)}", group)
        else:
            group.rows.append(row)
        above = group
    unique = list({id(group): group for group in groups.values()}.values())
    return unique, problems


def _key(row: Row, own: Sequence[str]) -> str | None:
    if row.text(ID):
        return f"id {row.text(ID)}"
    if row.text(NAME):
        return f"name {row.text(NAME)}"
    return f"line {row.line}" if any(row.text(key) for key in own) else None


def merge(columns: Sequence[Column], existing: Mapping[str, Any], group: Group, lang: str = "de") -> Merged:
    """What the dataset becomes by its rows. `existing` is as `package_show` gives it; empty for a new one."""
    merged = Merged(copy.deepcopy(dict(existing)))
    for column in columns:
        if column.of_resource or column.key in _NOT_FIELDS:
            continue
        if column.goes_with_name and not any(column.key in row.cells for row in group.rows):
            _drop_of_another(column, columns, existing, group, merged, lang)
        else:
            _merge_field(column, existing, group, merged, lang)
    with_resources = [one for one in columns if one.of_resource]
    if with_resources:
        _merge_resources(with_resources, existing, group, merged, lang)
    return merged


def _merge_field(column: Column, existing: Mapping[str, Any], group: Group, merged: Merged, lang: str) -> None:
    filled = [(row.line, row.cells[column.key]) for row in group.rows if row.text(column.key)]
    if not filled and not group.first(ID):
        return  # only who gives the key means that a field is to be emptied
    line, cell = filled[0] if filled else (group.line, Cell())
    for other_line, other in filled[1:]:
        if not same(column, other, clean(cell.text)):
            merged.problems.append(Problem(other_line, column.key, "two_values", {"line": str(line)}))
            return
    value = value_of(column, existing)
    old = render(column, value, lang)
    if clean(cell.text) == KEEP or (column.field not in group.afresh and _is_as_exported(column, cell, value, lang)):
        return
    _read_into(column, merged.data, cell, line, merged)
    if not merged.problems or merged.problems[-1].column != column.key:
        merged.touched.append(Change(line, column.key, old, clean(cell.text)))


def _drop_of_another(
    column: Column, columns: Sequence[Column], existing: Mapping[str, Any], group: Group, merged: Merged, lang: str
) -> None:
    """Take out what nobody sees of a body or person, if the rows make another one of it or leave nothing else of it."""
    old = render(column, value_of(column, existing), lang)
    before, now = (next(iter(holder.get(column.field) or []), {}) for holder in (existing, merged.data))
    unseen = {one.subfield for one in columns if one.field == column.field and one.goes_with_name}
    if old and (is_another(before, now) or (_shows_more(before, unseen) and not _shows_more(now, unseen))):
        _set(column, merged.data, None)
        merged.touched.append(Change(group.line, column.key, old, ""))


def _shows_more(body: Mapping[str, Any], unseen: set[str]) -> bool:
    return any(value for key, value in body.items() if key not in unseen)


def _is_as_exported(column: Column, cell: Cell, value: Any, lang: str) -> bool:
    """Whether a cell says what the export wrote; it may have been made in the other language."""
    return any(same(column, cell, render(column, value, one)) for one in (lang, *({"de", "en"} - {lang})))


def _read_into(
    column: Column, holder: dict[str, Any], cell: Cell, line: int, merged: Merged, resource: int | None = None
) -> None:
    try:
        value = read(column, cell)
    except CellError as error:
        merged.problems.append(Problem(line, column.key, error.reason, error.params, resource=resource))
        return
    _set(column, holder, value)


def _set(column: Column, holder: dict[str, Any], value: Any) -> None:
    if column.kind == "tags":
        known = {tag["name"]: tag for tag in holder.get("tags") or []}
        holder["tags"] = [known.get(name, {"name": name}) for name in value or []]
    elif column.subfield:
        groups = [dict(one) for one in holder.get(column.field) or [{}]]
        groups[0][column.subfield] = value or ""
        holder[column.field] = [one for one in groups if any(one.values())]
    else:
        # an empty text clears a column of CKAN's own tables; other fields without a value are not stored
        holder[column.field] = "" if value is None else value


def _merge_resources(
    columns: Sequence[Column], existing: Mapping[str, Any], group: Group, merged: Merged, lang: str
) -> None:
    before: list[dict[str, Any]] = list(existing.get("resources") or [])
    resources: list[dict[str, Any]] = merged.data.setdefault("resources", [])
    ids = {str(one.get("id")): position for position, one in enumerate(before)}
    taken: dict[int, int] = {}
    removed: set[int] = set()
    for row in group.rows:
        if not any(row.text(one.key) for one in columns):
            continue
        position = _position(row, ids, before, taken, merged)
        if position is None:
            continue
        if position < 0:
            position = len(resources)
            resources.append({})
        taken[position] = row.line
        merged.lines[position] = row.line
        if _is_removed(columns, row, merged):
            removed.add(position)
            continue
        old = before[position] if position < len(before) else {}
        _merge_resource(columns, old, row, position, merged, lang)
    if removed:
        merged.removed = [(merged.lines[one], resources[one]) for one in sorted(removed)]
        _renumber(merged, [one for one in range(len(resources)) if one not in removed])


def _position(
    row: Row, ids: Mapping[str, int], before: Sequence[Mapping[str, Any]], taken: Mapping[int, int], merged: Merged
) -> int | None:
    """Place of the resource a row speaks of; -1 for a new one, none if it is unclear."""
    key, address = row.text(RESOURCE), row.text("resource.url")
    if key:
        position = ids.get(key)
        if position is None:
            merged.problems.append(Problem(row.line, RESOURCE, "no_resource", {"value": key[:80]}))
        elif position in taken:
            merged.problems.append(Problem(row.line, RESOURCE, "resource_twice", {"line": str(taken[position])}))
            return None
        return position
    if not address:
        merged.problems.append(Problem(row.line, "resource.url", "new_resource_needs_address"))
        return None
    # the same sheet a second time adds nothing a second time
    found = [one for one, old in enumerate(before) if old.get("url") == address and one not in taken]
    return found[0] if found else -1


def _is_removed(columns: Sequence[Column], row: Row, merged: Merged) -> bool:
    column = next((one for one in columns if one.key == REMOVE), None)
    if column is None or REMOVE not in row.cells:
        return False
    try:
        return bool(read(column, row.cells[REMOVE]))
    except CellError as error:
        merged.problems.append(Problem(row.line, REMOVE, error.reason, error.params))
        return False


def _merge_resource(
    columns: Sequence[Column], old: Mapping[str, Any], row: Row, position: int, merged: Merged, lang: str
) -> None:
    resource = merged.data["resources"][position]
    for column in columns:
        if column.key in _NOT_FIELDS:
            continue
        cell = row.cells.get(column.key, Cell())
        if not clean(cell.text) and not row.text(RESOURCE):
            continue
        value = value_of(column, old)
        before = render(column, value, lang)
        if _is_as_exported(column, cell, value, lang):
            continue
        count = len(merged.problems)
        _read_into(column, resource, cell, row.line, merged, position)
        if len(merged.problems) == count:
            merged.touched.append(Change(row.line, column.key, before, clean(cell.text), position))
        if column.key == "resource.url" and old.get("url_type") == "upload":
            resource["url_type"] = ""


def _renumber(merged: Merged, kept: Sequence[int]) -> None:
    """Take out the removed resources, and let everything speak of the new places."""
    places = {old: new for new, old in enumerate(kept)}
    merged.data["resources"] = [merged.data["resources"][one] for one in kept]
    merged.lines = {places[old]: line for old, line in merged.lines.items() if old in places}
    merged.touched = [
        one if one.resource is None else replace(one, resource=places[one.resource]) for one in merged.touched
    ]
