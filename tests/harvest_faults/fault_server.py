"""A web server that misbehaves on demand, and the ways in which it can."""

from __future__ import annotations

import gzip
import json
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeAlias
from urllib.parse import parse_qs, urlsplit

__all__ = ["BadServer", "Behaviour", "Request", "answer", "as_json", "cut_off", "dripping", "endless", "hang_up",
           "redirect", "silent", "zipped_bomb"]  # fmt: skip


class Request:
    """What was asked, and the raw connection to answer on."""

    def __init__(self, handler: BaseHTTPRequestHandler, body: bytes) -> None:
        parts = urlsplit(handler.path)
        self.path = parts.path
        self.query = {key: values[-1] for key, values in parse_qs(parts.query, keep_blank_values=True).items()}
        self.headers = handler.headers
        self.body = body
        self.server: BadServer = handler.server  # type: ignore[assignment]
        self.handler = handler

    def head(self, status: int, headers: Mapping[str, str]) -> None:
        """Send status and headers; the connection ends with this answer."""
        self.handler.send_response(status)
        for name, value in {"Connection": "close", **headers}.items():
            self.handler.send_header(name, value)
        self.handler.end_headers()
        self.handler.close_connection = True

    def send(self, data: bytes) -> bool:
        """Send some of the body; false if the client has gone."""
        try:
            self.handler.wfile.write(data)
        except OSError:
            return False
        return True


Behaviour: TypeAlias = Callable[[Request], None]


def answer(body: str | bytes, media_type: str = "text/turtle", status: int = 200, **headers: str) -> Behaviour:
    """A whole answer; `{server}` in a text becomes the server's address. Headers as Retry_After="7"."""

    def behave(request: Request) -> None:
        data = body.replace("{server}", request.server.url).encode() if isinstance(body, str) else body
        told = {name.replace("_", "-"): value for name, value in headers.items()}
        request.head(status, {"Content-Type": media_type, "Content-Length": str(len(data)), **told})
        request.send(data)

    return behave


def as_json(value: Any, status: int = 200, **headers: str) -> Behaviour:
    """An answer in JSON."""
    return answer(json.dumps(value, ensure_ascii=False), "application/json", status, **headers)


def silent(request: Request) -> None:
    """Accept, and never answer."""
    request.server.released.wait(60)


def dripping(request: Request) -> None:
    """One byte a second, for ever."""
    request.head(200, {"Content-Type": "text/turtle", "Content-Length": "100000"})
    while request.send(b"#") and not request.server.released.wait(1):
        pass


def hang_up(request: Request) -> None:
    """Close the connection without a word."""
    request.handler.close_connection = True


def cut_off(body: str, part: float, media_type: str = "text/turtle", *, announced: bool = True) -> Behaviour:
    """Only the first part of an answer. Not `announced`: its length was not told, nobody can see that it is short."""

    def behave(request: Request) -> None:
        data = body.encode()
        request.head(200, {"Content-Type": media_type, **({"Content-Length": str(len(data))} if announced else {})})
        request.send(data[: int(len(data) * part)])

    return behave


def endless(request: Request) -> None:
    """A body without end."""
    request.head(200, {"Content-Type": "text/turtle"})
    while request.send(b"# und so weiter\n" * 4096) and not request.server.released.is_set():
        pass


@cache
def _packed_blanks() -> bytes:
    return gzip.compress(b" " * 300_000_000, 1)


def zipped_bomb(request: Request) -> None:
    """Little that becomes much when it is unpacked."""
    data = _packed_blanks()
    request.head(200, {"Content-Type": "text/turtle", "Content-Encoding": "gzip", "Content-Length": str(len(data))})
    request.send(data)


def redirect(location: str) -> Behaviour:
    """Sends to another address; `{server}` in it becomes the server's own."""

    def behave(request: Request) -> None:
        request.head(302, {"Location": location.replace("{server}", request.server.url), "Content-Length": "0"})

    return behave


class BadServer(ThreadingHTTPServer):
    """`good` and `bad`: how it answers under a path, or below a prefix that ends with “/”. What is bad comes first."""

    daemon_threads = True
    request_queue_size = 50

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.good: dict[str, Behaviour] = {}
        self.bad: dict[str, Behaviour] = {}
        self.asked: list[str] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def behaviour(self, path: str) -> Behaviour:
        for answers in (self.bad, self.good):
            for known, behave in answers.items():
                if path == known or (known.endswith("/") and path.startswith(known)):
                    return behave
        return answer("nothing here", "text/plain", 404)

    @contextmanager
    def misbehaving(self, answers: Mapping[str, Behaviour]) -> Iterator[None]:
        """Behave badly for a while."""
        self.bad = dict(answers)
        self.released.clear()
        try:
            yield
        finally:
            self.released.set()
            self.bad = {}

    @contextmanager
    def running(self) -> Iterator[BadServer]:
        _packed_blanks()
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.released.set()
            self.shutdown()
            self.server_close()
            thread.join()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that leave early are what this server is for."""


class _Handler(BaseHTTPRequestHandler):
    server: BadServer  # type: ignore[assignment]

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        request = Request(self, body)
        self.server.asked.append(self.path)
        self.server.behaviour(request.path)(request)

    def do_POST(self) -> None:
        self.do_GET()

    def log_message(self, *args: Any) -> None:
        pass
