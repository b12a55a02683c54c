"""Writing datasets: package_create one by one (the stock way) and in a batch (as the harvest writes)."""

from __future__ import annotations

import sys
import time
from typing import Any

from frame import Figure, pair_of_workers, paired, report

BATCH = 20
ROUNDS = 4
PREFIX = "bench-create-"


def one_by_one(first: int, number: int) -> float:
    """Create datasets each with its own commit and index update; ms a dataset."""
    import ckan.plugins.toolkit as tk
    from corpus import context

    packages = _packages(first, number)
    start = time.perf_counter()
    for data in packages:
        tk.get_action("package_create")(context(), data)
    return _per_dataset(start, number)


def batched(first: int, number: int) -> float:
    """Create datasets as the harvest's writer and indexer do: one transaction, one index update; ms a dataset."""
    import ckan.model as model
    from corpus import context

    from ckanext.rvr_harvest.indexer import commit_index, index_packages
    from ckanext.rvr_harvest.quiet import call_silently, quiet

    packages = _packages(first, number)
    start = time.perf_counter()
    shared = context()
    user = model.User.get(shared.get("user"))
    ids = []
    with quiet():
        for data in packages:
            once = {**shared, "auth_user_obj": user, "defer_commit": True, "return_id_only": True}
            ids.append(call_silently("package_create", once, data))
    model.Session.commit()
    refused = index_packages(ids)
    commit_index()
    elapsed = _per_dataset(start, number)
    if refused:
        raise RuntimeError(f"Solr refused {len(refused)} datasets")
    return elapsed


def clear() -> int:
    """Remove the datasets of this measurement, so that the next ones find the same index."""
    import ckan.model as model
    import ckan.plugins.toolkit as tk
    from corpus import context

    names = [row[0] for row in model.Session.query(model.Package.name).filter(model.Package.name.like(PREFIX + "%"))]
    for name in names:
        tk.get_action("dataset_purge")(context(), {"id": name})
    return len(names)


def _packages(first: int, number: int) -> list[dict[str, Any]]:
    from corpus import organizations, package

    owners = organizations()
    return [package(n, PREFIX, owners[n % len(owners)]) for n in range(first, first + number)]


def _per_dataset(start: float, number: int) -> float:
    return (time.perf_counter() - start) * 1000 / number


def main() -> int:
    with pair_of_workers() as (ours, stock):
        ours.call("create:clear")
        try:
            figures = _measure(ours, stock)
        finally:
            ours.call("create:clear")
    return report("create", figures)


def _measure(ours: Any, stock: Any) -> list[Figure]:
    def first(number: int, lane: int) -> int:
        return lane * 10_000 + (number + 5) * BATCH

    single = paired(
        lambda n: ours.call("create:one_by_one", first=first(n, 1), number=BATCH),
        lambda n: stock.call("create:one_by_one", first=first(n, 2), number=BATCH),
        ROUNDS,
        warm=1,
    )
    batch = paired(
        lambda n: ours.call("create:batched", first=first(n, 3), number=BATCH),
        lambda n: stock.call("create:one_by_one", first=first(n, 4), number=BATCH),
        ROUNDS,
        warm=1,
    )
    size = f"{BATCH} a round, 3 resources each"
    return [
        Figure("package_create, one by one", "ms", *single, rounds=ROUNDS, note=size),
        Figure("the same datasets written in a batch, indexed", "ms", *batch, rounds=ROUNDS, note=size),
    ]


if __name__ == "__main__":
    sys.exit(main())
