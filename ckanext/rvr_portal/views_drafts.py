"""Drafts of the person who is logged in: datasets that are not published yet, and entries that were not saved."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
import flask
from flask import Blueprint
from flask_wtf.csrf import generate_csrf
from markupsafe import escape
from werkzeug.wrappers import Response

from . import form_drafts
from .form_state import PLACE, context, pairs
from .model import RvrPortalFormDraft

__all__ = ["rvr_portal_drafts"]

rvr_portal_drafts = Blueprint("rvr_portal_drafts", __name__, url_prefix="/dashboard/drafts")

_A_PAGE = 200


@rvr_portal_drafts.route("", methods=["GET"], strict_slashes=False)
def index() -> Any:
    """Both lists."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login", came_from=tk.url_for("rvr_portal_drafts.index"))
    user = tk.get_action("user_show")(context(), {"id": tk.current_user.id})
    entries = [shown for one in form_drafts.listed(tk.current_user.id) if (shown := _shown(one))]
    return tk.render("rvr_portal/drafts.html", {"user_dict": user, "datasets": _datasets(), "entries": entries})


@rvr_portal_drafts.route("/keep", methods=["POST"])
def keep() -> Any:
    """Keep what stands in a form; the answer is a sentence for the page."""
    if tk.current_user.is_anonymous:
        return str(escape(tk._("You are logged out. Log in again in another tab; what you typed stays here."))), 403
    if not form_drafts.keep(tk.current_user.id, tk.request.form.get(PLACE, ""), pairs()):
        return str(escape(tk._("Your entries are too large to be kept. Please save the form."))), 200
    time = tk.h.rvr_portal_time(None)
    return str(escape(tk._("Your entries were kept at {time}. They are not published yet.").format(time=time))), 200


@rvr_portal_drafts.route("/token", methods=["GET"])
def token() -> Any:
    """A fresh mark against forged posts, for a form that was open longer than its own holds or than the login."""
    if tk.current_user.is_anonymous:
        return flask.jsonify({}), 403
    answer = flask.jsonify({"name": tk.config["WTF_CSRF_FIELD_NAME"], "token": generate_csrf()})
    answer.headers["Cache-Control"] = "no-store"
    return answer


@rvr_portal_drafts.route("/discard", methods=["POST"])
def discard() -> Response:
    """Forget entries."""
    if tk.current_user.is_anonymous:
        return tk.redirect_to("user.login")
    place = tk.request.form.get(PLACE, "")
    form_drafts.discard(tk.current_user.id, place)
    tk.h.flash_success(tk._("The entries are discarded."))
    return tk.redirect_to("rvr_portal_drafts.index")


def _datasets() -> list[dict[str, Any]]:
    """Drafts that this user made or may edit."""
    query = {
        "q": "*:*", "fq": "+state:draft +dataset_type:dataset", "include_drafts": True, "include_private": True,
        "rows": _A_PAGE, "sort": "metadata_modified desc", "facet": "false",
    }  # fmt: skip
    return tk.get_action("package_search")(context(), query)["results"]


def _shown(entry: RvrPortalFormDraft) -> dict[str, Any] | None:
    """An entry with the address where it goes on; None if that is not there any more."""
    kind, first, *rest = entry.place.split("/")
    shown = {"place": entry.place, "saved": entry.saved, "title": entry.title or tk._("Dataset without a title")}
    if kind == "dataset" and first == "new":
        return shown | {"url": tk.url_for("dataset.new", draft=rest[0]), "what": tk._("New dataset")}
    try:
        package = tk.get_action("package_show")(context(), {"id": first})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return None
    if kind == "dataset":
        return shown | {
            "url": tk.url_for("dataset.edit", id=package["name"], draft=1),
            "what": tk._("Change of a dataset"),
        }
    title = entry.title or tk._("File without a name")
    if rest == ["new"]:
        url, what = tk.url_for("dataset_resource.new", id=package["name"], draft=1), tk._("New file or service")
    else:
        url = tk.url_for("dataset_resource.edit", id=package["name"], resource_id=rest[0], draft=1)
        what = tk._("Change of a file or service")
    return shown | {"title": title, "url": url, "what": f"{what} ({package['title'] or package['name']})"}
