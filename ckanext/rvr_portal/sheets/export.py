"""Datasets of an organisation as a sheet, and the empty template."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ..domain.sheet_columns import Column
from ..domain.sheet_rows import dataset_rows
from .check import shown
from .columns import all_columns
from .table import write_table

__all__ = ["dataset_ids", "export", "template"]


def export(form: str, owner_org: str, lang: str) -> bytes:
    """All datasets of an organisation, drafts left out, as "xlsx" or "csv"; an import takes it as it is."""
    columns = all_columns()
    return write_table(form, columns, _rows(columns, dataset_ids(owner_org), lang), lang)


def template(form: str, lang: str) -> bytes:
    """A sheet with headings and explanations only."""
    return write_table(form, all_columns(), [], lang)


def dataset_ids(owner_org: str) -> list[str]:
    """Ids of the datasets of an organisation, by title; private ones, too."""
    package = model.Package
    return list(
        model.Session.scalars(
            sa.select(package.id)
            .where(package.owner_org == owner_org, package.type == "dataset", package.state == "active")
            .order_by(package.title, package.id)
        )
    )


def _rows(columns: Sequence[Column], ids: Sequence[str], lang: str) -> Iterator[dict[str, Any]]:
    for package_id in ids:
        yield from dataset_rows(columns, shown(package_id), lang)
