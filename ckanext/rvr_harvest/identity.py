"""Whose dataset a record is: ours, another source's, or one of ours under a new guid."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from ckan import model
from ckanext.harvest.model import HarvestSource

from .batches import Task
from .domain.values import Finding, KnownRecord
from .settings import priority_of
from .source import Source
from .store import Store

__all__ = ["Settled", "settle"]


@dataclass(slots=True)
class Settled:
    """`write`: datasets of this source. `deferred`: perhaps known ones under a new guid. `duplicates`: datasets (ids)
    that come from a source with priority.
    """

    write: list[Task] = field(default_factory=list)
    deferred: list[Task] = field(default_factory=list)
    duplicates: list[tuple[Task, str]] = field(default_factory=list)


def settle(tasks: Sequence[Task], store: Store, source: Source, known: Mapping[str, KnownRecord]) -> Settled:
    """Sort drafts by whose dataset they are.

    The same identifier from two sources is one dataset: the source with the higher priority has it, with equal ones
    the first. The same guid from two sources without such an identifier is only noted: nobody takes over a dataset.
    """
    settled = Settled()
    twins = store.twins(task.identifier for task in tasks)
    alike = store.alike(task.likeness for task in tasks if task.draft.guid not in known)
    for task in _with_foreign_guids(tasks, store, twins):
        record = known.get(task.draft.guid)
        if task.identifier in twins:
            other_id, package_id = twins[task.identifier]
            if source.priority > priority_of(HarvestSource.get(other_id)):
                store.give_away(package_id)
                settled.write.append(replace(task, package_id=task.package_id or package_id))
                continue
            if task.package_id is None:
                note = Finding("comes_elsewhere", "info", "identifier", task.identifier, _titles([other_id])[other_id])
                settled.duplicates.append((_noted(task, note), package_id))
                continue
        if record is None and alike.get(task.likeness, task.draft.guid) != task.draft.guid:
            settled.deferred.append(_noted(task, Finding("moved_guid", "warning", "identifier", task.draft.guid)))
        else:
            settled.write.append(task)
    return settled


def _with_foreign_guids(tasks: Sequence[Task], store: Store, twins: Mapping[str, Any]) -> list[Task]:
    """A record that another source delivers too is noted; neither takes over the other's dataset."""
    foreign = store.foreign(task.draft.guid for task in tasks)
    titles = _titles(foreign.values())
    return [
        _noted(task, Finding("foreign_guid", "warning", "identifier", task.draft.guid, titles.get(other, other)))
        if (other := foreign.get(task.draft.guid)) and task.identifier not in twins
        else task
        for task in tasks
    ]


def _noted(task: Task, finding: Finding) -> Task:
    return replace(task, draft=replace(task.draft, findings=(*task.draft.findings, finding)))


def _titles(ids: Iterable[str]) -> dict[str, Any]:
    wanted = set(ids)
    if not wanted:
        return {}
    rows = model.Session.query(model.Package.id, model.Package.title, model.Package.name).filter(
        model.Package.id.in_(wanted)
    )
    return dict.fromkeys(wanted, "") | {row.id: row.title or row.name for row in rows}
