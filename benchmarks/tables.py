"""A large CSV: uploaded and made a table of the DataStore, beside `datastore_create` with its rows in stock CKAN."""

from __future__ import annotations

import csv
import io
import os
import sys
import time
from pathlib import Path
from typing import Any

import corpus
from frame import Figure, pair_of_workers, report

ROWS = int(os.environ.get("BENCH_TABLE_ROWS", "100000"))
NAME = "bench-table"
HEADS = ("AGS", "Ort", "Straße", "Einwohner", "Fläche", "Anteil", "Stand", "Bemerkung")


def make() -> str:
    """A dataset for the files; its id."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    found = model.Package.get(NAME)
    if found is None:
        owner = corpus.organizations()[0]
        tk.get_action("package_create")(corpus.context(), corpus.package(1, "", owner, 0) | {"name": NAME})
        found = model.Package.get(NAME)
    assert found
    return found.id


def upload(way: str) -> dict[str, Any]:
    """Upload the file as a steward does: {id, s, mb}."""
    import ckan.plugins.toolkit as tk
    from werkzeug.datastructures import FileStorage

    data = _csv()
    start = time.perf_counter()
    made = tk.get_action("resource_create")(
        corpus.context(),
        {"package_id": make(), "url": "", "name": way, "format": "CSV", "upload": FileStorage(io.BytesIO(data), f"{way}.csv")},
    )  # fmt: skip
    return {"id": made["id"], "s": time.perf_counter() - start, "mb": len(data) / 2**20}


def load(resource_id: str) -> dict[str, float]:
    """What the worker does with the file: {s, mb: growth of memory at its highest, rows}."""
    from ckan.lib.jobs import get_queue

    from ckanext.rvr_portal.tables import store
    from ckanext.rvr_portal.tables.load import load_table

    row: Any = store.find(resource_id)
    before = _measured_from_now()
    start = time.perf_counter()
    load_table(resource_id, row["version"])
    elapsed = time.perf_counter() - start
    row = store.find(resource_id)
    if row["state"] != store.DONE:
        raise RuntimeError(f"The table was not loaded: {row['state']} {row['report']}")
    get_queue().empty()  # the job is done
    return {"s": elapsed, "mb": _memory("VmHWM") - before, "rows": row["rows_total"]}


def create(resource_id: str) -> dict[str, float]:
    """The rows of the same file by `datastore_create`, every value as it is written, in one call as in CKAN's guide."""
    import ckan.plugins.toolkit as tk
    from ckan.lib import uploader

    path = uploader.get_resource_uploader({"id": resource_id}).get_path(resource_id)
    before = _measured_from_now()
    start = time.perf_counter()
    with Path(path).open(encoding="utf-8", newline="") as stream:
        records = list(csv.DictReader(stream, delimiter=";"))
    fields = [{"id": name, "type": "text"} for name in HEADS]
    tk.get_action("datastore_create")(
        corpus.context(), {"resource_id": resource_id, "fields": fields, "records": records, "force": True}
    )
    return {"s": time.perf_counter() - start, "mb": _memory("VmHWM") - before, "rows": len(records)}


def clear() -> None:
    """Remove the dataset with its files and tables."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk
    from ckanext.datastore.backend import DatastoreBackend

    model.Session.remove()  # the other process has added files
    package = model.Package.get(NAME)
    if package is None:
        return
    for resource in package.resources:
        if DatastoreBackend.get_active_backend().resource_exists(resource.id):
            tk.get_action("datastore_delete")(corpus.context(), {"resource_id": resource.id, "force": True})
    tk.get_action("dataset_purge")(corpus.context(), {"id": NAME})


def _csv() -> bytes:
    lines = [";".join(HEADS)]
    lines += [
        f"0{5_110_000 + n % 53};Ort {n % 53};Straße Nr. {n};{n % 900 + 1}.{n % 1000:03d};{n % 500},{n % 100:02d};{n % 100},5;"
        f"{n % 28 + 1:02d}.{n % 12 + 1:02d}.{2000 + n % 26};eine Bemerkung zur Zeile {n}"
        for n in range(ROWS)
    ]
    return ("\r\n".join(lines) + "\r\n").encode()


def _measured_from_now() -> float:
    """Begin to note the largest memory of this process anew; MB now."""
    Path("/proc/self/clear_refs").write_text("5", "ascii")
    return _memory("VmRSS")


def _memory(what: str) -> float:
    for line in Path("/proc/self/status").read_text("ascii", "replace").splitlines():
        if line.startswith(f"{what}:"):
            return int(line.split()[1]) / 1024
    raise RuntimeError(f"The kernel does not tell {what}.")


def main() -> int:
    with pair_of_workers() as (ours, stock):
        ours.call("tables:clear")
        ours.call("tables:make")
        try:
            figures = _measure(ours, stock)
        finally:
            ours.call("tables:clear")
    return report("tables", figures)


def _measure(ours: Any, stock: Any) -> list[Figure]:
    # both once before: the first upload makes folders and fills caches
    for way, worker in (("warm-ours", ours), ("warm-stock", stock)):
        worker.call("tables:upload", way=way)
    sent, sent_stock = ours.call("tables:upload", way="ours"), stock.call("tables:upload", way="stock")
    loaded = ours.call("tables:load", resource_id=sent["id"])
    created = stock.call("tables:create", resource_id=sent_stock["id"])
    size = f"{sent['mb']:.0f} MB, {int(loaded['rows'])} rows"
    return [
        Figure(f"upload of a CSV ({size})", "s", sent["s"], sent_stock["s"], note="ours looks at the file"),
        Figure("the same into the DataStore, checked and typed", "s", loaded["s"], created["s"], note="stock: all as text"),
        Figure("memory of the worker at its highest, above rest", "MB", loaded["mb"], created["mb"]),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
