"""Finding datasets: the one way behind the search page, `rvr_search`, exports and feeds.

The words of a search go the way they go in `package_search`: through every plugin's `before_dataset_search`. So both find
the same; what comes on top are filters that count rightly, facets, and places understood.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.lib.search import query as core_query
from ckan.types import Context

from . import facets, solr
from .domain import solr_text
from .domain.place_words import Reading, read_places
from .domain.search_request import SORTS, SearchRequest

__all__ = ["Found", "Hit", "count", "fields", "find", "titled", "understand", "walk"]

log = logging.getLogger(__name__)

_FIELDS = ("id", "index_id", "validated_data_dict", "rvr_place")
# Fields of German words, and what a found word in them is told as. Each costs time: Solr reads its text anew.
_MARKED = {"rvr_title_de": "title", "rvr_notes_de": "notes"}
_COLUMNS = "rvr_columns_de"
_WALK = 500
# What of CKAN's closed list of parameters is not about the words: it is set here.
_NOT_WORDS = frozenset({
    "fl", "fq", "fq_list", "extras", "rows", "start", "sort", "wt", "facet", "facet.mincount", "facet.limit", "facet.field",
})  # fmt: skip


@dataclass(frozen=True)
class Hit:
    """A dataset that was found; `places` are the keys of the places it is about, `marked` its texts with found words.

    `columns` are names of the columns of its tables; they are there only if found words are marked.
    """

    package: dict[str, Any]
    places: tuple[str, ...] = ()
    marked: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] = ()


@dataclass(frozen=True)
class Found:
    """A page of a result. `request` is what was looked for in the end, `reading` the places its words named."""

    request: SearchRequest
    reading: Reading
    count: int
    hits: tuple[Hit, ...]
    facets: solr.FacetAnswer


def understand(request: SearchRequest) -> tuple[SearchRequest, Reading]:
    """The request with the places of its words as filters, and how they were read."""
    if request.literal or not request.q:
        return request, Reading(request.q)
    reading = read_places(request.q)
    keys = (mention.place.key for mention in reading.places)
    # what is left must be read the same way when it comes back as an address
    again = bool(read_places(reading.rest).places)
    places = tuple(dict.fromkeys([*request.places, *keys]))
    return replace(request, q=reading.rest, places=places, literal=again), reading


def find(
    context: Context,
    request: SearchRequest,
    *,
    start: int = 0,
    rows: int = 20,
    facet_names: Sequence[str] = (),
    marked: bool = False,
) -> Found:
    """A page of the datasets that match and that the user of the context may see.

    :param facet_names: which facets are counted (`facets.NAMES`)
    :param marked: whether the found words are marked in title and description
    :raises SearchRefusedError: the words cannot be read
    :raises SearchIndexError: the index does not answer
    """
    request, reading = understand(request)
    question = _question(request, start=start, rows=rows)
    if question is None:
        return Found(request, reading, 0, (), solr.FacetAnswer(0, {}))
    today = _today()
    question = replace(question, facets=facets.questions(facet_names, request, today))
    if marked and request.q:
        question = replace(question, marked=tuple(_MARKED), fields=(*_FIELDS, _COLUMNS))
    answer = solr.search(question, context)
    hits = _hits(answer, context)
    results = {
        "count": answer.total, "results": [hit.package for hit in hits], "facets": {}, "search_facets": {},
        "sort": question.order,
    }  # fmt: skip
    for plugin in p.PluginImplementations(p.IPackageController):
        results = plugin.after_dataset_search(results, {"q": request.q, "extras": {}})
    return Found(request, reading, answer.total, hits, answer)


def count(context: Context, request: SearchRequest, facet_questions: dict[str, Any]) -> solr.FacetAnswer:
    """How many datasets match a request as it stands, and what else is to be counted among them.

    :raises SearchIndexError: the index does not answer
    """
    question = _question(request, start=0, rows=0)
    if question is None:
        return solr.FacetAnswer(0, {})
    return solr.search(replace(question, facets=facet_questions), context)


def titled(
    context: Context, request: SearchRequest, titles: str, facet_questions: dict[str, Any], rows: int
) -> solr.SearchAnswer:
    """Of the datasets that match a request as it stands those with certain titles, by name, title and publisher.

    :param titles: query for titles, written by code; facets leave it out of account by its tag "titled"
    :raises SearchIndexError: the index does not answer
    """
    question = _question(request, start=0, rows=rows)
    if question is None:
        return solr.SearchAnswer(0, {})
    words = dict(question.words)
    if words.get("q") == "*:*":
        words |= {"defType": "edismax", "qf": "rvr_title_de"}
    if words.get("defType") == "edismax":
        # those that begin with the words are looked for, not the best described
        words.pop("boost", None)
        words["bq"] = [*words.get("bq", ()), titles]
    filters = {**question.filters, "titled": titles}
    names = ("name", "title", "organization")
    return solr.search(
        replace(question, words=words, filters=filters, fields=names, order=SORTS["relevance"], facets=facet_questions),
        context,
    )


def fields(
    context: Context, request: SearchRequest, names: Sequence[str], start: int, rows: int
) -> tuple[int, tuple[dict[str, Any], ...]]:
    """Number of datasets that match a request as it stands, and some stored fields of a part of them.

    :raises SearchIndexError: the index does not answer
    """
    question = _question(request, start=start, rows=rows)
    if question is None:
        return 0, ()
    answer = solr.search(replace(question, fields=tuple(names)), context)
    return answer.total, answer.documents


def walk(context: Context, request: SearchRequest, limit: int) -> Iterator[Hit]:
    """All datasets of a result in its order, at most `limit` of them, read in parts.

    :raises SearchIndexError: the index does not answer
    """
    request, _reading = understand(request)
    question = _question(request, start=0, rows=min(limit, _WALK))
    cursor, left = "*", limit
    while question and cursor and left > 0:
        answer = solr.search(replace(question, cursor=cursor, rows=min(left, _WALK)), context)
        hits = _hits(answer, context)
        yield from hits
        left -= len(answer.documents)
        cursor = answer.cursor if answer.documents else ""


def _question(request: SearchRequest, *, start: int, rows: int) -> solr.Question | None:
    """The request for the index after the plugins' preparation; none if one of them wants no answer."""
    data: dict[str, Any] = {
        "q": request.q, "fq": "+dataset_type:dataset", "start": start, "rows": rows, "sort": SORTS[request.sort or "relevance"],
        "df": "text", "extras": _extras(request), "include_private": tk.config["ckan.search.default_include_private"],
    }  # fmt: skip
    for plugin in p.PluginImplementations(p.IPackageController):
        data = plugin.before_dataset_search(data)
    if data.get("abort_search"):
        return None
    order = data.get("sort")
    return solr.Question(
        words={name: data[name] for name in _word_parameters() if data.get(name) not in (None, "")},
        filters=solr_text.filters(request, _today()),
        fixed=[part for part in (data.get("fq"), *(data.get("fq_list") or ())) if part],
        fields=_FIELDS,
        order=str(order) if order not in (None, "rank") else SORTS["relevance"],
        start=start,
        rows=rows,
    )


def _word_parameters() -> set[str]:
    # the portal itself adds to the list when it starts
    return core_query.VALID_SOLR_PARAMETERS - _NOT_WORDS


def _extras(request: SearchRequest) -> dict[str, str]:
    box = request.bbox
    return {"ext_bbox": ",".join(map(str, box))} if box and p.plugin_loaded("spatial_query") else {}


def _hits(answer: solr.SearchAnswer, context: Context) -> tuple[Hit, ...]:
    hits = []
    for document in answer.documents:
        stored = document.get("validated_data_dict")
        if not stored:
            log.error("The index holds no dataset at %s", document.get("id"))
            continue
        package = json.loads(stored)
        if context.get("for_view"):
            for plugin in p.PluginImplementations(p.IPackageController):
                package = plugin.before_dataset_view(package)
        marked = {_MARKED[name]: text for name, text in answer.marked.get(document["index_id"], {}).items()}
        places, columns = document.get("rvr_place") or (), document.get(_COLUMNS) or ()
        hits.append(Hit(package, tuple(places), marked, tuple(columns)))
    return tuple(hits)


def _today() -> date:
    return datetime.now(UTC).date()
