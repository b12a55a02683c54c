"""How good an order of hits is, by the judged queries."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from judged_corpus import judged_queries

from ckanext.rvr_portal.domain.relevance import grades_of, ndcg

__all__ = ["Verdict", "judge", "table"]


@dataclass
class Verdict:
    """Quality of a search on all judged queries: nDCG@10 and what was found, by query."""

    ndcg: dict[str, float] = field(default_factory=dict)
    found: dict[str, list[str]] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)

    @property
    def mean(self) -> float:
        """Mean nDCG@10."""
        return sum(self.ndcg.values()) / len(self.ndcg)

    @property
    def zero_rate(self) -> float:
        """Share of the queries that found nothing at all."""
        return sum(not found for found in self.found.values()) / len(self.found)

    def by_kind(self) -> dict[str, tuple[float, float, int]]:
        """Mean nDCG@10, zero-result rate and number of queries for each kind of query."""
        table = {}
        for kind in dict.fromkeys(self.kinds.values()):
            own = [q for q, other in self.kinds.items() if other == kind]
            zero = sum(not self.found[q] for q in own) / len(own)
            table[kind] = (sum(self.ndcg[q] for q in own) / len(own), zero, len(own))
        return table


def judge(search: Callable[[str], list[str]], titles: dict[str, str]) -> Verdict:
    """Ask all judged queries that this corpus can answer; `search` returns ids in order, `titles` are the judged names."""
    verdict = Verdict()
    for query in judged_queries():
        grades = grades_of(query["grades"], titles)
        if max(grades.values(), default=0) < 3:
            continue  # what was asked for is in a catalogue that is not here
        found = search(query["q"])
        verdict.found[query["q"]] = found
        verdict.ndcg[query["q"]] = ndcg([grades.get(id_, 0) for id_ in found], list(grades.values()))
        verdict.kinds[query["q"]] = query["kind"]
    return verdict


def table(ours: Verdict, stock: Verdict) -> str:
    """Both as a table for people."""
    rows: list[tuple[Any, ...]] = [("all", ours.mean, stock.mean, ours.zero_rate, stock.zero_rate, len(ours.ndcg))]
    stock_kinds = stock.by_kind()
    for kind, (mean, zero, number) in ours.by_kind().items():
        rows.append((kind, mean, stock_kinds[kind][0], zero, stock_kinds[kind][1], number))
    lines = [f"{'kind':<10} {'queries':>7} {'nDCG@10 ours':>13} {'stock':>6} {'nothing found, ours':>20} {'stock':>6}"]
    lines += [f"{k:<10} {n:>7} {a:>13.3f} {b:>6.3f} {c:>20.1%} {d:>6.1%}" for k, a, b, c, d, n in rows]
    return "\n".join(lines)
