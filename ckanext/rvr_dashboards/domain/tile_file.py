"""Reads tile files: YAML → checked values. Whatever is wrong is said with file, line and tile."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NoReturn

import yaml

from ..exceptions import TileFileError

__all__ = ["PLACEHOLDERS", "PageSpec", "Sentences", "Text", "TileSpec", "join_pages", "parse"]

PLACEHOLDERS = frozenset({"total", "top", "top_label", "filled", "rows"})
"""What a sentence may name: all items, those of the largest row, its label(s), number of rows with items, of all rows."""

_NAME = re.compile(r"[a-z][a-z0-9-]*\Z")
_MEASURE = re.compile(r"[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*\Z")
_PAGE_KEYS = ({"page", "tiles"}, {"title", "description"})
_TILE_KEYS = ({"id", "measure", "title", "category", "sentence", "empty"}, {"note", "colour", "bars"})
_SENTENCE_KEYS = ({"many", "tie", "only"}, set[str]())
_TEXT_KEYS = ({"de", "en"}, set[str]())
_COLOURS = ("amount", "category")
MAX_BARS = 20


@dataclass(frozen=True)
class Text:
    """A text in both languages of the portal."""

    de: str
    en: str

    def get(self, lang: str) -> str:
        return self.en if lang.startswith("en") else self.de


@dataclass(frozen=True)
class Sentences:
    """The tile's sentence: several rows have items, several share the first place, only one row has items."""

    many: Text
    tie: Text
    only: Text


@dataclass(frozen=True)
class TileSpec:
    """One tile as its author wrote it."""

    id: str
    measure: str
    title: Text
    category: Text
    sentence: Sentences
    empty: Text
    note: Text | None = None
    colour: str = "amount"
    bars: int = 8


@dataclass(frozen=True)
class PageSpec:
    """A dashboard page; a file that only adds tiles to another's page has no title of its own."""

    name: str
    title: Text | None
    description: Text | None
    tiles: tuple[TileSpec, ...]


def parse(text: str, filename: str) -> PageSpec:
    """Read one tile file.

    :raises TileFileError: the file cannot be used; the text says where and why
    """
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - a subclass of the safe loader
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise TileFileError(f"{filename}, line {line}: this is no valid YAML ({error.problem}).") from error
    return _Checker(filename).page(data)


def join_pages(files: list[PageSpec]) -> dict[str, PageSpec]:
    """Pages by name, each with the tiles of all files that belong to it.

    :raises TileFileError: a page has no title, or two titles, or two tiles with the same id
    """
    names = dict.fromkeys(spec.name for spec in files)
    return {name: _join(name, [spec for spec in files if spec.name == name]) for name in names}


def _join(name: str, parts: list[PageSpec]) -> PageSpec:
    titled = [part for part in parts if part.title]
    if len(titled) != 1:
        what = "no tile file gives it a title" if not titled else "several tile files give it a title"
        raise TileFileError(f"Dashboard page '{name}': {what}; exactly one has to.")
    tiles = tuple(tile for part in [titled[0], *(p for p in parts if p is not titled[0])] for tile in part.tiles)
    ids = [tile.id for tile in tiles]
    for id_ in ids:
        if ids.count(id_) > 1:
            raise TileFileError(f"Dashboard page '{name}': several tiles have the id '{id_}'.")
    return PageSpec(name, titled[0].title, titled[0].description, tiles)


class _Mapping(dict[str, Any]):
    """A mapping that knows its line."""

    line: int = 1


class _Loader(yaml.SafeLoader):
    pass


def _construct_mapping(loader: _Loader, node: yaml.MappingNode) -> _Mapping:
    found = _Mapping()
    found.line = node.start_mark.line + 1
    for key_node, value_node in node.value:
        key = loader.construct_object(key_node, deep=True)
        if key in found:
            raise yaml.constructor.ConstructorError(None, None, f"'{key}' stands here twice", key_node.start_mark)
        found[key] = loader.construct_object(value_node, deep=True)
    return found


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _construct_mapping)


