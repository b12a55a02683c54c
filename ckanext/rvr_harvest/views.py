"""Addresses of ckanext-harvest that change something: only by POST, with the token of the form."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Response
from ckanext.harvest import utils
from flask import Blueprint, make_response

from .views_dry_run import rvr_harvest_dry_run
from .views_operate import rvr_harvest_operate
from .views_pages import rvr_harvest_pages

__all__ = ["rvr_harvest", "rvr_harvest_dry_run", "rvr_harvest_operate", "rvr_harvest_pages"]

rvr_harvest = Blueprint("rvr_harvest", __name__)

_CHANGING = frozenset({"harvester.clear", "harvester.delete", "harvester.refresh", "harvester.job_abort"})


@rvr_harvest.before_app_request
def refuse_changes_by_get() -> Response | None:
    """A link on any page could otherwise clear a source for a logged-in user."""
    if tk.request.endpoint not in _CHANGING or tk.request.method == "POST":
        return None
    text = tk._("This address changes something: please use the button on the page of the harvest source.")
    return make_response(text, 405, {"Content-Type": "text/plain; charset=utf-8", "Allow": "POST"})


def delete(id: str) -> Response:
    """Delete a source, with ``clear=true`` its datasets too."""
    return utils.delete_view(id)


def job_abort(source: str, id: str) -> Response:
    """Stop a job."""
    return utils.job_abort_view(source, id)


rvr_harvest.add_url_rule("/harvest/delete/<id>", view_func=delete, methods=["POST"])
rvr_harvest.add_url_rule("/harvest/<source>/job/<id>/abort", view_func=job_abort, methods=["POST"])
