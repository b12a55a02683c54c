"""A local web server that answers as told, and a public catalogue with something closed beside it."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from typing import Any

import pytest


class _Handler(http.server.BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def _answer(self) -> None:
        self.server.seen.append((self.command, self.path))  # type: ignore[attr-defined]
        status, headers = self.server.routes.get(self.path, (404, {}))  # type: ignore[attr-defined]
        if status is None:
            self.server.released.wait(20)  # type: ignore[attr-defined]
            return
        if self.command == "HEAD" and headers.get("X-No-Head"):
            status = 405
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        body = self.server.bodies.get(self.path, b"x")  # type: ignore[attr-defined]
        self.send_header("Content-Length", str(len(body)) if self.command == "GET" else "900000000")
        self.end_headers()
        if self.command == "GET":
            self.wfile.write(body)

    do_GET = do_HEAD = _answer  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


class Web(http.server.ThreadingHTTPServer):
    """`routes`: path → (status, headers); what is not there is 404; a status of None never answers."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.routes: dict[str, tuple[int | None, dict[str, str]]] = {}
        self.bodies: dict[str, bytes] = {}
        self.seen: list[tuple[str, str]] = []
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *args: Any) -> None:
        pass


@pytest.fixture
def web() -> Iterator[Web]:
    with Web() as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield running
        running.released.set()
        running.shutdown()
