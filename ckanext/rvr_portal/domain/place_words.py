"""Places in what somebody types: "Spielplätze in Herne", "Kreis Unna", "45525", "Gelsenkirhcen".

A place that is certain becomes a filter that the page shows and that can be taken away; a word that means something
else as well ("Essen", "Wetter", "Alpen") is only offered. Nothing is guessed in a query that uses search syntax.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from .places import Place, fold_name, register
from .spelling import distance

__all__ = ["MAX_WORDS", "Mention", "Reading", "has_syntax", "joins", "read_places"]

MAX_WORDS = 40
_LONGEST_NAME = 6
Kind = Literal["name", "postcode", "adjective", "misspelt", "doubtful"]

# Words before a place that say "there", and what may stand between them and the place.
_PREPOSITIONS = frozenset({"in", "im", "fuer", "aus", "bei", "um", "nahe", "rund", "von", "vom", "near", "for", "from"})
_ARTICLES = frozenset({"der", "die", "das", "dem", "the"})
# Names that are words of everyday life, or of the association itself, at the same time.
_EVERYDAY = frozenset({"essen", "wetter", "alpen", "datteln", "kamen", "rvr", "regionalverband ruhr", "ennepe ruhr"})
# "Hammer" and "Werner" are no inhabitants.
_NO_ADJECTIVE = frozenset({"hammer", "werner"})
_SYNTAX = re.compile(r'["\[\]{}*~^\\]|\w:\S|(?:^|\s)/|\b(?:AND|OR|NOT)\b|&&|\|\||(?:^|\s)[+\-!]\w')


@dataclass(frozen=True, slots=True)
class Mention:
    """A place, the words that stood for it as they were typed, and how it was recognised."""

    place: Place
    words: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Reading:
    """What a query says about places.

    `rest` is the query without the words of `places`; `offers` are places that may be meant and are not taken out;
    `also` are places of the same name (the Kreis of "Unna").
    """

    rest: str
    places: tuple[Mention, ...] = ()
    offers: tuple[Mention, ...] = ()
    also: tuple[Place, ...] = ()


def has_syntax(query: str) -> bool:
    """Whether a text uses search syntax: who writes it means what he wrote."""
    return bool(_SYNTAX.search(query))


def joins(word: str) -> bool:
    """Whether a word only joins a place to what is said about it: "in", "rund um", "der"."""
    return fold_name(word) in _PREPOSITIONS | _ARTICLES


def read_places(query: str) -> Reading:
    """The places that a query names, in the order of its words."""
    words = query.split()
    if not words or len(words) > MAX_WORDS or has_syntax(query):
        return Reading(query)
    folded = [fold_name(word) for word in words]
    taken: set[int] = set()
    found: list[Mention] = []
    offers: list[Mention] = []
    position = 0
    while position < len(words):
        length, mention = _mention_at(words, folded, position)
        if mention is None:
            position += 1
            continue
        first = _with_prepositions(folded, position, taken)
        if mention.kind == "doubtful" and not _is_there(folded, position) or _is_offered_only(mention):
            offers.append(mention)
        else:
            kind = "name" if mention.kind == "doubtful" else mention.kind
            found.append(Mention(mention.place, " ".join(words[first : position + length]), kind))
            taken.update(range(first, position + length))
        position += length
    rest = " ".join(word for number, word in enumerate(words) if number not in taken)
    return Reading(rest, _once(found), _once(offers), _same_name(found))


def _mention_at(words: list[str], folded: list[str], position: int) -> tuple[int, Mention | None]:
    """The longest name that begins at a word: (number of words, mention)."""
    names = register().names
    for length in range(min(_LONGEST_NAME, len(words) - position), 0, -1):
        text = " ".join(part for part in folded[position : position + length] if part)
        place = names.get(text)
        # a name of letters only: keys and codes are for programs
        if place and folded[position] and folded[position + length - 1]:
            kind: Kind = "doubtful" if text in _EVERYDAY else "name"
            return length, Mention(place, " ".join(words[position : position + length]), kind)
    return 1, _single(words[position], folded[position])


def _single(word: str, folded: str) -> Mention | None:
    place = register().by_postal_code(folded)
    if place:
        return Mention(place, word, "postcode")
    place = _of_inhabitants(folded)
    if place:
        return Mention(place, word, "adjective")
    place = _misspelt(folded)
    return Mention(place, word, "misspelt") if place else None


def _of_inhabitants(folded: str) -> Place | None:
    """Place of "Bochumer", "Herner", "Hattinger", "Bochums"."""
    names = register().names
    if folded in _NO_ADJECTIVE:
        return None
    bases = []
    if folded.endswith("er"):
        bases = [folded[:-2], folded[:-1], f"{folded[:-2]}en" if folded.endswith("inger") else ""]
    elif folded.endswith("s"):
        bases = [folded[:-1]] if folded[:-1] not in _EVERYDAY else []
    found = (names.get(base) for base in bases if len(base) >= 4)
    return next((place for place in found if place and place.kind == "municipality"), None)


def _misspelt(folded: str) -> Place | None:
    """The one place whose name is nearly that; none when there are two, or the word is short."""
    if len(folded) < 6 or folded.isdecimal():
        return None
    limit = 2 if len(folded) >= 11 else 1
    near = {place for name, place in _single_names() if _near(folded, name, limit)}
    return near.pop() if len(near) == 1 else None


@lru_cache(maxsize=1)
def _single_names() -> tuple[tuple[str, Place], ...]:
    towns = (*register().municipalities, *register().kreise)
    pairs = {(fold_name(re.sub(r"[(/].*", "", town.name)), town) for town in towns}
    pairs |= {(name, place) for name, place in register().names.items() if name.isalpha()}
    return tuple(sorted(((name, town) for name, town in pairs if len(name) >= 6), key=lambda pair: pair[0]))


def _near(one: str, other: str, limit: int) -> bool:
    """Whether two words begin alike and differ by at most `limit` slips."""
    return one[0] == other[0] and distance(one, other, limit) <= limit


def _is_offered_only(mention: Mention) -> bool:
    # a short word is too often a real one: "Herren" is not "Herten"
    return mention.kind == "misspelt" and len(fold_name(mention.words)) < 8


def _is_there(folded: list[str], position: int) -> bool:
    return position > 0 and folded[position - 1] in _PREPOSITIONS


def _with_prepositions(folded: list[str], position: int, taken: set[int]) -> int:
    """Position of the first of the words that belong to a place: "rund um", "in der"."""
    first = position
    articles = 0
    while first > 0 and first - 1 not in taken:
        word = folded[first - 1]
        if word in _PREPOSITIONS:
            articles = 0
        elif word in _ARTICLES and not articles:
            articles = 1
        else:
            break
        first -= 1
    return first + articles


def _once(mentions: list[Mention]) -> tuple[Mention, ...]:
    return tuple({mention.place.key: mention for mention in reversed(mentions)}.values())[::-1]


def _same_name(found: list[Mention]) -> tuple[Place, ...]:
    keys = {mention.place.key for mention in found}
    kreise = (register().find(f"Kreis {mention.place.name}") for mention in found if mention.place.kind != "kreis")
    return tuple(kreis for kreis in kreise if kreis and kreis.key not in keys)
