"""Harvest of the two real catalogues (253 datasets, 1,010 distributions): first run and unchanged second run.

Ours works as in operation: one process reads and writes, a worker of the queue writes beside it. The stock way is
ckanext-dcat's `dcat_rdf` harvester, stage by stage as `ckan harvester run-test` calls it. Both get the same files from a
local server; only the datasets' addresses differ, because stock takes over datasets of other sources that have the same
ones.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from background import background_workers
from catalogue_server import Server, Shown, serving
from catalogues import CATALOGS, NAMES
from frame import STOCK, Figure, Worker, ini, report

DATASETS = 253


def _show(server: Server, folder: Path) -> None:
    """The catalogues, for ours and for stock: /ours-bremen/catalog.rdf, /stock-bremen/catalog.rdf, …"""
    for lane in ("ours", "stock"):
        for name in NAMES:
            place = folder / f"{lane}-{name}"
            place.mkdir()
            (place / "1.rdf").write_bytes(_catalog(name, lane))
            server.shown[place.name] = Shown(folder=place)


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
        ours.call("harvest_site:clear")
        with serving() as server, tempfile.TemporaryDirectory(prefix="bench-harvest-") as folder:
            _show(server, Path(folder))
            with background_workers(ini(), 1, lambda: ours.call("harvest_site:listening")):
                figures = _measure(ours, stock, server.url)
        ours.call("harvest_site:clear")
    finally:
        ours.close()
        stock.close()
    return report("harvest", figures)


def _measure(ours: Worker, stock: Worker, address: str) -> list[Figure]:
    seconds: dict[tuple[str, int], float] = {}
    memory = 0.0
    for number in (1, 2):
        for lane, worker in (("ours", ours), ("stock", stock)):
            call, kind = ("run", "rvr_dcat_rdf") if lane == "ours" else ("run_stock", "dcat_rdf")
            results = [
                worker.call(
                    f"harvest_site:{call}",
                    name=f"{lane}-{name}",
                    url=f"{address}/{lane}-{name}/catalog.rdf",
                    kind=kind,
                )
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
    size = f"{DATASETS} datasets, 1,010 distributions; ours: two processes, one that reads and writes and one worker"
    return [
        Figure("harvest of two catalogues, first run", "s", round(seconds["ours", 1], 2), round(seconds["stock", 1], 2),
               limit=0.333, note=size),
        Figure("harvest of two catalogues, unchanged", "s", round(seconds["ours", 2], 3), round(seconds["stock", 2], 2),
               limit=0.05, note=size),
        Figure("largest memory of the harvesting process", "MB", round(memory, 1), limit_absolute=250, note=size),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
