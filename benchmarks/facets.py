"""The result page with all facets, places understood and the status sentence, at 10,000 datasets, beside stock CKAN's page."""

from __future__ import annotations

import sys
import time
from typing import Any

from frame import Figure, p95, pair_of_workers, paired, report
from search import DATASETS, QUERIES, ROUNDS, STOCK, page_ms

MATRIX_ROUNDS = 60
# a tenth of the way into the list, at 20 a page
DEEP = max(2, DATASETS // 200)
PAGES = (
    ("result page, all facets", "/dataset/?q={q}", "/dataset/?q={q}"),
    ("result page, place in the words", "/dataset/?q={q}+in+Herne", "/dataset/?q={q}+in+Herne"),
    (
        "result page, two filters",
        "/dataset/?q={q}&format_group=table&openness=free&openness=attribution",
        "/dataset/?q={q}&res_format=CSV",
    ),
    (f"whole list, page {DEEP}", f"/dataset/?page={DEEP}&_={{q}}", f"/dataset/?page={DEEP}&_={{q}}"),
)


def matrix() -> dict[str, float]:
    """Datasets by publisher and theme, one question: {ms, cells}."""
    from ckanext.rvr_portal import solr

    start = time.perf_counter()
    cells = solr.count_across("organization", "rvr_theme", public_only=True)
    return {"ms": (time.perf_counter() - start) * 1000, "cells": sum(map(len, cells.values()))}


def action(q: str) -> dict[str, float]:
    """`rvr_search` as an anonymous visitor asks it: {ms, count}."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk

    context: Any = {"user": "", "ignore_auth": False, "auth_user_obj": model.AnonymousUser()}
    start = time.perf_counter()
    result = tk.get_action("rvr_search")(context, {"q": q})
    return {"ms": (time.perf_counter() - start) * 1000, "count": result["count"]}


def main() -> int:
    with pair_of_workers() as (ours, stock):
        made = ours.call("corpus:fill", number=DATASETS)
        print(f"{DATASETS} datasets in the index ({made} made now)", flush=True)

        def query(number: int) -> str:
            return QUERIES[number % len(QUERIES)]

        figures = []
        for name, own, theirs in PAGES:
            medians = paired(
                lambda n, path=own: page_ms(ours, path.format(q=query(n))),
                lambda n, path=theirs: page_ms(stock, path.format(q=query(n))),
                ROUNDS,
            )
            figures.append(Figure(f"{name}, {DATASETS} datasets", "ms", *medians, limit=1.2, rounds=ROUNDS))
        medians = paired(
            lambda n: ours.call("facets:action", q=query(n))["ms"],
            lambda n: stock.call("search:search", q=query(n), facets=STOCK)["ms"],
            ROUNDS,
        )
        figures.append(Figure("rvr_search, eight facets (stock: package_search, five)", "ms", *medians, rounds=ROUNDS))
        times = [ours.call("facets:matrix")["ms"] for _ in range(MATRIX_ROUNDS)]
        figures.append(
            Figure("publisher × theme matrix, p95", "ms", p95(times), limit_absolute=60, rounds=MATRIX_ROUNDS)
        )
        start = time.perf_counter()
        answer = ours.get("/datasets.csv?organization=herne&organization=bochum")
        seconds = time.perf_counter() - start
        rows = answer["text"].count("\r\n") - 1
        figures.append(Figure("datasets in a CSV file", "datasets/s", round(rows / seconds, 0), better="higher"))
        return report("facets", figures)


if __name__ == "__main__":
    sys.exit(main())
