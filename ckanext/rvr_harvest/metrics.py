"""What Prometheus is told about the sources."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from . import overview
from .domain.exposition import Family

__all__ = ["families"]


def families(*, hidden_too: bool) -> list[Family]:
    """The numbers of each active source.

    :param hidden_too: private sources, too
    """
    package = model.Package
    query = sa.select(package.id, package.name).where(package.type == "harvest", package.state == "active")
    if not hidden_too:
        query = query.where(package.private.is_(False))
    names = {row.id: row.name for row in model.Session.execute(query.order_by(package.name))}
    ended, good = overview.last_runs(names, ended=True), overview.last_good(names)
    now = datetime.now(UTC).replace(tzinfo=None)

    def samples(values: dict[str, float | None]) -> list[Any]:
        return [({"source": names[key]}, value) for key in names if (value := values.get(key)) is not None]

    last: dict[str, dict[str, Any]] = {key: ended[key] for key in names if key in ended}
    return [
        Family("rvr_harvest_sources", "Sources that are switched on.", [({}, len(names))]),
        Family(
            "rvr_harvest_seconds_since_good_run",
            "Seconds since a run last read the whole catalogue.",
            samples({key: (now - moment).total_seconds() for key, moment in good.items()}),
        ),
        Family(
            "rvr_harvest_last_run_complete",
            "Whether the last run that ended read the whole catalogue (1) or not (0).",
            samples({key: float(run["status"] == "complete") for key, run in last.items()}),
        ),
        Family(
            "rvr_harvest_last_run_duration_seconds",
            "Duration of the last run that ended.",
            samples({key: run["seconds"] for key, run in last.items()}),
        ),
        Family(
            "rvr_harvest_datasets",
            "Datasets of the source in this portal.",
            samples({key: run["datasets"] for key, run in last.items()}),
        ),
        Family(
            "rvr_harvest_findings",
            "Open errors and warnings.",
            samples({key: run["findings"] for key, run in last.items()}),
        ),
        Family(
            "rvr_harvest_refused",
            "Records that the last run that ended did not accept.",
            samples({key: run["refused"] for key, run in last.items()}),
        ),
    ]
