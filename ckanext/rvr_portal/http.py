"""The HTTP door: every request of the server to another server goes through here.

It talks http and https only, to public addresses only (checked on the very address it connects to, so that a name
cannot change its meaning in between), verifies certificates, follows at most three redirects and checks each,
is bounded in time, size and repetitions, and sends a host no more than a polite number of requests.
Environment variables such as HTTP_PROXY have no effect;
a filtering proxy is configured with CKAN's `ckan.download_proxy`, which then does the resolving.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Self
from urllib.parse import urljoin

import certifi
import urllib3
from urllib3.exceptions import (
    ConnectTimeoutError,
    HTTPError,
    IncompleteRead,
    InvalidHeader,
    NameResolutionError,
    NewConnectionError,
    ProtocolError,
    ReadTimeoutError,
    SSLError,
)
from urllib3.response import BaseHTTPResponse
from urllib3.util import Url

from . import config
from .domain.patience import TRY_AGAIN, Pace, asked_pause, back_off
from .exceptions import (
    BadRedirectError,
    BadStatusError,
    BrokenAnswerError,
    CertificateError,
    ForbiddenAddressError,
    HttpDoorError,
    TimedOutError,
    TooLargeError,
    UnknownHostError,
    UnreachableError,
)
from .http_address import check_url, checked_url, origin
from .http_body import BrokenBodyError, TooMuchError, read_whole
from .http_connection import Guard, RefusedAddress, make_pool, make_proxy

__all__ = ["Answer", "HttpDoor", "check_url", "http_get"]

log = logging.getLogger(__name__)

MAX_REDIRECTS = 3
MAX_RETRY_AFTER = 30.0
_CHUNK = 64 * 1024
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
# The body of a refusal is read only for what it says about trying again
_REFUSAL_BYTES = 16 * 1024
# After these a probe does not ask a second time
_FINAL = frozenset({401, 410, 429})
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
    connect_timeout: float | None = None,
    read_timeout: float | None = None,
    total_timeout: float | None = None,
    retries: int | None = None,
) -> Answer:
    """Fetch one address with GET; for several of one server use `HttpDoor`, which keeps the connection.

    `max_bytes` limits the decoded body, timeouts are in seconds, `total_timeout` holds for everything together
    including redirects and repetitions; None means the site's settings. `etag` and `modified_since` (an HTTP date)
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
    """A series of requests with kept connections. Not for use by several threads at once.

    Parameters as of `http_get`; `rate` is the most requests a second to one host (0: any number), `ca_file` a file of
    certificates to trust instead of the usual ones, `pause` sleeps for a number of seconds.
    """

    def __init__(
        self,
        *,
        allow_local: bool | None = None,
        max_bytes: int | None = None,
        connect_timeout: float | None = None,
        read_timeout: float | None = None,
        total_timeout: float | None = None,
        retries: int | None = None,
        rate: float | None = None,
        ca_file: str | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.allow_local = config.http_allow_local() if allow_local is None else allow_local
        self.max_bytes = config.http_max_bytes() if max_bytes is None else max_bytes
        self.total_timeout = config.http_total_timeout() if total_timeout is None else total_timeout
        self.retries = config.http_retries() if retries is None else retries
        self._timeout = urllib3.Timeout(
            connect=config.http_connect_timeout() if connect_timeout is None else connect_timeout,
            read=config.http_read_timeout() if read_timeout is None else read_timeout,
        )
        # the own network needs no politeness, unless somebody asks for it
        self._hurry_at_home = rate is None
        self._pace = Pace(config.http_requests_per_second() if rate is None else rate)
        self._ca_file = ca_file or certifi.where()
        self._pause = pause
        self._proxy = config.download_proxy()
        self._guard = self._new_guard()
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

        def ask(end: float) -> Answer:
            answer = self._get_with_retries(url, sent, end)
            if answer.not_modified and not (etag or modified_since):
                raise BadStatusError(answer.url, 304, "not modified, but nobody asked for that", answer.headers)
            return answer

        return self._in_time(url, ask)

    def probe(self, url: str) -> Answer:
        """Whether there is something at an address, without fetching it: the answer's `body` is always empty.

        Asks with HEAD, and where that is refused, with a GET for the first byte. Nothing is repeated.

        Raises a subclass of HttpDoorError.
        """
        sent = {"accept": "*/*", "accept-encoding": "identity", "user-agent": config.http_user_agent()}

        def ask(end: float) -> Answer:
            try:
                return self._get_following_redirects(url, dict(sent), end, method="HEAD")
            except (BadStatusError, BrokenAnswerError, BadRedirectError) as error:
                if isinstance(error, BadStatusError) and error.status in _FINAL:
                    raise
            return self._get_following_redirects(url, sent | {"range": "bytes=0-0"}, end, whole=False)

        return self._in_time(url, ask)

    def _in_time(self, url: str, ask: Callable[[float], Answer]) -> Answer:
        """What `ask` brings, which is told the moment of time.monotonic() by which it must end."""
        start = time.monotonic()
        end = start + self.total_timeout
        try:
            with self._guard.deadline(self.total_timeout):
                answer = ask(end)
                if self._guard.expired:  # the shut socket can pass for the end of the answer
                    raise TimedOutError(url, f"cut off after {self.total_timeout} s")
                return answer
        except HttpDoorError as error:
            log.info("Asking %s failed: %s: %s", error.url, type(error).__name__, error.detail)
            if self._guard.expired:  # whatever it looks like, it is a time-out
                self.close()
                self._guard = self._new_guard()
                raise TimedOutError(error.url, f"after {time.monotonic() - start:.1f} s: {error.detail}") from error
            raise

    # -- one way in, from the outside to the inside

    def _get_with_retries(self, url: str, headers: dict[str, str], end: float) -> Answer:
        attempt = 0
        while True:
            try:
                return self._get_following_redirects(url, dict(headers), end)
            except (UnreachableError, TimedOutError, BrokenAnswerError, BadStatusError) as error:
                wait = _wait_before_retry(error, attempt)
                if attempt >= self.retries or wait is None or time.monotonic() + wait >= end:
                    raise
                attempt += 1
                self._pause(wait)

    def _get_following_redirects(
        self, url: str, headers: dict[str, str], end: float, *, method: str = "GET", whole: bool = True
    ) -> Answer:
        for _hop in range(MAX_REDIRECTS + 1):
            target = checked_url(url, allow_local=self.allow_local)
            self._be_polite(str(target.host), end)
            response = self._send(target, headers, method)
            try:
                location = response.headers.get("location")
                if response.status not in _REDIRECTS or not location:
                    answer = self._read(target.url, response, ranged="range" in headers, whole=whole)
                    response.release_conn() if whole else response.close()
                    return answer
            except BaseException:
                response.close()
                raise
            response.close()  # the body of a redirect is not worth reading
            url = urljoin(target.url, location)
            if origin(checked_url(url, allow_local=self.allow_local)) != origin(target):
                headers = {name: value for name, value in headers.items() if name not in _PRIVATE_HEADERS}
        raise BadRedirectError(url, f"more than {MAX_REDIRECTS} redirects")

    def _be_polite(self, host: str, end: float) -> None:
        if self._hurry_at_home and host.strip("[]") in self._guard.local:
            return
        now = time.monotonic()
        if wait := min(self._pace.wait(host, now), end - now):
            self._pause(wait)

    def _send(self, target: Url, headers: dict[str, str], method: str) -> BaseHTTPResponse:
        try:
            pool = self._pool(target)
            address = target.url if isinstance(pool, urllib3.ProxyManager) else target.request_uri
            return pool.urlopen(
                method,
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

    def _read(self, url: str, response: BaseHTTPResponse, *, ranged: bool, whole: bool) -> Answer:
        headers = {name.lower(): value for name, value in response.headers.items()}
        status = response.status
        if status in _REDIRECTS:
            raise BadRedirectError(url, f"status {status} without an address")
        if status != 304 and not 200 <= status < 300:
            raise _refusal(url, response, headers)
        if status == 206 and not ranged:
            raise BrokenAnswerError(url, "a part of the answer that nobody asked for")
        media_type, charset = _content_type(headers.get("content-type", ""))
        body = self._body(url, response, headers) if whole else b""
        return Answer(url, status, headers, body, media_type, charset)

    def _body(self, url: str, response: BaseHTTPResponse, headers: Mapping[str, str]) -> bytes:
        too_large = TooLargeError(
            url, f"more than {self.max_bytes} bytes", limit_mb=max(1, self.max_bytes // 1_000_000)
        )
        if (response.length_remaining or 0) > self.max_bytes:
            raise too_large
        try:
            return read_whole(_chunks(response), headers.get("content-encoding", ""), self.max_bytes)
        except TooMuchError as error:
            raise too_large from error
        except BrokenBodyError as error:
            raise BrokenAnswerError(url, str(error)) from error
        except (HTTPError, OSError, ValueError) as error:
            raise _typed(url, error) from error

    def _new_guard(self) -> Guard:
        return Guard(allow_local=self.allow_local, any_address=bool(self._proxy))

    def _pool(self, target: Url) -> urllib3.HTTPConnectionPool | urllib3.ProxyManager:
        key = origin(target)
        if key not in self._pools:
            self._pools[key] = (
                make_proxy(self._proxy, self._guard, ca_file=self._ca_file)
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


def _content_type(value: str) -> tuple[str, str | None]:
    media_type, _, parameters = value.partition(";")
    for parameter in parameters.split(";"):
        name, _, setting = parameter.partition("=")
        if name.strip().lower() == "charset" and setting.strip():
            return media_type.strip().lower(), setting.strip().strip("\"'").lower()
    return media_type.strip().lower(), None


def _chunks(response: BaseHTTPResponse) -> Iterator[bytes]:
    while chunk := response.read1(_CHUNK, decode_content=False):
        yield chunk


def _refusal(url: str, response: BaseHTTPResponse, headers: dict[str, str]) -> BadStatusError:
    body = b""
    try:
        body = response.read(_REFUSAL_BYTES, decode_content=True)
    except (HTTPError, OSError, ValueError) as error:
        log.debug("The body of a refusal of %s cannot be read: %s", url, error)
    now = datetime.now(UTC)
    pause = asked_pause(headers, body, now) if response.status in TRY_AGAIN else None
    again = None if pause is None else (now + timedelta(seconds=pause)).astimezone(config.display_timezone())
    return BadStatusError(url, response.status, f"status {response.status}", headers, pause=pause, again=again)


def _wait_before_retry(error: HttpDoorError, attempt: int) -> float | None:
    """Seconds to wait, or None if trying again is pointless."""
    if isinstance(error, BadStatusError):
        if error.status not in TRY_AGAIN or (error.pause or 0) > MAX_RETRY_AFTER:
            return None
        if error.pause is not None:
            return error.pause
    return back_off(attempt)


def _typed(url: str, error: Exception) -> HttpDoorError:
    """The failure of urllib3 in our own terms."""
    detail = f"{type(error).__name__}: {error}"
    kinds: tuple[tuple[tuple[type[Exception], ...], type[HttpDoorError]], ...] = (
        ((SSLError,), CertificateError),
        ((NameResolutionError,), UnknownHostError),
        ((NewConnectionError, ConnectionRefusedError), UnreachableError),
        ((ConnectTimeoutError, ReadTimeoutError, TimeoutError), TimedOutError),
        ((IncompleteRead, InvalidHeader, ProtocolError), BrokenAnswerError),
    )
    for errors, kind in kinds:  # the order matters: urllib3 counts a refused connection among the time-outs
        if isinstance(error, errors):
            return kind(url, detail)
    return UnreachableError(url, detail)
