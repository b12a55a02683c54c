"""Pages of dashboards, and their tiles as CSV, JSON and SVG at addresses of their own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urljoin

import ckan.plugins.toolkit as tk
import flask
from ckan.common import current_user
from werkzeug.wrappers import Response

from . import registry
from .domain import export, picture
from .domain.tile import Tile
from .domain.tile_file import PageSpec
from .tiles import language, tile_of, tiles_of

__all__ = ["rvr_dashboards"]

rvr_dashboards = flask.Blueprint("rvr_dashboards", __name__)

_TYPES = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json; charset=utf-8",
    "svg": "image/svg+xml; charset=utf-8",
}


@rvr_dashboards.route("/dashboards", strict_slashes=False)
def index() -> str:
    """List of dashboard pages."""
    return tk.render("rvr_dashboards/index.html", {"pages": registry.pages(), "lang": language()})


@rvr_dashboards.route("/dashboards/<name>", strict_slashes=False)
def read(name: str) -> str:
    """One page with its tiles."""
    page = _page(name)
    return tk.render("rvr_dashboards/page.html", {"page": page, "tiles": list(tiles_of(page)), "lang": language()})


@rvr_dashboards.route("/dashboards/<name>/<tile_id>.<any(csv,json,svg):form>")
def tile(name: str, tile_id: str, form: str) -> Response:
    """One tile as a file: CSV for spreadsheets, JSON for programs, SVG for reports."""
    found = tile_of(_page(name), tile_id)
    if found is None:
        tk.abort(404, tk._("There is no such tile."))
    if not isinstance(found, Tile):
        tk.abort(503, tk._("The numbers cannot be counted at the moment. Please try again in a few minutes."))
    response = flask.make_response(_body(found, form))
    response.headers["Content-Type"] = _TYPES[form]
    disposition = "attachment" if form == "csv" else "inline"
    response.headers["Content-Disposition"] = f'{disposition}; filename="{name}-{tile_id}.{form}"'
    # The numbers may depend on who asks: only what everybody sees may be kept by others.
    if current_user.is_anonymous:
        response.vary.add("Cookie")
    else:
        flask.request.environ["__no_cache__"] = True
    response.set_etag(export.fingerprint(found, form), weak=True)
    return response.make_conditional(flask.request)


def _page(name: str) -> PageSpec:
    page = registry.page(name)
    if page is None:
        tk.abort(404, tk._("There is no such dashboard."))
    return page


def _body(found: Tile, form: str) -> bytes:
    if form == "csv":
        headings = (tk._("Key"), found.category, tk._("Number"), tk._("Unit"), tk._("As of"), tk._("List"))
        return export.to_csv(found, headings, _absolute)
    if form == "json":
        return json.dumps(export.to_json(found, _absolute), ensure_ascii=False, indent=1).encode()
    drawing = picture.layout(found, _source_line(found))
    return tk.render("rvr_dashboards/picture.svg", {"picture": drawing, "lang": language()}).encode()


def _source_line(found: Tile) -> str:
    extra: dict[str, Any] = {
        "source": ", ".join(source["title"] for source in found.measure.sources),
        "publisher": tk.config.get("ckan.site_title") or "",
        "date": found.measure.as_of.strftime("%d.%m.%Y"),
    }
    return tk._("Source: {source}, {publisher}. As of {date}.").format(**extra)


def _absolute(url: str) -> str:
    return urljoin(tk.config["ckan.site_url"], url)
