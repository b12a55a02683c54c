"""Connections of the HTTP door: the address that is checked is the address that is connected to."""

from __future__ import annotations

import contextlib
import queue
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from .domain.addresses import AddressKind, address_kind, is_allowed

__all__ = ["Guard", "RefusedAddress", "make_pool", "make_proxy"]


class RefusedAddress(Exception):
    """The name leads only to addresses that may not be talked to."""


class Guard:
    """Opens sockets to allowed addresses only, and ends them all when the time is up.

    `any_address` is for connections to the site's own proxy, wherever it stands.
    """

    def __init__(self, *, allow_local: bool, any_address: bool = False) -> None:
        self.allow_local = allow_local
        self.expired = False
        # names that led into the own network
        self.local: set[str] = set()
        self._any_address = any_address
        self._sockets: dict[tuple[str, int], socket.socket] = {}

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Resolve `host` once and connect to the first allowed address that answers; `timeout` in seconds."""
        end = time.monotonic() + timeout if timeout else None
        found = _resolve(host, port, timeout)
        allowed = [entry for entry in found if self._allows(str(entry[4][0]))]
        if not allowed:
            raise RefusedAddress(f"{host} leads to {sorted({str(entry[4][0]) for entry in found})}")
        failure: OSError = OSError("no address")
        for family, kind, proto, _name, address in allowed:
            if self.expired:
                raise TimeoutError("the time is up")
            sock = socket.socket(family, kind, proto)
            try:
                sock.settimeout(max(0.1, end - time.monotonic()) if end else None)
                sock.connect(address)
                sock.settimeout(timeout)
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            except OSError as error:
                sock.close()
                failure = error
                continue
            if address_kind(str(address[0])) is AddressKind.LOCAL:
                self.local.add(host)
            return self._watched(sock, (host, port))
        raise failure

    def _allows(self, address: str) -> bool:
        return self._any_address or is_allowed(address, allow_local=self.allow_local)

    def _watched(self, sock: socket.socket, key: tuple[str, int]) -> socket.socket:
        """TLS takes the socket object over; a duplicate can still end the connection from outside."""
        if before := self._sockets.pop(key, None):  # each pool keeps one connection: that one is over
            before.close()
        self._sockets[key] = sock.dup()
        if self.expired:
            sock.close()
            raise TimeoutError("the time is up")
        return sock

    @contextlib.contextmanager
    def deadline(self, seconds: float) -> Iterator[None]:
        """End all connections after `seconds`: read timeouts alone do not stop a server that drips."""
        timer = threading.Timer(max(seconds, 0.01), self._expire)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def close(self) -> None:
        for sock in self._sockets.values():
            sock.close()
        self._sockets.clear()

    def _expire(self) -> None:
        self.expired = True
        for sock in list(self._sockets.values()):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


def _resolve(host: str, port: int, timeout: float | None) -> list[Any]:
    """Addresses of a name; `getaddrinfo` itself knows no time limit."""
    answers: queue.SimpleQueue[Any] = queue.SimpleQueue()

    def ask() -> None:
        try:
            answers.put(socket.getaddrinfo(host, port, type=socket.SOCK_STREAM))
        except (OSError, UnicodeError) as error:
            answers.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        answer = answers.get(timeout=timeout)
    except queue.Empty:
        raise TimeoutError(f"no address of {host} in time") from None
    if isinstance(answer, Exception):
        raise answer
    return answer


class _CheckedMixin:
    """`_new_conn` of urllib3 with the guard's connect in the place of `create_connection`."""

    guard: Guard
    host: str
    port: int
    timeout: Any
    _dns_host: str

    def _new_conn(self) -> socket.socket:
        timeout = self.timeout if isinstance(self.timeout, (int, float)) else None
        try:
            return self.guard.connect(self._dns_host, self.port, timeout)
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error  # type: ignore[arg-type]
        except TimeoutError as error:
            raise ConnectTimeoutError(self, f"connecting to {self.host} timed out") from error
        except (OSError, UnicodeError) as error:
            raise NewConnectionError(self, f"no connection to {self.host}: {error}") from error  # type: ignore[arg-type]


class _CheckedHTTP(_CheckedMixin, HTTPConnection):  # type: ignore[misc]
    pass


class _CheckedHTTPS(_CheckedMixin, HTTPSConnection):  # type: ignore[misc]
    pass


def make_pool(
    scheme: str, host: str, port: int | None, guard: Guard, *, timeout: urllib3.Timeout, ca_file: str | None = None
) -> urllib3.HTTPConnectionPool:
    """Pool of one origin whose connections go through `guard`. Certificates are always verified."""
    options: dict[str, Any] = {"cert_reqs": "CERT_REQUIRED", "ca_certs": ca_file} if scheme == "https" else {}
    return _pool_classes(guard)[scheme](host, port, timeout=timeout, maxsize=1, **options)


def make_proxy(address: str, guard: Guard, *, ca_file: str | None = None) -> urllib3.ProxyManager:
    """The way through the site's own filtering proxy; connections to it end with `guard`, too."""
    proxy = urllib3.ProxyManager(address, cert_reqs="CERT_REQUIRED", ca_certs=ca_file)
    proxy.pool_classes_by_scheme = _pool_classes(guard)  # type: ignore[assignment]
    return proxy


def _pool_classes(guard: Guard) -> dict[str, type[urllib3.HTTPConnectionPool]]:
    http = type("GuardedHTTP", (_CheckedHTTP,), {"guard": guard})
    https = type("GuardedHTTPS", (_CheckedHTTPS,), {"guard": guard})
    return {
        "http": type("GuardedHTTPPool", (urllib3.HTTPConnectionPool,), {"ConnectionCls": http}),
        "https": type("GuardedHTTPSPool", (urllib3.HTTPSConnectionPool,), {"ConnectionCls": https}),
    }
