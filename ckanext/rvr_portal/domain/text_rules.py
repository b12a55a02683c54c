"""What a text that somebody types may be: how long, and without what a browser or a spreadsheet would run.

These rules are for new input. What other catalogues deliver is kept and made harmless where it is shown.
"""

from __future__ import annotations

import re
import string
from typing import Literal
from urllib.parse import quote, urlsplit

__all__ = [
    "ADDRESS", "EMAIL", "LINE", "MACHINE", "PROSE", "Problem", "is_harmful", "problem_with_text", "shorten", "splittable",
]  # fmt: skip

# most characters: one line, several lines, web address, email address (RFC 5321), what only programs write
LINE, PROSE, ADDRESS, EMAIL, MACHINE = 500, 100_000, 2_000, 254, 500_000

Problem = Literal["too_long", "markup", "script", "formula", "control"]

_TAG = re.compile(r"<(?:[a-zA-Z/!?][^<>]*>|[a-zA-Z]\w*\s+[\w-]+\s*=)")
# simple markup in descriptions is cleaned when it is shown; these never have a place in one
_SCRIPT = re.compile(
    r"<\s*/?\s*(?:script|iframe|object|embed|style|link|meta|base|form|svg|math|template)\b|<[^>]*\son\w+\s*="
    r"|(?:java|vb)script\s*:|data\s*:\s*text/html",
    re.IGNORECASE,
)
# a telephone number (+49 …), a dash and an @name are no formulas; a function call or a command behind a sign is one
_FORMULA = re.compile(r"\s*(?:[=＝]|[+\-@＋－＠](?=[^\s\d]*[A-Za-z]+\s*[(|!]))")
_FORMULA_IN_PROSE = re.compile(r"\s*[=＝]\S*[(|!]")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ufffe\uffff]")
_ASCII_BUT_BRACKETS = string.printable.replace("[", "").replace("]", "")
_HARMFUL = frozenset({"javascript", "data", "vbscript", "file", "blob", "filesystem"})


def problem_with_text(text: str, longest: int = LINE, *, prose: bool = False) -> Problem | None:
    """What is wrong with a text, None if nothing.

    :param longest: most characters, a line break counts as one
    :param prose: several lines, in which simple markup is allowed
    """
    if len(text.replace("\r\n", "\n")) > longest:
        return "too_long"
    if _CONTROL.search(text):
        return "control"
    if _SCRIPT.search(text):
        return "script"
    if not prose and _TAG.search(text):
        return "markup"
    return "formula" if (_FORMULA_IN_PROSE if prose else _FORMULA).match(text) else None


def is_harmful(address: str) -> bool:
    """Whether following the address would run code or read the reader's own files."""
    return scheme(address) in _HARMFUL


def scheme(address: str) -> str:
    """The scheme of an address, in small letters; browsers skip control characters and blanks in and before it."""
    return re.sub(r"[\x00-\x20]", "", address.partition(":")[0]).lower() if ":" in address else ""


def splittable(address: str) -> str:
    """An address that `urllib` can take apart, with and without the `http://` that CKAN puts before one without scheme.

    Python refuses `http://]` and hosts with characters like ℀, and CKAN takes the address of each resource apart when it
    saves and when it shows it. Such an address gets its brackets and letters beyond ASCII percent-encoded; others stay.
    """
    try:
        for whole in (address, "http://" + address.lstrip("/")):
            urlsplit(whole)
    except ValueError:
        return quote(address, safe=_ASCII_BUT_BRACKETS, errors="replace")
    return address


def shorten(text: str, most: int = 60) -> str:
    """The beginning of a text, to name it in a message."""
    text = " ".join(text.split())
    return text if len(text) <= most else text[: most - 1].rstrip() + "…"
