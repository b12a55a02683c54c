"""What readers of JSON share: from an answer to a value, from any value to text, and a record as canonical lines."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from typing import Any

from .charset import decode
from .fingerprint import TooTangledError
from .sentence import Sentence
from .webpage import is_web_page

__all__ = ["NotJsonError", "as_rows", "as_text", "as_texts", "as_value", "canonical_lines", "parse_json"]

# what JSON can write but no database stores: NUL and halves of surrogate pairs
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_WRITTEN_UNSTORABLE = re.compile(r"\\u(?:0000|d[89a-f])", re.IGNORECASE)
_MAX_STEPS = 50_000
_MAX_DEPTH = 60
_MAX_DIGITS = 1000


class NotJsonError(Exception):
    """The answer is no JSON. `sentence` says so to people, `detail` to the log."""

    def __init__(self, sentence: Sentence, detail: str = "") -> None:
        super().__init__(detail or sentence.en)
        self.sentence = sentence
        self.detail = detail


def parse_json(body: bytes, media_type: str = "", charset: str | None = None) -> Any:
    """The value of one answer, without characters that cannot be stored.

    :param media_type: as the server named it, lower case, without parameters
    :raises NotJsonError: an empty answer, a web page, broken or endlessly nested JSON
    """
    text = decode(body, charset)
    if not text.strip():
        raise NotJsonError(Sentence("Die Quelle hat eine leere Antwort geschickt.", "The source sent an empty answer."))
    try:
        value = json.loads(text, parse_int=_number)
    except (ValueError, RecursionError) as error:
        raise NotJsonError(_why_not(text, media_type), repr(error)[:500]) from error
    return _storable(value) if _WRITTEN_UNSTORABLE.search(text) else value


def canonical_lines(
    value: Any, *, volatile: Collection[str] = frozenset(), unordered: Collection[str] = frozenset()
) -> list[str]:
    """A record as sorted lines that are the same whenever its content is.

    Order of keys, empty values (null, "", [], {}) and blanks around texts make no difference; order in lists does.

    :param volatile: keys to leave out, at any depth
    :param unordered: keys whose lists have no order, at any depth
    :raises TooTangledError: the record has more than 50,000 parts or 60 levels
    """
    plain = _Plain(frozenset(volatile), frozenset(unordered)).value(value)
    if not isinstance(plain, dict):
        return [_dumped(plain)]
    lines: list[str] = []
    for key, item in plain.items():
        if isinstance(item, list):
            lines += [f"{key}[{number:05}]: {_dumped(one)}" for number, one in enumerate(item)]
        else:
            lines.append(f"{key}: {_dumped(item)}")
    return sorted(lines)


def as_text(value: Any) -> str:
    """Any JSON value as one text: "" for null, `true` and `1.5` as JSON writes them, objects and lists as JSON."""
    if isinstance(value, str):
        return value.strip()
    return "" if value is None or value in ({}, []) else _dumped(value)


def as_value(value: Any) -> Any:
    """The value itself, or what it holds if it is a JSON list or object written as text."""
    if not isinstance(value, str) or value.lstrip()[:1] not in ("[", "{"):
        return value
    try:
        return _storable(json.loads(value, parse_int=_number))
    except (ValueError, RecursionError):
        return value


def as_texts(value: Any) -> list[str]:
    """Any JSON value as texts, each once, none empty; a text that is itself a JSON list counts as that list."""
    loaded = as_value(value)
    items = loaded if isinstance(loaded, list) else [value]
    return list(dict.fromkeys(text for item in items if (text := as_text(item))))


def as_rows(value: Any) -> list[dict[str, Any]]:
    """The objects of a list (or a single object); what is no object is left out."""
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def _why_not(text: str, media_type: str) -> Sentence:
    if is_web_page(text) or (media_type in ("text/html", "application/xhtml+xml") and "<" in text[:4000]):
        return Sentence(
            "Die Quelle hat eine Webseite (HTML) statt Daten (JSON) geschickt.",
            "The source sent a web page (HTML) instead of data (JSON).",
        )
    if text.lstrip()[:1] in ("{", "["):
        return Sentence(
            "Das JSON der Quelle ist fehlerhaft oder abgeschnitten.", "The JSON of the source is faulty or cut off."
        )
    return Sentence("Die Antwort der Quelle ist kein JSON.", "The answer of the source is no JSON.")


def _number(digits: str) -> int | str:
    # Python refuses to read endless numbers; kept as text they harm nobody
    return int(digits) if len(digits) <= _MAX_DIGITS else digits


def _storable(value: Any) -> Any:
    """The value without NUL and halves of surrogate pairs; without recursion, for it may be nested deeply."""
    top: list[Any] = [value]
    waiting: list[Any] = [top]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            for key in [key for key in holder if _UNSTORABLE.search(key)]:
                holder[_UNSTORABLE.sub("", key)] = holder.pop(key)
        for key, item in list(holder.items() if isinstance(holder, dict) else enumerate(holder)):
            if isinstance(item, str):
                if _UNSTORABLE.search(item):
                    holder[key] = _UNSTORABLE.sub("", item)
            elif isinstance(item, dict | list):
                waiting.append(item)
    return top[0]


class _Plain:
    """A value without what makes no difference."""

    def __init__(self, volatile: frozenset[str], unordered: frozenset[str]) -> None:
        self._volatile = volatile
        self._unordered = unordered
        self._steps = 0

    def value(self, value: Any, key: str = "", depth: int = 0) -> Any:
        self._steps += 1
        if self._steps > _MAX_STEPS or depth > _MAX_DEPTH:
            raise TooTangledError
        if isinstance(value, str):
            return value.strip()
        if isinstance(value, dict):
            items = ((name, self.value(value[name], name, depth + 1)) for name in value if name not in self._volatile)
            return {name: item for name, item in items if not _is_empty(item)}
        if isinstance(value, list):
            kept = [plain for item in value if not _is_empty(plain := self.value(item, key, depth + 1))]
            return sorted(kept, key=_dumped) if key in self._unordered else kept
        return value


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)


def _dumped(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)
