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
    "rvr_portal_header_search", "rvr_portal_marked", "rvr_portal_search_address", "rvr_portal_search_feeds", "rvr_portal_search_forms",
    "rvr_portal_search_problem", "rvr_portal_suggest",
]  # fmt: skip

# Pages with a field of their own to search data, and CKAN's under whose names their addresses are known as well.
_SEARCHING = frozenset({
    "home.index", "rvr_portal.index", "dataset.search", "rvr_portal_search.index", "organization.read",
    "rvr_portal_search.organization", "rvr_portal_map.index",
})  # fmt: skip
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


def rvr_portal_header_search() -> bool:
    """Whether the header has a field to search data: on every page that is no search of data itself."""
    return tk.request.endpoint not in _SEARCHING


def rvr_portal_suggest(organization: str = "") -> Markup:
    """Attributes of a search field that suggests while somebody types (assets/js/suggest.js).

    :param organization: name of the organisation on whose page the field stands
    """
    address = tk.url_for("rvr_portal_search.as_suggestions", **({"organization": organization} if organization else {}))
    return Markup('data-rvr-suggest="{}" data-rvr-suggest-label="{}" data-rvr-suggest-with="{}"').format(
        address, tk._("Suggestions"), tk._("with the words “{words}”")
    )
