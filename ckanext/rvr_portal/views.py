"""The front page and, in debug mode only, the page that shows all components."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan.types import Context
from flask import Blueprint

from .front import front_page
from .views_discovery import rvr_portal_discovery
from .views_drafts import rvr_portal_drafts
from .views_map import rvr_portal_map
from .views_requests import rvr_portal_requests
from .views_search import rvr_portal_search
from .views_sheets import rvr_portal_sheets
from .views_tables import rvr_portal_tables

__all__ = [
    "rvr_portal",
    "rvr_portal_discovery",
    "rvr_portal_drafts",
    "rvr_portal_map",
    "rvr_portal_requests",
    "rvr_portal_search",
    "rvr_portal_sheets",
    "rvr_portal_tables",
]

rvr_portal = Blueprint("rvr_portal", __name__)


def index() -> str:
    """The front page, in place of CKAN's."""
    context: Context = {"user": tk.current_user.name, "auth_user_obj": tk.current_user}
    return tk.render("home/index.html", extra_vars=front_page(context))


def components() -> str:
    """All components in all their states, for those who build pages."""
    if not tk.config["debug"]:
        return tk.abort(404)
    return tk.render("rvr_portal/components.html")


rvr_portal.add_url_rule("/", view_func=index)
rvr_portal.add_url_rule("/rvr/components", view_func=components)
