"""Whether an answer is a web page where data were expected."""

from __future__ import annotations

import re

__all__ = ["is_web_page"]

_START = re.compile(r"<(?:!doctype\s+html|(?:[\w.-]+:)?html)\b", re.IGNORECASE)
# what may stand before the first element
_BEFORE = (("<!--", "-->"), ("<?", "?>"))


def is_web_page(text: str) -> bool:
    """Whether a document begins as HTML or XHTML does; comments and declarations before it do not matter."""
    position = 0
    while True:
        while text[position : position + 1].isspace() or text[position : position + 1] == "\ufeff":
            position += 1
        end = next((end for begin, end in _BEFORE if text.startswith(begin, position)), None)
        if end is None:
            return _START.match(text, position) is not None
        if (found := text.find(end, position)) < 0:
            return False
        position = found + len(end)
