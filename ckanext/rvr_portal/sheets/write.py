"""All datasets of a run in one transaction: either all of it is there, or nothing. See docs/adr on sheets."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import pysolr
from ckan import model
from ckan.lib.search.common import make_connection

from .. import index_batch
from ..domain.sheet_columns import Column
from ..domain.sheet_rows import Group, dataset_rows
from .check import Checker, Item, user_context

__all__ = ["LateRefusalError", "SearchDownError", "ask_search", "index", "write_all"]

log = logging.getLogger(__name__)

_PART = 100


class LateRefusalError(Exception):
    """A dataset that was fine when it was checked is refused now."""


class SearchDownError(Exception):
    """The search server does not answer, or does not take a document."""


def write_all(
    user: Any,
    checker: Checker,
    work: Sequence[tuple[Group, dict[str, Any]]],
    columns: Sequence[Column],
    lang: str,
    *,
    overwrite: bool,
    step: Callable[[int], None],
) -> list[dict[str, str]]:
    """Write the datasets without committing; each item gets its `outcome`. Returns the rows that bring the old back.

    `work` holds the rows of each dataset with its item of the check. A dataset that somebody changed since the check
    is left out unless `overwrite` says otherwise.

    :raises LateRefusalError: a dataset is refused; everything is rolled back
    :raises ckan.logic.NotAuthorized: the user has lost a right; everything is rolled back
    """
    undo: list[dict[str, str]] = []
    for number, (group, kept) in enumerate(work, 1):
        item = checker.item(group)
        if kept["action"] != "create" and item.seen != kept["seen"] and not overwrite:
            kept["outcome"] = "changed_meanwhile"
        elif item.problems:
            raise LateRefusalError(item.problems[0]["text"])
        elif item.action == "same":
            kept["outcome"] = "same"
        else:
            kept["id"] = _write(user, item)
            kept["outcome"] = "created" if item.action == "create" else "changed"
            kept["name"] = item.name
            if item.existing:
                undo += _undo_rows(item, columns, lang)
        step(number)
    return undo


def _write(user: Any, item: Item) -> str:
    """One dataset through CKAN's action, its id; its activity is written in the same transaction."""
    creates = item.action == "create"
    context = user_context(user, defer_commit=True, return_id_only=True)
    if not creates:
        # with a deferred commit CKAN does not say itself that something was changed, and no activity would be written
        context["changed_entities"] = {"packages": {item.id}}  # type: ignore[typeddict-unknown-key]
    try:
        package_id = tk.get_action("package_create" if creates else "package_update")(context, item.data)
    except tk.ValidationError as error:
        raise LateRefusalError("; ".join(f"{key}: {value}" for key, value in error.error_summary.items())) from error
    nested = model.Session().get_nested_transaction()
    if nested is not None:
        # CKAN leaves its savepoint open when the commit is deferred
        nested.commit()
    return str(package_id)


def _undo_rows(item: Item, columns: Sequence[Column], lang: str) -> list[dict[str, str]]:
    package: Any = model.Session.get(model.Package, item.id)
    rows = dataset_rows(columns, item.existing, lang)
    here = {one.id for one in package.resources if one.state == "active"}
    before = {one["id"] for one in item.existing.get("resources") or []}
    for row in rows:
        row["stamp"] = package.metadata_modified.isoformat()
        if row.get("resource.id") and row["resource.id"] not in here:
            row["resource.id"] = ""  # it is gone and would be a new one
    if any(column.key == "resource.remove" for column in columns):
        yes = "ja" if lang == "de" else "yes"
        rows += [
            {"id": item.id, "stamp": rows[0]["stamp"], "resource.id": key, "resource.remove": yes}
            for key in sorted(here - before)
        ]
    return rows


# The search --------------------------------------------------------------------------------------


def ask_search() -> None:
    """Look whether the search server answers, before anything is written.

    :raises SearchDownError: it does not
    """
    try:
        make_connection().search(q="*:*", rows=0)
    except (pysolr.SolrError, OSError) as error:
        raise SearchDownError(str(error)[:500]) from error


def index(package_ids: Sequence[str]) -> None:
    """Bring datasets into the search and wait until they are found. Safe to repeat.

    :raises SearchDownError: the search server does not answer
    """
    connection = make_connection()
    try:
        for start in range(0, len(package_ids), _PART):
            documents = index_batch.documents(package_ids[start : start + _PART])
            connection.add(docs=[document for _id, document in documents if document], commit=False)
        connection.commit()
    except (pysolr.SolrError, OSError) as error:
        raise SearchDownError(str(error)[:500]) from error
