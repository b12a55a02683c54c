"""What the front page shows: one search for datasets, themes, places and member bodies together."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Context

from .shared import places, vocabulary

__all__ = ["front_page"]

NEWEST = 6
NEWEST_FIRST = "metadata_created desc, name asc"
LOOKED_AT = 50
"""So many of the newest datasets are looked at for those of different bodies."""
PROVISIONAL = "OP_DATPRO"
"""The EU's mark for "theme not settled yet": shown only where it is used."""


def front_page(context: Context) -> dict[str, Any]:
    """Data of the front page for the user of the context; with `search_failed` when the search does not answer."""
    search = tk.get_action("package_search")
    try:
        result = search(
            Context(**context),
            {
                "q": "*:*",
                "fq": "+dataset_type:dataset",
                "fl": "id,organization",
                "rows": LOOKED_AT,
                "sort": NEWEST_FIRST,
                "facet.field": ["organization", "places", "rvr_theme"],
                "facet.limit": -1,
            },
        )
        ids = _of_different_bodies(result["results"])
        wanted = {"fq": f"+id:({' OR '.join(ids)})", "rows": NEWEST, "sort": NEWEST_FIRST}
        newest = search(Context(**context), wanted)["results"] if ids else []
    except SearchError:
        return _page({"count": 0, "search_facets": {}}, []) | {"search_failed": True}
    return _page(result, newest) | {"search_failed": False}


def _of_different_bodies(found: list[dict[str, Any]]) -> list[str]:
    """Ids of the newest datasets, one of each body before the second of any: a large delivery hides no other."""
    seen: dict[str, int] = {}
    rounds: list[tuple[int, int, str]] = []
    for position, package in enumerate(found):
        body = str(package.get("organization") or "")
        rounds.append((seen.get(body, 0), position, package["id"]))
        seen[body] = seen.get(body, 0) + 1
    return [key for _round, _position, key in sorted(rounds)[:NEWEST]]


def _page(result: dict[str, Any], newest: list[dict[str, Any]]) -> dict[str, Any]:
    by_organization, by_place, by_theme = (_counts(result, field) for field in ("organization", "places", "rvr_theme"))
    bodies = {body.slug for body in places().member_bodies}
    return {
        "n_datasets": result["count"],
        "n_bodies": sum(1 for name in by_organization if name in bodies),
        "n_all_bodies": len(bodies),
        "n_municipalities": sum(1 for town in places().municipalities if town.key in by_place),
        "n_all_municipalities": len(places().municipalities),
        "newest": newest,
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
