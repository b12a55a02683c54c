"""Actions of sheets: datasets imported from a file, and one field of many datasets changed at once."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import authz, model
from ckan.types import AuthResult, Context, DataDict
from redis.exceptions import RedisError

from .. import config
from ..domain.sheet_columns import LONGEST, Column, joined
from ..domain.sheet_rows import dataset_rows
from ..sheets import runs, store
from ..sheets.check import shown
from ..sheets.columns import all_columns, bulk_fields
from ..sheets.exceptions import SheetError, StateError
from ..sheets.export import dataset_ids
from ..sheets.words import language, sentence

__all__ = [
    "AUTH",
    "rvr_portal_bulk_edit",
    "rvr_portal_sheet_import",
    "rvr_portal_sheet_run_confirm",
    "rvr_portal_sheet_run_delete",
    "rvr_portal_sheet_run_list",
    "rvr_portal_sheet_run_retry",
    "rvr_portal_sheet_run_show",
    "rvr_portal_sheet_show",
]


@tk.side_effect_free
def rvr_portal_sheet_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show the datasets of an organisation as rows of a sheet, in the form that an import takes.

    The same as a file: `/sheets/ORGANISATION/datasets.xlsx` and `.csv`.

    :param id: id or name of the organisation
    :param start: number of datasets to skip (default: 0)
    :param rows: number of datasets (default: 100, at most 1000)
    :returns: `columns` (key, heading, explanation), `rows` (texts by the columns' keys), `count` of all datasets
    :raises NotAuthorized: the user may not change datasets of this organisation
    """
    organization = _organization(data_dict)
    tk.check_access("rvr_portal_sheet_show", context, {"id": organization.id})
    start, number = _number(data_dict, "start", 0), min(_number(data_dict, "rows", 100), 1000)
    lang, columns, ids = language(), all_columns(), dataset_ids(organization.id)
    rows = [row for one in ids[start : start + number] for row in dataset_rows(columns, shown(one), lang)]
    heads = [{"key": one.key, "heading": one.heading(lang), "help": one.help.get(lang, "")} for one in columns]
    return {"columns": heads, "rows": rows, "count": len(ids)}


