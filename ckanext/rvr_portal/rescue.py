"""What would help when nothing is found: other words, each filter taken away, the neighbours of the places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from . import dataset_search, facets, search_help
from .domain.search_request import SearchRequest
from .domain.solr_text import TAGS
from .shared import Place, places
from .solr import FacetAnswer

__all__ = ["NEIGHBOURS", "Way", "neighbours", "other_words", "ways"]

NEIGHBOURS = 4


@dataclass(frozen=True)
class Way:
    """A search that finds something: what is different, the request, how many it finds."""

    title: str
    request: SearchRequest
    count: int


def ways(context: Context, request: SearchRequest) -> list[Way]:
    """Ways out of an empty result, those that change one thing only; two questions to the index at most."""
    tags = _tags(request)
    asked = {f"without_{tag}": _without(tag) for tag in tags}
    answer = dataset_search.count(context, request, asked)
    found = [
        Way(_title(request, tag), _dropped(request, tag), answer.count(f"without_{tag}"))
        for tag in tags
        if answer.count(f"without_{tag}")
    ]
    if request.q and tags:
        without_words = request.without("q")
        number = dataset_search.count(context, without_words, {}).total
        if number:
            title = tk._("Without the words “{words}”").format(words=request.q)
            found.append(Way(title, without_words, number))
    return found


def other_words(context: Context, request: SearchRequest) -> list[Way]:
    """Searches with other words under the same filters: misspelt ones replaced, then one word less.

    :raises SearchError: the index does not answer
    """

    def number(q: str) -> int:
        return dataset_search.count(context, replace(request, q=q), {}).total

    found = []
    meant = search_help.did_you_mean(request.q, context, number)
    if meant:
        title = tk._("Did you mean “{words}”?").format(words=meant.q)
        found.append(Way(title, replace(request, q=meant.q), meant.count))
    for fewer in search_help.relaxed(request.q, context, number):
        title = tk._("Without the word “{word}”").format(word=" ".join(fewer.instead_of))
        found.append(Way(title, replace(request, q=fewer.q), fewer.count))
    return found


def neighbours(request: SearchRequest, answer: FacetAnswer) -> Iterator[tuple[Place, list[Way]]]:
    """For each chosen municipality its nearest ones that have something, from the counts of the facet of places."""
    counts = answer.counts("places")
    for key in request.places:
        place = places().get(key)
        if not place or counts.get(place.key):
            continue
        near = [town for town in places().neighbours(place.key) if counts.get(town.key)][:NEIGHBOURS]
        others = tuple(one for one in request.places if one != key)
        yield (
            place,
            [Way(town.name, replace(request, places=(*others, town.key)), counts[town.key]) for town in near],
        )


def _tags(request: SearchRequest) -> list[str]:
    """Names of the filters that hold, a pair that is one choice once."""
    names = dict.fromkeys(name for name, _value in request.filters if name != "bbox")
    own = [TAGS.get(name, name) for name in names if hasattr(request, name)]
    return list(dict.fromkeys([*own, *(f"other{number}" for number in range(len(request.other)))]))


def _without(tag: str) -> dict[str, Any]:
    return {"type": "query", "q": "*:*", "domain": {"excludeTags": tag}}


def _dropped(request: SearchRequest, tag: str) -> SearchRequest:
    if tag.startswith("other"):
        return request.without(*request.other[int(tag.removeprefix("other"))])
    if tag == "format":
        return request.without("format_group").without("res_format")
    return request.without(tag)


def _title(request: SearchRequest, tag: str) -> str:
    kept = _dropped(request, tag).filters
    labels = [facets.label(name, value) for name, value in request.filters if (name, value) not in kept]
    return tk._("Without the filter “{filter}”").format(filter=", ".join(labels))
