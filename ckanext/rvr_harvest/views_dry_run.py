"""The page of a source's dry run: start it, and look at what would come."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint
from redis.exceptions import RedisError
from werkzeug.wrappers import Response

from . import progress

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
    shown = _own_source(source)
    if tk.request.method == "POST":
        return _started(shown)
    live = progress.of_dry_run(shown["id"])
    report = None
    if live and live.phase == "ended":
        report = tk.get_action("rvr_harvest_dry_run_show")(_context(), {"id": shown["id"]})
    return tk.render("rvr_harvest/dry_run.html", {"harvest_source": shown, "report": report, "live": live})


@rvr_harvest_dry_run.route("/harvest/<source>/dry-run/progress")
def dry_run_progress(source: str) -> str | Response:
    """How far a dry run is, as the part of its page that renews itself; at the end the page is asked for as a whole."""
    shown = _own_source(source)
    live = progress.of_dry_run(shown["id"])
    if not tk.request.headers.get("HX-Request"):
        return tk.redirect_to("rvr_harvest_dry_run.dry_run", source=shown["name"])
    if live is None or not live.goes_on:
        return Response("", 200, {"HX-Refresh": "true"})
    values = {"source": shown, "live": live, "said": tk.request.args.get("said", "")}
    return tk.render("rvr_harvest/snippets/live_dry_run.html", values)


def _own_source(source: str) -> dict[str, Any]:
    """The source, for those who manage it."""
    try:
        shown = tk.get_action("harvest_source_show")(_context(), {"id": source})
        tk.check_access("rvr_harvest_dry_run", _context(), {"id": shown["id"]})
    except tk.ObjectNotFound:
        tk.abort(404, tk._("Harvest source not found"))
    except tk.NotAuthorized:
        tk.abort(403, tk._("Only who manages this source may see this page."))
    return shown


def _started(source: dict[str, Any]) -> Response:
    try:
        tk.get_action("rvr_harvest_dry_run")(_context(), {"id": source["id"]})
    except RedisError:
        tk.h.flash_error(tk._("The dry run was not started: the queue of background jobs does not answer."))
    else:
        tk.h.flash_success(tk._("The dry run was started. Nothing is written; its report will stand here."))
    return tk.redirect_to("rvr_harvest_dry_run.dry_run", source=source["name"])


def _context() -> Context:
    return {"user": tk.current_user.name, "auth_user_obj": tk.current_user}  # type: ignore[typeddict-item,return-value]
