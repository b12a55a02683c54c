"""How the text of a file is encoded.

Byte order marks decide. Without one: UTF-16 if every second byte of the beginning is zero, UTF-8 if the bytes are valid
as such, else Windows-1252, and Latin-1 where that has gaps. A long UTF-8 file with a few broken bytes stays UTF-8.
"""

from __future__ import annotations

import codecs
from collections.abc import Iterable
from dataclasses import dataclass

__all__ = ["Encoding", "detect_encoding"]

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_GAPS_OF_CP1252 = bytes((0x81, 0x8D, 0x8F, 0x90, 0x9D))
_NAMES = {
    "utf-8": "UTF-8", "utf-8-sig": "UTF-8 (BOM)", "utf-16": "UTF-16", "utf-16-le": "UTF-16", "utf-16-be": "UTF-16",
    "utf-32": "UTF-32", "cp1252": "Windows-1252", "latin-1": "ISO 8859-1",
}  # fmt: skip
# so many well-formed characters to one broken byte make a UTF-8 file with mistakes, not one in another encoding
_WELL_FORMED = 10
_BEGINNING = 4096


@dataclass(frozen=True, slots=True)
class Encoding:
    """`codec` is Python's name, `broken` the number of bytes that do not fit (they are read as U+FFFD)."""

    codec: str
    broken: int = 0

    @property
    def name(self) -> str:
        """As people call it."""
        return _NAMES[self.codec]


def detect_encoding(chunks: Iterable[bytes], *, whole: bool = True) -> Encoding:
    """Find the encoding of a file given in pieces; one piece at a time is held.

    :param chunks: the file from its start
    :param whole: False if only its beginning is given, which may end within a character
    """
    well_formed = broken = 0
    gaps = False
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    beginning = True
    for chunk in chunks:
        if beginning:
            known = _by_mark(chunk) or _by_zeros(chunk[:_BEGINNING])
            if known:
                return Encoding(known)
            beginning = False
        text = decoder.decode(chunk)
        # a character beyond ASCII has more bytes than one; a broken byte counts for itself
        well_formed += max(0, len(chunk) - len(text))
        broken += text.count("\ufffd")
        gaps = gaps or any(byte in chunk for byte in _GAPS_OF_CP1252)
    if whole:
        broken += decoder.decode(b"", final=True).count("\ufffd")
    if not broken or well_formed >= _WELL_FORMED * broken:
        return Encoding("utf-8", broken)
    return Encoding("latin-1" if gaps else "cp1252")


def _by_mark(chunk: bytes) -> str:
    for mark, codec in _MARKS:
        # UTF-16 with a first NUL character would look like UTF-32, which nobody writes
        if chunk.startswith(mark):
            return codec
    return ""


def _by_zeros(chunk: bytes) -> str:
    half = len(chunk) // 2
    if half < 2:
        return ""
    if chunk[1::2].count(0) >= 0.4 * half and not chunk[0::2].count(0):
        return "utf-16-le"
    if chunk[0::2].count(0) >= 0.4 * half and not chunk[1::2].count(0):
        return "utf-16-be"
    return ""
