"""Filling the search index anew: two processes of ours beside CKAN's `search-index rebuild`, on the same datasets."""

from __future__ import annotations

import os
import resource
import statistics
import sys
import time
from pathlib import Path
from typing import Any

import corpus
from frame import Figure, ini, pair_of_workers, paired, report

DATASETS = int(os.environ.get("BENCH_REINDEX", "1000"))
PREFIX = "bench-reindex-"
ROUNDS = 3


def fill(number: int) -> int:
    """Make sure that there are that many datasets in the database; returns how many were made now."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    owners = corpus.organizations()
    present = {
        name for (name,) in model.Session.query(model.Package.name).filter(model.Package.name.like(f"{PREFIX}%"))
    }
    missing = [place for place in range(number) if f"{PREFIX}{place}" not in present]
    for place in missing:
        context = corpus.context() | {"defer_commit": True, "return_id_only": True}
        data = corpus.package(place, PREFIX, owners[place % len(owners)])
        tk.get_action("package_create")(context, data)  # type: ignore[arg-type]
        if place % 100 == 99:
            model.repo.commit()
    model.repo.commit()
    return len(missing)


def ours(processes: int) -> dict[str, float]:
    """Our command's work, without the start of CKAN: {rate (datasets/s), cpu (ms a dataset, of all processes)}."""
    from ckanext.rvr_portal import reindex

    start, before = time.monotonic(), _cpu()
    result = reindex.rebuild(processes)
    if not result.is_complete:
        raise SystemExit("The index is not complete after our rebuild.")
    return _figures(result.datasets, start, before)


def stock() -> dict[str, float]:
    """The same of CKAN's command with its default options."""
    import ckan.model as model
    from ckan.lib.search import commit, rebuild

    start, before = time.monotonic(), _cpu()
    rebuild(defer_commit=True, quiet=True)
    commit()
    return _figures(
        model.Session.query(model.Package.id).filter(model.Package.state != "deleted").count(), start, before
    )


def _figures(number: int, start: float, before: float) -> dict[str, float]:
    return {"rate": number / (time.monotonic() - start), "cpu": (_cpu() - before) * 1000 / number}


def _cpu() -> float:
    """Seconds of processor time of this process, those it has started, and the instance's PostgreSQL and Solr."""
    own = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in own) + _services()


def _services() -> float:
    """Of PostgreSQL and Solr; a server's share counts with it once the process that served has ended."""
    instance = ini().parent
    servers = {
        int((instance / name).resolve().read_text().split()[0]) for name in ("postgres/data/postmaster.pid", "solr/pid")
    }
    ticks = 0
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                fields = (entry / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # ended while we looked
            if int(entry.name) in servers or int(fields[1]) in servers:
                own, ended = fields[11:13], fields[13:15] if int(entry.name) in servers else ()
                ticks += sum(map(int, (*own, *ended)))
    return ticks / os.sysconf("SC_CLK_TCK")


def main() -> int:
    with pair_of_workers() as (portal, plain):
        made = portal.call("reindex:fill", number=DATASETS)
        print(f"{DATASETS} datasets in the database ({made} made now)", flush=True)
        costs: dict[str, list[float]] = {"ours": [], "stock": []}

        def measured(name: str, result: dict[str, Any], number: int) -> float:
            if number >= 0:
                costs[name].append(result["cpu"])
            return result["rate"]

        rates = paired(
            lambda n: measured("ours", portal.call("reindex:ours", processes=2), n),
            lambda n: measured("stock", plain.call("reindex:stock"), n),
            ROUNDS,
            warm=1,
        )
        # CKAN's own does 59 a second on two quiet cores, where two processes of ours are to do 200
        name = f"index filled anew, {DATASETS} datasets, two processes"
        figures = [
            Figure(name, "datasets/s", rates[0], rates[1], better="higher", limit=round(200 / 59, 2), rounds=ROUNDS)
        ]
        # 10 ms are 200 a second on two cores, however busy the machine is with other things
        cpu = [round(statistics.median(costs[who]), 2) for who in ("ours", "stock")]
        name = "processor time a dataset, with PostgreSQL and Solr"
        figures.append(Figure(name, "ms", cpu[0], cpu[1], limit_absolute=10.0, rounds=ROUNDS))
        return report("reindex", figures)


if __name__ == "__main__":
    sys.exit(main())
