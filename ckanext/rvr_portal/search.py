"""What happens to search parameters on their way to Solr."""

from __future__ import annotations

import re
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import request
from ckan.lib.search import query as core_query
from flask import has_request_context

from . import synonyms
from .domain.query import clean_sort, escape_phrase, has_foreign_function, is_fielded, plain_fields, readable_query
from .domain.question import FIELDS, ask

__all__ = ["allow_parameters", "before_dataset_search", "solr_question"]

# Parameters of Solr that package_search does not know and that only the portal itself sets.
_OURS = frozenset({"bq", "q.op", "sow"})
# A program that says how its query is to be read means it so.
_OWN_WAY = ("bf", "boost", "defType", "mm", "qf", "tie")
MAX_START = 1_000_000
_PARSERS = frozenset({"dismax", "edismax", "lucene"})
_SWITCHES = ("include_private", "include_drafts", "include_deleted", "use_default_schema")
_PARAMETER = re.compile(r"[\w.\-]+\Z")


def before_dataset_search(search_params: dict[str, Any]) -> dict[str, Any]:
    """Make the question readable for Solr, and keep it from telling about datasets the asker may not see."""
    _refuse_ours(search_params)
    text = search_params.get("q")
    if any(search_params.get(name) for name in _OWN_WAY):
        search_params["q"] = readable_query(text)
        search_params.setdefault("qf", " ".join((core_query.QUERY_FIELDS, *FIELDS)))
    else:
        search_params |= solr_question(text)
    search_params["wt"] = "json"
    _limit(search_params)
    _check(search_params)
    if search_params.get("sort") not in (None, "rank"):
        search_params["sort"] = clean_sort(search_params["sort"])
    if search_params.get("fq") and has_request_context():
        search_params["fq"] = _escape_facets(search_params["fq"])
    if has_request_context() and request.blueprint == "feeds":
        # CKAN's feeds of datasets hold whatever type of package there is
        search_params["fq_list"] = [*(search_params.get("fq_list") or ()), "+dataset_type:dataset"]
    return search_params


def solr_question(text: str | None) -> dict[str, Any]:
    """Solr's parameters for what somebody typed: q, and how it is to be read and weighted.

    A field query (`organization:essen AND title:Rad*`) stays as it is; everything else is searched as words in German
    with the synonyms of this portal. No text at all asks for everything.
    """
    if text and is_fielded(text):
        return {"q": readable_query(text), "defType": "lucene"}
    if not text or text.strip() in ("*", "*:*"):
        return {"q": "*:*", "defType": "lucene"}
    return ask(text, synonyms.current()).parameters()


def allow_parameters() -> None:
    """Let `package_search` pass on what the portal itself sets; from outside it is refused as before."""
    core_query.VALID_SOLR_PARAMETERS |= _OURS


def _refuse_ours(params: dict[str, Any]) -> None:
    given = sorted(_OURS & params.keys())
    if given:
        raise tk.ValidationError({name: [tk._("This parameter is not known here.")] for name in given})


def _limit(params: dict[str, Any]) -> None:
    # with 0, Solr lists the values of documents that are not in the result
    params["facet.mincount"] = max(1, _number(params.get("facet.mincount"), 1))
    params["start"] = min(MAX_START, max(0, _number(params.get("start"), 0)))


def _number(value: Any, default: int) -> int:
    try:
        return int(value)
    except (TypeError, ValueError):
        return default


def _check(params: dict[str, Any]) -> None:
    if params.get("fl"):
        names = plain_fields(params["fl"])
        if names is None:
            raise tk.ValidationError({"fl": [tk._("Only names of fields are allowed here.")]})
        params["fl"] = names
    if params.get("defType", "dismax") not in _PARSERS:
        raise tk.ValidationError({"defType": [tk._("This way of reading a query is not allowed here.")]})
    for name in ("bf", "boost", "qf", "mm"):
        if has_foreign_function(str(params.get(name) or "")):
            raise tk.ValidationError({name: [tk._("This function is not allowed here.")]})
    for name in _SWITCHES:
        if name in params:
            try:
                params[name] = tk.asbool(params[name])
            except ValueError:
                raise tk.ValidationError({name: [tk._("Please write “true” or “false”.")]}) from None


def _escape_facets(fq: str) -> str:
    """CKAN's list pages put the values of a page's address between quotes as they are; do it properly here."""
    if (request.endpoint or "").startswith("api."):
        return fq
    for name, value in request.args.items(multi=True):
        raw = f'{name}:"{value}"'
        if not _PARAMETER.match(name):
            fq = fq.replace(raw, "")
        elif '"' in value or "\\" in value:
            fq = fq.replace(raw, f'{name}:"{escape_phrase(value)}"')
    return fq
