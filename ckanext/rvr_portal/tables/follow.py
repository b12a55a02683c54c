"""Tables follow their files: a new or replaced one is loaded, the table of one that is gone is removed."""

from __future__ import annotations

import logging
from typing import Any

from . import datastore, store
from .files import version_of
from .load import ask_for, table_kind

__all__ = ["on_dataset_purged", "on_dataset_saved"]

log = logging.getLogger(__name__)


def on_dataset_saved(sender: str, **kwargs: Any) -> None:
    """Every upload, replacement and removal goes through `package_update`; harvested datasets have no files here."""
    dataset = kwargs.get("result")
    if not isinstance(dataset, dict) or not datastore.available():
        return
    resources = {resource["id"]: resource for resource in dataset.get("resources", ())}
    known = store.of_dataset(dataset["id"])
    for resource_id, resource in resources.items():
        _follow(resource_id, resource, known.get(resource_id))
    for resource_id in known.keys() - resources.keys():
        _remove(resource_id)


def on_dataset_purged(sender: str, **kwargs: Any) -> None:
    """With a dataset its tables go."""
    if datastore.available():
        for resource_id in store.orphans():
            _remove(resource_id)


def _follow(resource_id: str, resource: dict[str, Any], known: str | None) -> None:
    if not table_kind(resource):
        if known is not None:
            _remove(resource_id)
    elif known != version_of(resource) and (known is not None or not resource.get("datastore_active")):
        # a table that somebody pushed through the API is theirs
        ask_for(resource)


def _remove(resource_id: str) -> None:
    store.forget(resource_id)
    datastore.drop(resource_id)
