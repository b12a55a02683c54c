"""How far the table of each uploaded file is: one row a file, written at once, outside of any other transaction."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ..model import RvrPortalTableLoad

__all__ = ["DONE", "FAILED", "advance", "find", "forget", "of_dataset", "orphans", "request"]

WAITING, CHECKING, LOADING, DONE, FAILED = "waiting", "checking", "loading", "done", "failed"

_table = RvrPortalTableLoad.__table__


def request(resource_id: str, package_id: str, version: str, sheet: str = "") -> None:
    """Note that a table is to be made of a file."""
    now = datetime.now(UTC)
    values = {
        "resource_id": resource_id, "package_id": package_id, "version": version, "sheet": sheet, "state": WAITING,
        "rows_done": 0, "rows_total": 0, "report": {}, "requested_at": now, "updated_at": now,
    }  # fmt: skip
    statement = insert(_table).values(values)
    with model.ensure_engine().begin() as connection:
        connection.execute(statement.on_conflict_do_update(index_elements=["resource_id"], set_=values))


def advance(resource_id: str, version: str, **values: Any) -> bool:
    """Write how far the loading of this version is; False when there is a newer one, or none."""
    where = (_table.c.resource_id == resource_id) & (_table.c.version == version)
    with model.ensure_engine().begin() as connection:
        done = connection.execute(sa.update(_table).where(where).values(updated_at=datetime.now(UTC), **values))
    return bool(done.rowcount)


def find(resource_id: str) -> dict[str, Any] | None:
    """The row of a file."""
    with model.ensure_engine().connect() as connection:
        row = connection.execute(sa.select(_table).where(_table.c.resource_id == resource_id)).mappings().first()
    return dict(row) if row else None


def of_dataset(package_id: str) -> dict[str, str]:
    """Versions by file, of one dataset."""
    query = sa.select(_table.c.resource_id, _table.c.version).where(_table.c.package_id == package_id)
    with model.ensure_engine().connect() as connection:
        return {row.resource_id: row.version for row in connection.execute(query)}


def forget(resource_id: str) -> None:
    """Remove the row of a file."""
    with model.ensure_engine().begin() as connection:
        connection.execute(sa.delete(_table).where(_table.c.resource_id == resource_id))


def orphans() -> list[str]:
    """Files whose dataset is no more."""
    packages = sa.select(model.Package.id).where(model.Package.id == _table.c.package_id)
    with model.ensure_engine().connect() as connection:
        return list(connection.scalars(sa.select(_table.c.resource_id).where(~packages.exists())))
