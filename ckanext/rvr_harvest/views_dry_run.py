"""The page of a source's dry run: start it, and look at what would come."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

__all__ = ["rvr_harvest_dry_run"]

rvr_harvest_dry_run = Blueprint("rvr_harvest_dry_run", __name__)


@rvr_harvest_dry_run.before_request
def only_with_the_portal() -> None:
    """The page is built from the portal's components; where it is not loaded, it is not there."""
    if not p.plugin_loaded("rvr_portal"):
        tk.abort(404, tk._("There is no such page."))


@rvr_harvest_dry_run.route("/harvest/<source>/dry-run", methods=["GET", "POST"])
def dry_run(source: str) -> str | Response:
    """The last dry run; by POST a new one is started."""
    try:
        shown = tk.get_action("harvest_source_show")(_context(), {"id": source})
        tk.check_access("rvr_harvest_dry_run", _context(), {"id": shown["id"]})
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Harvest source not found"))
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only who manages this source may see this page."))
    if tk.request.method == "POST":
        return _started(shown)
    try:
        report = tk.get_action("rvr_harvest_dry_run_show")(_context(), {"id": shown["id"]})
    except tk.ObjectNotFound:
        report = None
    values = {"harvest_source": shown, "report": report, "waits": "started" in tk.request.args and not report}
    return tk.render("rvr_harvest/dry_run.html", values)


def _started(source: dict[str, Any]) -> Response:
    try:
        tk.get_action("rvr_harvest_dry_run")(_context(), {"id": source["id"]})
    except RedisError:
        tk.h.flash_error(tk._("The dry run was not started: the queue of background jobs does not answer."))
    else:
        tk.h.flash_success(tk._("The dry run was started. Nothing is written; its report will stand here."))
    return tk.redirect_to("rvr_harvest_dry_run.dry_run", source=source["name"], started=1)


def _context() -> Context:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}  # type: ignore[typeddict-item,return-value]
