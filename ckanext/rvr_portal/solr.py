"""Questions to the search index that `package_search` refuses (JSON facets). The only door to Solr beside CKAN's own.

Every question is limited to this site, to active datasets of one type and to what the current user may see: the same
limits as the list pages have, so that a number here equals the length of the list it links to.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.authz as authz
import ckan.plugins.toolkit as tk
import pysolr
from ckan.lib.plugins import get_permission_labels
from ckan.lib.search.common import make_connection
from ckan.lib.search.query import solr_literal

from .exceptions import RvrPortalError

__all__ = ["FacetAnswer", "First", "SearchIndexError", "count_by", "json_facets"]

log = logging.getLogger(__name__)


def N_(text: str) -> str:  # noqa: N802 - the name under which Babel finds message ids
    return text


class SearchIndexError(RvrPortalError):
    """The index did not answer, or refused a question."""

    message_id = N_("The numbers cannot be counted at the moment. Please try again in a few minutes.")


@dataclass(frozen=True)
class FacetAnswer:
    """How many datasets match at all, Solr's answer to each facet, and the documents that were asked for beside them."""

    total: int
    facets: dict[str, Any]
    documents: tuple[dict[str, Any], ...] = ()

    def counts(self, name: str) -> dict[str, int]:
        """Amounts by value of a terms facet, largest first; of a query facet nothing."""
        buckets = self.facets.get(name, {}).get("buckets", [])
        return {str(bucket["val"]): int(bucket["count"]) for bucket in buckets}

    def count(self, name: str) -> int:
        """Amount of a query facet."""
        return int(self.facets.get(name, {}).get("count", 0))


@dataclass(frozen=True)
class First:
    """The first documents of an order that come along with the facets."""

    rows: int
    fields: tuple[str, ...]
    order: str


def count_by(
    fields: Sequence[str],
    *,
    dataset_type: str = "dataset",
    filters: Sequence[str] = (),
    public_only: bool = False,
    first: First | None = None,
) -> FacetAnswer:
    """Count datasets by every value of every field in one question; a value nobody uses does not come back."""
    facets = {field: {"type": "terms", "field": field, "limit": -1, "mincount": 1} for field in fields}
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
        "fq": [*_limits(dataset_type, public_only), *filters],
        "rows": 0,
        "wt": "json",
        "json.facet": json.dumps(facets),
    }
    if first:
        query |= {"rows": first.rows, "fl": ",".join(first.fields), "sort": first.order}
    try:
        answer = make_connection(decode_dates=False).search("*:*", **query)
    except pysolr.SolrError as error:
        log.exception("The search index refused a facet question")
        raise SearchIndexError from error
    return FacetAnswer(answer.hits, answer.raw_response.get("facets", {}), tuple(answer.docs))


def _limits(dataset_type: str, public_only: bool) -> list[str]:
    limits = [
        "+site_id:" + solr_literal(tk.config["ckan.site_id"]),
        "+state:active",
        "+dataset_type:" + solr_literal(dataset_type),
    ]
    labels = ["public"] if public_only else _labels()
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
