"""Marks of the map over 10,000 datasets scattered in the region: time and size of the answer, at five zooms."""

from __future__ import annotations

import gzip
import sys

from frame import Figure, Worker, p95, pair_of_workers, report
from search import DATASETS, QUERIES

ROUNDS = 60
MAX_MS, MAX_KB = 60, 60
VIEWS = ("zoom=8.7", "zoom=10&view=6.9,51.4,7.5,51.6", "zoom=12&view=7.1,51.45,7.3,51.55", "zoom=14&view=7.2,51.5,7.25,51.53",
         "zoom=18")  # fmt: skip


def marks(worker: Worker) -> tuple[float, float]:
    """The marks of several views: (p95 of the time in ms, largest answer in KB after gzip)."""
    times, sizes = [], []
    for number in range(ROUNDS):
        view, query = VIEWS[number % len(VIEWS)], QUERIES[number % 2]
        answer = worker.get(f"/map/clusters.json?{view}&q={query}")
        if answer["status"] != 200:
            raise SystemExit(f"The marks of the map answered {answer['status']}.")
        times.append(answer["ms"])
        sizes.append(len(gzip.compress(answer["text"].encode())) / 1024)
    return p95(times), round(max(sizes), 1)


def main() -> int:
    with pair_of_workers() as (ours, _stock):
        ours.call("corpus:fill", number=DATASETS)
        slowest, largest = marks(ours)
        name = f"marks of the map, p95, {DATASETS} datasets"
        return report(
            "search_map",
            [
                Figure(name, "ms", slowest, limit_absolute=MAX_MS, rounds=ROUNDS),
                Figure("largest answer, gzip", "KB", largest, limit_absolute=MAX_KB, rounds=ROUNDS),
            ],
        )


if __name__ == "__main__":
    sys.exit(main())
