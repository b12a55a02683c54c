"""Rows of the table of records, as `Store.save_records` takes them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from .batches import Task
from .domain.findings import as_dict
from .domain.values import Finding

__all__ = ["of_record", "of_task"]


def of_record(guid: str, now: datetime, findings: Iterable[Finding], **values: Any) -> dict[str, Any]:
    """The row of a record that was seen, with its findings; `values` are columns beyond those."""
    return {
        "guid": guid,
        "missing_runs": 0,
        "needs_index": False,
        "created": now,
        "changed": now,
        "findings": [as_dict(one) for one in findings],
        **values,
    }


def of_task(
    task: Task,
    now: datetime,
    findings: Iterable[Finding],
    *,
    state: str,
    fingerprint: str,
    url: str,
    package_id: str | None = None,
    needs_index: bool = False,
    twin_id: str = "",
) -> dict[str, Any]:
    """The row of a record that could be read, whatever became of it.

    :param fingerprint: empty if the next run shall read the record again
    :param url: where the record stands for people
    :param package_id: its dataset, if it has one of its own
    :param twin_id: the dataset it stands for, if that is another record's
    """
    return of_record(
        task.draft.guid, now, findings,
        package_id=package_id, state=state, fingerprint=fingerprint, page_url=task.page_url, url=url,
        needs_index=needs_index, twin_id=twin_id, title=str(task.draft.package.get("title") or "")[:500],
        identifier=task.identifier, likeness=task.likeness,
    )  # fmt: skip
