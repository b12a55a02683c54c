"""Suggestions while typing over 10,000 datasets: 95th percentile letter by letter, beside CKAN's own `package_autocomplete`."""

from __future__ import annotations

import sys
import time

from frame import Figure, Worker, median, p95, pair_of_workers, report
from search import DATASETS

TYPED = (
    "Spielplätze in Herne",
    "Luftqualität",
    "Verkehr",
    "Kreis Unna",
    "Haushalt 2024",
    "Solarkataster",
    "Spielplt",
    "bae",
)
ROUNDS = 3
MAX_MS = 30


def letters() -> list[str]:
    """What stands in the field after each key."""
    return [text[:end] for text in TYPED for end in range(2, len(text) + 1)]


def autocomplete(q: str) -> float:
    """CKAN's own action for the same letters, by an anonymous visitor: milliseconds."""
    import ckan.plugins.toolkit as tk

    start = time.perf_counter()
    tk.get_action("package_autocomplete")({"user": "", "auth_user_obj": None}, {"q": q, "limit": 10})  # type: ignore[typeddict-item]
    return (time.perf_counter() - start) * 1000


def suggest(q: str) -> float:
    """Our action for the same letters: milliseconds."""
    import ckan.plugins.toolkit as tk

    start = time.perf_counter()
    tk.get_action("rvr_suggest")({"user": "", "auth_user_obj": None}, {"q": q})  # type: ignore[typeddict-item]
    return (time.perf_counter() - start) * 1000


def measured(ours: Worker, stock: Worker) -> tuple[list[float], list[float], list[float]]:
    """Milliseconds of each letter: our answer over HTTP, our action, CKAN's action; a first round warms all three."""
    page: list[float] = []
    action: list[float] = []
    theirs: list[float] = []
    for number in range(-1, ROUNDS):
        for text in letters():
            answer = ours.get(f"/suggest.json?q={text}")
            if answer["status"] != 200:
                raise SystemExit(f"The suggestions for {text!r} answered {answer['status']}.")
            values = answer["ms"], ours.call("suggest:suggest", q=text), stock.call("suggest:autocomplete", q=text)
            if number >= 0:
                page.append(values[0])
                action.append(values[1])
                theirs.append(values[2])
    return page, action, theirs


def main() -> int:
    with pair_of_workers() as (ours, stock):
        ours.call("corpus:fill", number=DATASETS)
        page, action, theirs = measured(ours, stock)
        rounds = len(page)
        figures = [
            Figure(f"suggestions, p95, {DATASETS} datasets", "ms", p95(page), p95(theirs), limit_absolute=MAX_MS, rounds=rounds,
                   note="ours: the whole answer over HTTP; stock: the action package_autocomplete, titles only"),
            Figure("rvr_suggest, p95", "ms", p95(action), p95(theirs), rounds=rounds),
            Figure("rvr_suggest, median", "ms", median(action), median(theirs), rounds=rounds),
        ]  # fmt: skip
        return report("suggest", figures)


if __name__ == "__main__":
    sys.exit(main())
