"""Index: many datasets into Solr with one request, prepared by CKAN's own code with all its hooks and labels."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import FunctionType
from typing import Any, cast

import pysolr
from ckan import logic
from ckan.lib.search import commit as commit_index
from ckan.lib.search import index as core_index
from ckan.lib.search.common import SearchIndexError, make_connection

__all__ = ["commit_index", "index_packages", "prepare"]

_PackageDicts = tuple[dict[str, Any], dict[str, Any]]


def index_packages(package_ids: Sequence[str]) -> list[str]:
    """Post the documents of these datasets in one request, without commit; returns the ids that Solr did not take.

    :raises SearchIndexError: Solr does not answer
    """
    documents = {package_id: _document(package_id) for package_id in package_ids}
    if not documents:
        return []
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


def _document(package_id: str) -> dict[str, Any] | None:
    return prepare(logic.package_show_default_and_custom_schemas({"ignore_auth": True}, package_id))


def prepare(both: _PackageDicts) -> dict[str, Any] | None:
    """The document CKAN would post for a dataset; none if the dataset does not belong into the index.

    CKAN prepares and posts in one method. Its code is run here unchanged, but with a connection that keeps the
    document instead of sending it: the preparation is the installed CKAN's, whatever it does.
    """
    kept = _Keeper()
    scope = {**vars(core_index), "make_connection": lambda: kept}
    body = cast(FunctionType, core_index.PackageSearchIndex.index_package)
    index_package: Callable[..., None] = FunctionType(
        body.__code__, scope, body.__name__, body.__defaults__, body.__closure__
    )
    index_package(core_index.PackageSearchIndex(), dict(both[0], with_custom_schema=both[1]), defer_commit=True)
    return kept.documents[0] if kept.documents else None


class _Keeper:
    url = ""

    def __init__(self) -> None:
        self.documents: list[dict[str, Any]] = []

    def add(self, docs: Iterable[dict[str, Any]], commit: bool = False) -> None:
        self.documents.extend(docs)
