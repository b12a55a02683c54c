"""The catalogue as RDF: ckanext-dcat's actions with page addresses that can be read, and pages without gaps."""

from __future__ import annotations

from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan.types import Action, Context, DataDict
from ckanext.dcat.utils import CONTENT_TYPES

from ..documents import catalog_document, dataset_document

__all__ = ["dcat_catalog_search", "dcat_catalog_show", "dcat_dataset_show", "get_actions"]


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
    return dataset_document(context, data_dict).text()


def get_actions() -> dict[str, Any]:
    """The actions above, if there is something to put right."""
    return {name: globals()[name] for name in __all__ if name != "get_actions"} if p.plugin_loaded("dcat") else {}


def _catalog(context: Context, data_dict: DataDict) -> str:
    _check_format(data_dict)
    return catalog_document(context, data_dict).text()


def _check_format(data_dict: DataDict) -> None:
    if (data_dict.get("format") or "xml") not in CONTENT_TYPES:
        raise tk.ValidationError({"format": [tk._("There is no such format.") + f" ({', '.join(CONTENT_TYPES)})"]})
