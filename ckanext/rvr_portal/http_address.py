"""Addresses of requests to other servers, before anything is asked: their scheme, form and literal numbers."""

from __future__ import annotations

from urllib3.exceptions import LocationParseError
from urllib3.util import Url, parse_url

from . import config
from .domain.addresses import is_allowed
from .exceptions import BadAddressError, ForbiddenAddressError

__all__ = ["check_url", "checked_url", "origin"]

_LOCAL_NAMES = (".localhost", ".local", ".internal")


def check_url(url: str, *, allow_local: bool | None = None) -> None:
    """Refuse an address that no request would be made to, as far as that can be told without asking the network.

    Raises a subclass of HttpDoorError.
    """
    allowed = config.http_allow_local() if allow_local is None else allow_local
    parts = checked_url(url, allow_local=allowed)
    name = str(parts.host).rstrip(".").lower()
    if not allowed and (name == "localhost" or name.endswith(_LOCAL_NAMES)):
        raise ForbiddenAddressError(url[:300], "local name")


def checked_url(url: str, *, allow_local: bool) -> Url:
    """The address in parts; refuses other schemes, log-in data, and forbidden addresses written as numbers."""
    shown = url[:300]
    if len(url) > 4000 or any(ord(char) < 33 or ord(char) == 127 for char in url.strip()):
        raise BadAddressError(shown, "too long, or with control characters")
    try:
        parts = parse_url(url.strip())
    except (LocationParseError, ValueError) as error:
        raise BadAddressError(shown, str(error)) from error
    if parts.scheme not in ("http", "https") or not parts.host:
        raise BadAddressError(shown, "scheme or host")
    if parts.auth:  # never repeat a password
        raise BadAddressError(f"{parts.scheme}://…@{parts.host}", "log-in data in the address")
    literal = parts.host.strip("[]")
    if _is_number(literal) and not is_allowed(literal, allow_local=allow_local):
        raise ForbiddenAddressError(shown, "forbidden address")
    return parts._replace(fragment=None)


def _is_number(host: str) -> bool:
    return ":" in host or host.replace(".", "").isdigit() and host.count(".") == 3


def origin(url: Url) -> tuple[str, str, int | None]:
    return str(url.scheme), str(url.host), url.port
