"""The datasets of a search on a map, with the list of the same datasets beside it."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Response
from flask import Blueprint, jsonify, redirect

from . import dataset_search, geocoder, search_links, search_map, solr
from .domain.search_request import SearchRequest, read_box, read_request
from .search_page import SearchPage
from .search_visit import answered, beyond_the_end, visited_page, visitor

__all__ = ["rvr_portal_map"]

rvr_portal_map = Blueprint("rvr_portal_map", __name__)

#: Titles in the bubble of a mark; the list has them all.
_IN_BUBBLE = 6
#: Zoom at which the drawing without JavaScript shows the region.
_DRAWING_ZOOM = 9
_SIDES = ("west", "south", "east", "north")


def index() -> Response | str:
    """Map and list of what a search finds."""
    if any(tk.request.args.get(side) for side in _SIDES):
        return redirect(_with_typed_box())  # type: ignore[return-value]
    page = visited_page(tk.url_for("rvr_portal_map.index"))
    if elsewhere := beyond_the_end(page):
        return elsewhere
    shown = {"s": page, "q": page.request.q, "page": page.page}
    if tk.request.htmx:
        return tk.render("rvr_portal/search/parts.html", extra_vars=shown)
    try:
        marks = search_map.clusters(visitor(), page.request, _DRAWING_ZOOM)
    except (solr.SearchIndexError, SearchError):
        marks = search_map.Clusters(0, 0, ())
    return tk.render("rvr_portal/search/map.html", extra_vars={**shown, "marks": marks, "address": _address(page)})


def clusters() -> Response:
    """The marks for a part of the map, as JSON: `{total, located, bounds, marks: [[lon, lat, count, cell, town], …]}`."""
    args = tk.request.args
    try:
        zoom = float(args.get("zoom", _DRAWING_ZOOM))
    except ValueError:
        zoom = math.nan
    box = read_box(args["view"]) if args.get("view") else None
    if not math.isfinite(zoom) or (args.get("view") and not box):
        tk.abort(400, tk._("Please give `zoom` as a number and `view` as west,south,east,north in degrees."))
    with answered():
        found = search_map.clusters(visitor(), _asked(), zoom, box)
    answer = jsonify(
        total=found.total,
        located=found.located,
        bounds=found.bounds,
        marks=[[mark.lon, mark.lat, mark.count, mark.cell, mark.town] for mark in found.marks],
    )
    answer.headers["Vary"] = "Cookie"
    return answer  # type: ignore[return-value]


def bubble() -> str:
    """What a mark holds: the first titles, and the way to the list of all of them."""
    request = _asked()
    if not request.cell:
        tk.abort(400, tk._("Please name a cell of the map."))
    with answered():
        found = dataset_search.find(visitor(), request, rows=_IN_BUBBLE)
    listed = search_links.address(found.request, "rvr_portal_map.index")
    return tk.render("rvr_portal/search/map_bubble.html", extra_vars={"found": found, "listed": listed})


def _address(page: SearchPage) -> dict[str, Any]:
    """What the search for an address found: `{offered, text, found: [(title, href)], problem}`."""
    text = tk.request.args.get("address", "").strip()
    answer: dict[str, Any] = {"offered": geocoder.is_there(), "text": text, "found": [], "problem": ""}
    if not text or not answer["offered"]:
        return answer
    region = tk.h.rvr_portal_map_backdrop()
    try:
        places = geocoder.find(text, (region.west, region.south, region.east, region.north))
    except (geocoder.GeocoderError, geocoder.TooManyError) as error:
        return answer | {"problem": error.sentence}
    found = [(one.title, page.address(replace(page.request.without("places"), bbox=one.box))) for one in places]
    return answer | {"found": found}


def _with_typed_box() -> str:
    """The address with the four fields of the form as one filter; as they came when they are no box."""
    args = tk.request.args
    pairs = [
        (name, value) for name, value in args.items(multi=True) if name not in (*_SIDES, "bbox", "ext_bbox", "page")
    ]
    box = ",".join(args.get(side, "").strip().replace(",", ".") for side in _SIDES)
    request, _problems = read_request(pairs)
    plain = search_links.address(request, "rvr_portal_map.index")
    return f"{plain}{'&' if '?' in plain else '?'}{urlencode({'bbox': box})}"


def _asked() -> SearchRequest:
    return read_request(tk.request.args.items(multi=True))[0]


rvr_portal_map.add_url_rule("/map", "index", index, strict_slashes=False)
rvr_portal_map.add_url_rule("/map/clusters.json", "clusters", clusters)
rvr_portal_map.add_url_rule("/map/bubble", "bubble", bubble)
