"""Index: many datasets into Solr with one request."""

from __future__ import annotations

from collections.abc import Sequence

import pysolr
from ckan import model
from ckan.lib.search.common import SearchIndexError, make_connection

from ckanext.rvr_portal import index_post

from .batches import BATCH

__all__ = ["commit_index", "index_in_parts", "index_packages"]


def index_packages(package_ids: Sequence[str]) -> list[str]:
    """Post the documents of these datasets in one request, without commit; returns the ids that Solr did not take.

    :raises SearchIndexError: Solr does not answer
    """
    return index_post.post(package_ids)


def index_in_parts(package_ids: Sequence[str]) -> set[str]:
    """As `index_packages` for any number of datasets, a hundred in one request; the ids that Solr did not take."""
    refused: set[str] = set()
    for start in range(0, len(package_ids), BATCH):
        refused.update(index_packages(package_ids[start : start + BATCH]))
        model.Session.commit()  # so that what was read for one part is not held for all
    return refused


def commit_index() -> None:
    """Make visible what was posted; when this returns, it is found. CKAN's own commit does not wait for that.

    :raises SearchIndexError: Solr does not answer
    """
    try:
        make_connection().commit()
    except (pysolr.SolrError, OSError) as error:
        raise SearchIndexError(str(error)[:500]) from error
