"""The body of an answer: unpacked while it comes, never more than allowed, and whole or not at all."""

from __future__ import annotations

import zlib
from collections.abc import Iterable

__all__ = ["BrokenBodyError", "TooMuchError", "read_whole"]

_GZIP, _ZLIB, _RAW = 31, 15, -15  # wbits of zlib
_GZIP_MAGIC = b"\x1f\x8b"


class TooMuchError(Exception):
    """The body is larger than allowed."""


class BrokenBodyError(Exception):
    """The body cannot be unpacked, or ends too early."""


def read_whole(chunks: Iterable[bytes], encoding: str, limit: int) -> bytes:
    """Put a body together. `encoding` is the Content-Encoding, `limit` the most bytes, packed and unpacked.

    :raises TooMuchError: it is larger
    :raises BrokenBodyError: it is cut off or packed in a way that was not asked for
    """
    unpacker = _unpacker(encoding)
    body = bytearray()
    came = 0
    for chunk in chunks:
        came += len(chunk)
        body += unpacker.unpack(chunk, limit + 1 - len(body)) if unpacker else chunk
        if max(came, len(body)) > limit:
            raise TooMuchError
    if unpacker and came and not unpacker.whole:
        raise BrokenBodyError("the packed body ends too early")
    return bytes(body)


def _unpacker(encoding: str) -> _Unpacker | None:
    names = [name for part in encoding.lower().split(",") if (name := part.strip()) not in ("", "identity")]
    if not names:
        return None
    if len(names) > 1 or names[0] not in ("gzip", "x-gzip", "deflate"):
        raise BrokenBodyError(f"packed as {encoding[:100]}")
    return _Unpacker(_ZLIB if names[0] == "deflate" else _GZIP)


class _Unpacker:
    def __init__(self, wbits: int) -> None:
        self._wbits = wbits
        self._stream = zlib.decompressobj(wbits)
        self._begun = False

    @property
    def whole(self) -> bool:
        return self._stream.eof

    def unpack(self, chunk: bytes, most: int) -> bytes:
        out = bytearray()
        while chunk and len(out) < most:
            if self._stream.eof:
                if self._wbits != _GZIP or not chunk.startswith(_GZIP_MAGIC):
                    break  # what follows the end is of no interest
                self._stream = zlib.decompressobj(self._wbits)
            out += self._some(chunk, most - len(out))
            chunk = self._stream.unused_data if self._stream.eof else b""
        return bytes(out)

    def _some(self, chunk: bytes, most: int) -> bytes:
        try:
            return self._stream.decompress(chunk, most)
        except zlib.error as error:
            if self._wbits != _ZLIB or self._begun:
                raise BrokenBodyError(str(error)) from error
            # many servers mean the bare stream by “deflate”
            self._wbits = _RAW
            self._stream = zlib.decompressobj(_RAW)
            return self._some(chunk, most)
        finally:
            self._begun = True
