"""Words that a misspelt word may have meant."""

from __future__ import annotations

from collections.abc import Iterable

from .german import fold, words

__all__ = ["allowed_slips", "best_match", "distance"]

_SHORTEST = 4


def allowed_slips(word: str) -> int:
    """How many slips of the keyboard are believed in a word: none in short ones, one in those of up to six letters, else two."""
    if len(word) < _SHORTEST:
        return 0
    return 1 if len(word) <= 6 else 2


def best_match(word: str, texts: Iterable[str]) -> str | None:
    """The word of the texts that is meant most likely: the fewest slips, then the one that occurs most often.

    :returns: the word as it is written most often in the texts; none if none is near enough
    """
    asked, limit = fold(word), allowed_slips(word)
    counts: dict[str, int] = {}
    nearness: dict[str, int] = {}
    for text in texts:
        for found in dict.fromkeys(words(text)):
            slips = distance(asked, fold(found), limit)
            if 0 < slips <= limit:
                counts[found] = counts.get(found, 0) + 1
                nearness[found] = slips
    return min(counts, key=lambda found: (nearness[found], -counts[found], found), default=None)


def distance(one: str, other: str, limit: int) -> int:
    """Letters left out, added, changed or swapped with the next between two words; more than `limit` is not counted on."""
    if abs(len(one) - len(other)) > limit:
        return limit + 1
    older: list[int] = []
    before, row = older, list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        older, before, row = before, row, [i]
        for j, right in enumerate(other, 1):
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, older[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
    return row[-1]
