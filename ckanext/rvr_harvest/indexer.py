"""Index: many datasets into Solr with one request."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pysolr
from ckan import model
from ckan.lib.search.common import SearchIndexError, make_connection

from ckanext.rvr_portal import index_batch

from .batches import BATCH

__all__ = ["commit_index", "index_in_parts", "index_packages"]


def index_packages(package_ids: Sequence[str]) -> list[str]:
    """Post the documents of these datasets in one request, without commit; returns the ids that Solr did not take.

    :raises SearchIndexError: Solr does not answer
    """
    if not package_ids:
        return []
    documents = dict(index_batch.documents(package_ids))
    connection = make_connection()
    try:
        connection.add(docs=[doc for doc in documents.values() if doc], commit=False)
    except pysolr.SolrError:
        return _one_by_one(connection, documents)
    except OSError as error:
        raise SearchIndexError(str(error)) from error
    return []


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


def _one_by_one(connection: pysolr.Solr, documents: dict[str, dict[str, Any] | None]) -> list[str]:
    """One bad document makes Solr refuse the whole request; if it refuses all of them, Solr itself is the trouble."""
    refused: list[str] = []
    last: Exception | None = None
    for package_id, document in documents.items():
        try:
            if document:
                connection.add(docs=[document], commit=False)
        except (pysolr.SolrError, OSError) as error:
            refused.append(package_id)
            last = error
            if len(refused) == 3 and len(refused) == list(documents).index(package_id) + 1 < len(documents):
                raise SearchIndexError(str(error)[:500]) from error
    if last and len(refused) == len(documents) and len(documents) > 1:
        raise SearchIndexError(str(last)[:500]) from last
    return refused
