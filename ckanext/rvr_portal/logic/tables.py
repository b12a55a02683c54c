"""Actions about the tables of uploaded files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict
from werkzeug.datastructures import FileStorage

from ..tables import datastore, inspection, store, words
from ..tables.load import ask_for, table_kind

__all__ = ["rvr_portal_table_check", "rvr_portal_table_load", "rvr_portal_table_status"]

# A worker writes every second; after this long without a word it does not live any more.
_SILENT = timedelta(minutes=2)
# A table that waits longer than this waits for a worker that does not run, or for very long jobs.
_LONG = timedelta(minutes=10)


@tk.side_effect_free
def rvr_portal_table_status(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Tell how far the table of an uploaded file is, and how the file was read.

    :param resource_id: the file
    :type resource_id: string

    :returns: `state` (none, waiting, checking, loading, done, failed), `interrupted` (whether the worker has stopped, or
        none has begun for ten minutes), `rows_done` and `rows_total` (numbers of rows), `updated_at` (ISO 8601, UTC),
        `facts` (encoding, separator, sheet), `columns` (list of `title`, `name`, `type`, `reading`: how its values were
        read). For those who may edit the dataset also `findings` (list of `severity` error, hint or note, `line` from 1, 0
        for the whole file, and `text`), `sheets` (names) and `loadable` (whether a table can be asked for)
    :rtype: dictionary
    """
    resource_id = str(tk.get_or_bust(data_dict, "resource_id"))
    resource = tk.get_action("resource_show")(tk.fresh_context(context), {"id": resource_id})
    row = store.find(resource["id"])
    status: dict[str, Any] = {"state": "none", "interrupted": False, "rows_done": 0, "rows_total": 0, "columns": []}
    report: dict[str, Any] = row["report"] if row else {}
    if row:
        status |= {
            "state": row["state"],
            "interrupted": _is_interrupted(row),
            "rows_done": row["rows_done"],
            "rows_total": row["rows_total"],
            "updated_at": row["updated_at"].astimezone(UTC).replace(tzinfo=None).isoformat(),
        }
    facts = report.get("facts", {})
    status["facts"] = {name: facts[name] for name in ("encoding", "separator", "sheet") if name in facts}
    status["columns"] = [
        {name: column[name] for name in ("title", "name", "type", "reading")} for column in report.get("columns", [])
    ]
    if _may_edit(context, resource["package_id"]):
        status["findings"] = _findings(report)
        status["sheets"] = facts.get("sheets", [])
        status["loadable"] = bool(table_kind(resource)) and datastore.available()
    return status


def rvr_portal_table_load(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Have the table of an uploaded file made again, by a worker.

    :param resource_id: the file
    :type resource_id: string
    :param sheet: name of the sheet of a workbook (optional, default: the first)
    :type sheet: string

    :returns: as `rvr_portal_table_status`
    :rtype: dictionary
    """
    resource_id = str(tk.get_or_bust(data_dict, "resource_id"))
    # first: who may not see a file is told the same as if there were none
    resource = tk.get_action("resource_show")(tk.fresh_context(context), {"id": resource_id})
    tk.check_access("rvr_portal_table_load", context, {"resource_id": resource_id})
    if not table_kind(resource) or not datastore.available():
        raise tk.ValidationError(
            {"resource_id": [tk._("Tables are made of uploaded files in the formats CSV, TSV and Excel (XLSX).")]}
        )
    ask_for(resource, str(data_dict.get("sheet") or ""))
    return tk.get_action("rvr_portal_table_status")(context, {"resource_id": resource_id})


def rvr_portal_table_check(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Look at a file before it is uploaded: what it is, whether it may be, and what would become of it as a table.

    Nothing is stored.

    :param upload: the file, or only its beginning
    :type upload: FileStorage (multipart/form-data)
    :param size: size of the whole file in bytes (optional; needed when only its beginning is sent)
    :type size: int

    :returns: `format` (code of the vocabulary file_type), `media_type`, `named` (the format its name speaks of, if
        another), `complete` (whether the whole file was looked at), `facts`, `columns` and `findings` as
        `rvr_portal_table_status`
    :rtype: dictionary
    :raises ValidationError: the file would be refused; the sentence is at `upload`
    """
    tk.check_access("rvr_portal_table_check", context, {})
    upload = data_dict.get("upload")
    if not isinstance(upload, FileStorage) or not upload.filename:
        raise tk.ValidationError({"upload": [tk._("Please choose a file.")]})
    size = str(data_dict.get("size") or "")
    seen = inspection.inspect(
        upload.filename, upload.stream, int(size) if size.isdecimal() and len(size) < 19 else None
    )
    return {**seen, "findings": _findings(seen)}


def _is_interrupted(row: dict[str, Any]) -> bool:
    quiet = datetime.now(UTC) - row["updated_at"]
    if row["state"] == store.WAITING:
        return quiet > _LONG
    return row["state"] in (store.CHECKING, store.LOADING) and quiet > _SILENT


def _may_edit(context: Context, package_id: str) -> bool:
    try:
        tk.check_access("package_update", tk.fresh_context(context), {"id": package_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def _findings(report: dict[str, Any]) -> list[dict[str, Any]]:
    """All findings as sentences, the heaviest first; what kept columns text is among them."""
    found = [
        {"severity": one["severity"], "line": one["line"], "text": words.finding(one)}
        for one in report.get("findings", [])
    ]
    for column in report.get("columns", []):
        text = words.column_note(column)
        if text:
            severity = "hint" if column["why"] in ("misfit", "mixed", "ambiguous") else "note"
            found.append({"severity": severity, "line": column["facts"].get("line", 0), "text": text})
    order = ("error", "hint", "note")
    return sorted(found, key=lambda one: order.index(one["severity"]))
