"""The catalogue as RDF: ckanext-dcat's actions with page addresses that can be read, and pages without gaps."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC
from typing import Any
from urllib.parse import urlencode

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.common import request
from ckan.types import Action, Context, DataDict
from ckanext.dcat.processors import RDFSerializer
from ckanext.dcat.utils import CONTENT_TYPES, catalog_uri
from dateutil.parser import parse as parse_date
from flask import has_request_context

__all__ = ["dcat_catalog_search", "dcat_catalog_show", "dcat_dataset_show", "get_actions"]

_KEPT = ("modified_since", "profiles", "q", "fq")
_LAST_PAGE = 1_000_000


@tk.chained_action
@tk.side_effect_free
def dcat_catalog_show(next_: Action, context: Context, data_dict: DataDict) -> str:
    """One page of the catalogue as RDF.

    ckanext-dcat 2.4 writes what was searched for into the addresses of the pages as it was typed: one blank in it,
    and the whole catalogue cannot be written as Turtle. It also orders by date alone, so that datasets of the same
    moment may stand on two pages or on none.

    :param q: search text (optional)
    :type q: string
    :param fq: search filter (optional)
    :type fq: string
    :param modified_since: only datasets changed since then, ISO 8601 (optional)
    :type modified_since: string
    :param page: number of the page, from 1 (optional)
    :type page: int
    :param format: ``rdf``, ``xml``, ``ttl``, ``n3`` or ``jsonld``
    :type format: string
    :param profiles: RDF profiles (optional)
    :type profiles: list of strings
    """
    tk.check_access("dcat_catalog_show", context, data_dict)
    return _catalog(context, data_dict)


@tk.chained_action
@tk.side_effect_free
def dcat_catalog_search(next_: Action, context: Context, data_dict: DataDict) -> str:
    """Search the catalogue, answer as RDF; parameters as in ``dcat_catalog_show``."""
    tk.check_access("dcat_catalog_search", context, data_dict)
    return _catalog(context, data_dict)


@tk.chained_action
@tk.side_effect_free
def dcat_dataset_show(next_: Action, context: Context, data_dict: DataDict) -> str:
    """A dataset as RDF; an unknown format is refused with a sentence."""
    _check_format(data_dict)
    return next_(context, data_dict)


def get_actions() -> dict[str, Any]:
    """The actions above, if there is something to put right."""
    return {name: globals()[name] for name in __all__ if name != "get_actions"} if p.plugin_loaded("dcat") else {}


def _catalog(context: Context, data_dict: DataDict) -> str:
    _check_format(data_dict)
    page, size = _page(data_dict.get("page")), int(tk.config.get("ckanext.dcat.datasets_per_page") or 100)
    filters = ["-dataset_type:harvest", "-dataset_type:showcase"]
    if since := data_dict.get("modified_since"):
        filters.append(f"metadata_modified:[{_moment(since)} TO NOW]")
    found = tk.get_action("package_search")(
        context,
        {
            "q": data_dict.get("q") or "*:*",
            "fq": data_dict.get("fq") or "",
            "fq_list": filters,
            "rows": size,
            "start": size * (page - 1),
            "sort": "metadata_modified desc, id asc",
        },
    )
    return RDFSerializer(profiles=data_dict.get("profiles")).serialize_catalog(
        {},
        found["results"],
        _format=data_dict.get("format") or "xml",
        pagination_info=_pages(found["count"], page, size),
    )


def _check_format(data_dict: DataDict) -> None:
    if (data_dict.get("format") or "xml") not in CONTENT_TYPES:
        raise tk.ValidationError({"format": [tk._("There is no such format.") + f" ({', '.join(CONTENT_TYPES)})"]})


def _page(value: Any) -> int:
    try:
        page = int(value or 1)
    except (TypeError, ValueError):
        page = 0
    if page < 1:
        raise tk.ValidationError({"page": [tk._("The number of the page must be a whole number from 1.")]})
    return min(page, _LAST_PAGE)


def _moment(text: str) -> str:
    try:
        moment = parse_date(text)
        if moment.tzinfo:
            moment = moment.astimezone(UTC).replace(tzinfo=None)
        return moment.isoformat() + "Z"
    except (TypeError, ValueError, AttributeError, OverflowError):
        raise tk.ValidationError({"modified_since": [tk._("Please write the date as 2024-12-31.")]}) from None


def _pages(count: int, page: int, size: int) -> dict[str, Any]:
    """What the catalogue says about its pages; nothing when it is empty."""
    if not count:
        return {}
    last = -(-count // size)
    info: dict[str, Any] = {"count": count, "items_per_page": size}
    numbers = {"current": page, "first": 1, "last": last}
    if page > 1:
        numbers["previous"] = min(page - 1, last)
    if page < last:
        numbers["next"] = page + 1
    arguments = request.args if has_request_context() else {}
    path = request.path if has_request_context() else ""
    return info | {name: _address(path, arguments, number) for name, number in numbers.items()}


def _address(path: str, arguments: Mapping[str, str], page: int) -> str:
    kept = [(name, value) for name, value in arguments.items() if name in _KEPT]
    return f"{catalog_uri()}{path}?{urlencode([*kept, ('page', page)])}"
