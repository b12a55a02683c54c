"""Posts many datasets to Solr with one request, without commit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pysolr
from ckan.lib.search.common import SearchIndexError, make_connection

from . import index_batch

__all__ = ["post"]


def post(package_ids: Sequence[str]) -> list[str]:
    """Post the documents of these datasets in one request; returns the ids that Solr did not take.

    :raises SearchIndexError: Solr does not answer
    :raises ckan.logic.NotFound: there is no such dataset
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
