"""A table in CKAN's DataStore: made by its own action, filled by COPY in one transaction, removed again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
from ckan import model
from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import get_write_engine, identifier

from ..domain.tables.columns import Column

__all__ = ["available", "create", "drop", "fill"]

_TICK = 1000
_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def available() -> bool:
    """Whether there is a DataStore."""
    return p.plugin_loaded("datastore")


def create(resource_id: str, columns: Sequence[Column]) -> None:
    """Make an empty table in place of what was there; headings are kept as labels of the columns."""
    drop(resource_id)
    fields = [
        {"id": column.name, "type": column.type, **({"info": {"label": column.title}} if column.title else {})}
        for column in columns
    ]
    tk.get_action("datastore_create")(
        _as_site(), {"resource_id": resource_id, "fields": fields, "force": True, "records": []}
    )


def fill(
    resource_id: str,
    columns: Sequence[Column],
    rows: Iterable[Sequence[str | None]],
    tick: Callable[[int], None],
    *,
    searchable: bool = True,
) -> int:
    """Fill the table; either all rows get in or none.

    :param searchable: whether the words of all rows are indexed (CKAN's trigger), which very long cells do not allow
    :returns: the number of rows
    :raises sqlalchemy.exc.DBAPIError: the database refuses a value
    """
    table = identifier(resource_id)
    names = ", ".join(identifier(column.name) for column in columns)
    lines = _Lines(rows, tick)
    engine = get_write_engine()
    with engine.begin() as connection:
        connection.exec_driver_sql("SET LOCAL datestyle = 'ISO, YMD'")
        if not searchable:
            connection.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER zfulltext")
        cursor: Any = connection.connection.cursor()
        try:
            cursor.copy_expert(f"COPY {table} ({names}) FROM STDIN WITH (FORMAT text, ENCODING 'UTF8')", lines)
        finally:
            cursor.close()
        if not searchable:
            connection.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER zfulltext")
    with engine.begin() as connection:
        connection.exec_driver_sql(f"ANALYZE {table}")
    return lines.count


def drop(resource_id: str) -> None:
    """Remove the table, if there is one; the resource no longer says that it has one."""
    backend = DatastoreBackend.get_active_backend()
    if backend.resource_exists(resource_id):
        resource = model.Resource.get(resource_id)
        if resource and resource.state == "active":
            tk.get_action("datastore_delete")(_as_site(), {"resource_id": resource_id, "force": True})
        else:
            backend.delete(_as_site(), {"resource_id": resource_id})


def _as_site() -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True}


class _Lines:
    """Rows as the bytes that COPY reads, made while it reads them."""

    def __init__(self, rows: Iterable[Sequence[str | None]], tick: Callable[[int], None]) -> None:
        self.count = 0
        self._tick = tick
        self._source = self._encoded(rows)
        self._left = b""

    def read(self, size: int = -1) -> bytes:
        while size < 0 or len(self._left) < size:
            more = next(self._source, None)
            if more is None:
                break
            self._left += more
        given, self._left = (self._left, b"") if size < 0 else (self._left[:size], self._left[size:])
        return given

    def _encoded(self, rows: Iterable[Sequence[str | None]]) -> Iterator[bytes]:
        for row in rows:
            self.count += 1
            if self.count % _TICK == 0:
                self._tick(self.count)
            yield ("\t".join("\\N" if cell is None else _escaped(cell) for cell in row) + "\n").encode()


def _escaped(cell: str) -> str:
    return cell if cell.isprintable() and "\\" not in cell else cell.replace("\0", "").translate(_ESCAPES)
