"""The HTTP door: every request of the server to another server goes through here.

It talks http and https only, to public addresses only (checked on the very address it connects to, so that a name
cannot change its meaning in between), verifies certificates, follows at most three redirects and checks each,
and is bounded in time, size and repetitions. Environment variables such as HTTP_PROXY have no effect;
a filtering proxy is configured with CKAN's `ckan.download_proxy`, which then does the resolving.
"""

from __future__ import annotations

import email.utils
import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import certifi
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    DecodeError,
    HTTPError,
    IncompleteRead,
    InvalidHeader,
    LocationParseError,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url, parse_url

from . import config
from .domain.addresses import is_allowed
from .exceptions import (
    BadAddressError,
    BadRedirectError,
    BadStatusError,
    BrokenAnswerError,
    CertificateError,
    ForbiddenAddressError,
    HttpDoorError,
    TimedOutError,
    TooLargeError,
    UnreachableError,
)
from .http_connection import Guard, RefusedAddress, make_pool

__all__ = ["Answer", "HttpDoor", "check_url", "http_get"]

log = logging.getLogger(__name__)

MAX_REDIRECTS = 3
MAX_RETRY_AFTER = 30.0
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({429, 502, 503, 504})
_LOCAL_NAMES = (".localhost", ".local", ".internal")
_PRIVATE_HEADERS = frozenset({"authorization", "cookie", "x-api-key", "proxy-authorization"})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back.

    `url` is the address after redirects, `headers` has lower-case names, `body` is decoded (no gzip),
    `media_type` is lower case without parameters, `charset` as declared or None.
    """

    url: str
    status: int
    headers: dict[str, str]
    body: bytes
    media_type: str
    charset: str | None = None

    @property
    def not_modified(self) -> bool:
        """True if a conditional request (`etag`, `modified_since`) found nothing new."""
        return self.status == 304


def http_get(
    url: str,
    *,
    allow_local: bool | None = None,
    headers: Mapping[str, str] | None = None,
    etag: str | None = None,
    modified_since: str | None = None,
    max_bytes: int | None = None,
    connect_timeout: float = 5.0,
    read_timeout: float = 30.0,
    total_timeout: float | None = None,
    retries: int = 2,
) -> Answer:
    """Fetch one address with GET; for several of one server use `HttpDoor`, which keeps the connection.

    `max_bytes` limits the decoded body, timeouts are in seconds, `total_timeout` holds for everything together
    including redirects and repetitions; None means the site's setting. `etag` and `modified_since` (an HTTP date)
    make the request conditional.

    Raises a subclass of HttpDoorError, whose `sentence` may be shown to anyone.
    """
    with HttpDoor(
        allow_local=allow_local,
        max_bytes=max_bytes,
        connect_timeout=connect_timeout,
        read_timeout=read_timeout,
        total_timeout=total_timeout,
        retries=retries,
    ) as door:
        return door.get(url, headers=headers, etag=etag, modified_since=modified_since)


class HttpDoor:
    """A series of requests with kept connections. Not for use by several threads at once."""

    def __init__(
        self,
        *,
        allow_local: bool | None = None,
        max_bytes: int | None = None,
        connect_timeout: float = 5.0,
        read_timeout: float = 30.0,
        total_timeout: float | None = None,
        retries: int = 2,
        ca_file: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.allow_local = config.http_allow_local() if allow_local is None else allow_local
        self.max_bytes = config.http_max_bytes() if max_bytes is None else max_bytes
        self.total_timeout = config.http_total_timeout() if total_timeout is None else total_timeout
        self.retries = retries
        self._timeout = urllib3.Timeout(connect=connect_timeout, read=read_timeout)
        self._ca_file = ca_file or certifi.where()
        self._pause = pause
        self._proxy = config.download_proxy()
        self._guard = Guard(allow_local=self.allow_local)
        self._pools: dict[tuple[str, str, int | None], urllib3.HTTPConnectionPool | urllib3.ProxyManager] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        for pool in self._pools.values():
            pool.clear() if isinstance(pool, urllib3.ProxyManager) else pool.close()
        self._pools.clear()
        self._guard.close()

    def get(
        self,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        etag: str | None = None,
        modified_since: str | None = None,
    ) -> Answer:
        """As `http_get`."""
        sent = {"accept": "*/*", "accept-encoding": "gzip, deflate", "user-agent": config.http_user_agent()}
        sent |= {name.lower(): value for name, value in (headers or {}).items()}
        if etag:
            sent["if-none-match"] = etag
        if modified_since:
            sent["if-modified-since"] = modified_since
        start = time.monotonic()
        end = start + self.total_timeout
        try:
            with self._guard.deadline(self.total_timeout):
                answer = self._get_with_retries(url, sent, end)
                if self._guard.expired:  # the shut socket can pass for the end of the answer
                    raise TimedOutError(url, f"cut off after {self.total_timeout} s")
                return answer
        except HttpDoorError as error:
            log.info("GET %s failed: %s: %s", error.url, type(error).__name__, error.detail)
            if self._guard.expired:  # whatever it looks like, it is a time-out
                self.close()
                self._guard = Guard(allow_local=self.allow_local)
                raise TimedOutError(error.url, f"after {time.monotonic() - start:.1f} s: {error.detail}") from error
            raise

    # -- one way in, from the outside to the inside

    def _get_with_retries(self, url: str, headers: dict[str, str], end: float) -> Answer:
        attempt = 0
        while True:
            try:
                return self._get_following_redirects(url, dict(headers))
            except (UnreachableError, TimedOutError, BrokenAnswerError, BadStatusError) as error:
                wait = _wait_before_retry(error, attempt)
                if attempt >= self.retries or wait is None or time.monotonic() + wait >= end:
                    raise
                attempt += 1
                self._pause(wait)

    def _get_following_redirects(self, url: str, headers: dict[str, str]) -> Answer:
        for _hop in range(MAX_REDIRECTS + 1):
            target = _checked_url(url, allow_local=self.allow_local)
            response = self._send(target, headers)
            try:
                location = response.headers.get("location")
                if response.status not in _REDIRECTS or not location:
                    answer = self._read(target.url, response)
                    response.release_conn()
                    return answer
            except BaseException:
                response.close()
                raise
            response.close()  # the body of a redirect is not worth reading
            url = urljoin(target.url, location)
            if _origin(_checked_url(url, allow_local=self.allow_local)) != _origin(target):
                headers = {name: value for name, value in headers.items() if name not in _PRIVATE_HEADERS}
        raise BadRedirectError(url, f"more than {MAX_REDIRECTS} redirects")

    def _send(self, target: Url, headers: dict[str, str]) -> BaseHTTPResponse:
        try:
            pool = self._pool(target)
            address = target.url if isinstance(pool, urllib3.ProxyManager) else target.request_uri
            return pool.urlopen(
                "GET",
                address,
                headers=headers,
                redirect=False,
                retries=False,
                preload_content=False,
                timeout=self._timeout,
            )
        except RefusedAddress as error:
            raise ForbiddenAddressError(target.url, str(error)) from error
        except (HTTPError, OSError, ValueError) as error:
            raise _typed(target.url, error) from error

    def _read(self, url: str, response: BaseHTTPResponse) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        if response.status >= 400 or response.status < 200:
            raise BadStatusError(url, response.status, f"status {response.status}", headers)
        media_type, charset = _content_type(headers.get("content-type", ""))
        return Answer(url, response.status, headers, self._body(url, response), media_type, charset)

    def _body(self, url: str, response: BaseHTTPResponse) -> bytes:
        too_large = TooLargeError(
            url, f"more than {self.max_bytes} bytes", limit_mb=max(1, self.max_bytes // 1_000_000)
        )
        if (response.length_remaining or 0) > self.max_bytes:
            raise too_large
        body = bytearray()
        try:
            while chunk := response.read1(_CHUNK, decode_content=True):
                body += chunk
                if len(body) > self.max_bytes:
                    raise too_large
        except (HTTPError, OSError, ValueError) as error:
            raise _typed(url, error) from error
        return bytes(body)

    def _pool(self, target: Url) -> urllib3.HTTPConnectionPool | urllib3.ProxyManager:
        key = _origin(target)
        if key not in self._pools:
            self._pools[key] = (
                urllib3.ProxyManager(self._proxy, cert_reqs="CERT_REQUIRED", ca_certs=self._ca_file)
                if self._proxy
                else make_pool(
                    str(target.scheme),
                    str(target.host),
                    target.port,
                    self._guard,
                    timeout=self._timeout,
                    ca_file=self._ca_file,
                )
            )
        return self._pools[key]


def check_url(url: str, *, allow_local: bool | None = None) -> None:
    """Refuse an address that no request would be made to, as far as that can be told without asking the network.

    Raises a subclass of HttpDoorError.
    """
    allowed = config.http_allow_local() if allow_local is None else allow_local
    parts = _checked_url(url, allow_local=allowed)
    name = str(parts.host).rstrip(".").lower()
    if not allowed and (name == "localhost" or name.endswith(_LOCAL_NAMES)):
        raise ForbiddenAddressError(url[:300], "local name")


def _checked_url(url: str, *, allow_local: bool) -> Url:
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


def _origin(url: Url) -> tuple[str, str, int | None]:
    return str(url.scheme), str(url.host), url.port


def _content_type(value: str) -> tuple[str, str | None]:
    media_type, _, parameters = value.partition(";")
    for parameter in parameters.split(";"):
        name, _, setting = parameter.partition("=")
        if name.strip().lower() == "charset" and setting.strip():
            return media_type.strip().lower(), setting.strip().strip("\"'").lower()
    return media_type.strip().lower(), None


def _wait_before_retry(error: HttpDoorError, attempt: int) -> float | None:
    """Seconds to wait, or None if trying again is pointless."""
    wait = 0.5 * 2**attempt
    if not isinstance(error, BadStatusError):
        return wait
    if error.status not in _TRY_AGAIN:
        return None
    asked = _retry_after(error.headers.get("retry-after", ""))
    if asked is None:
        return wait
    return asked if asked <= MAX_RETRY_AFTER else None


def _retry_after(value: str) -> float | None:
    if value.strip().isdigit():
        return float(value)
    try:
        return max(0.0, email.utils.parsedate_to_datetime(value).timestamp() - time.time())
    except (ValueError, TypeError, OverflowError):
        return None


def _typed(url: str, error: Exception) -> HttpDoorError:
    """The failure of urllib3 in our own terms."""
    detail = f"{type(error).__name__}: {error}"
    kinds: tuple[tuple[tuple[type[Exception], ...], type[HttpDoorError]], ...] = (
        ((SSLError,), CertificateError),
        ((NameResolutionError, NewConnectionError, ConnectionRefusedError), UnreachableError),
        ((ConnectTimeoutError, ReadTimeoutError, TimeoutError), TimedOutError),
        ((IncompleteRead, DecodeError, InvalidHeader, ProtocolError), BrokenAnswerError),
    )
    for errors, kind in kinds:  # the order matters: urllib3 counts a refused connection among the time-outs
        if isinstance(error, errors):
            return kind(url, detail)
    return UnreachableError(url, detail)
