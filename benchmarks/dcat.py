"""The catalogue as RDF: a page of 100 datasets, an unchanged page, and the whole of 10,000, ours beside stock."""

from __future__ import annotations

import os
import re
import sys
import time

import psutil
from frame import Figure, Worker, pair_of_workers, paired, report

DATASETS = int(os.environ.get("BENCH_DATASETS", "10000"))
ROUNDS = int(os.environ.get("BENCH_ROUNDS", "10"))


def page_ms(worker: Worker, path: str) -> float:
    """Server time of a page in ms; stops when the page is not whole."""
    answer = worker.get(path)
    if answer["status"] != 200:
        raise SystemExit(f"{path} answered {answer['status']}.")
    return answer["ms"]


def unchanged_ms(path: str) -> tuple[float, float]:
    """Server time of an answer to somebody who has the page already, and the processor's time in it."""
    from flask import current_app

    client = current_app.test_client(use_cookies=False)
    tag = client.get(path).headers["ETag"]
    start, begun = time.perf_counter(), time.process_time()
    response = client.get(path, headers={"If-None-Match": tag})
    elapsed, used = (time.perf_counter() - start) * 1000, (time.process_time() - begun) * 1000
    if response.status_code != 304:
        raise SystemExit(f"{path} answered {response.status_code} though nothing changed.")
    return elapsed, used


def main() -> int:
    """Measure and report."""
    figures = []
    with pair_of_workers() as (ours, stock):
        made = ours.call("corpus:fill", number=DATASETS)
        print(f"{DATASETS} datasets in the index ({made} made now)", flush=True)
        for ending, name in (("ttl", "Turtle"), ("jsonld", "JSON-LD"), ("rdf", "RDF/XML")):
            medians = paired(
                lambda n, ending=ending: page_ms(ours, f"/catalog.{ending}?page={n % 5 + 1}"),
                lambda n, ending=ending: page_ms(stock, f"/catalog.{ending}?page={n % 5 + 1}"),
                ROUNDS,
            )
            figures.append(Figure(f"page of 100 datasets, {name}", "ms", *medians, limit=0.5, rounds=ROUNDS))
        times = [ours.call("dcat:unchanged_ms", path="/catalog.ttl?page=2") for _round in range(20)]
        elapsed, used = (sorted(part)[10] for part in zip(*times, strict=True))
        figures.append(Figure("the same page unchanged (304)", "ms", elapsed, limit_absolute=20, rounds=20))
        figures.append(Figure("the same, time of the processor", "ms", used, rounds=20))
        figures += whole(ours)
    return report("dcat", figures)


def whole(worker: Worker) -> list[Figure]:
    """The whole catalogue, page after page, and the memory of the process."""
    process = psutil.Process(worker.pid)
    start, pages, address, memory = time.perf_counter(), 0, "/catalog.ttl", 0.0
    begun = sum(process.cpu_times()[:2])
    while address:
        text = worker.get(address)["text"]
        pages += 1
        memory = max(memory, process.memory_info().rss / 1e6)
        found = re.search(r"hydra:next <[^>]*?(/catalog\.ttl\?[^>]*)>", text)
        address = found[1] if found else ""
    share = 10_000 / (pages * 100)
    seconds, used = (time.perf_counter() - start) * share, (sum(process.cpu_times()[:2]) - begun) * share
    return [
        Figure(f"whole catalogue, for 10,000 datasets ({pages} pages)", "s", seconds, limit_absolute=60),
        Figure("the same, time of the processor", "s", used),
        Figure("memory of the process", "MB", memory, limit_absolute=300),
    ]


if __name__ == "__main__":
    sys.exit(main())
