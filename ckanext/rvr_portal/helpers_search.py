"""Template helpers of the search page."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup, escape

from . import search_links
from .domain.search_request import Problem, SearchRequest
from .logic.search import problem_text
from .solr import MARK_END, MARK_START

__all__ = [
    "rvr_portal_marked", "rvr_portal_search_address", "rvr_portal_search_feeds", "rvr_portal_search_forms",
    "rvr_portal_search_problem",
]  # fmt: skip

# What Markdown and HTML put around words; an excerpt may begin or end within it.
_MARKUP = re.compile(r"<[^<>]*>|!?\[|\]\([^)\s]*\)?|[*_`#>|~]+|^[^<>]*>|<[^<>]*$")


def rvr_portal_marked(text: str) -> Markup:
    """An excerpt from the index with its found words in `<mark>`, without any other markup."""
    plain = " ".join(unescape(_MARKUP.sub(" ", text)).split())
    marked = str(escape(plain)).replace(MARK_START, "<mark>").replace(MARK_END, "</mark>")
    return Markup(marked)  # noqa: S704 - escaped above, but for the two marks


def rvr_portal_search_address(request: SearchRequest, endpoint: str) -> str:
    """Address of a search on another page, e.g. the map."""
    return search_links.address(request, endpoint)


def rvr_portal_search_problem(problem: Problem) -> str:
    """What is wrong with a parameter of the page's address, as a sentence."""
    return problem_text(problem)


def rvr_portal_search_forms(request: SearchRequest) -> list[dict[str, Any]]:
    """The same result in other forms: `{title, url, type}`."""
    links = search_links.links(request)
    return [
        {"title": tk._("As a table (CSV)"), "url": links["csv"], "type": "text/csv"},
        {"title": tk._("For maps (GeoJSON)"), "url": links["geojson"], "type": "application/geo+json"},
        {"title": tk._("For programs (JSON)"), "url": links["api"], "type": "application/json"},
    ]


def rvr_portal_search_feeds(request: SearchRequest) -> list[dict[str, Any]]:
    """The feeds of a search: `{title, url, type}`."""
    links = search_links.links(request)
    return [
        {"title": tk._("Feed (Atom)"), "url": links["atom"], "type": "application/atom+xml"},
        {"title": tk._("Feed (JSON)"), "url": links["feed"], "type": "application/feed+json"},
    ]
