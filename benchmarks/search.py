"""Search with five facets at 10,000 datasets: the action and the whole page, ours beside stock CKAN."""

from __future__ import annotations

import os
import sys
import time

from frame import Figure, Worker, pair_of_workers, paired, report

DATASETS = int(os.environ.get("BENCH_DATASETS", "10000"))
ROUNDS = 30
OURS = ["organization", "places", "rvr_theme", "res_format", "rvr_license"]
STOCK = ["organization", "groups", "tags", "res_format", "license_id"]
QUERIES = [
    "",
    "Radwege",
    "Bäume",
    "Haushalt 2024",
    "Luftqualität",
    "Spielplätze und Schulen",
    "Brücken",
    "Solarkataster",
]


def search(q: str, facets: list[str]) -> dict[str, float]:
    """One search as the page asks it, by an anonymous visitor: {ms, count}."""
    import ckan.plugins.toolkit as tk

    data = {"q": q, "fq": "+dataset_type:dataset", "facet.field": facets, "rows": 20, "start": 0}
    start = time.perf_counter()
    result = tk.get_action("package_search")({"user": "", "ignore_auth": False, "auth_user_obj": None}, data)
    return {"ms": (time.perf_counter() - start) * 1000, "count": result["count"]}


def page_ms(worker: Worker, path: str) -> float:
    """Server time of a page in ms; stops when the page is not whole."""
    answer = worker.get(path)
    if answer["status"] != 200:
        raise SystemExit(f"{path} answered {answer['status']}.")
    return answer["ms"]


def main() -> int:
    with pair_of_workers() as (ours, stock):
        made = ours.call("corpus:fill", number=DATASETS)
        print(f"{DATASETS} datasets in the index ({made} made now)", flush=True)

        def query(number: int) -> str:
            return QUERIES[number % len(QUERIES)]

        figures = []
        action = paired(
            lambda n: ours.call("search:search", q=query(n), facets=OURS)["ms"],
            lambda n: stock.call("search:search", q=query(n), facets=STOCK)["ms"],
            ROUNDS,
        )
        figures.append(Figure(f"package_search, five facets, {DATASETS} datasets", "ms", *action, rounds=ROUNDS))
        for name, path in (
            ("search page", "/dataset/?q={q}"),
            ("search page, filtered", "/dataset/?q={q}&res_format=CSV"),
            ("search page, page 50", "/dataset/?page=50&_={q}"),
        ):
            medians = paired(
                lambda n, path=path: page_ms(ours, path.format(q=query(n))),
                lambda n, path=path: page_ms(stock, path.format(q=query(n))),
                ROUNDS,
            )
            figures.append(Figure(f"{name}, {DATASETS} datasets", "ms", *medians, limit=1.2, rounds=ROUNDS))
        return report("search", figures)


if __name__ == "__main__":
    sys.exit(main())
