"""Sentences of reports: kept in both languages of the portal, because nobody knows who will read them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NOTHING", "Sentence", "quoting"]


class Sentence(NamedTuple):
    """The same in German and in English."""

    de: str
    en: str

    def in_language(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.de

    def __bool__(self) -> bool:
        return bool(self.de)


NOTHING = Sentence("", "")


def quoting(sentence: Sentence, words: str) -> Sentence:
    """The sentence with somebody's own words after it, at most 200 characters; it ends with a full stop in any case.

    :param sentence: without full stop
    """
    words = " ".join(words.split())[:200]
    if not words:
        return Sentence(f"{sentence.de}.", f"{sentence.en}.")
    return Sentence(f"{sentence.de}: „{words}“.", f"{sentence.en}: “{words}”.")
