"""What a half-typed search may be meant to find: places, topics, datasets, publishers, keywords.

Places and topics are known by heart, titles and keywords come from one question to the index, which also says what
of all this the asker would find anything with. What he may not see is no suggestion.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from . import dataset_search, facets, organizations, search_links, solr
from .domain import beginnings, solr_text
from .domain.beginnings import Typed
from .domain.search_request import SearchRequest

__all__ = ["KINDS", "LIMIT", "Suggestion", "kind_label", "suggestions"]

#: Kinds in the order of the list, with the most of each.
KINDS = {"place": 3, "theme": 2, "dataset": 5, "organization": 2, "tag": 2}
LIMIT = 10
# more than are shown: those that begin with the words go first
_TITLES = 30
_TAGS = 30
# two letters begin too many keywords to choose from
_TAGS_FROM = 3
_PARAMETERS = {"place": "places", "theme": "theme", "organization": "organization", "tag": "tags"}
_FIELDS = {"place": "rvr_covers", "theme": "rvr_theme", "organization": "organization", "tag": "tags"}


@dataclass(frozen=True)
class Suggestion:
    """One suggestion.

    A dataset has its `name` as value; everything else is a filter `parameter` and its value, and `q` are the words that
    stay. `count` is how many datasets that search finds, of a dataset 1.
    """

    kind: str
    label: str
    value: str
    url: str
    parameter: str = ""
    q: str = ""
    detail: str = ""
    count: int = 1


def suggestions(context: Context, text: str, *, organization: str = "", limit: int = LIMIT) -> list[Suggestion]:
    """Suggestions for a text that somebody is typing, at most `limit`.

    :param organization: name of the organisation on whose page it is typed: only its datasets count
    :raises SearchIndexError: the index does not answer
    """
    cuts = beginnings.typed(text)
    if not cuts:
        return []
    titles = {} if organization else organizations.titles()
    cut, candidates = _known(cuts, titles)
    own = (organization,) if organization else ()
    asked = SearchRequest(q=cut.before, organization=own)
    request, _reading = dataset_search.understand(asked)
    words = f"{request.q} {cut.end}"
    query = beginnings.titled(words)
    if not query:
        return []
    answer = dataset_search.titled(context, request, query, _questions(request, cut, candidates), _TITLES)
    found = [
        *_filters(request, cut, candidates, titles, answer),
        *_datasets(answer, words, titles),
    ]
    # a keyword that says the same as a place or theme is no choice
    labels = {one.label.casefold() for one in found}
    found += [one for one in _tags(request, cut, answer) if one.label.casefold() not in labels]
    if not found and (slip := beginnings.nearly_titled(words)):
        found = _datasets(dataset_search.titled(context, request, slip, {}, _TITLES), words, titles)
    order = list(KINDS)
    return sorted(found, key=lambda one: order.index(one.kind))[:limit]


def kind_label(kind: str) -> str:
    """What a suggestion is, in a word."""
    return {
        "place": tk._("Place"),
        "theme": tk._("Theme"),
        "dataset": tk._("Dataset"),
        "organization": tk._("Publisher"),
        "tag": tk._("Keyword"),
    }[kind]


def _known(cuts: list[Typed], titles: dict[str, str]) -> tuple[Typed, dict[str, list[str]]]:
    """The longest end of the text that begins the name of a place, theme or publisher, and which; else its last word."""
    for cut in cuts:
        found = {
            "place": [place.key for place in beginnings.places(cut.end, 2 * KINDS["place"])],
            "theme": beginnings.themes(cut.end, 2 * KINDS["theme"]),
            "organization": beginnings.titles(cut.end, titles, 3 * KINDS["organization"]),
        }
        if any(found.values()):
            return cut, found
    return cuts[-1], {}


def _questions(request: SearchRequest, cut: Typed, candidates: dict[str, list[str]]) -> dict[str, Any]:
    """What is to be counted: every candidate as its filter would find it, and keywords that begin so."""
    asked: dict[str, Any] = {
        f"{kind}_{number}": {
            "type": "query",
            "q": solr_text.any_of(_FIELDS[kind], _with(request, kind, value)),
            "domain": {"excludeTags": ["titled", _PARAMETERS[kind]]},
        }
        for kind, values in candidates.items()
        for number, value in enumerate(values)
    }
    if len(cut.end) < _TAGS_FROM:
        return asked
    forms = " OR ".join(f"tags:{form.replace(' ', chr(92) + ' ')}*" for form in beginnings.spellings(cut.end))
    if forms:
        domain = {"excludeTags": "titled", "filter": forms}
        asked["tag"] = {"type": "terms", "field": "tags", "limit": _TAGS, "domain": domain}
    return asked


def _with(request: SearchRequest, kind: str, value: str) -> tuple[str, ...]:
    return getattr(request.with_value(_PARAMETERS[kind], value), _PARAMETERS[kind])


def _filters(
    request: SearchRequest,
    cut: Typed,
    candidates: dict[str, list[str]],
    titles: dict[str, str],
    answer: solr.FacetAnswer,
) -> list[Suggestion]:
    found = []
    for kind, values in candidates.items():
        counted = [(value, answer.count(f"{kind}_{number}")) for number, value in enumerate(values)]
        for value, count in [pair for pair in counted if pair[1]][: KINDS[kind]]:
            parameter = _PARAMETERS[kind]
            label = titles.get(value) or facets.label(parameter, value)
            url = search_links.address(request.with_value(parameter, value))
            found.append(Suggestion(kind, label, value, url, parameter, cut.before, count=count))
    return found


def _datasets(answer: solr.SearchAnswer, words: str, titles: dict[str, str]) -> list[Suggestion]:
    rows = [row for row in answer.documents if row.get("title") and row.get("name")]
    nearest = sorted(rows, key=lambda row: beginnings.rank(row["title"], words))[: KINDS["dataset"]]
    return [
        Suggestion(
            "dataset",
            row["title"],
            row["name"],
            tk.url_for("dataset.read", id=row["name"]),
            detail=titles.get(row.get("organization") or "", ""),
        )
        for row in nearest
    ]


def _tags(request: SearchRequest, cut: Typed, answer: solr.FacetAnswer) -> list[Suggestion]:
    forms = tuple(beginnings.spellings(cut.end))
    counts = answer.counts("tag")
    named = [(tag, count) for tag, count in counts.items() if " ".join(tag.split()).startswith(forms)]
    return [
        Suggestion(
            "tag",
            tag,
            tag,
            search_links.address(replace(request, other=(*request.other, ("tags", tag)))),
            "tags",
            cut.before,
            count=count,
        )
        for tag, count in named[: KINDS["tag"]]
    ]
