"""Template helpers of tables: the first rows of a file, and numbers of datasets by organisation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import g
from ckan.lib.search import SearchError
from sqlalchemy.exc import SQLAlchemyError

__all__ = ["rvr_portal_dataset_count", "rvr_portal_table"]

log = logging.getLogger(__name__)

_ROWS = 20
_NUMBERS = ("int", "numeric", "float", "double", "real")


def rvr_portal_table(resource: Mapping[str, Any], limit: int = _ROWS) -> dict[str, Any] | None:
    """The first rows of a file in the DataStore: `{columns, rows, shown, total}`; none when there is no table.

    A column is `{title, is_number}`; a row is a list of texts in the order of the columns.
    """
    if not resource.get("datastore_active"):
        return None
    try:
        found = tk.get_action("datastore_search")({}, {"resource_id": resource["id"], "limit": limit})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError, SQLAlchemyError) as error:
        log.warning("No preview of the table %s: %s", resource["id"], error)
        return None
    fields = [field for field in found["fields"] if field["id"] != "_id"]
    return {
        "columns": [
            {
                "title": (field.get("info") or {}).get("label") or field["id"],
                "is_number": str(field["type"]).startswith(_NUMBERS),
            }
            for field in fields
        ],
        "rows": [[_text(record.get(field["id"])) for field in fields] for record in found["records"]],
        "shown": len(found["records"]),
        "total": found.get("total", 0),
    }


def rvr_portal_dataset_count(organization: str) -> int:
    """Number of public datasets of an organisation (its name), projects and other types not counted."""
    counts = g.get("rvr_portal_dataset_counts")
    if counts is None:
        counts = g.rvr_portal_dataset_counts = _dataset_counts()
    return counts.get(organization, 0)


def _dataset_counts() -> dict[str, int]:
    wanted = {"fq": "+dataset_type:dataset", "rows": 0, "facet.field": ["organization"], "facet.limit": -1}
    try:
        facets = tk.get_action("package_search")({}, wanted)["search_facets"]
    except SearchError as error:
        log.warning("Datasets cannot be counted: %s", error)
        return {}
    return {item["name"]: item["count"] for item in facets.get("organization", {}).get("items", [])}


def _text(value: object) -> str:
    """A value as the reader sees it; what is missing is left empty."""
    return "" if value is None else str(value)
