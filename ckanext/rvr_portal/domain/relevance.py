"""How good an order of hits is, by grades that people have given."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["grades_of", "ndcg"]


def grades_of(grades: Iterable[tuple[str, int]], names: Mapping[str, str]) -> dict[str, int]:
    """Grade by id of datasets whose names by id are given; the first grade that names a dataset counts.

    :param grades: (name of a dataset, or its beginning with * at the end, grade)
    """
    found: dict[str, int] = {}
    for pattern, grade in grades:
        for id_, name in names.items():
            matches = name.startswith(pattern[:-1]) if pattern.endswith("*") else name == pattern
            if matches and id_ not in found:
                found[id_] = grade
    return found


def ndcg(shown: Sequence[int], all_grades: Sequence[int], depth: int = 10) -> float:
    """Normalised discounted cumulative gain (Järvelin and Kekäläinen 2002) with gains of 2^grade - 1, from 0 to 1.

    :param shown: grades of the hits in their order
    :param all_grades: grades of all datasets that answer the query
    """
    best = _gain(sorted(all_grades, reverse=True)[:depth])
    return _gain(shown[:depth]) / best if best else 0.0


def _gain(grades: Sequence[int]) -> float:
    return sum((2**grade - 1) / math.log2(place + 2) for place, grade in enumerate(grades))
