"""Datasets as sheets: export and import of 1,000 rows, beside the same datasets read and changed one by one in stock CKAN."""

from __future__ import annotations

import io
import json
import os
import sys
import time
from typing import Any

import corpus
from frame import Figure, pair_of_workers, report

ROWS = int(os.environ.get("BENCH_SHEET_ROWS", "1000"))
FILES = 3
DATASETS = -(-ROWS // FILES)
PREFIX = "bench-sheet-"
ORGANIZATION = "bench-sheet"


def fill() -> int:
    """Make an organisation of datasets with three files each, that is three rows; returns their number."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    owner = model.Group.get(ORGANIZATION)
    if owner is None:
        tk.get_action("organization_create")(corpus.context(), {"name": ORGANIZATION, "title": "Tabellen"})
        owner = model.Group.get(ORGANIZATION)
    assert owner
    for number in range(DATASETS):
        if model.Package.get(f"{PREFIX}{number}") is None:
            context: Any = corpus.context() | {"defer_commit": True, "return_id_only": True}
            # titles must differ: the sheet asks back where they do not
            data = corpus.package(number, PREFIX, owner.id, FILES) | {"title": f"Messung {number}"}
            tk.get_action("package_create")(context, data)
    model.repo.commit()
    return DATASETS


def export_sheet() -> dict[str, float]:
    """The Excel table of all datasets: {s, rows}."""
    import ckan.model as model
    import openpyxl

    from ckanext.rvr_portal.sheets.export import export

    owner: Any = model.Group.get(ORGANIZATION)
    start = time.perf_counter()
    table = export("xlsx", owner.id, "de")
    elapsed = time.perf_counter() - start
    page: Any = openpyxl.load_workbook(io.BytesIO(table), read_only=True).worksheets[0]
    return {"s": elapsed, "rows": sum(1 for _row in page.iter_rows()) - 2}


def read_one_by_one() -> float:
    """The same datasets as a stock CKAN gives them: package_show, a line of JSON each; seconds."""
    import ckan.plugins.toolkit as tk

    start = time.perf_counter()
    for number in range(DATASETS):
        shown = tk.get_action("package_show")(corpus.context() | {"use_cache": False}, {"id": f"{PREFIX}{number}"})
        json.dumps(shown)
    return time.perf_counter() - start


def import_sheet() -> dict[str, float]:
    """Change the version of every dataset by a sheet: {check, write} in seconds, the index included."""
    import ckan.model as model
    import openpyxl
    from ckan.lib.jobs import get_queue

    from ckanext.rvr_portal.sheets import jobs, runs, store
    from ckanext.rvr_portal.sheets.export import export

    owner: Any = model.Group.get(ORGANIZATION)
    user: Any = model.User.get(corpus.context().get("user"))
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx", owner.id, "de")))
    page: Any = book.worksheets[0]
    column = [cell.value for cell in page[1]].index("Version") + 1
    titles = [cell.value for cell in page[1]].index("Titel") + 1
    for line in range(3, page.max_row + 1):
        if page.cell(line, titles).value:
            page.cell(line, column).value = _version()
    changed = io.BytesIO()
    book.save(changed)

    start = time.perf_counter()
    run = runs.start_import(user, owner.id, "bench.xlsx", changed.getvalue(), "de", at_once=True)
    jobs.check(run.id)
    checked = time.perf_counter()
    runs.confirm(_again(run.id), overwrite=False, at_once=True)
    jobs.write(run.id)
    written = time.perf_counter()
    shown = runs.describe(_again(run.id))
    if shown["state"] != store.DONE or shown["outcomes"]["changed"] != DATASETS:
        raise RuntimeError(f"Not all was written: {shown['state']} {shown['outcomes']} {shown['reason']}")
    runs.discard(_again(run.id))
    get_queue().empty()
    return {"check": checked - start, "write": written - checked}


def change_one_by_one() -> float:
    """The same change in stock CKAN: package_show and package_update of each dataset; seconds."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    model.Session.remove()  # the other process has changed the datasets
    version = _version()
    start = time.perf_counter()
    for number in range(DATASETS):
        shown = tk.get_action("package_show")(corpus.context() | {"use_cache": False}, {"id": f"{PREFIX}{number}"})
        tk.get_action("package_update")(corpus.context(), shown | {"version": version})
    return time.perf_counter() - start


def clear() -> None:
    """Remove what was made."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    model.Session.remove()
    names = [row[0] for row in model.Session.query(model.Package.name).filter(model.Package.name.like(f"{PREFIX}%"))]
    for name in names:
        tk.get_action("dataset_purge")(corpus.context(), {"id": name})


def _version() -> str:
    return f"v{time.time_ns()}"


def _again(run_id: str) -> Any:
    import ckan.model as model

    from ckanext.rvr_portal.sheets import store

    model.Session.expire_all()
    return store.get(run_id)


def main() -> int:
    with pair_of_workers() as (ours, stock):
        ours.call("sheets:fill")
        try:
            figures = _measure(ours, stock)
        finally:
            ours.call("sheets:clear")
    return report("sheets", figures)


def _measure(ours: Any, stock: Any) -> list[Figure]:
    for worker, way in ((ours, "export_sheet"), (stock, "read_one_by_one")):
        worker.call(f"sheets:{way}")  # the first time costs what later ones do not
    exported, read = ours.call("sheets:export_sheet"), stock.call("sheets:read_one_by_one")
    imported, changed = ours.call("sheets:import_sheet"), stock.call("sheets:change_one_by_one")
    size = f"{int(exported['rows'])} rows, {DATASETS} datasets"
    return [
        Figure(f"sheet: export as XLSX ({size})", "s", exported["s"], read, note="stock: package_show one by one"),
        Figure("sheet: check of the same rows, all changed", "s", imported["check"], note="no stock way"),
        Figure("sheet: writing them, in one transaction", "s", imported["write"], changed, note="stock: package_update one by one"),
        Figure("sheet: import as a whole", "s", sum(imported.values()), changed, note="stock: as above, unchecked"),
    ]  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
