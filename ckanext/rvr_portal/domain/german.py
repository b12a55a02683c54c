"""German words as the search index knows them: spelling, words of a text, parts of compounds.

The same rules as the analyser of `text_de` (solr/configset.py) where both have to agree.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from functools import lru_cache
from pathlib import Path

from .places import register

__all__ = ["compound_parts", "fold", "place_words", "rough", "stems", "stop_words", "words"]

_DATA = Path(__file__).parent.parent / "data" / "search"
_WORD = re.compile(r"[^\W_]+")
_LETTERS = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
# as Lucene's GermanNormalizationFilter: ae, oe, ue are umlauts, but not the ue of "Steuer" or "Quelle"
_LONG_FORMS = re.compile(r"(?<=[ao])e|(?<![aeiouyqäöü]u)(?<=u)e")
# words in the names of places that are stemmed like everywhere else
_COMMON_WORDS = frozenset({"am", "an", "der", "im", "kreis", "see"})
# letters that join the parts of a compound; "" first: the forms with an ending stand in parts.txt themselves
_JOINTS = ("", "s", "es", "n")
_SHORTEST_COMPOUND = 6
_LONGEST_COMPOUND = 60


def words(text: str) -> list[str]:
    """The words of a text in small letters, without marks."""
    return _WORD.findall(unicodedata.normalize("NFKC", text).lower())


def fold(word: str) -> str:
    """A word in small letters with umlauts and ae, oe, ue, ß in one spelling: Straße, Strasse; Lärm, Laerm, Larm."""
    return _LONG_FORMS.sub("", word.lower()).translate(_LETTERS)


@lru_cache(maxsize=50_000)
def rough(word: str) -> str:
    """The same for the usual forms of a word: Kitas, Kita; Stellplätze, Stellplatz. Only to compare, never shown."""
    folded = fold(word)
    if len(folded) <= 4:
        return folded.removesuffix("s") if len(folded) == 4 else folded
    for ending in ("innen", "ern", "en", "er", "es", "em", "e", "n", "s"):
        if folded.endswith(ending) and len(folded) - len(ending) >= 4:
            return folded.removesuffix(ending)
    return folded


@lru_cache(maxsize=1)
def place_words() -> frozenset[str]:
    """The words of the names of all places of the register, folded; a hyphenated name also as one word."""
    found = set()
    places = (*register().municipalities, *register().kreise, register().region)
    for name in (place.name for place in places):
        found.update(fold(word) for word in words(name))
        found.update(fold("".join(words(part))) for part in name.split() if "-" in part or "/" in part)
    found.update({"ruhrgebiet", "ruhrpott"})
    return frozenset(found - _COMMON_WORDS)


@lru_cache(maxsize=1)
def stop_words() -> frozenset[str]:
    """Words a question does not need, in small letters; not folded, since "Oer" is no "or"."""
    return frozenset(word.lower() for line in _lines("stop_words.txt") for word in line.split())


@lru_cache(maxsize=1)
def stems() -> Mapping[str, str]:
    """Words with the form the analyser gives them instead of cutting their ending, both folded."""
    return {fold(word): fold(stem) for word, stem in (line.split() for line in _lines("stems.txt"))}


@lru_cache(maxsize=50_000)
def compound_parts(word: str) -> tuple[str, ...]:
    """The parts of a German compound in their basic form ("Radwegenetz": radweg, netz, rad, weg); none if it is no compound.

    A word is divided only if known parts cover it whole. Names of places are never divided.
    """
    folded = fold(word)
    if not _SHORTEST_COMPOUND <= len(folded) <= _LONGEST_COMPOUND or folded in place_words() or _is_whole(folded):
        return ()
    found = _cover(folded)
    # parts that are compounds themselves (Radweg) have parts of their own
    inner = [part for base in found for part in compound_parts(base)]
    return tuple(dict.fromkeys((*found, *inner)))


def _cover(folded: str) -> tuple[str, ...]:
    """Fewest parts that cover the word, the longer first; none if there are not at least two."""
    forms = _forms()
    longest = max(map(len, forms))
    best: dict[int, tuple[str, ...]] = {0: ()}
    for start in range(len(folded)):
        if start not in best:
            continue
        for end in range(start + 2, min(len(folded), start + longest) + 1):
            base = forms.get(folded[start:end])
            if base is None or (start == 0 and end == len(folded)):
                continue
            chain = (*best[start], base)
            for joint in _JOINTS if end < len(folded) else ("",):
                behind = end + len(joint)
                if folded[end:behind] != joint or (joint and behind == len(folded)):
                    continue
                if behind not in best or len(chain) < len(best[behind]):
                    best[behind] = chain
    return best.get(len(folded), ())


@lru_cache(maxsize=1)
def _forms() -> Mapping[str, str]:
    """Basic form of every form of a part, folded."""
    found: dict[str, str] = {}
    for line in _lines("parts.txt"):
        base, *others = (fold(form) for form in line.split())
        for form in (base, *others):
            found.setdefault(form, base)
    return found


def _is_whole(folded: str) -> bool:
    """Whether a word, also with an ending, is one that is no compound."""
    return any(folded.removesuffix(ending) in _whole_words() for ending in ("", "s", "es", "e", "en", "n", "er", "ern"))


@lru_cache(maxsize=1)
def _whole_words() -> frozenset[str]:
    return frozenset(fold(line) for line in _lines("whole_words.txt"))


def _lines(name: str) -> Iterable[str]:
    for line in (_DATA / name).read_text("utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()
