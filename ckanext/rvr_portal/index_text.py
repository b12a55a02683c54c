"""Words for the search beside CKAN's own texts: places, publisher, kinds, columns of tables, parts of compounds."""

from __future__ import annotations

import json
import logging
from typing import Any

import ckan.plugins as p
import sqlalchemy as sa

from .domain import index_text
from .domain.index_fields import listed

__all__ = ["add_text"]

log = logging.getLogger(__name__)

_MAX_COLUMNS = 300
_COLUMNS = sa.text(
    "SELECT a.attname, col_description(c.oid, a.attnum) FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid"
    " WHERE c.relkind = 'r' AND c.relname = ANY(:tables) AND a.attnum > 0 AND NOT a.attisdropped"
    " AND left(a.attname, 1) <> '_' ORDER BY c.relname, a.attnum LIMIT :most"
)


def add_text(doc: dict[str, Any], validated: dict[str, Any]) -> None:
    """Add the German fields to a document on its way to Solr; its codes and places are already there."""
    organization = validated.get("organization")
    title = organization.get("title") if isinstance(organization, dict) else ""
    columns = _columns(validated)
    files = [*listed(doc.get("res_name")), *listed(doc.get("res_description"))]
    in_title = index_text.divided([doc.get("title")])
    everywhere = index_text.divided([doc.get("notes"), *listed(doc.get("tags")), *files, *columns])
    found: dict[str, Any] = {
        "rvr_places_de": index_text.place_names(index_text.own_places(listed(doc.get("places")))),
        "rvr_publisher_de": index_text.publishers(validated, str(title or "")),
        "rvr_kinds_de": index_text.kinds(doc, validated),
        "rvr_columns_de": columns,
        "rvr_title_parts": in_title,
        "rvr_parts": [text for text in everywhere if text not in in_title],
        "rvr_updated_at": index_text.updated_at(
            validated.get("modified"), validated.get("issued"), doc.get("metadata_modified")
        ),
        "rvr_completeness": index_text.completeness(doc, validated),
    }
    doc |= {name: value for name, value in found.items() if value not in (None, [], "")}


def _columns(validated: dict[str, Any]) -> list[str]:
    """Names and labels of the columns of a dataset's tables in the DataStore."""
    resources = [resource for resource in listed(validated.get("resources")) if isinstance(resource, dict)]
    tables = [
        str(resource.get("id")) for resource in resources if resource.get("datastore_active") in (True, "true", "True")
    ]
    if not tables or not p.plugin_loaded("datastore"):
        return []
    try:
        rows = _read(tables)
    except sa.exc.SQLAlchemyError:
        # the index must not depend on the DataStore; the next change of the dataset tries again
        log.exception("The columns of the tables %s could not be read for the search", tables)
        return []
    return list(dict.fromkeys(text for name, comment in rows for text in (name, *_labels(comment)) if text))


def _read(tables: list[str]) -> list[tuple[str, str | None]]:
    from ckanext.datastore.backend.postgres import get_read_engine

    with get_read_engine().connect() as connection:
        rows = connection.execute(_COLUMNS, {"tables": tables, "most": _MAX_COLUMNS})
        return [(str(name), comment) for name, comment in rows]


def _labels(comment: str | None) -> list[str]:
    """Label and description of a column out of the DataStore's data dictionary."""
    try:
        info = json.loads(comment or "{}")
    except ValueError:
        return []
    inner = info.get("_info", info) if isinstance(info, dict) else {}
    return [str(inner[name]) for name in ("label", "notes") if isinstance(inner, dict) and inner.get(name)]
