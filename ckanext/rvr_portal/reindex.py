"""Fills the search index anew, with several processes, while the portal goes on working.

The index stays in use: every dataset is written over what is there, and what no longer belongs there goes in the end.
Datasets that are edited meanwhile may be written in their old state after they were written in the new one; so the
database and the index are compared in the end, as often as something differs.
"""

from __future__ import annotations

import gc
import logging
import multiprocessing
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pysolr
from ckan import model
from ckan.lib.search.common import SearchIndexError, make_connection
from ckan.lib.search.query import solr_literal

from .index_post import post

__all__ = ["Rebuilt", "rebuild"]

log = logging.getLogger(__name__)

BATCH = 100
_MAX_ROUNDS = 5
_PAGE = 5_000
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Rebuilt:
    """What came of it. `refused` are ids of datasets Solr did not take, `differing` those that are still not right."""

    datasets: int
    indexed: int
    removed: int
    repeated: int
    refused: tuple[str, ...]
    differing: tuple[str, ...]
    seconds: float

    @property
    def is_complete(self) -> bool:
        """Whether index and database have the same datasets in the same state."""
        return not self.refused and not self.differing


def rebuild(processes: int = 2, progress: Progress = lambda _done, _all: None) -> Rebuilt:
    """Index all datasets, and compare in the end what is in the database and in the index.

    :param processes: how many processes work; 1 works in this one
    :param progress: called with how many are done and how many there are
    :raises SearchIndexError: Solr does not answer
    """
    start = time.monotonic()
    ids = sorted(_in_database())
    refused = set(_index(ids, processes, progress))
    repeated = removed = 0
    missing: set[str] = set()
    for _round in range(_MAX_ROUNDS):
        _commit()
        missing, surplus = _compare()
        missing -= refused
        if not missing and not surplus:
            break
        removed += len(surplus)
        repeated += len(missing)
        _remove(sorted(surplus))
        refused |= set(_index(sorted(missing), 1, lambda _done, _all: None))
    return Rebuilt(
        datasets=len(_in_database()),
        indexed=len(_in_index()),
        removed=removed,
        repeated=repeated,
        refused=tuple(sorted(refused)),
        differing=tuple(sorted(missing)),
        seconds=time.monotonic() - start,
    )


def _index(ids: Sequence[str], processes: int, progress: Progress) -> Iterator[str]:
    """Post all of these datasets; yields the ids that Solr did not take."""
    batches = [ids[start : start + BATCH] for start in range(0, len(ids), BATCH)]
    done = 0
    for batch, refused in zip(batches, _worked(batches, processes), strict=True):
        done += len(batch)
        progress(done, len(ids))
        yield from refused


def _worked(batches: Sequence[Sequence[str]], processes: int) -> Iterator[list[str]]:
    if min(processes, len(batches)) <= 1:
        yield from map(_work, batches)
        return
    # the children are copies of this process, so that none has to load CKAN again
    model.Session.remove()
    with multiprocessing.get_context("fork").Pool(
        min(processes, len(batches)), initializer=_leave_parents_connections
    ) as pool:
        yield from pool.imap(_work, batches)


def _leave_parents_connections() -> None:
    """Two processes that talk through one connection read each other's answers: the fault of CKAN's rebuild-fast."""
    engines = [model.ensure_engine()]
    if p.plugin_loaded("datastore"):
        from ckanext.datastore.backend import postgres

        engines += postgres._engines.values()
    for engine in engines:
        engine.dispose(close=False)
    model.Session.remove()
    gc.freeze()  # what was copied stays as it is: looking through it again and again costs a twentieth of the time


def _work(ids: Sequence[str]) -> list[str]:
    try:
        return post(ids)
    except tk.ObjectNotFound:
        # deleted meanwhile: the others one by one
        return [refused for id_ in ids for refused in _alone(id_)]
    finally:
        model.Session.remove()


def _alone(id_: str) -> list[str]:
    try:
        return post([id_])
    except tk.ObjectNotFound:
        return []


def _compare() -> tuple[set[str], set[str]]:
    """Ids that are missing in the index or older there, and ids that are only there."""
    stored, indexed = _in_database(), _in_index()
    missing = {id_ for id_, changed in stored.items() if indexed.get(id_) != changed}
    return missing, indexed.keys() - stored.keys()


def _in_database() -> Mapping[str, str]:
    """When each dataset was changed last (UTC, milliseconds), by id."""
    rows = model.Session.query(model.Package.id, model.Package.metadata_modified)
    if tk.config["ckan.search.remove_deleted_packages"]:
        rows = rows.filter(model.Package.state != "deleted")
    found = {id_: changed.isoformat(timespec="milliseconds") for id_, changed in rows}
    model.Session.rollback()  # the next look sees what others have written meanwhile
    return found


def _in_index() -> Mapping[str, str]:
    """The same of what the index says."""
    found: dict[str, str] = {}
    mark = "*"
    while True:
        query: dict[str, Any] = {
            "fq": ["+site_id:" + solr_literal(tk.config["ckan.site_id"]), "+entity_type:package"],
            "fl": "id,metadata_modified",
            "rows": _PAGE,
            "sort": "index_id asc",
            "cursorMark": mark,
        }
        try:
            answer = make_connection(decode_dates=False).search("*:*", **query)
        except (pysolr.SolrError, OSError) as error:
            raise SearchIndexError(str(error)[:500]) from error
        found |= {doc["id"]: _milliseconds(doc.get("metadata_modified", "")) for doc in answer.docs}
        following = answer.raw_response.get("nextCursorMark", mark)
        if following == mark:
            return found
        mark = following


def _milliseconds(text: str) -> str:
    """2026-01-01T00:00:00.5Z as 2026-01-01T00:00:00.500: Solr leaves zeros at the end out."""
    moment, _, fraction = text.removesuffix("Z").partition(".")
    return f"{moment}.{fraction:0<3}"


def _remove(ids: Sequence[str]) -> None:
    connection = make_connection()
    for start in range(0, len(ids), BATCH):
        some = " OR ".join(map(solr_literal, ids[start : start + BATCH]))
        connection.delete(q=f"+site_id:{solr_literal(tk.config['ckan.site_id'])} +id:({some})", commit=False)


def _commit() -> None:
    try:
        make_connection().commit()
    except (pysolr.SolrError, OSError) as error:
        raise SearchIndexError(str(error)[:500]) from error
