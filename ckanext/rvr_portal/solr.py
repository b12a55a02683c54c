"""Questions to the search index that `package_search` refuses: JSON facets, filters that a facet leaves out of account,
found words, cursors. The only door to Solr beside CKAN's own.

Every question is limited to this site, to active datasets of one type and to what the asker may see: the same limits as
`package_search` has, so that a number here equals the length of the list it links to.
"""

from __future__ import annotations

import json
import logging
import os
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import ckan.authz as authz
import ckan.plugins.toolkit as tk
import pysolr
import requests
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search.common import make_connection
from ckan.lib.search.query import MAGIC_FIELD_RE, QUERY_FIELDS, solr_literal
from ckan.types import Context

from .exceptions import RvrPortalError

__all__ = [
    "MARK_END", "MARK_START", "FacetAnswer", "First", "Question", "SearchAnswer", "SearchIndexError", "SearchRefusedError",
    "count_across", "count_by", "each_value", "json_facets", "search",
]  # fmt: skip

# Around a found word: characters of Unicode's private use that no text holds.
MARK_START, MARK_END = "\ue000", "\ue001"

log = logging.getLogger(__name__)


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    return text


class SearchIndexError(RvrPortalError):
    """The index did not answer, or refused a question."""

    message_id = N_("The numbers cannot be counted at the moment. Please try again in a few minutes.")


class SearchRefusedError(SearchIndexError):
    """The index could not read the words of a search."""

    message_id = N_("The search could not be understood.")


@dataclass(frozen=True)
class FacetAnswer:
    """How many datasets match at all, Solr's answer to each facet, and the documents that were asked for beside them."""

    total: int
    facets: dict[str, Any]
    documents: tuple[dict[str, Any], ...] = ()

    def counts(self, name: str) -> dict[str, int]:
        """Amounts by value of a terms facet, largest first; of a query facet nothing."""
        buckets = sorted(self.facets.get(name, {}).get("buckets", []), key=lambda bucket: -bucket["count"])
        return {str(bucket["val"]): int(bucket["count"]) for bucket in buckets}

    def count(self, name: str) -> int:
        """Amount of a query facet."""
        return int(self.facets.get(name, {}).get("count", 0))


@dataclass(frozen=True)
class First:
    """The first documents of an order that come along with the facets.

    With `each` they are the first `rows` of each of the first `rows` values of that field, one value after the other.
    """

    rows: int
    fields: tuple[str, ...]
    order: str
    each: str = ""


@dataclass(frozen=True)
class Question:
    """A search as the index is asked, all of it written by code.

    :param words: `q` and how it is to be read (`qf`, `mm`, `defType`, …), after CKAN's and the plugins' preparation
    :param filters: filter queries by the name under which a facet may leave one out (`excludeTags`)
    :param fixed: filter queries that always hold
    :param facets: Solr's JSON facet request
    :param order: sort order; documents of equal rank keep the same order in all answers
    :param cursor: "*" for the first of many pages, then the `cursor` of the answer before; takes the place of `start`
    :param marked: fields whose found words come back between `MARK_START` and `MARK_END`
    """

    words: Mapping[str, Any]
    filters: Mapping[str, str] = field(default_factory=dict)
    fixed: Sequence[str] = ()
    facets: Mapping[str, Any] = field(default_factory=dict)
    fields: Sequence[str] = ("id",)
    order: str = "score desc"
    start: int = 0
    rows: int = 20
    cursor: str = ""
    marked: Sequence[str] = ()


@dataclass(frozen=True)
class SearchAnswer(FacetAnswer):
    """The documents of a page, what was counted beside them, and the found words: `{id of the index: {field: text}}`."""

    marked: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    cursor: str = ""


def search(question: Question, context: Context, *, dataset_type: str = "dataset") -> SearchAnswer:
    """Ask for a page of datasets that the user of the context may see, with facets and found words.

    :raises SearchRefusedError: the words cannot be read
    :raises SearchIndexError: the index does not answer
    """
    query = {
        **_words(question.words),
        "fq": [
            *_limits(dataset_type, _labels_of(context)),
            *question.fixed,
            *(f"{{!tag={tag}}}{text}" for tag, text in question.filters.items()),
        ],
        "fl": ",".join(question.fields),
        "sort": f"{question.order}, index_id asc",
        "rows": question.rows,
        "wt": "json",
    }
    query |= {"cursorMark": question.cursor} if question.cursor else {"start": question.start}
    if question.facets:
        query["json.facet"] = json.dumps(question.facets)
    if question.marked:
        query |= _marking(question.marked)
    answer = _ask(str(query.pop("q")), query)
    marked = {
        key: {name: texts[0] for name, texts in found.items() if texts} for key, found in answer.highlighting.items()
    }
    return SearchAnswer(
        answer.hits,
        answer.raw_response.get("facets", {}),
        tuple(answer.docs),
        marked,
        "" if answer.nextCursorMark in (None, question.cursor) else answer.nextCursorMark,
    )


def each_value(field: str, **more: Any) -> dict[str, Any]:
    """The facet that counts every value of a field that is used (JSON facet request).

    Solr goes from value to value and keeps the set of each large one: at 100,000 datasets that takes a tenth of the time of
    going from dataset to dataset. It does so only if the values come back in the order of the index.

    :param more: further parts of the request: domain, prefix, facet …
    """
    return {"type": "terms", "field": field, "limit": -1, "mincount": 1, "method": "stream", "sort": "index", **more}


def count_by(
    fields: Sequence[str],
    *,
    dataset_type: str = "dataset",
    filters: Sequence[str] = (),
    public_only: bool = False,
    first: First | None = None,
) -> FacetAnswer:
    """Count datasets by every value of every field in one question; a value nobody uses does not come back."""
    facets = {field: each_value(field) for field in fields}
    return json_facets(facets, dataset_type=dataset_type, filters=filters, public_only=public_only, first=first)


