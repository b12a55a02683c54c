"""Template helpers of tables: the first rows of a file, and numbers of datasets by organisation."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.common import g
from ckan.lib.search import SearchError
from ckan.lib.uploader import get_max_resource_size
from sqlalchemy.exc import SQLAlchemyError

from .helpers_labels import rvr_portal_date
from .tables import words

__all__ = [
    "rvr_portal_dataset_count",
    "rvr_portal_table",
    "rvr_portal_table_facts",
    "rvr_portal_table_reading",
    "rvr_portal_table_status",
    "rvr_portal_upload_limit",
]

log = logging.getLogger(__name__)

_ROWS = 20
_COLUMNS = 50
_LONGEST_CELL = 300
_NUMBERS = ("int", "numeric", "float", "double", "real")


def rvr_portal_table(resource: Mapping[str, Any], limit: int = _ROWS) -> dict[str, Any] | None:
    """The first rows and columns of a file in the DataStore; none when there is no table.

    `{columns, rows, shown, total, all_columns}`: a column is `{title, is_number, type}`, a row a list of texts in the order
    of the columns, `all_columns` their number.
    """
    if not resource.get("datastore_active"):
        return None
    try:
        found = tk.get_action("datastore_search")({}, {"resource_id": resource["id"], "limit": limit})
    except (tk.ObjectNotFound, tk.NotAuthorized, tk.ValidationError, SQLAlchemyError) as error:
        log.warning("No preview of the table %s: %s", resource["id"], error)
        return None
    fields = [field for field in found["fields"] if field["id"] != "_id"]
    shown = fields[:_COLUMNS]
    return {
        "columns": [
            {
                "title": (field.get("info") or {}).get("label") or field["id"],
                "is_number": str(field["type"]).startswith(_NUMBERS),
                "type": words.type_name(str(field["type"])),
            }
            for field in shown
        ],
        "rows": [
            [_text(record.get(field["id"]), str(field["type"])) for field in shown] for record in found["records"]
        ],
        "shown": len(found["records"]),
        "total": found.get("total", 0),
        "all_columns": len(fields),
    }


def rvr_portal_table_status(resource: Mapping[str, Any]) -> dict[str, Any]:
    """How far the table of a file is: the answer of the action of the same name."""
    return tk.get_action("rvr_portal_table_status")({}, {"resource_id": resource["id"]})


def rvr_portal_table_facts(status: Mapping[str, Any]) -> list[tuple[str, str]]:
    """How a file is written (encoding, separator, sheet), for a list of facts."""
    return words.facts_of(status.get("facts", {}))


def rvr_portal_table_reading(column: Mapping[str, Any]) -> str:
    """How a column was read: "Number, written like 1.234,5"."""
    return words.reading(column)


def rvr_portal_dataset_count(organization: str) -> int:
    """Number of public datasets of an organisation (its name), projects and other types not counted."""
    counts = g.get("rvr_portal_dataset_counts")
    if counts is None:
        counts = g.rvr_portal_dataset_counts = _dataset_counts()
    return counts.get(organization, 0)


def rvr_portal_upload_limit() -> int:
    """Largest file that may be uploaded, in megabytes."""
    return int(get_max_resource_size())


def _dataset_counts() -> dict[str, int]:
    wanted = {"fq": "+dataset_type:dataset", "rows": 0, "facet.field": ["organization"], "facet.limit": -1}
    try:
        facets = tk.get_action("package_search")({}, wanted)["search_facets"]
    except SearchError as error:
        log.warning("Datasets cannot be counted: %s", error)
        return {}
    return {item["name"]: item["count"] for item in facets.get("organization", {}).get("items", [])}


def _text(value: object, type_: str) -> str:
    """A value as the reader sees it; what is missing is left empty, what is very long cut."""
    if value is None:
        return ""
    text = str(value)
    if type_.startswith(("numeric", "float", "double", "real")) and not (tk.h.lang() or "de").startswith("en"):
        return text.replace(".", ",")  # no thousands separators: a number may be a year
    if type_ == "date" or type_.startswith("timestamp"):
        day, _, clock = text.replace("T", " ").partition(" ")
        return " ".join(part for part in (rvr_portal_date(day, False), clock.removesuffix(":00")) if part)
    return text if len(text) <= _LONGEST_CELL else text[:_LONGEST_CELL] + "…"
