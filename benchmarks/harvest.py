"""Harvest of the two real catalogues (253 datasets, 1,010 distributions): first run and unchanged second run.

The stock way is ckanext-dcat's `dcat_rdf` harvester, stage by stage as `ckan harvester run-test` calls it. Both get the
same files from a local server; only the datasets' addresses differ, because stock takes over datasets of other sources
that have the same ones.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from frame import STOCK, Figure, Worker, ini, report

CATALOGS = Path(__file__).resolve().parents[2] / "shared/data/catalogs"
NAMES = ("bremen", "rostock")
DATASETS = 253
PREFIX = "bench-harvest-"


def run_ours(lane: str, name: str, url: str) -> dict[str, Any]:
    """One run with the pipeline; seconds, datasets written, largest memory of the process so far (MB)."""
    import resource

    from ckanext.rvr_harvest import harvester

    job = _job(lane, name, url, "rvr_dcat_rdf")
    start = time.perf_counter()
    result = harvester.run_job(job)
    seconds = time.perf_counter() - start
    assert result is not None
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    numbers = {"added": result.added, "changed": result.changed, "unchanged": result.unchanged}
    return {"seconds": seconds, "memory": memory, **numbers}


def run_stock(lane: str, name: str, url: str) -> dict[str, Any]:
    """One run with ckanext-dcat's harvester; seconds and datasets that came through."""
    import ckan.plugins.toolkit as tk
    from ckanext.harvest import queue
    from ckanext.harvest.model import HarvestObject

    job = _job(lane, name, url, "dcat_rdf")
    job.status = "Running"
    job.save()
    harvester = queue.get_harvester("dcat_rdf")
    start = time.perf_counter()
    ids = queue.gather_stage(harvester, job) or []
    done = 0
    for one in ids:
        harvest_object: Any = HarvestObject.get(one)
        queue.fetch_and_import_stages(harvester, harvest_object)
        done += harvest_object.state == "COMPLETE"
    tk.get_action("harvest_jobs_run")({"ignore_auth": True}, {})
    return {"seconds": time.perf_counter() - start, "added": done}


def clear() -> int:
    """Remove sources and datasets of this measurement."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    names = [
        row[0]
        for row in model.Session.query(model.Package.name).filter(
            model.Package.type == "harvest", model.Package.name.like(PREFIX + "%")
        )
    ]
    for name in names:
        package: Any = model.Package.get(name)
        source_id = package.id
        tk.get_action("harvest_source_clear")(_context(), {"id": source_id})
        tk.get_action("dataset_purge")(_context(), {"id": source_id})
        model.Session.execute(model.meta.metadata.tables["harvest_source"].delete().where(
            model.meta.metadata.tables["harvest_source"].c.id == source_id
        ))  # fmt: skip
        model.Session.commit()
    return len(names)


def _context() -> Any:
    from corpus import context

    return context()


def _job(lane: str, name: str, url: str, kind: str) -> Any:
    import ckan.model as model
    import ckan.plugins.toolkit as tk
    from ckanext.harvest.model import HarvestJob
    from corpus import organizations

    source = f"{PREFIX}{lane}-{name}"
    if model.Package.get(source) is None:
        data = {"name": source, "title": source, "url": url, "source_type": kind, "owner_org": organizations()[0]}
        tk.get_action("harvest_source_create")(_context(), {**data, "frequency": "MANUAL"})
    package: Any = model.Package.get(source)
    source_id = package.id
    job = tk.get_action("harvest_job_create")(_context(), {"source_id": source_id, "run": False})
    return HarvestJob.get(job["id"])


@contextmanager
def served() -> Iterator[str]:
    """The catalogues on a loopback port: /ours/bremen.rdf, /stock/bremen.rdf, …"""
    pages = {f"/{lane}/{name}.rdf": _catalog(name, lane) for lane in ("ours", "stock") for name in NAMES}

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(head=True)

        def do_GET(self) -> None:
            self._answer()

        def _answer(self, head: bool = False) -> None:
            body = pages.get(self.path.partition("?")[0], b"")
            self.send_response(200 if body else 404)
            self.send_header("Content-Type", "application/rdf+xml")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if not head:
                self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()


def _catalog(name: str, lane: str) -> bytes:
    body = (CATALOGS / f"{name}.rdf").read_bytes()
    for address in (b"https://www.transparenz.bremen.de/de/datensatz/", b"https://www.opendata-hro.de/dataset/"):
        body = body.replace(address, address + lane.encode() + b"-")
    # stock gives up a whole source when its next page is missing, and only page 1 of 3 is there
    return b"\n".join(line for line in body.splitlines() if b"hydra:nextPage" not in line)


def main() -> int:
    if not CATALOGS.exists():
        print("The reference catalogues are not on this machine: nothing was measured.")
        return 0
    stock_ini = ini().with_name("stock-harvest.ini")
    stock_ini.write_text(STOCK.format(ini=ini()).replace(" harvest ", " harvest dcat_rdf_harvester "), "utf-8")
    ours, stock = Worker(ini()), Worker(stock_ini)
    try:
        ours.call("harvest:clear")
        with served() as address:
            figures = _measure(ours, stock, address)
        ours.call("harvest:clear")
    finally:
        ours.close()
        stock.close()
    return report("harvest", figures)


def _measure(ours: Worker, stock: Worker, address: str) -> list[Figure]:
    seconds: dict[tuple[str, int], float] = {}
    memory = 0.0
    for number in (1, 2):
        for lane, worker in (("ours", ours), ("stock", stock)):
            results = [
                worker.call(f"harvest:run_{lane}", lane=lane, name=name, url=f"{address}/{lane}/{name}.rdf")
                for name in NAMES
            ]
            seconds[lane, number] = sum(result["seconds"] for result in results)
            if lane == "ours" and number == 1:
                memory = results[-1]["memory"]
            written = sum(result["added"] for result in results)
            if (lane, number) != ("ours", 2) and written != DATASETS:
                raise SystemExit(f"{lane}: only {written} of {DATASETS} datasets came through")
            if (lane, number) == ("ours", 2) and sum(result["unchanged"] for result in results) != DATASETS:
                raise SystemExit("The second run found changes in a catalogue that did not change")
    size = f"{DATASETS} datasets, 1,010 distributions"
    return [
        Figure("harvest of two catalogues, first run", "s", round(seconds["ours", 1], 2), round(seconds["stock", 1], 2),
               limit=0.333, note=size),
        Figure("harvest of two catalogues, unchanged", "s", round(seconds["ours", 2], 3), round(seconds["stock", 2], 2),
               limit=0.05, note=size),
        Figure("largest memory of the harvesting process", "MB", round(memory, 1), limit_absolute=250, note=size),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
