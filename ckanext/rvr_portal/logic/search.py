"""The action `rvr_search`."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError, SearchQueryError
from ckan.types import Context, DataDict, ErrorDict

from .. import dataset_search, facets, search_links
from ..domain.search_request import Problem, SearchRequest, is_filter, read_request
from ..solr import SearchIndexError, SearchRefusedError

__all__ = ["problem_text", "rvr_search"]

_MAX_START = 1_000_000
_OWN = frozenset({"rows", "start", "facets"})


@tk.side_effect_free
def rvr_search(context: Context, data_dict: DataDict) -> dict[str, Any]:
    """Search datasets as the search page does: the same filters, the same datasets in the same order, the same counts.

    Within a filter one value is enough, all filters together must hold. All parameters may be left out; a list may be
    given as a list, or in an address by repeating the parameter. Names of places in `q` ("Radwege in Herne", "45525")
    become filters, and `places_read` says so.

    :param q: words, at most 10,000 characters
    :type q: string
    :param literal: places in `q` are words like all others (default: false)
    :type literal: boolean
    :param places: municipalities, Kreise or the region: AGS (8 digits), key of a Kreis (5 digits), `ruhr`, name, postal
      code. A dataset about a Kreis is found for each of its municipalities
    :type places: list of strings
    :param theme: EU themes by code (`TRAN`) or address; `none` for datasets without one
    :type theme: list of strings
    :param format_group: `table`, `map`, `service`, `data`, `document`, `image`, `media`, `archive`, `program`, `other`,
      `none`; with `res_format` one filter
    :type format_group: list of strings
    :param res_format: file types by code (`CSV`), media type or address
    :type res_format: list of strings
    :param openness: `free`, `attribution` (the source must be named), `restricted`, `unknown`
    :type openness: list of strings
    :param organization: publishing organisations by name (`hagen`)
    :type organization: list of strings
    :param hvd: categories of high-value datasets by code or address, or `any`
    :type hvd: list of strings
    :param updated: data changed within a `week`, `month` or `year`
    :type updated: string
    :param period_from: the data are about this time or later: year, month or day (ISO 8601)
    :type period_from: string
    :param period_to: the data are about this time or earlier
    :type period_to: string
    :param bbox: the data's area meets this box: west,south,east,north in degrees (EPSG:4326)
    :type bbox: string
    :param cell: only what stands in this cell of the map, as `/map/clusters.json` gives it (`11/1064/683`)
    :type cell: string
    :param ids: only these datasets, by id or name, at most 1,000
    :type ids: list of strings
    :param sort: `relevance` (default), `newest`, `changed`, `title`, `title_desc`
    :type sort: string
    :param rows: how many datasets to return, 0 to 1,000 (default: 20)
    :type rows: integer
    :param start: how many to leave out before (default: 0)
    :type start: integer
    :param facets: which facets to count: `places`, `theme`, `format`, `organization`, `openness`, `updated`, `hvd`,
      `period` (default: all)
    :type facets: list of strings

    CKAN's own filters of its list page are taken as well, each value of them must hold: `tags`, `groups`, `license_id`,
    `rvr_license`, `author`, `maintainer`, `frequency`, `language`, `extras_…` and others.

    :returns: `count`; `results` (as `package_show` has them); `facets`: of each a list of `{parameter, value, label, count,
      active, parent}`, of `period` its `{first, last}` year; `filters`: what held, as `{parameter, value, label}`;
      `places_read`: places found in `q` as `{key, name, words}`, `places_offered`: what may be meant as well; `sort`,
      `start`, `rows`; `links`: addresses of the page, of all as CSV and GeoJSON, of the feeds
    :rtype: dictionary
    :raises ValidationError: a parameter is not known or cannot be read
    """
    tk.check_access("package_search", context, data_dict)
    request, errors = _request(data_dict)
    rows = _number(data_dict, "rows", 20, _max_rows(), errors)
    start = _number(data_dict, "start", 0, _MAX_START, errors)
    names = _facets(data_dict, errors)
    if errors:
        raise tk.ValidationError(errors)
    asked = _words_of(context)
    try:
        found = dataset_search.find(asked, request, start=start, rows=rows, facet_names=names)
    except (SearchRefusedError, SearchQueryError) as error:
        raise tk.ValidationError({"q": [tk._("The search could not be understood.")]}) from error
    except SearchIndexError as error:
        raise SearchError(error.sentence) from error
    return {
        "count": found.count,
        "start": start,
        "rows": rows,
        "sort": found.request.sort or "relevance",
        "results": [hit.package for hit in found.hits],
        "facets": facets.plain(facets.offered(names, found.request, found.facets)),
        "filters": [
            {"parameter": name, "value": value, "label": facets.label(name, value)}
            for name, value in found.request.filters
        ],
        "places_read": [_mention(mention) for mention in found.reading.places],
        "places_offered": [_mention(mention) for mention in found.reading.offers],
        "links": search_links.links(found.request, absolute=True),
    }


def problem_text(problem: Problem) -> str:
    """What is wrong with a parameter, as a sentence."""
    return {
        "unknown": tk._("“{value}” is not known here."),
        "date": tk._("“{value}” is not a year, month or day (2024, 2024-06, 2024-06-30)."),
        "box": tk._("“{value}” is not a box of four numbers: west, south, east, north in degrees."),
        "many": tk._("These are more values than can be asked for at once."),
    }[problem.kind].format(value=problem.value)


def _request(data_dict: DataDict) -> tuple[SearchRequest, ErrorDict]:
    errors: ErrorDict = {}
    wrong: dict[str, list[str]] = {}
    pairs = []
    for name, value in data_dict.items():
        if name in _OWN or value is None:
            continue
        if not is_filter(name):
            errors[name] = [tk._("This parameter is not known.")]
        elif any(isinstance(one, (dict, list)) for one in _listed(value)):
            errors[name] = [tk._("This parameter must be a text, or a list of texts.")]
        else:
            pairs += [(name, str(one)) for one in _listed(value) if one is not None]
    request, problems = read_request(pairs)
    for problem in problems:
        wrong.setdefault(problem.name, []).append(problem_text(problem))
    return request, {**errors, **wrong}


def _number(data_dict: DataDict, name: str, default: int, most: int, errors: ErrorDict) -> int:
    value = data_dict.get(name, default)
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if isinstance(value, bool) or not 0 <= number <= most:
        errors[name] = [tk._("Please give a whole number from 0 to {most}.").format(most=most)]
    return number


def _facets(data_dict: DataDict, errors: ErrorDict) -> list[str]:
    if "facets" not in data_dict:
        return list(facets.NAMES)
    given = data_dict["facets"]
    names = [part.strip() for one in _listed(given) for part in str(one).strip("[] ").replace('"', "").split(",")]
    names = [name for name in names if name]
    unknown = [name for name in names if name not in facets.NAMES]
    if unknown:
        errors["facets"] = [tk._("There is no facet “{name}”.").format(name=unknown[0][:100])]
    return names


def _listed(value: Any) -> Iterable[Any]:
    return value if isinstance(value, (list, tuple)) else [value]


def _max_rows() -> int:
    return int(tk.config["ckan.search.rows_max"])


def _words_of(context: Context) -> Context:
    asked: Context = {"user": context.get("user", ""), "auth_user_obj": context.get("auth_user_obj")}  # type: ignore[typeddict-item]
    if context.get("ignore_auth"):
        asked["ignore_auth"] = True
    return asked


def _mention(mention: Any) -> dict[str, str]:
    return {"key": mention.place.key, "name": mention.place.name, "words": mention.words}
