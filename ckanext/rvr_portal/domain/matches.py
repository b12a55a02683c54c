"""Where the words of a search stand in a dataset when neither its title nor its description shows them.

The index says that a dataset matches, not in which of its many texts; asking it for that costs more than the whole search.
Here the words are compared once more, in their rough form, with the texts of the few datasets of a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .german import compound_parts, fold, rough, words
from .question import Question, Term
from .synonyms import Synonyms

__all__ = ["Asked", "Match", "asked", "matches"]

Kind = Literal["tag", "file", "column"]
_MAX_SHOWN = 80
_MAX_READ = 500


@dataclass(frozen=True, slots=True)
class Match:
    """A text that holds a word that was asked for: what it is, the text, shortened to what can be read in a list."""

    kind: Kind
    text: str


@dataclass(frozen=True, slots=True)
class Asked:
    """One thing asked for, in the rough form of its words: any of the `words`, all of one of the `groups`, or a `beginning`."""

    words: frozenset[str]
    groups: tuple[frozenset[str], ...] = ()
    beginning: str = ""

    def stands_in(self, text: str) -> bool:
        """Whether a text holds it."""
        text = text[:_MAX_READ]
        found = _forms(text)
        if not found.isdisjoint(self.words) or any(group <= found for group in self.groups):
            return True
        return bool(self.beginning) and any(fold(word).startswith(self.beginning) for word in words(text))


def asked(question: Question, synonyms: Synonyms) -> tuple[Asked, ...]:
    """What a question looks for, with other words for it; without what must not occur."""
    return tuple(_asked(term, synonyms) for term in question.terms if term.sign != "-")


def matches(
    wanted: Sequence[Asked], shown: Iterable[str], texts: Iterable[tuple[Kind, str]], limit: int = 2
) -> list[Match]:
    """The first texts that hold what is wanted and is not shown already.

    :param shown: found words that title and description show
    :param texts: kind and text of everything else, in the order in which it is told
    """
    seen = " ".join(shown)
    missing = [one for one in wanted if not one.stands_in(seen)]
    found: list[Match] = []
    for kind, text in texts:
        if not missing or len(found) == limit:
            break
        held = [one for one in missing if one.stands_in(text)]
        if held:
            missing = [one for one in missing if one not in held]
            found.append(Match(kind, _short(text)))
    return found


def _asked(term: Term, synonyms: Synonyms) -> Asked:
    if term.beginning:
        return Asked(frozenset(), beginning=fold(term.words[0]))
    own = tuple(word.lower() for word in term.words)
    ways = [frozenset(map(rough, way)) for way in (own, *(() if term.exact else synonyms.of(own)))]
    return Asked(frozenset().union(*(way for way in ways if len(way) == 1)), tuple(way for way in ways if len(way) > 1))


# names of files and columns come again with every page and every search; a long text takes some kilobytes
@lru_cache(maxsize=5_000)
def _forms(text: str) -> frozenset[str]:
    return frozenset(_each_form(text))


def _each_form(text: str) -> Iterator[str]:
    for word in words(text):
        yield rough(word)
        yield from map(rough, compound_parts(word))


def _short(text: str) -> str:
    plain = " ".join(text.split())
    return plain if len(plain) <= _MAX_SHOWN else plain[:_MAX_SHOWN].rsplit(" ", 1)[0] + " …"
