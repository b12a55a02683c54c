"""A tile as CSV and as JSON: the same numbers as on the page, with where they come from."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import datetime
from typing import Any

from ckanext.rvr_portal.shared import sheet

from .tile import Tile

__all__ = ["fingerprint", "to_csv", "to_json"]


def to_csv(tile: Tile, headings: tuple[str, ...], absolute: Callable[[str], str]) -> bytes:
    """CSV for spreadsheets, a line for each row of the tile.

    :param absolute: makes an address of the portal complete
    """
    return sheet(
        headings,
        [
            [row.key, row.label, row.value, tile.unit, _stamp(tile.measure.as_of), absolute(row.query_url)]
            for row in tile.rows
        ],
    )


def to_json(tile: Tile, absolute: Callable[[str], str]) -> dict[str, Any]:
    """The data contract of a number, for the whole tile and for each row."""
    measure = tile.measure
    contract = {
        "unit": tile.unit,
        "as_of": _stamp(measure.as_of),
        "computed_at": _stamp(measure.computed_at),
        "sources": [dict(source) for source in measure.sources],
        "n_suppressed": measure.n_suppressed,
        "status": measure.status,
    }
    return {
        "id": tile.id,
        "measure": measure.id,
        "title": tile.title,
        "sentence": tile.sentence,
        "note": tile.note,
        "category": tile.category,
        "value": measure.n_records,
        "n_records": measure.n_records,
        "query_url": absolute(measure.query_url),
        **contract,
        "rows": [
            {
                "key": row.key,
                "label": row.label,
                "value": row.value,
                "n_records": row.value,
                "query_url": absolute(row.query_url),
                **contract,
            }
            for row in tile.rows
        ],
    }


def fingerprint(tile: Tile, *more: str) -> str:
    """Changes exactly when what the tile says changes, not with the moment of counting."""
    said = [
        tile.id, tile.title, tile.sentence, tile.note, tile.category, tile.unit, tile.measure.status,
        [[row.key, row.label, row.value, row.query_url] for row in tile.rows],
        tile.measure.n_records, *more,
    ]  # fmt: skip
    return hashlib.sha256(json.dumps(said, ensure_ascii=False).encode()).hexdigest()[:32]


def _stamp(moment: datetime) -> str:
    return moment.replace(microsecond=0).isoformat()
