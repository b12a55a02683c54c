"""What a steward can do with an import or a change of many datasets: start it, confirm it, take it up again, drop it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model

from .. import config
from ..domain.sheet_columns import KEEP, Cell, Column, clean, joined, render, split
from ..domain.sheet_rows import Group, Row, grouped, value_of
from ..model import RvrPortalSheetRun
from . import store
from .check import shown
from .columns import all_columns
from .exceptions import SheetTooLargeError, StateError
from .table import read_table
from .words import sentence

__all__ = [
    "TICKED", "again", "confirm", "describe", "discard", "on_tick", "start_bulk", "start_import", "take_up_lost", "undo_rows",
]  # fmt: skip

#: The clock of the harvest (`ckan rvr-harvest tick`), known by its name only.
TICKED = tk.signals.ckanext.signal("rvr_harvest:ticked")

IMPORT, BULK = "import", "bulk"
REPLACE, ADD, REMOVE = "replace", "add", "remove"


def start_import(
    user: Any, owner_org: str, label: str, data: bytes, lang: str, *, at_once: bool = False
) -> RvrPortalSheetRun:
    """Take a file in and have it checked, by a worker unless the caller does it `at_once`.

    :raises SheetError: it cannot be read
    """
    table = read_table(data, all_columns(with_hidden=True), config.sheet_max_bytes(), config.sheet_max_rows())
    groups, problems = grouped(table.rows, table.columns)
    _limit(len(groups))
    by_key = {column.key: column for column in table.columns}
    notes = [
        {"line": one.line, "column": by_key[one.column].heading(lang) if one.column in by_key else "",
         "text": sentence(one.reason, one.params)}
        for one in problems
    ]  # fmt: skip
    notes += [
        {"line": 1, "column": heading, "text": sentence("unknown_heading", {"value": heading})}
        for heading in table.unknown
    ]
    keys = [column.key for column in table.columns]
    # with another name of a body or person goes what no sheet shows of it
    named = {column.field for column in table.columns if column.subfield == "name"}
    keys += [
        one.key
        for one in all_columns(with_hidden=True)
        if one.goes_with_name and one.field in named and one.key not in keys
    ]
    run = store.create(IMPORT, user.id, owner_org, label, lang, keys, groups, notes=notes)
    if not at_once:
        store.enqueue(run)
    return run


def start_bulk(
    user: Any, owner_org: str, ids: Sequence[str], name: str, values: Mapping[str, str], mode: str, lang: str
) -> RvrPortalSheetRun:
    """Prepare the change of one field in many datasets and have it checked.

    :param name: a key of `bulk_fields()`
    :param values: texts as in cells, by the keys of the field's columns. What nobody sees of a body or person (its
        address) stays where the name stays, and goes with another one
    :param mode: "replace", or "add" and "remove" for fields with several values
    """
    columns = [one for one in all_columns(with_hidden=True) if one.field == name and not one.of_resource]
    ids = list(dict.fromkeys(ids))
    _limit(len(ids))
    groups = [
        Group(
            [Row(number, _bulk_cells(package_id, columns, values, mode, lang))],
            (name,) if "." in columns[0].key else (),
        )
        for number, package_id in enumerate(ids, 1)
    ]
    label = columns[0].heading(lang).partition(": ")[0]
    run = store.create(
        BULK, user.id, owner_org, label, lang, ["id", "stamp", *(column.key for column in columns)], groups, notes=[]
    )
    store.enqueue(run)
    return run


def _bulk_cells(
    package_id: str, columns: Sequence[Column], values: Mapping[str, str], mode: str, lang: str
) -> dict[str, Cell]:
    package: Any = model.Session.get(model.Package, package_id)
    if package is None:
        return {"id": Cell(package_id)}
    before = {}
    if mode != REPLACE or columns[0].subfield:
        dataset = shown(package_id)
        before = {column.key: render(column, value_of(column, dataset), lang) for column in columns}
    texts = _bulk_texts(columns, values, before, mode)
    stamp = package.metadata_modified.isoformat()
    return {name: Cell(text) for name, text in {"id": package_id, "stamp": stamp, **texts}.items()}


def _bulk_texts(
    columns: Sequence[Column], values: Mapping[str, str], before: Mapping[str, str], mode: str
) -> dict[str, str]:
    """What the cells of a dataset are to say, by column. `before`: what they say now, if that matters."""
    texts = {column.key: clean(values.get(column.key, "")) for column in columns}
    name = f"{columns[0].field}.name"
    if before.get(name) and before[name] == texts[name]:
        # the same body or person: what nobody sees of it stays
        texts |= {key: text for key, text in before.items() if key not in values}
    if mode != REPLACE:
        for key, text in before.items():
            texts[key] = KEEP if text == KEEP else joined(_combined(split(text), split(texts[key]), mode))
    return texts


def _combined(now: list[str], given: list[str], mode: str) -> list[str]:
    if mode == ADD:
        return list(dict.fromkeys([*now, *given]))
    gone = {one.casefold() for one in given}
    return [one for one in now if one.casefold() not in gone]


def _limit(count: int) -> None:
    if count > config.sheet_max_datasets():
        raise SheetTooLargeError("datasets", config.sheet_max_datasets())


def confirm(run: RvrPortalSheetRun, *, overwrite: bool, at_once: bool = False) -> None:
    """Have written what was checked. `overwrite`: also datasets that somebody changed since the export.

    :raises StateError: it was not checked, or was decided already
    """
    if run.state != store.CHECKED or not _writable(run, overwrite=overwrite):
        raise StateError
    run.options = {"overwrite": overwrite}
    store.set_state(run, store.WAITING)
    model.Session.commit()
    if not at_once:
        store.enqueue(run)


def _writable(run: RvrPortalSheetRun, *, overwrite: bool) -> int:
    wanted = {"create", "change", *(["conflict"] if overwrite else [])}
    return sum(item["action"] in wanted for item in run.items)


def take_up_lost() -> list[RvrPortalSheetRun]:
    """Put runs into the queue again whose worker was killed or that the queue has lost; safe to repeat."""
    lost = store.lost()
    for run in lost:
        again(run)
    return lost


def on_tick(_sender: Any, **_moment: Any) -> None:
    """Nobody has to take up a broken import by hand where the clock runs."""
    take_up_lost()


def again(run: RvrPortalSheetRun) -> None:
    """Take a run up again that broke off; what is written already is not written twice.

    :raises StateError: it did not break off
    """
    if run.state == store.FAILED:
        store.set_state(run, store.WAITING if run.items else store.CHECKING)
    elif store.is_lost(run):
        store.set_state(run, run.state)
    else:
        raise StateError
    model.Session.commit()
    store.enqueue(run)


def discard(run: RvrPortalSheetRun) -> None:
    """Forget a run. One that is being written cannot be forgotten.

    :raises StateError: it is being written
    """
    if run.state in (store.WAITING, store.INDEXING) and not store.is_lost(run):
        raise StateError
    model.Session.delete(run)
    model.Session.commit()


def describe(run: RvrPortalSheetRun, *, with_items: bool = True) -> dict[str, Any]:
    """A run for pages and the API: its state, numbers, and items."""
    done, total = store.progress(run.id) if run.state in (store.CHECKING, store.WAITING) else (0, 0)
    answer: dict[str, Any] = {
        "id": run.id,
        "kind": run.kind,
        "owner_org": run.owner_org,
        "label": run.label,
        "state": "lost" if store.is_lost(run) else run.state,
        "reason": run.reason,
        "created": _stamp(run.created),
        "changed": _stamp(run.changed),
        "done": done,
        "total": total,
    }
    if not with_items:
        return answer
    actions = Counter(item["action"] for item in run.items)
    outcomes = Counter(item.get("outcome") or "left_out" for item in run.items)
    return answer | {
        "actions": {name: actions[name] for name in ("create", "change", "same", "conflict", "refuse")},
        "outcomes": {name: outcomes[name] for name in ("created", "changed", "same", "changed_meanwhile", "left_out")},
        "notes": run.content.get("notes", []),
        "items": run.items,
        "has_undo": bool(run.undo.get("rows")),
    }


def _stamp(moment: datetime) -> str:
    """As CKAN writes moments: UTC without an offset."""
    return moment.astimezone(UTC).replace(tzinfo=None).isoformat()


def undo_rows(run: RvrPortalSheetRun) -> tuple[list[Column], list[dict[str, str]]]:
    """Columns and rows of the sheet that brings back what the run has changed."""
    wanted = set(run.undo.get("columns", []))
    return [column for column in all_columns(with_hidden=True) if column.key in wanted], run.undo.get("rows", [])
