"""How programs find the search and the datasets: OpenSearch description and sitemaps."""

from __future__ import annotations

from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.types import Context, Response
from flask import Blueprint
from flask import Response as FlaskResponse

from . import dataset_search, organizations
from .domain.search_request import SearchRequest
from .solr import SearchIndexError

__all__ = ["rvr_portal_discovery"]

rvr_portal_discovery = Blueprint("rvr_portal_discovery", __name__)

#: Addresses in a sitemap; the protocol allows 50,000.
SITEMAP = 10_000


def opensearch() -> Response:
    """Description of the search for browsers (OpenSearch 1.1): the portal as a search engine in the address bar."""
    page = tk.url_for("dataset.search", _external=True)
    api = tk.url_for("api.action", ver=3, logic_function="rvr_search", _external=True)
    words = tk._("Search the open data of the Metropole Ruhr.")
    media_type = "application/opensearchdescription+xml"
    return _xml("rvr_portal/opensearch.xml", media_type, page=page, api=api, description=words)


def sitemap() -> Response:
    """List of the sitemaps: one of the pages, the others of all public datasets."""
    total = _public(0, 0)[0]
    parts = range(1, -(-total // SITEMAP) + 1)
    addresses = [tk.url_for("rvr_portal_discovery.sitemap_pages", _external=True)]
    addresses += [tk.url_for("rvr_portal_discovery.sitemap_datasets", number=n, _external=True) for n in parts]
    return _xml("rvr_portal/sitemap_index.xml", "application/xml", addresses=addresses)


def sitemap_pages() -> Response:
    """The portal's main pages and those of its organisations."""
    entries = [{"url": tk.url_for("home.index", _external=True), "changed": ""}]
    entries += [{"url": tk.h.url_for(entry["url"], qualified=True), "changed": ""} for entry in tk.h.rvr_portal_menu()]
    entries += [
        {"url": tk.url_for("organization.read", id=name, _external=True), "changed": ""}
        for name in sorted(organizations.titles())
    ]
    return _xml("rvr_portal/sitemap.xml", "application/xml", entries=entries)


def sitemap_datasets(number: int) -> Response:
    """A part of all public datasets, whoever asks."""
    _total, documents = _public((number - 1) * SITEMAP, SITEMAP)
    if not documents:
        return tk.abort(404, tk._("There are not so many datasets."))
    entries = [
        {
            "url": tk.url_for("dataset.read", id=document["name"], _external=True),
            "changed": str(document.get("metadata_modified") or "")[:10],
        }
        for document in documents
    ]
    return _xml("rvr_portal/sitemap.xml", "application/xml", entries=entries)


def _public(start: int, rows: int) -> tuple[int, tuple[dict[str, Any], ...]]:
    nobody: Context = {"user": "", "auth_user_obj": model.AnonymousUser()}  # type: ignore[typeddict-item]
    request = SearchRequest(sort="title")
    try:
        return dataset_search.fields(nobody, request, ("name", "metadata_modified"), start, rows)
    except SearchIndexError as error:
        tk.abort(503, error.sentence)


def _xml(template: str, media_type: str, **values: Any) -> Response:
    text = tk.render(template, extra_vars=values)
    return FlaskResponse(text, content_type=f"{media_type}; charset=utf-8")  # type: ignore[return-value]


rvr_portal_discovery.add_url_rule("/opensearch.xml", view_func=opensearch)
rvr_portal_discovery.add_url_rule("/sitemap.xml", view_func=sitemap)
rvr_portal_discovery.add_url_rule("/sitemap-pages.xml", view_func=sitemap_pages)
rvr_portal_discovery.add_url_rule("/sitemap-datasets-<int:number>.xml", view_func=sitemap_datasets)
