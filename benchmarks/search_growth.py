"""How the search grows: 1,000, 10,000 and 100,000 datasets in the index, ours beside stock CKAN (about ten minutes).

Runs by name only: `make bench ARGS=search_growth`; with sizes of one's own: `ARGS="search_growth 1000 5000"`.
"""

from __future__ import annotations

import sys

import suggest
from facets import MATRIX_ROUNDS
from frame import Figure, p95, pair_of_workers, paired, report
from search import QUERIES, page_ms
from search_map import MAX_KB, MAX_MS, marks

SIZES = (1_000, 10_000, 100_000)
ROUNDS = 20
PAGES = (("result page", "/dataset/?q={q}"), ("result page, filtered", "/dataset/?q={q}&res_format=CSV"))


def main(sizes: tuple[int, ...]) -> int:
    """Measure the same at each size; 1 if a limit is missed at any."""
    figures = []
    with pair_of_workers() as (ours, stock):
        for size in sizes:
            made = ours.call("corpus:fill", number=size)
            print(f"{size} datasets in the index ({made} made now)", flush=True)
            for name, path in PAGES:
                medians = paired(
                    lambda n, path=path: page_ms(ours, path.format(q=QUERIES[n % len(QUERIES)])),
                    lambda n, path=path: page_ms(stock, path.format(q=QUERIES[n % len(QUERIES)])),
                    ROUNDS,
                )
                figures.append(Figure(f"{size} datasets: {name}", "ms", *medians, limit=1.2, rounds=ROUNDS))
            slowest, largest = marks(ours)
            figures.append(Figure(f"{size} datasets: marks of the map, p95", "ms", slowest, limit_absolute=MAX_MS))
            figures.append(Figure(f"{size} datasets: largest answer, gzip", "KB", largest, limit_absolute=MAX_KB))
            page, _action, theirs = suggest.measured(ours, stock)
            p95s = p95(page), p95(theirs)
            figures.append(Figure(f"{size} datasets: suggestions, p95", "ms", *p95s, limit_absolute=suggest.MAX_MS))
            times = [ours.call("facets:matrix")["ms"] for _ in range(MATRIX_ROUNDS)]
            figures.append(Figure(f"{size} datasets: publisher × theme, p95", "ms", p95(times), limit_absolute=60))
    return report("search_growth", figures, keep=sizes == SIZES)


if __name__ == "__main__":
    sys.exit(main(tuple(map(int, sys.argv[1:])) or SIZES))
