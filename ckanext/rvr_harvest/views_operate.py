"""Pages of those who look after sources: recognise a portal, switch a new source on."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Response
from ckan.views.dataset import CreateView, EditView
from flask import Blueprint

__all__ = ["rvr_harvest_operate"]

rvr_harvest_operate = Blueprint("rvr_harvest_operate", __name__)

_NOT_OURS = ("probe", "save", "_csrf_token")


def probe() -> str | Response:
    """Recognise the portal whose address stands in the form, and show the form again with what was found."""
    form: dict[str, Any] = {key: value for key, value in tk.request.form.items() if key not in _NOT_OURS}
    form.pop(str(tk.config["WTF_CSRF_FIELD_NAME"]), None)
    errors: dict[str, list[str]] = {}
    found: dict[str, Any] | None = None
    url = str(form.get("url") or "").strip()
    try:
        tk.check_access("rvr_harvest_probe", {}, {})
        if url:
            found = tk.get_action("rvr_harvest_probe")({}, {"url": url})
        else:
            errors = {"url": [tk._("Please enter the address of the portal.")]}
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only those who may enter sources may ask portals."))
    if found and found["found"]:
        form |= {"url": found["url"], "source_type": found["kind"]}
        form["title"] = form.get("title") or found["title"]
    if tk.request.headers.get("HX-Request"):
        extra = {"data": form, "errors": errors, "probed": found, "focus": True}
        return tk.render("rvr_harvest/probed.html", extra)
    form["probed"] = found
    if source_id := str(form.get("id") or ""):
        return EditView().get("harvest", source_id, form, errors)
    return CreateView().get("harvest", form, errors)


def activate(source: str) -> Response:
    """Switch a new source on."""
    try:
        tk.get_action("rvr_harvest_source_activate")({}, {"id": source})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Harvest source not found"))
    except tk.NotAuthorized:
        return tk.abort(403, tk._("Only those who may change this source may switch it on."))
    except tk.ValidationError as error:
        tk.h.flash_error(" ".join(error.error_summary.values()))
    else:
        tk.h.flash_success(tk._("The source is switched on. From now on it is harvested by its plan."))
    return tk.h.redirect_to("harvester.admin", id=source)


rvr_harvest_operate.add_url_rule("/harvest/probe", view_func=probe, methods=["POST"])
rvr_harvest_operate.add_url_rule("/harvest/activate/<source>", view_func=activate, methods=["POST"])
