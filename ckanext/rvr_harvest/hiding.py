"""The configuration of a harvest source may hold keys: only who may change the source gets to see it."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context
from ckanext.harvest.model import HarvestSource

__all__ = ["clean_document", "hide_config", "show_config"]

_STANDARD = frozenset(
    {
        "id",
        "name",
        "title",
        "url",
        "notes",
        "type",
        "source_type",
        "frequency",
        "state",
        "owner_org",
        "private",
        "extras",
    }
)


def may_see(context: Context, source_id: str) -> bool:
    """Whether the user of this call may change the source."""
    if context.get("ignore_auth"):
        return True
    try:
        tk.check_access("harvest_source_update", {"user": context.get("user", "")}, {"id": source_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return False
    return True


def hide_config(context: Context, source: dict[str, Any]) -> None:
    """Take the configuration out of a source that is shown to somebody who may not change it."""
    if not may_see(context, source["id"]):
        _drop(source)


def show_config(context: Context, source: dict[str, Any]) -> None:
    """The index does not hold the configuration: put it back for those who may see it, take it away from others."""
    if not may_see(context, source["id"]):
        _drop(source)
        return
    stored = HarvestSource.get(source["id"])
    if stored is not None and stored.config and "config" not in source:
        source["config"] = stored.config


def clean_document(document: dict[str, Any]) -> dict[str, Any]:
    """A document for the index without the source's configuration and without the messages of its last job."""
    for name in ("data_dict", "validated_data_dict"):
        if document.get(name):
            stored = json.loads(document[name])
            _drop(stored)
            _drop_messages(stored)
            document[name] = json.dumps(stored)
    _drop(document)
    _drop_messages(document)
    document.pop("extras_config", None)
    return document


def _drop_messages(source: dict[str, Any]) -> None:
    status = source.get("status")
    if not isinstance(status, dict):
        return
    job = status.get("last_job")
    if isinstance(job, dict):
        source["status"] = {**status, "last_job": {key: job[key] for key in job if not key.endswith("_error_summary")}}


def _drop(source: dict[str, Any]) -> None:
    config = source.pop("config", None)
    extras = source.get("extras")
    if isinstance(extras, list):
        config = config or next((extra["value"] for extra in extras if extra["key"] == "config"), None)
        source["extras"] = [extra for extra in extras if extra["key"] != "config"]
    try:
        values = json.loads(config) if isinstance(config, str) and config else config
    except ValueError:
        return
    for key in values if isinstance(values, dict) else ():  # ckanext-harvest spreads its values over the source
        if key not in _STANDARD:
            source.pop(key, None)
