"""Requests for data: what may be typed, how it stands in a mail, and when a mail that failed is tried again."""

from __future__ import annotations

import ipaddress
import re
import textwrap
from datetime import timedelta

__all__ = [
    "ANSWERED", "DONE", "MESSAGE", "NAME", "NEW", "PURPOSE", "STATES", "clean_lines", "mail_address", "network_of", "pause",
    "quoted", "reference",
]  # fmt: skip

NEW, ANSWERED, DONE = "new", "answered", "done"
STATES = (NEW, ANSWERED, DONE)

#: Most characters of the texts of a request.
MESSAGE, PURPOSE, NAME = 4_000, 2_000, 100

# RFC 5322's unquoted local part and a host name: all that a provider hands out, and nothing that ends a header
_MAIL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63})+")
# line and paragraph separators and marks that turn the direction of writing belong into no plain text either
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")
_WIDTH = 90
_FIRST_PAUSE, _LONGEST_PAUSE = timedelta(minutes=2), timedelta(hours=6)


def mail_address(text: str) -> str:
    """A mail address as a mail server takes it, an international host name as xn--…; empty if it is none."""
    local, at, host = text.strip().rpartition("@")
    try:
        host = host.encode("idna").decode("ascii") if not host.isascii() else host
    except UnicodeError:
        return ""
    address = f"{local}{at}{host}"
    return address if len(address) <= 254 and _MAIL.fullmatch(address) else ""


def clean_lines(text: str) -> str:
    """Text of several lines without control characters, blanks at its ends and long gaps."""
    lines = [line.rstrip() for line in _CONTROL.sub("", text.replace("\r\n", "\n").replace("\r", "\n")).split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def quoted(text: str) -> str:
    """What somebody typed, as a quotation of a mail: nobody takes a line of it for one of the portal's."""
    lines: list[str] = []
    for line in text.split("\n"):
        lines += textwrap.wrap(line, _WIDTH, break_on_hyphens=False) or [""]
    return "\n".join(f"> {line}".rstrip() for line in lines)


def reference(request_id: str) -> str:
    """The number by which people speak of a request."""
    return request_id[:8].upper()


def pause(tries: int) -> timedelta:
    """How long to wait with a mail that has failed so often."""
    return min(_FIRST_PAUSE * 2 ** min(tries, 20), _LONGEST_PAUSE)


def network_of(address: str) -> str:
    """The network an address counts for: IPv4 as it is, of IPv6 the first half, which one connection has for itself."""
    try:
        found = ipaddress.ip_address(address.strip())
    except ValueError:
        return "unknown"
    mapped = getattr(found, "ipv4_mapped", None)
    if mapped or found.version == 4:
        return str(mapped or found)
    return str(ipaddress.ip_network(f"{found}/64", strict=False))
