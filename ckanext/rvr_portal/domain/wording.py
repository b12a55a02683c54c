"""Words for values that no vocabulary knows, and numbers as a reader of the language writes them."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import unquote, urlsplit

__all__ = ["format_bytes", "format_number", "readable"]

_UNREADABLE = re.compile(r"^(?:[0-9a-f]{6,}|[a-z]_[0-9a-f]+|\d+|[0-9a-f-]{32,})$", re.IGNORECASE)
_UNITS = ("Byte", "KB", "MB", "GB", "TB", "PB")


def readable(value: str) -> str:
    """What of an address or code can be read: its last part in words; empty when there is nothing to read.

    `https://example.org/id/traffic-light` is "traffic light", `SOME_CODE` is "Some code", a text stays as it is.
    """
    text = value.strip()
    if "://" in text or text.startswith("urn:"):
        text = _last_part(text)
    if _UNREADABLE.match(text):
        return ""
    if re.fullmatch(r"[A-Z0-9]+(?:_[A-Z0-9]+)+", text):
        text = text.capitalize()
    return " ".join(re.sub(r"[_\s]+|(?<=\w)-(?=\w)", " ", text).split()) if " " not in text else text


def _last_part(address: str) -> str:
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    path = parts.fragment or parts.path.rstrip("/").rpartition("/")[2]
    return unquote(path.rpartition(":")[2]).partition("?")[0]


def format_number(value: Any, lang: str = "de") -> str:
    """Number with separators of the language: 1.234,5 or 1,234.5; what is no number gives an empty text."""
    if value is None or isinstance(value, bool):
        return ""
    try:
        number = float(value)
        text = f"{int(value):,}" if number.is_integer() else f"{number:,.2f}".rstrip("0")
    except (TypeError, ValueError, OverflowError):
        return ""
    return text if lang.startswith("en") else text.translate(str.maketrans(",.", ".,"))


def format_bytes(value: Any, lang: str = "de") -> str:
    """Size of a file in the unit that gives one to three digits: "237 KB", "1,4 MB"."""
    try:
        size = float(value)
    except (TypeError, ValueError):
        return ""
    if not 0 <= size < 1e18:
        return ""
    power = 0
    while size >= 999.5 and power < len(_UNITS) - 1:
        size, power = size / 1000, power + 1
    return f"{format_number(round(size, 1) if size < 10 and power else round(size), lang)} {_UNITS[power]}"
