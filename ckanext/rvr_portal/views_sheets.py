"""Pages for stewards: datasets as sheets, and one field of many datasets changed at once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import flask
from ckan import authz, model
from ckan.lib.search import SearchError
from ckan.types import Context
from flask import Blueprint
from werkzeug.wrappers import Response

from . import config
from .domain.sheet_columns import Column, joined
from .sheets import export, report, runs, store
from .sheets.columns import bulk_fields
from .sheets.table import write_table
from .sheets.words import language

__all__ = ["rvr_portal_sheets"]

rvr_portal_sheets = Blueprint("rvr_portal_sheets", __name__)

_A_PAGE = 100
_TYPES = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@rvr_portal_sheets.route("/sheets")
def mine() -> str:
    """The organisations whose datasets the user may change, and what was imported last."""
    if not tk.current_user.is_authenticated:
        tk.abort(403, tk._("Please log in to import and export datasets."))
    organizations = tk.get_action("organization_list_for_user")(_context(), {"permission": "update_dataset"})
    titles = {one["id"]: one["display_name"] for one in organizations}
    found = tk.get_action("rvr_portal_sheet_run_list")(_context(), {})
    return tk.render("rvr_portal/sheets/mine.html", {"organizations": organizations, "runs": found, "titles": titles})


@rvr_portal_sheets.route("/sheets/template.<any(xlsx,csv):form>")
def template(form: str) -> Response:
    """The empty template."""
    if not tk.current_user.is_authenticated:
        tk.abort(403, tk._("Please log in to import and export datasets."))
    return _download(export.template(form, language()), form, tk._("template-datasets"))


@rvr_portal_sheets.route("/sheets/<organization>", methods=["GET", "POST"])
def sheet(organization: str) -> str | Response:
    """Export, template and import of one organisation's datasets."""
    group = _organization(organization)
    error = ""
    if tk.request.method == "POST":
        try:
            upload = tk.request.files.get("upload")
            given = {"id": group.id, "upload": upload if upload and upload.filename else None}
            run = tk.get_action("rvr_portal_sheet_import")(_context(), given)
        except tk.ValidationError as problem:
            error = _sentence(problem)
        else:
            return tk.redirect_to("rvr_portal_sheets.run", id=run["id"])
    found = tk.get_action("rvr_portal_sheet_run_list")(_context(), {"organization": group.id})
    values = {
        "organization": group,
        "error": error,
        "runs": found,
        "count": len(export.dataset_ids(group.id)),
        "max_rows": config.sheet_max_rows(),
        "max_mb": config.sheet_max_bytes() // 2**20,
    }
    return tk.render("rvr_portal/sheets/organization.html", values)


@rvr_portal_sheets.route("/sheets/<organization>/datasets.<any(xlsx,csv):form>")
def datasets(organization: str, form: str) -> Response:
    """All datasets of an organisation as a sheet."""
    group = _organization(organization)
    return _download(export.export(form, group.id, language()), form, f"{group.name}-{tk._('datasets')}")


@rvr_portal_sheets.route("/sheets/<organization>/change", methods=["GET", "POST"])
def change(organization: str) -> str | Response:
    """Choose datasets and a field; then its new value; then the preview is made."""
    group = _organization(organization)
    fields = bulk_fields()
    form = tk.request.form
    name = form.get("field", "")
    ids = _chosen(group) if tk.request.method == "POST" else []
    if tk.request.method == "GET" or not ids or name not in fields:
        error = ""
        if tk.request.method == "POST":
            error = tk._("Please choose a field.") if ids else tk._("Please choose at least one dataset.")
        return _choose(group, fields, ids, error)
    if form.get("step") != "value":
        return _value(group, fields[name], name, ids, "")
    texts = {column.key: _text_of(column) for column in fields[name]}
    asked = {"id": group.id, "datasets": ids, "field": name, "values": texts, "mode": form.get("mode", runs.REPLACE)}
    try:
        run = tk.get_action("rvr_portal_bulk_edit")(_context(), asked)
    except tk.ValidationError as problem:
        return _value(group, fields[name], name, ids, _sentence(problem))
    return tk.redirect_to("rvr_portal_sheets.run", id=run["id"])


