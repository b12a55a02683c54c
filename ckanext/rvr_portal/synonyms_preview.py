"""What another list of synonyms would change, tried on the datasets of this portal that everybody sees."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import yaml

from . import synonyms
from .domain.relevance import grades_of, ndcg
from .domain.synonyms import parse

__all__ = ["Asked", "Effect", "Result", "preview", "read_judged", "words_of"]

_ROWS = 10
_MAX_QUERIES = 500


@dataclass(frozen=True)
class Asked:
    """A query, and the datasets that answer it as (name or its beginning with *, grade from 1 to 3)."""

    q: str
    grades: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True)
class Result:
    """What a query finds: how many, the first as "organisation: title", and nDCG@10 if it is judged."""

    count: int
    titles: tuple[str, ...]
    quality: float | None = None


@dataclass(frozen=True)
class Effect:
    """What a query finds with the list in use and with the other one."""

    q: str
    before: Result
    after: Result

    @property
    def is_change(self) -> bool:
        """Whether anything would be different."""
        return self.before != self.after


def preview(text: str, asked: Sequence[Asked]) -> list[Effect]:
    """Ask every query with the list in use and with another one, as an anonymous visitor does.

    :raises SynonymsError: the list cannot be understood
    """
    now, then = synonyms.current(), parse(text)
    effects = []
    for query in asked[:_MAX_QUERIES]:
        with synonyms.tried(now):
            before = _result(query)
        with synonyms.tried(then):
            after = _result(query)
        effects.append(Effect(query.q, before, after))
    return effects


def read_judged(text: str) -> list[Asked]:
    """Queries out of YAML: a list of {q: …, 3: [organisation: title, …], 2: […], 1: […]}.

    :raises ValueError: the text has another form
    """
    entries = yaml.safe_load(text)
    if not isinstance(entries, list) or not all(isinstance(entry, dict) and entry.get("q") for entry in entries):
        raise ValueError("a list of entries with q is expected")
    return [
        Asked(str(entry["q"]), tuple((str(name), grade) for grade in (3, 2, 1) for name in entry.get(grade) or ()))
        for entry in entries
    ]


def words_of(one: str, other: str) -> list[str]:
    """The words of all lines that are in one of two lists only, in their order."""
    first, second = _lines(one), _lines(other)
    different = [line for line in (*second, *first) if (line in first) != (line in second)]
    words = (word.strip() for line in different for word in line.replace("=>", ",").split(","))
    return list(dict.fromkeys(filter(None, words)))


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip() and not line.startswith("#")]


def _result(query: Asked) -> Result:
    found = _search(query.q, _ROWS)
    titles = tuple(map(_name, found["results"]))
    if not query.grades:
        return Result(found["count"], titles)
    known = {_name(row) for name in _searched_titles(query) for row in _search(f'"{name}"', 50)["results"]}
    grades = grades_of(query.grades, {name: name for name in (*known, *titles)})
    if max(grades.values(), default=0) < 3:
        return Result(found["count"], titles)  # what was asked for is not in this portal
    return Result(found["count"], titles, ndcg([grades.get(name, 0) for name in titles], list(grades.values())))


def _searched_titles(query: Asked) -> Iterable[str]:
    return (name.partition(": ")[2].rstrip("*").replace('"', " ").strip() for name, _grade in query.grades)


def _search(text: str, rows: int) -> dict[str, Any]:
    data = {"q": text, "fq": "+dataset_type:dataset", "rows": rows, "fl": ["id", "title", "organization"]}
    context: Any = {"user": "", "auth_user_obj": None, "ignore_auth": False}
    return tk.get_action("package_search")(context, data)


def _name(row: dict[str, Any]) -> str:
    return f"{row.get('organization', '')}: {row.get('title', '')}"