def json_facets(
    facets: Mapping[str, Any],
    *,
    dataset_type: str = "dataset",
    filters: Sequence[str] = (),
    public_only: bool = False,
    first: First | None = None,
) -> FacetAnswer:
    """Ask for JSON facets over the datasets the current user may see.

    :param facets: Solr's JSON facet request, written by code, never taken from a visitor
    :param filters: further filter queries, written by code as well
    :param public_only: count only what everybody sees, whoever asks
    :param first: documents to bring along; none if left out
    :raises SearchIndexError: the index does not answer or refuses the question
    """
    query: dict[str, Any] = {
        "fq": [*_limits(dataset_type, ["public"] if public_only else _labels(), public_only), *filters],
        "rows": 0,
        "wt": "json",
        "json.facet": json.dumps(facets),
    }
    if first:
        query |= {"rows": first.rows, "fl": ",".join(first.fields), "sort": first.order}
        if first.each:
            query |= {"group": "true", "group.field": first.each, "group.limit": first.rows, "group.sort": first.order}
    answer = _ask("*:*", query)
    total, documents = answer.hits, tuple(answer.docs)
    if first and first.each:
        grouped = answer.grouped[first.each]
        total = grouped["matches"]
        documents = tuple(one for group in grouped["groups"] for one in group["doclist"]["docs"])
    return FacetAnswer(total, answer.raw_response.get("facets", {}), documents)


def count_across(rows: str, columns: str, *, public_only: bool = False) -> dict[str, dict[str, int]]:
    """Count datasets by every pair of values of two fields in one question: `{row: {column: amount}}`, no zeros.

    :raises SearchIndexError: the index does not answer
    """
    facets = {"rows": each_value(rows, facet={"columns": each_value(columns)})}
    answer = json_facets(facets, public_only=public_only)
    return {
        str(row["val"]): {str(cell["val"]): int(cell["count"]) for cell in row["columns"]["buckets"]}
        for row in answer.facets.get("rows", {}).get("buckets", [])
    }


class _OpenLine(threading.local):
    """The session of this thread with the index. CKAN opens a new one for each question, which costs more than many answers.

    A child of this process gets its own: through a shared one it would read its parent's answers. One that was at rest for
    long is not used again, because Solr may have closed it.
    """

    _REST_SECONDS = 20

    def __init__(self) -> None:
        self._session = requests.Session()
        self._process = 0
        self._used = 0.0

    def session(self) -> requests.Session:
        now = time.monotonic()
        if self._process != os.getpid() or now - self._used > self._REST_SECONDS:
            self._session = requests.Session()
            self._process = os.getpid()
        self._used = now
        return self._session


_open_line = _OpenLine()


def _ask(q: str, query: Mapping[str, Any]) -> Any:
    try:
        connection = make_connection(decode_dates=False)
        connection.session = _open_line.session()
        return connection.search(q, **query)
    except pysolr.SolrError as error:
        if "HTTP 400" in str(error):
            log.info("The search index refused a question: %s", error)
            raise SearchRefusedError from error
        log.exception("The search index did not answer a question")
        raise SearchIndexError from error


def _words(words: Mapping[str, Any]) -> dict[str, Any]:
    """As CKAN's own search completes and checks them (`PackageSearchQuery.run`)."""
    if MAGIC_FIELD_RE.search(words["q"]) or "{!" in words["q"]:
        raise SearchRefusedError(f"not a query of words or fields: {words['q'][:200]!r}")
    words = {"df": "text", "q.op": "AND", **words}
    if ":" not in words["q"] or words.get("defType") == "edismax":
        words = {"defType": "dismax", "tie": "0.1", "mm": "2<-1 5<80%", "qf": QUERY_FIELDS, **words}
    return words


def _marking(fields: Sequence[str]) -> dict[str, Any]:
    return {
        "hl": "true",
        "hl.method": "unified",
        "hl.fl": ",".join(fields),
        "hl.requireFieldMatch": "false",
        # single words are enough, and several times faster than whole phrases
        "hl.weightMatches": "false",
        "hl.usePhraseHighlighter": "false",
        "hl.highlightMultiTerm": "false",
        "hl.snippets": 1,
        "hl.fragsize": 200,
        # a title stands whole
        "f.rvr_title_de.hl.bs.type": "WHOLE",
        "hl.tag.pre": MARK_START,
        "hl.tag.post": MARK_END,
    }


def _limits(dataset_type: str, labels: Sequence[str] | None, public_only: bool = False) -> list[str]:
    limits = [
        "+site_id:" + solr_literal(tk.config["ckan.site_id"]),
        "+state:active",
        "+dataset_type:" + solr_literal(dataset_type),
    ]
    if labels is not None:
        limits.append("+permission_labels:(" + " OR ".join(solr_literal(label) for label in labels) + ")")
    if public_only or not tk.config["ckan.search.default_include_private"]:
        limits.append("+capacity:public")
    return limits


def _labels() -> list[str] | None:
    """Permission labels of the current user as `package_search` takes them; None for a sysadmin, who sees all."""
    user = tk.current_user
    # Outside of a request (command line) nobody is logged in.
    if user and not user.is_anonymous and authz.is_sysadmin(user.name):
        return None
    return get_permission_labels().get_user_dataset_labels(user)


def _labels_of(context: Context) -> list[str] | None:
    """The same of the user of an action's context."""
    user = context.get("user")
    if context.get("ignore_auth") or (user and authz.is_sysadmin(user)):
        return None
    return get_permission_labels().get_user_dataset_labels(context["auth_user_obj"])  # type: ignore[arg-type]
