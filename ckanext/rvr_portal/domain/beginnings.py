"""What a half-typed text may become: places and topics that begin so, and the question for titles.

Only the end of the text is completed. What stands before it ("Spielplätze in" of "Spielplätze in Her") stays as words.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from .german import fold, stop_words, words
from .place_words import has_syntax, joins, read_places
from .places import Place, fold_name, register
from .vocabulary import load

__all__ = ["MAX_TEXT", "Typed", "nearly_titled", "places", "rank", "spellings", "themes", "titled", "titles", "typed"]

#: Characters of a text that are looked at.
MAX_TEXT = 200
_SHORTEST = 2
_MAX_WORDS = 8
_LONGEST_TAIL = 4
# as long as the beginnings in the index (solr/configset.py)
_MAX_WORD = 20
# from how many letters on a slip is believed
_SLIPS_FROM = 5
_PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "Ä": "A", "Ö": "O", "Ü": "U"})
_LONG = (("ae", "ä"), ("oe", "ö"), ("ue", "ü"))
# place of "Stadt Herne": whoever types "stadt" has not begun any of the names
_TITLED = 9
# words in a place's name that nobody begins to type it with
_JOINING = frozenset({"an", "am", "der", "im"})


@dataclass(frozen=True, slots=True)
class Typed:
    """A text cut where its completion begins: the words before, and its end as it was typed."""

    before: str
    end: str


def typed(text: str) -> list[Typed]:
    """The ways to cut a text, the longest end first; none if there is nothing to complete or it uses search syntax."""
    text = " ".join(text[:MAX_TEXT].split())
    parts = text.split(" ")
    if has_syntax(text) or len(words(parts[-1] or " ")) == 0 or len(fold(parts[-1])) < _SHORTEST:
        return []
    cuts = range(max(0, len(parts) - _LONGEST_TAIL), len(parts))
    found = [Typed(_without_loose_end(parts[:cut]), " ".join(parts[cut:])) for cut in cuts]
    # the end of "Radwege in" is not the beginning of a name
    return [one for one in found if not (one.before and fold(one.end) in stop_words())] or found[:1]


def places(end: str, limit: int) -> list[Place]:
    """Places whose name begins so, in any spelling, best known first; also of a postal code, or misspelt."""
    wanted = fold_name(end)
    names, rows = _place_names()
    found: dict[str, tuple[int, Place]] = {}
    for position in range(bisect_left(names, wanted), len(names)):
        if not wanted or not names[position].startswith(wanted):
            break
        word, place = rows[position]
        if word == _TITLED and " " not in wanted:
            continue
        if place.key not in found or found[place.key][0] > word:
            found[place.key] = (word, place)
    if not found:
        reading = read_places(end)
        mentions = [mention for mention in (*reading.places, *reading.offers) if mention.words == end]
        return [mention.place for mention in mentions][:limit]
    # of the whole region there is only one, and no place is as large
    ordered = sorted(found.values(), key=lambda one: (one[0], one[1].kind == "kreis", -one[1].population))
    return [place for _word, place in ordered][:limit]


def themes(end: str, limit: int) -> list[str]:
    """Codes of the themes with a word that begins so, in either language; then those known by another such name."""
    wanted = _meaning(end)
    own, known = [], []
    for code, labels, others in _themes():
        if any(_starts(label, wanted) is not None for label in labels):
            own.append(code)
        elif any(_starts(other, wanted) == 0 for other in others):
            known.append(code)
    return [*own, *known][:limit]


def titles(end: str, named: Mapping[str, str], limit: int) -> list[str]:
    """Keys of the titles with words that begin so, those that begin with them first."""
    wanted = _meaning(end)
    found = [
        (position, title, key)
        for key, title in named.items()
        if (position := _starts(_folded(title), wanted)) is not None
    ]
    return [key for _position, _title, key in sorted(found)][:limit]


def titled(text: str) -> str:
    """Query of Solr for titles in which every word of the text begins a word; nothing if there is none."""
    return " ".join(f"+rvr_begin:{word}" for word in _asked(text))


def nearly_titled(text: str) -> str:
    """The same with a slip of the keyboard in every longer word; nothing if all words are short."""
    asked = _asked(text)
    if not any(len(word) >= _SLIPS_FROM for word in asked):
        return ""
    return " ".join(f"+rvr_begin:{word}{'~1' * (len(word) >= _SLIPS_FROM)}" for word in asked)


def rank(title: str, text: str) -> int:
    """How near a title is to a text: 0 begins with it, 1 has its words in a row, 2 anything else."""
    position = _starts(_folded(title), words(text))
    return 2 if position is None else min(position, 1)


def spellings(end: str) -> list[str]:
    """The ways in which a keyword that begins so may be written: with a capital, with umlauts instead of ae, oe, ue."""
    text = " ".join(words(end))
    forms = [text]
    umlauts = text
    for long, umlaut in _LONG:
        umlauts = umlauts.replace(long, umlaut)
    forms.append(umlauts)
    return list(dict.fromkeys(one for form in forms for one in (form[:1].upper() + form[1:], form)))


def _without_loose_end(parts: list[str]) -> str:
    kept = list(parts)
    while kept and (joins(kept[-1]) or kept[-1].lower() in stop_words()):
        kept.pop()
    return " ".join(kept)


def _meaning(end: str) -> list[str]:
    """The words of an end; none if it is a stop word alone, with which half of all names go on."""
    found = words(end)
    return [] if len(found) == 1 and found[0] in stop_words() else found


def _asked(text: str) -> list[str]:
    found = [word[:_MAX_WORD] for word in words(text) if len(word) >= _SHORTEST]
    needed = [word for word in found if word not in stop_words()]
    return list(dict.fromkeys(needed or found))[:_MAX_WORDS]


def _starts(folded: tuple[str, ...], wanted: list[str]) -> int | None:
    """At which word of a text the wanted ones stand, the last of them begun only."""
    asked = [fold(word) for word in wanted]
    if not asked:
        return None
    for first in range(len(folded) - len(asked) + 1):
        row = folded[first : first + len(asked)]
        if list(row[:-1]) == asked[:-1] and row[-1].startswith(asked[-1]):
            return first
    return None


@lru_cache(maxsize=5_000)
def _folded(text: str) -> tuple[str, ...]:
    return tuple(fold(word) for word in words(text))


@lru_cache(maxsize=1)
def _themes() -> tuple[tuple[str, tuple[tuple[str, ...], ...], tuple[tuple[str, ...], ...]], ...]:
    return tuple(
        (term.key, tuple(map(_folded, term.labels.values())), tuple(map(_folded, term.alternatives)))
        for term in load("theme")
    )


@lru_cache(maxsize=1)
def _place_names() -> tuple[list[str], list[tuple[int, Place]]]:
    """Every spelling, and the names from each of their words on, in their order; with the number of that word."""
    rows = {(name, _TITLED if _is_titled(name, place) else 0, place.key) for name, place in register().names.items()}
    for place in (*register().municipalities, *register().kreise, register().region):
        rows.update(_from_each_word(place))
    ordered = sorted(rows)
    found = [(word, place) for _name, word, key in ordered if (place := register().get(key))]
    return [name for name, _word, _key in ordered], found


def _is_titled(name: str, place: Place) -> bool:
    parts = name.split()
    return any(register().names.get(" ".join(parts[first:])) is place for first in range(1, len(parts)))


def _from_each_word(place: Place) -> Iterator[tuple[str, int, str]]:
    for name in _written(place.name):
        parts = name.split()
        for first, word in enumerate(parts):
            if word not in _JOINING:
                yield " ".join(parts[first:]), first, place.key


def _written(name: str) -> Iterable[str]:
    return {fold_name(name), fold_name(re.sub("ß", "ss", name).translate(_PLAIN))}
