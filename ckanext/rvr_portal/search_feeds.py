"""What is new in a search, as a feed: the datasets changed last that match it."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.types import Context

from . import dataset_search, facets, search_links
from .dataset_search import Hit
from .domain.feed import Entry, Feed, moment
from .domain.search_request import SearchRequest

__all__ = ["ENTRIES", "feed_of"]

#: Entries of a feed; who looks in once a day misses nothing.
ENTRIES = 50


def feed_of(context: Context, request: SearchRequest, endpoint: str) -> Feed:
    """The feed of a search for what the user of the context may see.

    :param endpoint: the view that answers with it
    :raises SearchIndexError: the index does not answer
    """
    # whatever order the reader has on the page, a feed begins with the newest
    found = dataset_search.find(context, replace(request, sort="changed"), rows=ENTRIES)
    asked = replace(found.request, sort="")
    page = search_links.address(asked, absolute=True)
    return Feed(
        # the same for every order in which somebody may have chosen the filters
        id=f"{page.partition('?')[0]}?{urlencode(sorted(asked.pairs))}",
        title=_title(asked),
        url=page,
        self_url=search_links.address(asked, endpoint, absolute=True),
        language=tk.h.lang() or "de",
        entries=[_entry(hit) for hit in found.hits],
    )


def _title(request: SearchRequest) -> str:
    parts = [f"„{request.q}“"] if request.q else []
    parts += [facets.label(name, value) for name, value in request.filters]
    site = tk.config["ckan.site_title"]
    return tk._("Data: {search} ({site})").format(search=", ".join(parts) or tk._("everything"), site=site)


def _entry(hit: Hit) -> Entry:
    package = hit.package
    card = tk.h.rvr_portal_card(package)
    return Entry(
        id=f"urn:uuid:{package['id']}",
        title=card["title"],
        url=tk.url_for("dataset.read", id=package["name"], _external=True),
        summary=tk.h.rvr_portal_short_text(package, 500),
        author=card["publisher"] or tk.config["ckan.site_title"],
        published=moment(package.get("metadata_created")),
        updated=moment(package.get("metadata_modified")),
    )
