"""What measurements of the harvest ask of a site, called in a process with CKAN in it (see frame.Worker).

All sources made here are named `bench-harvest-…`; `clear` removes them with all they brought.
"""

from __future__ import annotations

import json
import logging
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckanext.harvest.model import HarvestJob

PREFIX = "bench-harvest-"
# what a dataset consists of; one row written is one write
_TABLES = ("package", "resource", "package_tag", "member", "activity")


def run(name: str, url: str, kind: str, config: str = "") -> dict[str, Any]:
    """One run with the pipeline.

    :returns: seconds; memory (MB, the largest of this process); added, changed, unchanged, refused (datasets); status;
        packages, rows (written by any process to the table `package`, to all tables of datasets); solr (update
        requests that Solr got); errors (findings)
    """
    import resource

    from ckanext.rvr_harvest import harvester

    job = _job(name, url, kind, config)
    with _counted() as counts:
        start = time.perf_counter()
        report = harvester.run_job(job)
        seconds = time.perf_counter() - start
    assert report is not None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    numbers = {key: getattr(report, key) for key in ("added", "changed", "unchanged", "refused")}
    return {
        "seconds": seconds,
        "memory": memory,
        "status": report.status,
        **numbers,
        **counts,
        "errors": _errors(report),
    }


def _errors(report: Any) -> dict[str, int]:
    return {one["code"]: one["count"] for one in report.as_dict()["findings"] if one["severity"] == "error"}


def run_stock(name: str, url: str, kind: str) -> dict[str, Any]:
    """One run of a stock harvester, stage by stage as `ckan harvester run-test` calls it; seconds, datasets (added)."""
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestObject

    job = _job(name, url, kind)
    job.status = "Running"
    job.save()
    harvester = queue.get_harvester(kind)
    start = time.perf_counter()
    ids = queue.gather_stage(harvester, job) or []
    done = 0
    for one in ids:
        harvest_object: Any = HarvestObject.get(one)
        queue.fetch_and_import_stages(harvester, harvest_object)
        done += harvest_object.state == "COMPLETE"
    tk.get_action("harvest_jobs_run")({"ignore_auth": True}, {})
    return {"seconds": time.perf_counter() - start, "added": done}


def enqueue(sources: list[dict[str, str]]) -> dict[str, Any]:
    """Put a job for each source (name, url, kind) into the queue, as the clock does at night; `since` and job ids."""
    jobs = [_job(**source).id for source in sources]
    since = time.time()
    for job_id in jobs:
        tk.get_action("harvest_send_job_to_gather_queue")(_context(), {"id": job_id})
    return {"since": since, "jobs": jobs}


def ended(jobs: list[str]) -> dict[str, Any]:
    """How many of the jobs have ended, at what moment the last one did (seconds since 1970), and their reports."""
    from ckanext.rvr_harvest.model import HarvestRun

    model.Session.remove()
    rows = model.Session.execute(
        sa.select(HarvestRun.status, HarvestRun.report, HarvestJob.finished)
        .join(HarvestJob, HarvestJob.id == HarvestRun.job_id)
        .where(HarvestRun.job_id.in_(jobs), HarvestJob.status == "Finished")
    ).all()
    last = max((row.finished.replace(tzinfo=UTC).timestamp() for row in rows), default=0.0)
    keys = ("added", "changed", "unchanged")
    reports = [{"status": row.status, **{key: row.report.get(key, 0) for key in keys}} for row in rows]
    model.Session.remove()
    return {"number": len(rows), "last": last, "reports": reports}


def listening() -> int:
    """How many workers listen to the queue of the harvest."""
    import rq
    from ckan.lib import jobs

    from ckanext.rvr_harvest import config

    return rq.Worker.count(queue=jobs.get_queue(config.queue_name()))


def clear() -> int:
    """Remove sources, datasets, jobs and what waits in the queue of measurements; how many sources there were."""
    from ckan.lib import jobs

    from ckanext.rvr_harvest import config

    jobs.get_queue(config.queue_name()).empty()
    names = [
        row[0]
        for row in model.Session.query(model.Package.name).filter(
            model.Package.type == "harvest", model.Package.name.like(PREFIX + "%")
        )
    ]
    for name in names:
        package: Any = model.Package.get(name)
        source_id = package.id
        _forget(source_id)
        tk.get_action("harvest_source_clear")(_context(), {"id": source_id})
        tk.get_action("dataset_purge")(_context(), {"id": source_id})
        table = model.meta.metadata.tables["harvest_source"]
        model.Session.execute(table.delete().where(table.c.id == source_id))
        model.Session.commit()
    return len(names)


def _forget(source_id: str) -> None:
    """What outlives a source that is cleared: the history of its runs, and activities of its datasets."""
    datasets = "SELECT package_id FROM harvest_object WHERE harvest_source_id = :id"
    for statement in (
        f"DELETE FROM activity WHERE object_id = :id OR object_id IN ({datasets})",
        "DELETE FROM rvr_harvest_run WHERE source_id = :id",
    ):
        model.Session.execute(sa.text(statement), {"id": source_id})
    model.Session.commit()


def written_since(xid: int, tables: tuple[str, ...] = _TABLES) -> int:
    """How many rows of these tables were inserted or updated since a transaction, by whatever process."""
    # PostgreSQL notes in each row which transaction wrote it
    parts = [f"(SELECT count(*) FROM {name} WHERE xmin::text::bigint >= {int(xid)})" for name in tables]
    return int(model.Session.scalar(sa.text(f"SELECT {' + '.join(parts)}")) or 0)


def solr_updates() -> int:
    """How many requests for updates Solr has got since it was started, from whatever process."""
    site, _, core = tk.config["solr_url"].rstrip("/").rpartition("/")
    address = f"{site}/admin/metrics?group=core&prefix=UPDATE./update&wt=json"
    with urllib.request.urlopen(address, timeout=30) as answer:
        metrics = json.load(answer)["metrics"][f"solr.core.{core}"]
    return sum(value for key, value in metrics.items() if key.endswith(".requests"))


@contextmanager
def _counted() -> Iterator[dict[str, int]]:
    """What was written within this block; filled in at its end."""
    counts: dict[str, int] = {}
    xid = int(model.Session.scalar(sa.text("SELECT pg_current_xact_id()::text::bigint")) or 0)
    model.Session.commit()
    before = solr_updates()
    yield counts
    counts |= {
        "packages": written_since(xid, ("package",)),
        "rows": written_since(xid),
        "solr": solr_updates() - before,
    }
    model.Session.commit()


def _hush() -> None:
    """Two lines of log for each dataset would hide the figures."""
    logging.getLogger("ckanext").setLevel(logging.WARNING)
    # says of each new source that it is not there yet
    logging.getLogger("ckanext.harvest.plugin").setLevel(logging.CRITICAL)


def _context() -> Any:
    from corpus import context

    return context()


def _job(name: str, url: str, kind: str, config: str = "") -> Any:
    from corpus import organizations

    _hush()
    source = f"{PREFIX}{name}"
    if model.Package.get(source) is None:
        data = {"name": source, "title": source, "url": url, "source_type": kind, "owner_org": organizations()[0]}
        data |= {"config": config} if config else {}
        tk.get_action("harvest_source_create")(_context(), {**data, "frequency": "MANUAL"})
    package: Any = model.Package.get(source)
    source_id = package.id
    job = tk.get_action("harvest_job_create")(_context(), {"source_id": source_id, "run": False})
    return HarvestJob.get(job["id"])
