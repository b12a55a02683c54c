"""Everything that a run leaves of one source in database and index, without what differs from run to run."""

from __future__ import annotations

import json
from typing import Any

__all__ = ["end_state"]

# moments, versions of the index, and ids of rows that each run makes anew
_VOLATILE = frozenset({
    "_version_", "metadata_modified", "rvr_updated_at", "metadata_created", "last_modified", "created", "changed", "indexed_ts",
    "harvest_object_id", "harvest_job_id", "revision_id", "etag",
})  # fmt: skip
_TABLES = {
    "package": "SELECT * FROM package WHERE id = ANY(:ids)",
    "resource": "SELECT * FROM resource WHERE package_id = ANY(:ids) AND state = 'active'",
    "package_extra": "SELECT package_id, key, value, state FROM package_extra WHERE package_id = ANY(:ids)",
    "package_tag": "SELECT package_id, tag.name, package_tag.state FROM package_tag JOIN tag ON tag.id = tag_id "
    "WHERE package_id = ANY(:ids) AND package_tag.state = 'active'",
    "member": "SELECT table_id, group_id, capacity FROM member WHERE table_id = ANY(:ids) AND state = 'active'",
    "current": "SELECT guid, package_id, content FROM harvest_object WHERE current AND package_id = ANY(:ids)",
}


def end_state(source_id: str, guids: set[str] | None = None, *, pages: bool = True) -> dict[str, list[str]]:
    """Rows and documents of a source's records (only those with the given guids), as sorted lines by table.

    `pages`: also what is remembered of the source's pages.
    """
    import sqlalchemy as sa
    from ckan import model
    from ckan.lib.search.common import make_connection

    model.Session.rollback()

    def rows(statement: str, **values: Any) -> list[dict[str, Any]]:
        return [dict(row) for row in model.Session.execute(sa.text(statement), values).mappings()]

    records = rows("SELECT * FROM rvr_harvest_record WHERE source_id = :source", source=source_id)
    records = [record for record in records if guids is None or record["guid"] in guids]
    ids = [record["package_id"] for record in records if record["package_id"]]
    state = {
        "record": records,
        **{table: rows(statement, ids=ids) for table, statement in _TABLES.items() if _exists(table)},
        "page": rows("SELECT * FROM rvr_harvest_page WHERE source_id = :source", source=source_id) if pages else [],
        "document": _documents(make_connection(), ids),
    }
    model.Session.rollback()
    # CKAN gives a resource that comes back a new id: its place in its dataset is what counts
    names = {row["id"]: f"{row['package_id']}/{row['position']}" for row in state["resource"]}
    return {
        table: [_renamed(_line(row), names) for row in sorted(found, key=_identity)] for table, found in state.items()
    }


def _exists(table: str) -> bool:
    import sqlalchemy as sa
    from ckan import model

    name = {"current": "harvest_object"}.get(table, table)
    return bool(model.Session.execute(sa.text("SELECT to_regclass(:name)"), {"name": name}).scalar())


def _documents(solr: Any, ids: list[str]) -> list[dict[str, Any]]:
    if not ids:
        return []
    found = solr.search("*:*", fq="id:(" + " OR ".join(ids) + ")", rows=1000, fl="*")
    return [{key: _loaded(value) for key, value in document.items()} for document in found.docs]


def _loaded(value: Any) -> Any:
    """The package dicts that the index keeps as JSON, so that volatile values in them can be left out, too."""
    if isinstance(value, str) and value.startswith("{"):
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _line(row: dict[str, Any]) -> str:
    return json.dumps(_stable(row), sort_keys=True, default=str, ensure_ascii=False)


def _identity(row: dict[str, Any]) -> str:
    return " ".join(str(row.get(key, "")) for key in ("guid", "package_id", "position", "key", "name", "url", "id"))


def _renamed(line: str, names: dict[str, str]) -> str:
    for resource_id, name in names.items():
        line = line.replace(resource_id, name)
    return line


def _stable(value: Any) -> Any:
    if isinstance(value, dict):
        if value.get("key") in _VOLATILE:
            return None
        return {key: _stable(item) for key, item in value.items() if key not in _VOLATILE}
    if isinstance(value, list | tuple):
        items = [_stable(item) for item in value]
        # the order of extras says nothing
        return sorted(items, key=str) if any(isinstance(item, dict) and "key" in item for item in items) else items
    return value
