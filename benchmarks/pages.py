"""Server time of the main pages and the bytes of our own styles and scripts, at 10,000 datasets."""

from __future__ import annotations

import gzip
import re
import sys

from frame import Figure, Worker, median, pair_of_workers, paired, report
from search import DATASETS, page_ms

ROUNDS = 30
#: Page, its address, KB it may add to what CKAN's search page has.
WEIGHTS = (("front page", "/", 60), ("search page", "/dataset/", 40), ("map", "/map", 120))
OWN_PAGES = (("dashboard", "/dashboards/ueberblick"), ("tile as JSON", "/dashboards/ueberblick/formate.json"))


def assets(worker: Worker, path: str) -> dict[str, int]:
    """Gzip bytes of each style and script of a page, by address without its stamp."""
    text = worker.get(path)["text"]
    found = {}
    for address in dict.fromkeys(re.findall(r'(?:src|href)="([^"]+\.(?:css|js)(?:\?[^"]*)?)"', text)):
        answer = worker.get(address)
        if answer["status"] != 200:
            raise SystemExit(f"{address} answered {answer['status']}.")
        found[address.partition("?")[0]] = len(gzip.compress(answer["text"].encode(), 6))
    return found


def main() -> int:
    with pair_of_workers() as (ours, stock):
        ours.call("corpus:fill", number=DATASETS)
        front = paired(lambda _: page_ms(ours, "/"), lambda _: page_ms(stock, "/"), ROUNDS)
        figures = [Figure(f"front page, {DATASETS} datasets", "ms", *front, limit_absolute=60, rounds=ROUNDS)]
        for name, path in OWN_PAGES:
            page_ms(ours, path)
            own = median([page_ms(ours, path) for _ in range(ROUNDS)])
            figures.append(Figure(f"{name}, {DATASETS} datasets", "ms", own, rounds=ROUNDS))
        plain = assets(stock, "/dataset/")
        for name, path, most in WEIGHTS:
            added = {address: size for address, size in assets(ours, path).items() if address not in plain}
            figures.append(
                Figure(
                    f"styles and scripts of the {name}, gzip", "KB", round(sum(added.values()) / 1000, 1),
                    round(sum(plain.values()) / 1000, 1), limit_absolute=most,
                    note="ours: on top of CKAN's search page; stock: that page's",
                )
            )  # fmt: skip
            size = len(gzip.compress(ours.get(path)["text"].encode(), 6)) / 1000
            stock_size = len(gzip.compress(stock.get(path.replace("/map", "/dataset/"))["text"].encode(), 6)) / 1000
            figures.append(Figure(f"HTML of the {name}, gzip", "KB", round(size, 1), round(stock_size, 1)))
        return report("pages", figures)


if __name__ == "__main__":
    sys.exit(main())
