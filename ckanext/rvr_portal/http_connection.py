"""Connections of the HTTP door: the address that is checked is the address that is connected to."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NameResolutionError, NewConnectionError

from .domain.addresses import is_allowed

__all__ = ["Guard", "RefusedAddress", "make_pool"]


class RefusedAddress(Exception):
    """The name leads only to addresses that may not be talked to."""


class Guard:
    """Opens sockets to allowed addresses only, and ends them all when the time is up."""

    def __init__(self, *, allow_local: bool) -> None:
        self.allow_local = allow_local
        self.expired = False
        self._sockets: list[socket.socket] = []

    def connect(self, host: str, port: int, timeout: float | None) -> socket.socket:
        """Resolve `host` once and connect to the first allowed address that answers; `timeout` in seconds."""
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        allowed = [entry for entry in found if is_allowed(str(entry[4][0]), allow_local=self.allow_local)]
        if not allowed:
            raise RefusedAddress(f"{host} leads to {sorted({str(entry[4][0]) for entry in found})}")
        end = time.monotonic() + timeout if timeout else None
        failure: OSError = OSError("no address")
        for family, kind, proto, _name, address in allowed:
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
            # TLS takes the socket object over; a duplicate can still end the connection from outside
            self._sockets.append(sock.dup())
            return sock
        raise failure

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
        for sock in self._sockets:
            sock.close()
        self._sockets.clear()

    def _expire(self) -> None:
        self.expired = True
        for sock in list(self._sockets):
            with contextlib.suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)


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
    if scheme == "https":
        pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
            host, port, timeout=timeout, maxsize=1, cert_reqs="CERT_REQUIRED", ca_certs=ca_file
        )
        pool.ConnectionCls = type("GuardedHTTPS", (_CheckedHTTPS,), {"guard": guard})
    else:
        pool = urllib3.HTTPConnectionPool(host, port, timeout=timeout, maxsize=1)
        pool.ConnectionCls = type("GuardedHTTP", (_CheckedHTTP,), {"guard": guard})
    return pool