class _Checker:
    """Turns loaded YAML into values; remembers where it is for the sentence when something is wrong."""

    def __init__(self, filename: str) -> None:
        self.filename = filename
        self.tile = ""
        self.line = 1

    def page(self, data: Any) -> PageSpec:
        self._keys(data, *_PAGE_KEYS, "the file")
        name = self._matching(data["page"], _NAME, "page", "lower-case letters, digits and hyphens")
        if "title" in data and "description" not in data:
            self._fail("a page with a title needs a description, too.")
        title = self._text(data["title"], "title") if "title" in data else None
        description = self._text(data["description"], "description") if "description" in data else None
        if not isinstance(data["tiles"], list) or not data["tiles"]:
            self._fail("'tiles' must be a list of at least one tile.")
        tiles = tuple(self._tile(entry, position) for position, entry in enumerate(data["tiles"], 1))
        ids = [tile.id for tile in tiles]
        self.tile = ""
        for id_ in ids:
            if ids.count(id_) > 1:
                self._fail(f"several tiles have the id '{id_}'.")
        return PageSpec(name, title, description, tiles)

    def _tile(self, data: Any, position: int) -> TileSpec:
        self.tile = f"tile {position}"
        if isinstance(data, Mapping) and isinstance(data.get("id"), str):
            self.tile += f" ({data['id']})"
        self._keys(data, *_TILE_KEYS, "the tile")
        colour = data.get("colour", "amount")
        if colour not in _COLOURS:
            self._fail(f"'colour' must be {' or '.join(_COLOURS)}, not '{colour}'.")
        bars = data.get("bars", 8)
        if not isinstance(bars, int) or isinstance(bars, bool) or not 1 <= bars <= MAX_BARS:
            self._fail(f"'bars' must be a whole number from 1 to {MAX_BARS}, not '{bars}'.")
        return TileSpec(
            id=self._matching(data["id"], _NAME, "id", "lower-case letters, digits and hyphens"),
            measure=self._matching(data["measure"], _MEASURE, "measure", "a plugin and a name, as in rvr_portal.name"),
            title=self._text(data["title"], "title"),
            category=self._text(data["category"], "category"),
            sentence=self._sentences(data["sentence"]),
            empty=self._text(data["empty"], "empty"),
            note=self._text(data["note"], "note") if "note" in data else None,
            colour=colour,
            bars=bars,
        )

    def _sentences(self, data: Any) -> Sentences:
        self._keys(data, *_SENTENCE_KEYS, "'sentence'")
        texts = {key: self._text(data[key], f"sentence.{key}") for key in ("many", "tie", "only")}
        for key, text in texts.items():
            for pattern in (text.de, text.en):
                self._placeholders(pattern, key)
        return Sentences(**texts)

    def _placeholders(self, pattern: str, key: str) -> None:
        try:
            parts = list(string.Formatter().parse(pattern))
        except ValueError:
            self._fail(f"'sentence.{key}' has a brace that is not closed.")
        for _, name, spec, conversion in parts:
            if name is None:
                continue
            if name not in PLACEHOLDERS or spec or conversion:
                known = ", ".join(f"{{{known}}}" for known in sorted(PLACEHOLDERS))
                self._fail(f"'sentence.{key}' names {{{name}}}; only {known} can be filled.")

    def _text(self, data: Any, where: str) -> Text:
        self._keys(data, *_TEXT_KEYS, f"'{where}'")
        for lang in ("de", "en"):
            if not isinstance(data[lang], str) or not data[lang].strip():
                self._fail(f"'{where}.{lang}' must be a text.")
        return Text(data["de"].strip(), data["en"].strip())

    def _matching(self, value: Any, pattern: re.Pattern[str], where: str, rule: str) -> str:
        if not isinstance(value, str) or not pattern.match(value):
            self._fail(f"'{where}' must be made of {rule}, not '{value}'.")
        return value

    def _keys(self, data: Any, needed: set[str], allowed: set[str], what: str) -> None:
        if not isinstance(data, Mapping):
            self._fail(f"{what} must be a list of 'key: value' lines with {', '.join(sorted(needed))}.")
        self.line = getattr(data, "line", self.line)
        for key in sorted(needed - set(data)):
            self._fail(f"{what} lacks '{key}'.")
        for key in data:
            if key not in needed | allowed:
                self._fail(f"{what} has '{key}', which is not known; known are {', '.join(sorted(needed | allowed))}.")

    def _fail(self, what: str) -> NoReturn:
        where = f"{self.filename}, line {self.line}"
        raise TileFileError(f"{where}, {self.tile}: {what}" if self.tile else f"{where}: {what}")
