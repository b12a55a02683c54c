"""A database session that knows what a batch of new datasets will ask it.

CKAN looks up each keyword, and for each new dataset whether its id, its name or its resources are there already: some
twelve queries a dataset whose answers are known when a batch begins. CKAN's code takes its session from the context;
this one answers those questions and leaves all others to the real session.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

from ckan import model
from sqlalchemy.orm.util import identity_key

__all__ = ["BatchSession"]


class BatchSession:
    """`tags`: names that occur in the batch. `new_ids`, `new_names`: of datasets that are not there yet."""

    def __init__(self, tags: Iterable[str], new_ids: Collection[str], new_names: Collection[str]) -> None:
        self._session = model.Session
        found = self._session.query(model.Tag).filter(model.Tag.name.in_(set(tags)), model.Tag.vocabulary_id.is_(None))
        self._tags: dict[str, Any] = {tag.name: tag for tag in found}
        self._new_ids = set(new_ids)
        self._new_names = set(new_names)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def get(self, entity: Any, ident: Any, **kwargs: Any) -> Any:
        """As `Session.get`."""
        if entity is model.Package and ident in self._new_ids and not self._is_made(ident):
            return None
        return self._session.get(entity, ident, **kwargs)

    def _is_made(self, package_id: str) -> bool:
        if identity_key(model.Package, package_id) in self._session.identity_map:
            return True
        return any(isinstance(one, model.Package) and one.id == package_id for one in self._session.new)

    def query(self, *entities: Any, **kwargs: Any) -> Any:
        """As `Session.query`."""
        asked = entities[0] if len(entities) == 1 else None  # compared by identity: columns make SQL of `==`
        if isinstance(asked, _Nobody):
            return _Rows([False])
        query = self._session.query(*entities, **kwargs)
        if asked is model.Tag:
            return _Known(query, self._tag)
        if asked is model.Package:
            return _Known(query, self._package)
        if asked is model.Resource:
            return _OfNewDataset(query, self._new_ids)
        if asked is model.Package.id:
            return _NameQuestion(query, self._new_names)
        return query

    def _tag(self, wanted: dict[str, Any]) -> list[Any] | None:
        if (
            set(wanted) == {"name", "vocabulary_id"}
            and wanted["vocabulary_id"] is None
            and wanted["name"] in self._tags
        ):
            return [self._tags[wanted["name"]]]
        return None

    def _package(self, wanted: dict[str, Any]) -> list[Any] | None:
        return [] if set(wanted) == {"name"} and wanted["name"] in self._new_names else None


class _Known:
    """A query whose `filter_by(…).first()` may be known; everything else is the real query's."""

    def __init__(self, query: Any, answer: Any) -> None:
        self._query = query
        self._answer = answer

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def filter_by(self, **wanted: Any) -> Any:
        known = self._answer(wanted)
        return self._query.filter_by(**wanted) if known is None else _Rows(known)


class _OfNewDataset:
    """A query for resources: a dataset that is not there yet has none."""

    def __init__(self, query: Any, new_ids: Collection[str]) -> None:
        self._query = query
        self._new_ids = new_ids

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def filter(self, *conditions: Any) -> Any:
        for condition in conditions:
            left, right = getattr(condition, "left", None), getattr(condition, "right", None)
            if getattr(left, "name", "") == "package_id" and getattr(right, "value", None) in self._new_ids:
                return _Rows([])
        return self._query.filter(*conditions)


class _NameQuestion:
    """Whether another dataset has a name: not if it was found to be free for this batch."""

    def __init__(self, query: Any, new_names: Collection[str]) -> None:
        self._query = query
        self._new_names = new_names
        self._free = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self._query, name)

    def filter(self, *conditions: Any) -> _NameQuestion:
        for condition in conditions:
            left, right = getattr(condition, "left", None), getattr(condition, "right", None)
            if getattr(left, "name", "") == "name" and getattr(right, "value", None) in self._new_names:
                self._free = True
        self._query = self._query.filter(*conditions)
        return self

    def exists(self) -> Any:
        return _Nobody() if self._free else self._query.exists()


class _Nobody:
    """The answer to `exists()` that is known to be no."""


class _Rows(list[Any]):
    """Rows that are known, with those methods of a query that CKAN calls on them."""

    def first(self) -> Any:
        return self[0] if self else None

    def scalar(self) -> Any:
        return self[0] if self else None

    def filter(self, *_conditions: Any) -> _Rows:
        return self

    def order_by(self, *_columns: Any) -> _Rows:
        return self
