"""Words that mean the same to those who search: a text with a line for each group, and what a word also finds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

from .german import rough, words

__all__ = ["MAX_LINES", "Synonyms", "SynonymsError", "delivered", "parse"]

MAX_LINES = 2_000
_MAX_WORDS = 30
_DATA = Path(__file__).parent.parent / "data" / "search"

Phrase = tuple[str, ...]


class SynonymsError(ValueError):
    """A line that cannot be understood. `line` counts from 1; `problem` is the key of the sentence to show."""

    def __init__(self, line: int, text: str, problem: str) -> None:
        super().__init__(f"line {line}: {problem}: {text}")
        self.line = line
        self.text = text
        self.problem = problem


@dataclass(frozen=True)
class Synonyms:
    """What words and groups of words also find. Keys are folded and stemmed roughly, values as they were written."""

    entries: Mapping[Phrase, tuple[Phrase, ...]] = field(default_factory=dict)

    @property
    def longest(self) -> int:
        """Words in the longest entry."""
        return max((len(key) for key in self.entries), default=0)

    def of(self, phrase: Phrase) -> tuple[Phrase, ...]:
        """Other words for a word or group of words in any usual form, best first; none if there are none."""
        return self.entries.get(_key(phrase), ())


def parse(text: str) -> Synonyms:
    """Read lines like `kita, kindergarten` (all find each other) and `kfz => auto, pkw` (only from left to right).

    Empty lines and those that begin with # say nothing.

    :raises SynonymsError: a line cannot be understood
    """
    found: dict[Phrase, dict[Phrase, None]] = {}
    lines = text.splitlines()
    for number, line in enumerate(lines, 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if number > MAX_LINES:
            raise SynonymsError(number, line, "too many lines")
        left, arrow, right = line.partition("=>")
        sources = _phrases(left, number, line)
        targets = _phrases(right, number, line) if arrow else sources
        if not arrow and len(sources) < 2:
            raise SynonymsError(number, line, "one word only")
        for source in sources:
            others = found.setdefault(_key(source), {})
            others |= {target: None for target in targets if _key(target) != _key(source)}
    return Synonyms({key: tuple(others) for key, others in found.items()})


@lru_cache(maxsize=1)
def delivered() -> str:
    """The list that comes with the portal."""
    return (_DATA / "synonyms.txt").read_text("utf-8")


def _phrases(text: str, number: int, line: str) -> list[Phrase]:
    found = [tuple(words(part)) for part in text.split(",")]
    if not all(found):
        raise SynonymsError(number, line, "nothing between commas")
    if len(found) > _MAX_WORDS or any(len(phrase) > 5 for phrase in found):
        raise SynonymsError(number, line, "too many words")
    return found


def _key(phrase: Phrase) -> Phrase:
    return tuple(rough(word) for word in phrase)
