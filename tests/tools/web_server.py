"""A small web server on this machine that answers as a test says: what the portal fetches from comes from a real peer."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

__all__ = ["Answer", "Request", "WebServer", "served"]

#: Status, headers, body. No status: the function has written what it wanted itself, or nothing at all.
Answer = tuple[int | None, dict[str, str], bytes]


class Request(http.server.BaseHTTPRequestHandler):
    """What is asked: `command`, `path`, `headers`; `wfile` for those who write their answer themselves."""

    protocol_version = "HTTP/1.1"
    server: WebServer

    def _answer(self) -> None:
        status, headers, body = self.server.answer(self)
        if status is None:
            return
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if not {"Content-Length", "Transfer-Encoding"} & headers.keys():
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_HEAD = do_POST = _answer  # noqa: N815

    def log_message(self, *args: Any) -> None:
        pass


class WebServer(http.server.ThreadingHTTPServer):
    """`answer` is asked for each request, in a thread of its own; `released` is set when the test is over."""

    daemon_threads = True

    def __init__(self, answer: Callable[[Request], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), Request)
        self.answer = answer
        self.released = threading.Event()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def handle_error(self, *args: Any) -> None:
        pass


@contextmanager
def served(answer: Callable[[Request], Answer]) -> Iterator[WebServer]:
    """The server on a free port while the block runs."""
    with WebServer(answer) as running:
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield running
        running.released.set()
        running.shutdown()
