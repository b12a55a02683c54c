"""Server time of the main pages and the bytes of our own styles and scripts, at 10,000 datasets."""

from __future__ import annotations

import gzip
import re
import sys

from frame import Figure, Worker, median, pair_of_workers, paired, report
from search import DATASETS, page_ms

ROUNDS = 30
OWN_PAGES = (("dashboard", "/dashboards/ueberblick"), ("tile as JSON", "/dashboards/ueberblick/formate.json"))


def asset_bytes(worker: Worker, path: str) -> tuple[int, int]:
    """Gzip bytes of all styles and scripts of a page: (those of our own, those of others)."""
    text = worker.get(path)["text"]
    addresses = dict.fromkeys(re.findall(r'(?:src|href)="([^"]+\.(?:css|js)(?:\?[^"]*)?)"', text))
    own = others = 0
    for address in addresses:
        answer = worker.get(address)
        if answer["status"] != 200:
            raise SystemExit(f"{address} answered {answer['status']}.")
        size = len(gzip.compress(answer["text"].encode(), 6))
        own, others = (own + size, others) if "rvr_" in address else (own, others + size)
    return own, others


def main() -> int:
    with pair_of_workers() as (ours, stock):
        ours.call("corpus:fill", number=DATASETS)
        front = paired(lambda _: page_ms(ours, "/"), lambda _: page_ms(stock, "/"), ROUNDS)
        figures = [Figure(f"front page, {DATASETS} datasets", "ms", *front, limit_absolute=60, rounds=ROUNDS)]
        for name, path in OWN_PAGES:
            page_ms(ours, path)
            own = median([page_ms(ours, path) for _ in range(ROUNDS)])
            figures.append(Figure(f"{name}, {DATASETS} datasets", "ms", own, rounds=ROUNDS))
        for name, path in (("front page", "/"), ("search page", "/dataset/")):
            own, _ = asset_bytes(ours, path)
            _, others = asset_bytes(stock, path)
            figures.append(
                Figure(
                    f"styles and scripts of the {name}, gzip", "KB", round(own / 1000, 1), round(others / 1000, 1),
                    limit_absolute=60, note="ours: on top of CKAN's; stock: CKAN's own",
                )
            )  # fmt: skip
            size = len(gzip.compress(ours.get(path)["text"].encode(), 6)) / 1000
            stock_size = len(gzip.compress(stock.get(path)["text"].encode(), 6)) / 1000
            figures.append(Figure(f"HTML of the {name}, gzip", "KB", round(size, 1), round(stock_size, 1)))
        return report("pages", figures)


if __name__ == "__main__":
    sys.exit(main())
