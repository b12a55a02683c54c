"""The deletion guard: what a run may take away. When in doubt, nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from .sentence import Sentence
from .values import Crawl

__all__ = ["MISSING_RUNS", "Verdict", "allowed_sweep", "decide", "recounted"]

# A dataset must have been absent in that many complete runs, one after the other.
MISSING_RUNS = 2

Reason = Literal["", "incomplete", "too_many"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """`archive`: may go now. `missing`: absent in this run, wait for the next. `held`: would go, but stays."""

    archive: frozenset[str]
    missing: frozenset[str]
    held: frozenset[str]
    reason: Reason = ""


def recounted(crawl: Crawl, distinct: int) -> Crawl:
    """The crawl as it ended, seen with all identifiers known, also those on pages that did not change.

    Only now it shows when a dataset has moved to another page while the pages were read, and was counted twice.
    `distinct`: how many different identifiers came.
    """
    if not crawl.complete or crawl.partial or crawl.expected is None or distinct >= crawl.expected:
        return crawl
    problem = Sentence(
        f"Die Quelle nennt {crawl.expected} Datensätze, geliefert hat sie {distinct} verschiedene.",
        f"The source announces {crawl.expected} datasets, it delivered {distinct} different ones.",
    )
    return replace(crawl, complete=False, seen=distinct, problem=problem)


def allowed_sweep(known: int) -> int:
    """How many of `known` datasets may vanish in one run: one, or a tenth of them."""
    return max(1, known // 10)


def decide(crawl: Crawl, known: Mapping[str, int], seen: Collection[str]) -> Verdict:
    """What to do with the records that did not come.

    `known`: guid → number of complete runs in a row, before this one, in which it was absent (0 = was there);
    only records that still have a dataset. `seen`: guids of this run.
    """
    absent = known.keys() - frozenset(seen)
    nothing: frozenset[str] = frozenset()
    if not crawl.complete or (not seen and known):
        return Verdict(nothing, nothing, frozenset(absent), "incomplete" if absent else "")
    due = frozenset(guid for guid in absent if known[guid] + 1 >= MISSING_RUNS)
    # the whole gap counts, not only what is due: half a catalogue that is missing for the first time is no good sign
    if len(absent) > allowed_sweep(len(known)):
        return Verdict(nothing, frozenset(absent - due), due, "too_many")
    return Verdict(due, frozenset(absent - due), nothing)
