"""A number with everything needed to trust it: unit, dates, sources, and the list that holds exactly that many items."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

__all__ = ["Measure", "MeasureRow", "MeasureStatus"]

MeasureStatus = Literal["fresh", "stale", "partial", "error"]


@dataclass(frozen=True)
class MeasureRow:
    """One bar, cell or line of a measure.

    :param key: stable identifier (place key, theme code, format code)
    :param label: text for readers in the language of the request
    :param value: amount in the measure's unit
    :param query_url: address of the list that holds exactly `value` items
    """

    key: str
    label: str
    value: int
    query_url: str


@dataclass(frozen=True)
class Measure:
    """Amounts by category, with the data contract of every number shown.

    :param id: `<plugin>.<name>`, stable
    :param title: text for readers
    :param unit: singular and plural in the language of the request, e.g. ("Datensatz", "Datensätze")
    :param rows: largest first unless the categories have an order of their own
    :param as_of: the state of the data (aware, UTC)
    :param computed_at: when the amounts were counted (aware, UTC)
    :param sources: where the numbers come from: {dataset_id, title, licence, publisher, modified}; unknown parts None
    :param n_records: items the measure is made of, each counted once (rows may add up to more)
    :param n_suppressed: items left out of the rows to protect small numbers
    :param query_url: address of the list that holds exactly `n_records` items
    """

    id: str
    title: str
    unit: tuple[str, str]
    rows: tuple[MeasureRow, ...]
    as_of: datetime
    computed_at: datetime
    sources: tuple[dict[str, Any], ...]
    n_records: int
    n_suppressed: int
    query_url: str
    status: MeasureStatus = "fresh"
