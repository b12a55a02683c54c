"""How far the table of a file is, the button that loads it again, and the look at a file before its upload."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import request
from ckan.types import Context
from flask import Blueprint
from werkzeug.wrappers import Response

from .domain.vocabulary import load as vocabulary

__all__ = ["rvr_portal_tables"]

rvr_portal_tables = Blueprint("rvr_portal_tables", __name__)


@rvr_portal_tables.route("/rvr/table/<resource_id>")
def status(resource_id: str) -> str | Response:
    """The part of a file's page that shows its table; without htmx that page."""
    resource, package = _file(resource_id)
    if not request.headers.get("HX-Request"):
        return tk.redirect_to(_page(resource, package))
    shown = {"res": resource, "pkg": package, "seen": request.args.get("seen", "")}
    return tk.render("rvr_portal/table_part.html", shown)


@rvr_portal_tables.route("/rvr/table/<resource_id>/load", methods=["POST"])
def load(resource_id: str) -> Response:
    """Have the table made again."""
    resource, package = _file(resource_id)
    wanted = {"resource_id": resource_id, "sheet": request.form.get("sheet", "")}
    try:
        tk.get_action("rvr_portal_table_load")(_context(), wanted)
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only those who may edit this dataset can load its tables."))
    except tk.ValidationError as error:
        tk.h.flash_error(_sentence(error))
    return tk.redirect_to(_page(resource, package))


@rvr_portal_tables.route("/rvr/file-check", methods=["POST"])
def check() -> str | tuple[str, int]:
    """What is to be said about a file before it is uploaded; only its beginning needs to be sent."""
    wanted: dict[str, Any] = {"upload": request.files.get("upload"), "size": request.form.get("size")}
    refused = ""
    seen: dict[str, Any] = {}
    try:
        seen = tk.get_action("rvr_portal_table_check")(_context(), wanted)
    except tk.NotAuthorized:
        return "", 403
    except tk.ValidationError as error:
        refused = _sentence(error)
    term = vocabulary("file_type").get(seen.get("format", ""))
    label = term.label(tk.h.lang() or "de") if term else ""
    return tk.render("rvr_portal/snippets/file_check.html", {"seen": seen, "label": label, "refused": refused})


def _sentence(error: tk.ValidationError) -> str:
    return " ".join(str(text) for texts in error.error_dict.values() if isinstance(texts, list) for text in texts)


def _context() -> Context:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}


def _file(resource_id: str) -> tuple[dict[str, Any], dict[str, Any]]:
    try:
        resource = tk.get_action("resource_show")(_context(), {"id": resource_id})
        return resource, tk.get_action("package_show")(_context(), {"id": resource["package_id"]})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("There is no such file."))


def _page(resource: dict[str, Any], package: dict[str, Any]) -> str:
    address = tk.h.url_for(f"{package['type']}_resource.read", id=package["name"], resource_id=resource["id"])
    return f"{address}#table"