def rvr_portal_sheet_import(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Upload a sheet and have it checked by a background job. Nothing is written before `rvr_portal_sheet_run_confirm`.

    :param id: id or name of the organisation that new datasets belong to
    :param upload: the file, XLSX or CSV (multipart), or `content`: the same as base64
    :returns: the run, as `rvr_portal_sheet_run_show`; its `state` is "checking"
    :raises ValidationError: the file cannot be read; the message says why
    :raises NotAuthorized: the user may not change datasets of this organisation
    """
    organization = _organization(data_dict)
    tk.check_access("rvr_portal_sheet_import", context, {"id": organization.id})
    data, label = _file(data_dict)
    try:
        run = runs.start_import(_user(context), organization.id, label, data, language())
    except SheetError as error:
        raise tk.ValidationError({"upload": [error.sentence]}) from error
    except RedisError as error:
        raise _no_queue() from error
    return runs.describe(run)


def rvr_portal_bulk_edit(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Prepare the change of one field in many datasets. Nothing is written before `rvr_portal_sheet_run_confirm`.

    :param id: id or name of the organisation
    :param datasets: list of ids of its datasets
    :param field: name of the field: `license_id`, `theme`, `places`, `contact`, `publisher`, `frequency`, `tags`, …
    :param values: texts by column, as in a sheet: `{"license_id": "…"}`, `{"contact.name": "…", "contact.email": "…"}`;
        lists where several values are allowed. A column of the field that is not named is emptied
    :param mode: `replace` (default), or `add` and `remove` for fields with several values
    :returns: the run, as `rvr_portal_sheet_run_show`; its `state` is "checking"
    :raises ValidationError: the field, a column or a dataset is none of this organisation's
    :raises NotAuthorized: the user may not change datasets of this organisation
    """
    organization = _organization(data_dict)
    tk.check_access("rvr_portal_bulk_edit", context, {"id": organization.id})
    name, mode = str(data_dict.get("field") or ""), str(data_dict.get("mode") or runs.REPLACE)
    fields = bulk_fields()
    if name not in fields:
        raise tk.ValidationError(
            {"field": [tk._("Please choose one of these fields: {names}").format(names=", ".join(fields))]}
        )
    if mode not in (runs.REPLACE, runs.ADD, runs.REMOVE) or (mode != runs.REPLACE and not fields[name][0].has_several):
        raise tk.ValidationError({"mode": [tk._("Please choose what is to be done with the values.")]})
    values, ids = data_dict.get("values"), data_dict.get("datasets")
    if not isinstance(values, dict) or not isinstance(ids, list) or not ids:
        raise tk.ValidationError({"datasets": [tk._("Please choose at least one dataset, and enter the new value.")]})
    texts = _bulk_texts(fields[name], values)
    strange = len({str(one) for one in ids} - set(dataset_ids(organization.id)))
    if strange:
        words = tk.ungettext(
            "{number} of these datasets is not, or no longer, in this organisation. Please choose them again.",
            "{number} of these datasets are not, or no longer, in this organisation. Please choose them again.",
            strange,
        )
        raise tk.ValidationError({"datasets": [words.format(number=strange)]})
    try:
        run = runs.start_bulk(_user(context), organization.id, list(map(str, ids)), name, texts, mode, language())
    except SheetError as error:
        raise tk.ValidationError({"datasets": [error.sentence]}) from error
    except RedisError as error:
        raise _no_queue() from error
    return runs.describe(run)


@tk.side_effect_free
def rvr_portal_sheet_run_show(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Show an import or a change of many datasets: how far it is, what would come of it, what has become of it.

    :param id: id of the run
    :returns: `state` (checking, checked, waiting, indexing, done, failed; lost if its job is gone), `reason`, `done` and
        `total` datasets, `actions` and `outcomes` (numbers), `notes` on the file as a whole, and `items`: for each
        dataset `line`, `id`, `title`, `action`, `problems`, `hints`, `changes` (column, old, new), `outcome`
    :raises ObjectNotFound: there is no such run of this user
    """
    return runs.describe(_run("rvr_portal_sheet_run_show", context, data_dict))


@tk.side_effect_free
def rvr_portal_sheet_run_list(context: Context, data_dict: DataDict) -> list[dict[str, Any]]:
    """List the user's own last imports and changes, newest first.

    :param organization: id or name of an organisation (optional)
    """
    tk.check_access("rvr_portal_sheet_run_list", context, data_dict)
    owner_org = _organization({"id": data_dict["organization"]}).id if data_dict.get("organization") else None
    return [runs.describe(run, with_items=False) for run in store.of_user(_user(context).id, owner_org)]


def rvr_portal_sheet_run_confirm(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Have written what was checked, in one transaction: all of it, or nothing. Datasets with problems are left out.

    :param id: id of the run
    :param overwrite: also write datasets that somebody has changed since the export (default: false)
    :raises ValidationError: it was decided already, or there is nothing to write
    """
    run = _run("rvr_portal_sheet_run_confirm", context, data_dict)
    _decided(lambda: runs.confirm(run, overwrite=tk.asbool(data_dict.get("overwrite") or False)))
    return runs.describe(run)


def rvr_portal_sheet_run_retry(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Take a run up again that broke off or was lost. What is written already is not written twice.

    :param id: id of the run
    :raises ValidationError: it did not break off
    """
    run = _run("rvr_portal_sheet_run_retry", context, data_dict)
    _decided(lambda: runs.again(run))
    return runs.describe(run)


def rvr_portal_sheet_run_delete(context: Context, data_dict: DataDict) -> None:
    """Forget a run with its report. The datasets stay as they are.

    :param id: id of the run
    :raises ValidationError: it is being written
    """
    run = _run("rvr_portal_sheet_run_delete", context, data_dict)
    _decided(lambda: runs.discard(run))


def _bulk_texts(columns: Sequence[Column], values: dict[Any, Any]) -> dict[str, str]:
    """The new values as texts of cells. A column that is misspelt would empty the field, so it is refused."""
    keys = [column.key for column in columns]
    texts: dict[str, str] = {}
    for key, value in values.items():
        several = key in keys and columns[keys.index(key)].has_several
        if isinstance(value, list) and several and all(isinstance(one, str) for one in value):
            texts[key] = joined(value)
        elif key in keys and (value is None or isinstance(value, str | int | float)):
            texts[key] = "" if value is None else str(value)
        else:
            texts = {}
            break
    if any(len(text) > LONGEST for text in texts.values()):
        raise tk.ValidationError({"values": [sentence("too_long", {"limit": tk.h.rvr_portal_number(LONGEST)})]})
    if not texts:
        raise tk.ValidationError(
            {"values": [tk._("Please give texts for these columns: {names}").format(names=", ".join(keys))]}
        )
    return texts


# Permissions -------------------------------------------------------------------------------------


def _may_change_datasets(context: Context, data_dict: DataDict) -> AuthResult:
    """Who may change datasets of the organisation `id`."""
    allowed = authz.has_user_permission_for_group_or_org(data_dict["id"], context.get("user"), "update_dataset")
    return {"success": allowed, "msg": tk._("You may not change datasets of this organisation.")}


def _own_run(context: Context, data_dict: DataDict) -> AuthResult:
    """Only who has started a run; what it shows are datasets that this user may change."""
    user, run = context.get("auth_user_obj"), context.get("rvr_portal_sheet_run")
    return {"success": bool(user and run and run.user_id == user.id)}  # type: ignore[attr-defined]


def _logged_in(context: Context, data_dict: DataDict) -> AuthResult:
    return {"success": bool(context.get("user"))}


AUTH = {
    "rvr_portal_sheet_show": _may_change_datasets,
    "rvr_portal_sheet_import": _may_change_datasets,
    "rvr_portal_bulk_edit": _may_change_datasets,
    "rvr_portal_sheet_run_show": _own_run,
    "rvr_portal_sheet_run_list": _logged_in,
    "rvr_portal_sheet_run_confirm": _own_run,
    "rvr_portal_sheet_run_retry": _own_run,
    "rvr_portal_sheet_run_delete": _own_run,
}


# What actions share ------------------------------------------------------------------------------


def _organization(data_dict: DataDict) -> Any:
    reference = str(tk.get_or_bust(data_dict, "id"))
    group = model.Session.scalars(
        sa.select(model.Group).where(
            sa.or_(model.Group.id == reference, model.Group.name == reference),
            model.Group.is_organization.is_(True),
            model.Group.state == "active",
        )
    ).first()
    if group is None:
        raise tk.ObjectNotFound(tk._("There is no such organisation."))
    return group


def _run(name: str, context: Context, data_dict: DataDict) -> Any:
    run = store.get(str(tk.get_or_bust(data_dict, "id")))
    try:
        tk.check_access(name, {**context, "rvr_portal_sheet_run": run}, data_dict)  # type: ignore[typeddict-unknown-key]
    except tk.NotAuthorized:
        run = None
    if run is None:
        # nobody learns of others' runs
        raise tk.ObjectNotFound(tk._("There is no such import, or it was deleted."))
    return run


def _decided(decide: Any) -> None:
    try:
        decide()
    except StateError as error:
        raise tk.ValidationError({"id": [error.sentence]}) from error
    except RedisError as error:
        raise _no_queue() from error


def _no_queue() -> tk.ValidationError:
    return tk.ValidationError(
        {"id": [tk._("The queue of background jobs does not answer. Nothing was written. Please try again later.")]}
    )


def _user(context: Context) -> Any:
    return context.get("auth_user_obj") or model.User.get(context.get("user"))


def _number(data_dict: DataDict, name: str, default: int) -> int:
    try:
        return max(0, int(data_dict.get(name, default)))
    except (TypeError, ValueError):
        raise tk.ValidationError({name: [tk._("Please enter a whole number.")]}) from None


def _file(data_dict: DataDict) -> tuple[bytes, str]:
    upload: Any = data_dict.get("upload")
    if hasattr(upload, "read"):
        stream: Any = getattr(upload, "stream", upload)
        # one byte more than allowed, so that a file that is too large is known as such
        return stream.read(config.sheet_max_bytes() + 1), str(getattr(upload, "filename", "") or "")
    content = data_dict.get("content")
    if isinstance(content, str) and content:
        if len(content) > config.sheet_max_bytes() * 1.5:
            return bytes(config.sheet_max_bytes() + 1), ""
        try:
            return base64.b64decode(content, validate=True), str(data_dict.get("filename") or "")
        except binascii.Error:
            pass
    raise tk.ValidationError({"upload": [tk._("Please choose a file.")]})
