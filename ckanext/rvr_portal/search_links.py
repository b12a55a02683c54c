"""Addresses of a search: its page, what it finds as files, its feeds."""

from __future__ import annotations

from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from .domain.search_request import SearchRequest

__all__ = ["address", "links"]


def address(request: SearchRequest, endpoint: str = "dataset.search", *, page: int = 1, absolute: bool = False) -> str:
    """Address of a search: its page by default, or another form of the same result."""
    base = tk.url_for(endpoint, _external=absolute)
    pairs = [*request.pairs, ("page", str(page))] if page > 1 else request.pairs
    return f"{base}?{urlencode(pairs)}" if pairs else base


def links(request: SearchRequest, *, absolute: bool = False) -> dict[str, str]:
    """Addresses of all forms of a result by name."""
    # places of the words stand as filters by now
    endpoints = {
        "page": "dataset.search",
        "csv": "rvr_portal_search.as_csv",
        "geojson": "rvr_portal_search.as_geojson",
        "atom": "rvr_portal_search.as_atom",
        "feed": "rvr_portal_search.as_json_feed",
    }
    api = tk.url_for("api.action", ver=3, logic_function="rvr_search", _external=absolute)
    pairs = urlencode(request.pairs)
    found = {name: address(request, endpoint, absolute=absolute) for name, endpoint in endpoints.items()}
    return {**found, "api": f"{api}?{pairs}" if pairs else api}
