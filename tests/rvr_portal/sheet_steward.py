"""An editor of one organisation who works with sheets."""

from __future__ import annotations

import copy
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.tests import factories, helpers

from ckanext.rvr_portal.sheets import jobs, runs
from ckanext.rvr_portal.sheets.columns import all_columns
from ckanext.rvr_portal.sheets.export import export
from ckanext.rvr_portal.sheets.table import read_table, write_table

__all__ = ["LICENSES", "RICH", "Steward", "age", "changed_and_new", "everything", "show"]

LICENSES = "http://dcat-ap.de/def/licenses/"
RICH: dict[str, Any] = {
    "title": "Radzählung",
    "notes": "Gezählte Räder.\r\n\r\n- Jede Stunde.",
    "places": ["05954016"],
    "tags": [{"name": "Radverkehr"}, {"name": "Zählstelle"}],
    "license_id": LICENSES + "dl-zero-de/2.0",
    "contact": [{"name": "Amt 61", "email": "amt61@example.org", "identifier": "x"}, {"name": "Amt 10"}],
    "publisher": [{"name": "Stadt Hattingen", "uri": "https://example.org/h"}],
    "issued": "2024",
    "modified": "2024-05-01T10:00:00+02:00",
    "temporal_coverage": [{"start": "2023-06", "end": "9999-12-31"}, {"start": "2020"}],
    "identifier": "00815",
    "documentation": ["https://example.org/a|b", "https://example.org/b"],
    "extras": [{"key": "foreign:key", "value": "a „Wert“ <b>"}],
    "resources": [
        {"url": "https://example.org/data.csv", "name": "Zählung", "format": "CSV", "size": 1234, "issued": "2024-05"},
        {"url": "https://example.org/wms", "format": "WMS", "license": LICENSES + "cc-by", "unknown_key": "bleibt"},
    ],
}


class Steward:
    """An editor of one organisation, who works with sheets."""

    def __init__(self) -> None:
        self.user = factories.User()
        self.organization = factories.Organization(users=[{"name": self.user["name"], "capacity": "editor"}])
        self.object = model.User.get(self.user["id"])

    def dataset(self, **fields: Any) -> dict[str, Any]:
        return factories.Dataset(owner_org=self.organization["id"], **{**copy.deepcopy(RICH), **fields})

    def exported(self, form: str = "xlsx") -> list[dict[str, str]]:
        """The rows of the organisation's export by the columns' keys, explanations left out."""
        table = read_table(export(form, self.organization["id"], "de"), all_columns(), 2**24, 5000)
        return [{key: cell.text for key, cell in row.cells.items()} for row in table.rows[1:]]

    def upload(self, data: bytes, label: str = "test.xlsx") -> dict[str, Any]:
        """Import a file as far as the report."""
        run = runs.start_import(self.object, self.organization["id"], label, data, "de")
        jobs.check(run.id)
        return self.shown(run.id)

    def rows(self, rows: list[dict[str, str]], form: str = "xlsx", keys: set[str] | None = None) -> dict[str, Any]:
        """Import rows as far as the report; only with the columns named."""
        keys = keys or {key for row in rows for key in row}
        columns = [column for column in all_columns() if column.key in keys]
        return self.upload(write_table(form, columns, rows, "de", explained=False))

    def confirm(self, run: dict[str, Any], **options: Any) -> dict[str, Any]:
        """Confirm a run and have it written."""
        helpers.call_action("rvr_portal_sheet_run_confirm", self.context(), id=run["id"], **options)
        jobs.write(run["id"])
        return self.shown(run["id"])

    def shown(self, run_id: str) -> dict[str, Any]:
        model.Session.expire_all()
        return helpers.call_action("rvr_portal_sheet_run_show", self.context(), id=run_id)

    def context(self) -> dict[str, Any]:
        return {"user": self.user["name"], "auth_user_obj": model.User.get(self.user["id"]), "ignore_auth": False}


def show(package_id: str) -> dict[str, Any]:
    return helpers.call_action("package_show", {"use_cache": False}, id=package_id)


def everything() -> tuple[list[Any], int, int]:
    """What is stored of datasets, their history and their views."""
    model.Session.rollback()
    rows = model.Session.execute(sa.text("SELECT id, title, metadata_modified FROM package ORDER BY id")).all()
    return rows, *(
        model.Session.execute(sa.text(f"SELECT count(*) FROM {one}")).scalar() for one in ("activity", "resource_view")
    )


def changed_and_new(steward: Steward) -> dict[str, Any]:
    rows = [{"id": steward.dataset(title=f"Alt {number}")["id"], "title": f"Neu {number}"} for number in range(3)]
    return steward.rows([*rows, {"title": "Ganz neu", "resource.url": "https://example.org/x.csv"}])


def age(run_id: str) -> None:
    """Let a run be a minute older: what its worker was doing may count as lost."""
    model.Session.execute(
        sa.text("UPDATE rvr_portal_sheet_run SET changed = changed - interval '1 minute' WHERE id = :id"),
        {"id": run_id},
    )
    model.Session.commit()