def _choose(group: Any, fields: dict[str, list[Column]], ids: Sequence[str], error: str) -> str:
    q = tk.request.values.get("q", "").strip()
    page = tk.h.get_page_number(tk.request.args) or 1
    found = _search(group, q, (page - 1) * _A_PAGE, _A_PAGE)
    values = {
        "organization": group,
        "q": q,
        "datasets": found["results"],
        "count": found["count"],
        "page": page,
        "pages": max(1, -(-found["count"] // _A_PAGE)),
        "most": config.sheet_max_datasets(),
        "fields": [(key, _field_title(columns)) for key, columns in fields.items()],
        "chosen": set(ids),
        "field": tk.request.form.get("field", ""),
        "error": error,
    }
    return tk.render("rvr_portal/sheets/choose.html", values)


def _value(group: Any, columns: Sequence[Column], name: str, ids: Sequence[str], error: str) -> str:
    values = {
        "organization": group,
        "columns": columns,
        "field": name,
        "title": _field_title(columns),
        "ids": ids,
        "lang": language(),
        "q": tk.request.form.get("q", ""),
        "error": error,
        "given": tk.request.form,
    }
    return tk.render("rvr_portal/sheets/value.html", values)


def _field_title(columns: Sequence[Column]) -> str:
    heading = columns[0].heading(language())
    return heading.partition(": ")[0] if columns[0].subfield else heading


def _text_of(column: Column) -> str:
    values = tk.request.form.getlist(column.key)
    if column.kind in ("terms", "places"):
        return joined(values)
    return "\n".join(values)


def _chosen(group: Any) -> list[str]:
    """Ids of the datasets ticked, or of all that the search finds."""
    form = tk.request.form
    if form.get("all"):
        found = _search(group, form.get("q", "").strip(), 0, config.sheet_max_datasets() + 1)
        return [one["id"] for one in found["results"]]
    return list(dict.fromkeys(form.getlist("dataset")))


def _search(group: Any, q: str, start: int, rows: int) -> dict[str, Any]:
    """Datasets of the organisation, private ones, too; in parts, because CKAN gives at most 1,000 at once."""
    question = {
        "q": q,
        "fq": f'+owner_org:"{group.id}" +dataset_type:dataset',
        "include_private": True,
        "sort": "title_string asc" if not q else "score desc, title_string asc",
        "facet": False,
    }
    results: list[dict[str, Any]] = []
    count = 0
    try:
        while True:
            wanted = min(rows - len(results), 500)
            found = tk.get_action("package_search")(
                _context(), {**question, "start": start + len(results), "rows": wanted}
            )
            count = found["count"]
            results += found["results"]
            if not found["results"] or len(results) >= min(rows, count - start):
                return {"count": count, "results": results}
    except SearchError:
        return {"count": 0, "results": []}


# One run -----------------------------------------------------------------------------------------


@rvr_portal_sheets.route("/sheet-run/<id>")
def run(id: str) -> str:
    """How far a run is, what would come of it, or what has become of it."""
    shown = _run(id)
    return tk.render("rvr_portal/sheets/run.html", _run_values(shown))


@rvr_portal_sheets.route("/sheet-run/<id>/progress")
def progress(id: str) -> str | Response:
    """The part of the page that renews itself; at the end the page is loaded anew."""
    shown = _run(id)
    if not tk.request.headers.get("HX-Request"):
        return tk.redirect_to("rvr_portal_sheets.run", id=id)
    if shown["state"] not in (store.CHECKING, store.WAITING, store.INDEXING):
        answer = flask.make_response("")
        answer.headers["HX-Refresh"] = "true"
        return answer
    values = {**_run_values(shown), "said": tk.request.args.get("said", "")}
    return tk.render("rvr_portal/sheets/live_answer.html", values)


@rvr_portal_sheets.route("/sheet-run/<id>/<any(confirm,retry,delete):what>", methods=["POST"])
def decide(id: str, what: str) -> Response:
    """Confirm a run, take it up again, or drop it."""
    shown = _run(id)
    asked = {"id": id, "overwrite": bool(tk.request.form.get("overwrite"))}
    try:
        tk.get_action(f"rvr_portal_sheet_run_{what}")(_context(), asked)
    except tk.ValidationError as problem:
        tk.h.flash_error(_sentence(problem))
    else:
        if what == "delete":
            tk.h.flash_success(tk._("The import was dropped. The datasets stay as they are."))
            group: Any = model.Group.get(shown["owner_org"])
            return tk.redirect_to("rvr_portal_sheets.sheet", organization=group.name)
    return tk.redirect_to("rvr_portal_sheets.run", id=id)


@rvr_portal_sheets.route("/sheet-run/<id>/report.csv")
def report_file(id: str) -> Response:
    """The whole report, a line for each message and each change."""
    return _download(report.as_csv(_run(id)), "csv", tk._("report-import"))


@rvr_portal_sheets.route("/sheet-run/<id>/old-values.<any(xlsx,csv):form>")
def undo(id: str, form: str) -> Response:
    """A sheet that brings the old values back."""
    _run(id)
    kept: Any = store.get(id)
    columns, rows = runs.undo_rows(kept)
    if not rows:
        tk.abort(404, tk._("Nothing was changed that could be brought back."))
    return _download(write_table(form, columns, rows, kept.lang), form, tk._("old-values"))


def _run_values(shown: dict[str, Any]) -> dict[str, Any]:
    return {
        "run": shown,
        "organization": model.Group.get(shown["owner_org"]),
        "goes_on": shown["state"] in (store.CHECKING, store.WAITING, store.INDEXING),
        "sections": report.sections(shown),
        "sentence": report.progress_sentence(shown),
        "step": report.progress_step(shown),
    }


# What pages share --------------------------------------------------------------------------------


def _run(id: str) -> dict[str, Any]:
    try:
        return tk.get_action("rvr_portal_sheet_run_show")(_context(), {"id": id})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("There is no such import, or it was deleted."))


def _organization(name: str) -> Any:
    group = model.Group.get(name)
    if group is None or not group.is_organization or group.state != "active":
        tk.abort(404, tk._("There is no such organisation."))
    if not authz.has_user_permission_for_group_or_org(group.id, tk.current_user.name, "update_dataset"):
        tk.abort(403, tk._("You may not change datasets of this organisation."))
    return group


def _sentence(problem: tk.ValidationError) -> str:
    messages = [
        text for texts in problem.error_dict.values() for text in (texts if isinstance(texts, list) else [texts])
    ]
    return str(messages[0]) if messages else str(problem)


def _download(body: bytes, form: str, name: str) -> Response:
    response = flask.make_response(body)
    response.headers["Content-Type"] = _TYPES[form]
    response.headers["Content-Disposition"] = f'attachment; filename="{name}.{form}"'
    return response


def _context() -> Context:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}  # type: ignore[typeddict-item,return-value]
