"""What the front page shows: one search for datasets, themes, places and member bodies together."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Context

from .shared import places, vocabulary

__all__ = ["front_page"]

NEWEST = 6
PROVISIONAL = "OP_DATPRO"
"""The EU's mark for "theme not settled yet": shown only where it is used."""


def front_page(context: Context) -> dict[str, Any]:
    """Data of the front page for the user of the context; with `search_failed` when the search does not answer."""
    try:
        result = tk.get_action("package_search")(
            context,
            {
                "q": "*:*",
                "fq": "+dataset_type:dataset",
                "rows": NEWEST,
                "sort": "metadata_created desc",
                "facet.field": ["organization", "places", "rvr_theme"],
                "facet.limit": -1,
            },
        )
    except SearchError:
        result = {"count": 0, "results": [], "search_facets": {}}
        return _page(result) | {"search_failed": True}
    return _page(result) | {"search_failed": False}


def _page(result: dict[str, Any]) -> dict[str, Any]:
    by_organization, by_place, by_theme = (_counts(result, field) for field in ("organization", "places", "rvr_theme"))
    bodies = {body.slug for body in places().member_bodies}
    return {
        "n_datasets": result["count"],
        "n_bodies": sum(1 for name in by_organization if name in bodies),
        "n_all_bodies": len(bodies),
        "n_municipalities": sum(1 for town in places().municipalities if town.key in by_place),
        "n_all_municipalities": len(places().municipalities),
        "newest": result["results"],
        "by_organization": by_organization,
        "by_place": by_place,
        "themes": [
            {"key": term.key, "title": term.label(tk.h.lang()), "count": by_theme.get(term.key, 0)}
            for term in vocabulary("theme").terms
            if term.key != PROVISIONAL or by_theme.get(term.key)
        ],
    }


def _counts(result: dict[str, Any], field: str) -> dict[str, int]:
    items = result["search_facets"].get(field, {}).get("items", [])
    return {item["name"]: item["count"] for item in items}
