"""Controlled vocabularies: one term for every spelling of a value, with German and English labels.

The terms stand in `data/vocabularies/<name>.yaml`. A lookup is one step in a dictionary; what is not known is none.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

try:
    from yaml import CSafeLoader as SafeLoader
except ImportError:  # built without libyaml: slower, the same result
    from yaml import SafeLoader

__all__ = ["NAMES", "Term", "Vocabulary", "load", "normalise"]

NAMES = (
    "file_type", "media_type", "language", "frequency", "theme", "access_right", "availability", "license",
    "hvd_category", "geocoding_level",
)  # fmt: skip

_DATA = Path(__file__).parent.parent / "data" / "vocabularies"
_ADDRESS = re.compile(r"^(?:https?:)?//(?:www\.)?", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
IANA = "https://www.iana.org/assignments/media-types/"


@dataclass(frozen=True, slots=True)
class Term:
    """One term of a vocabulary.

    Of licences also `url` (the licence's text), `open` (whether it is open in the sense of the Open Definition),
    `summary` (what it allows, in one half-sentence, by language) and `attribution` (whether the source must be named).
    Of file types also `group` (table, map, service, …), `extension` and `media_type`.
    """

    key: str
    uri: str
    labels: dict[str, str]
    alternatives: tuple[str, ...] = ()
    url: str = ""
    open: bool = False
    summary: dict[str, str] = field(default_factory=dict)
    attribution: bool = False
    group: str = ""
    extension: str = ""
    media_type: str = ""
    order: int = 0

    def label(self, lang: str = "de") -> str:
        """Label in the language; German where there is none in that language."""
        return self.labels.get(lang[:2]) or self.labels["de"]


class Vocabulary:
    """Terms of one vocabulary, found by address, code, label or another known spelling."""

    def __init__(
        self,
        name: str,
        terms: Iterable[Term],
        bases: Iterable[str] = (),
        groups: dict[str, dict[str, str]] | None = None,
    ) -> None:
        self.name = name
        self.terms = tuple(terms)
        self.groups = groups or {}
        self._bases = tuple(_address(base) for base in bases)
        self._by_key = {term.key: term for term in self.terms}
        self._index = self._build()

    def __iter__(self) -> Iterator[Term]:
        return iter(self.terms)

    def get(self, key: str) -> Term | None:
        """Term by its exact code."""
        return self._by_key.get(key)

    def lookup(self, value: Any) -> Term | None:
        """Term by any known spelling of its address, code or label; none when the value is not known."""
        if not isinstance(value, str) or not value:
            return None
        term = self._by_key.get(value) or self._index.get(normalise(value))
        if term or not _ADDRESS.match(value.strip()):
            return term
        address = _address(value)
        for base in self._bases:
            if address.startswith(base):
                return self._index.get(normalise(address[len(base) :]))
        return None

    def label(self, value: Any, lang: str = "de") -> str | None:
        """Label of a value in any spelling; none when the value is not known."""
        term = self.lookup(value)
        return term.label(lang) if term else None

    def group_label(self, key: str, lang: str = "de") -> str:
        """Label of a group of terms, e.g. "Tabelle" of file types."""
        labels = self.groups.get(key, {})
        return labels.get(lang[:2]) or labels.get("de") or key

    def _build(self) -> dict[str, Term]:
        index: dict[str, Term] = {}
        # Codes and addresses first: a label or spelling never takes away another term's code.
        for term in self.terms:
            for value in (term.key, term.uri, term.extension):
                self._enter(index, value, term)
        for term in self.terms:
            for value in (*term.labels.values(), *term.alternatives):
                self._enter(index, value, term)
        for term in self.terms:
            if term.url:  # several licences may share a text; the first one listed has it
                index.setdefault(normalise(term.url), term)
        return index

    def _enter(self, index: dict[str, Term], value: str, term: Term) -> None:
        key = normalise(value)
        if key and index.setdefault(key, term) is not term:
            raise ValueError(f"'{value}' would mean both {index[key].key} and {term.key} in vocabulary {self.name}")


def normalise(value: str) -> str:
    """Spelling without what does not matter: scheme, www. and last slash of addresses, case and signs of words."""
    value = value.strip()
    if _ADDRESS.match(value):
        return "//" + _address(value)
    text = unicodedata.normalize("NFC", value).casefold().translate(_UMLAUTS)
    return re.sub(r"[^0-9a-z+]+", "", text)


def _address(value: str) -> str:
    return _ADDRESS.sub("", value.strip()).casefold().rstrip("/#")


@cache
def load(name: str) -> Vocabulary:
    """Vocabulary by name, read once in a process.

    :raises KeyError: no vocabulary has that name
    """
    if name not in NAMES:
        raise KeyError(name)
    if name == "media_type":
        return _media_types()
    data = _read(name)
    terms = (_term(key, entry or {}, data, order) for order, (key, entry) in enumerate(data["terms"].items()))
    if name == "license":
        from .licenses import Licenses  # it builds on this module

        return Licenses(name, terms, data["bases"])
    return Vocabulary(name, terms, data.get("bases", ()), data.get("groups"))


def _read(name: str) -> dict[str, Any]:
    return yaml.load((_DATA / f"{name}.yaml").read_text("utf-8"), Loader=SafeLoader)


def _term(key: str, entry: dict[str, Any], data: dict[str, Any], order: int) -> Term:
    media_types = entry.get("media_types", [])
    return Term(
        key=key,
        uri=entry["uri"] if "uri" in entry else data["base"] + key,
        labels={"de": entry["de"], "en": entry["en"]},
        alternatives=tuple(str(text) for text in (*entry.get("alt", ()), *media_types)),
        url=entry.get("url", ""),
        open=bool(entry.get("open")),
        summary=entry.get("summary", {}),
        attribution=bool(entry.get("attribution")),
        group=entry.get("group", ""),
        extension=entry.get("ext", ""),
        media_type=media_types[0] if media_types else "",
        order=order,
    )


def _media_types() -> Vocabulary:
    """Media types of the known file types; labels are those of the first file type that has it."""
    terms: dict[str, Term] = {}
    for entry in _read("file_type")["terms"].values():
        for media_type in entry.get("media_types", ()):
            labels = {"de": entry["de"], "en": entry["en"]}
            terms.setdefault(media_type, Term(media_type, IANA + media_type, labels, order=len(terms)))
    # Two media types of one file type share a label, so labels are no way to find one.
    return _MediaTypes("media_type", terms.values(), (IANA, "http://www.iana.org/assignments/media-types/"))


class _MediaTypes(Vocabulary):
    """Media types: parameters ("; charset=utf-8") do not matter, labels are not looked up."""

    def lookup(self, value: Any) -> Term | None:
        return super().lookup(value.partition(";")[0]) if isinstance(value, str) else None

    def _build(self) -> dict[str, Term]:
        index: dict[str, Term] = {}
        for term in self.terms:
            for value in (term.key, term.uri):
                self._enter(index, value, term)
        return index
