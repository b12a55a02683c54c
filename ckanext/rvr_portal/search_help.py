"""Help when a search finds nothing: what may have been meant, and what is found with one word less.

Words are only proposed out of titles and keywords of datasets that the asker may see: every look-up is a search of his.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context

from . import synonyms
from .domain.german import fold
from .domain.question import Question, Term, ask
from .domain.spelling import allowed_slips, best_match

__all__ = ["Alternative", "did_you_mean", "relaxed"]

Count = Callable[[str], int]

_MAX_WORDS = 6
_LOOKED_AT = 50
_MAX_ALTERNATIVES = 4


@dataclass(frozen=True)
class Alternative:
    """Another search text, how many datasets it finds, and the words that are left out or replaced in it."""

    q: str
    count: int
    instead_of: tuple[str, ...]


def did_you_mean(text: str, context: Context, count: Count | None = None) -> Alternative | None:
    """The text with its unknown words replaced by what they may have meant; none if that finds nothing either.

    :param context: of the asker; only what he may see is looked at
    :param count: how many datasets a text finds, e.g. together with filters; without it the text alone
    :raises SearchError: the search index does not answer
    """
    question = _question(text)
    if question is None:
        return None
    replaced: dict[str, str] = {}
    for term in question.terms[:_MAX_WORDS]:
        word = term.words[0]
        if len(term.words) == 1 and allowed_slips(word) and not _number(word, context):
            meant = best_match(word, _texts_near(word, context))
            if meant:
                replaced[word] = meant
    if not replaced:
        return None
    changed = " ".join(_written(term, replaced) for term in question.terms)
    found = (count or (lambda q: _number(q, context)))(changed)
    return Alternative(changed, found, tuple(replaced)) if found else None


def relaxed(text: str, context: Context, count: Count | None = None) -> list[Alternative]:
    """The text with one word less, for each word without which something is found, the closest first.

    :raises SearchError: the search index does not answer
    """
    question = _question(text)
    if question is None or not 1 < len(question.terms) <= _MAX_WORDS:
        return []
    found = []
    # the last word first: of two that find as much, what was asked for first stays
    for position, term in reversed(tuple(enumerate(question.terms))):
        rest = [other for place, other in enumerate(question.terms) if place != position]
        q = " ".join(_written(other, {}) for other in rest)
        number = (count or (lambda q: _number(q, context)))(q)
        if number:
            found.append(Alternative(q, number, term.words))
    return sorted(found, key=lambda one: one.count)[:_MAX_ALTERNATIVES]


def _question(text: str) -> Question | None:
    """The text in its words; none if it is no plain row of words."""
    question = ask(text, synonyms.current())
    return question if question.terms and not question.operators else None


def _written(term: Term, replaced: dict[str, str]) -> str:
    word = " ".join(term.words)
    if len(term.words) > 1:
        return f'{term.sign}"{word}"'
    return term.sign + replaced.get(word, word) + "*" * term.beginning


def _number(q: str, context: Context) -> int:
    return _search(context, {"q": q, "rows": 0})["count"]


def _texts_near(word: str, context: Context) -> list[str]:
    """Titles and keywords of datasets that hold a word which is written nearly so."""
    near = f"rvr_words:{fold(word)}~{allowed_slips(word)}"
    rows = _search(context, {"q": near, "rows": _LOOKED_AT, "fl": ["id", "rvr_words"]})["results"]
    return [text for row in rows for text in row.get("rvr_words") or ()]


def _search(context: Context, data: dict[str, Any]) -> dict[str, Any]:
    asker: Any = {name: context.get(name) for name in ("user", "auth_user_obj", "ignore_auth")}
    return tk.get_action("package_search")(asker, {**data, "fq": "+dataset_type:dataset"})
