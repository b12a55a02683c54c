"""What the front page shows: one question for datasets, themes, places and member bodies together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError
from ckan.types import Context

from .measures import public_counts
from .shared import places, vocabulary
from .solr import FacetAnswer, SearchIndexError

__all__ = ["front_page"]

NEWEST = 6
NEWEST_FIRST = "metadata_created desc, name asc"
PROVISIONAL = "OP_DATPRO"
"""The EU's mark for "theme not settled yet": shown only where it is used."""


def front_page(context: Context) -> dict[str, Any]:
    """Data of the front page for the user of the context; nothing but `search_failed` when the search does not answer."""
    try:
        counts = public_counts()
        ids = _of_different_bodies(counts.documents)
        wanted = {"fq": f"+id:({' OR '.join(ids)})", "rows": NEWEST, "sort": NEWEST_FIRST}
        newest = tk.get_action("package_search")(context, wanted)["results"] if ids else []
    except (SearchError, SearchIndexError):
        return {"search_failed": True}
    return _page(counts, newest) | {"search_failed": False}


def _of_different_bodies(found: Sequence[Mapping[str, Any]]) -> list[str]:
    """Ids of the newest datasets, one of each body before the second of any: a large delivery hides no other.

    :param found: the newest of each body, the body that was last active first
    """
    seen: dict[str, int] = {}
    rounds: list[tuple[int, int, str]] = []
    for position, package in enumerate(found):
        body = str(package.get("organization") or "")
        rounds.append((seen.get(body, 0), position, package["id"]))
        seen[body] = seen.get(body, 0) + 1
    return [key for _round, _position, key in sorted(rounds)[:NEWEST]]


def _page(counts: FacetAnswer, newest: list[dict[str, Any]]) -> dict[str, Any]:
    by_organization, by_place, by_theme = map(counts.counts, ("organization", "rvr_covers", "rvr_theme"))
    bodies, lang = {body.slug for body in places().member_bodies}, tk.h.lang()
    return {
        "n_datasets": counts.total,
        "n_bodies": sum(1 for name in by_organization if name in bodies),
        "n_all_bodies": len(bodies),
        "n_municipalities": sum(1 for town in places().municipalities if town.key in by_place),
        "n_all_municipalities": len(places().municipalities),
        "newest": newest,
        "by_organization": by_organization,
        "by_place": by_place,
        "themes": [
            {"key": term.key, "title": term.label(lang), "count": by_theme.get(term.key, 0)}
            for term in vocabulary("theme").terms
            if term.key != PROVISIONAL or by_theme.get(term.key)
        ],
    }
