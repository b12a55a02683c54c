"""From the bytes of an answer to text, whatever the server says about its encoding."""

from __future__ import annotations

import codecs

__all__ = ["decode"]

# Python's codecs for other purposes than texts of files; some take for ever
_NO_CHARSETS = frozenset({"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape", "utf-7"})
_BOMS = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)


def decode(body: bytes, charset: str | None = None, declared: str | None = None) -> str:
    """The text of an answer: by its byte order mark, what it declares itself, UTF-8, what the server says, cp1252."""
    for bom, name in _BOMS:
        if body.startswith(bom):
            return body.decode(name, "replace")
    for name in filter(None, (declared, "utf-8", charset, "cp1252")):
        try:
            if codecs.lookup(name).name not in _NO_CHARSETS:
                return body.decode(name)
        except (ValueError, LookupError):  # not of this encoding, or a name that nobody knows
            continue
    return body.decode("utf-8", "replace")
