"""Sentences of reports: kept in both languages of the portal, because nobody knows who will read them."""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["NOTHING", "Sentence"]


class Sentence(NamedTuple):
    """The same in German and in English."""

    de: str
    en: str

    def in_language(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.de

    def __bool__(self) -> bool:
        return bool(self.de)


NOTHING = Sentence("", "")
