"""A small web server on a loopback port that shows catalogues as their portals do, or fails as they do."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

from ckan_answers import Answers

__all__ = ["Server", "Shown", "serving"]


@dataclass
class Shown:
    """One source. RDF pages are files in `folder`, CKAN's API is `answers`.

    `etags`: answers carry one, and a request that knows it gets 304. `fault`: "cut" ends each answer in the middle, as if
    it were whole; "hang" accepts and never answers.
    """

    folder: Path | None = None
    answers: Answers | None = None
    etags: bool = False
    fault: str = ""


@dataclass
class Server:
    """The sources by key: /KEY/catalog.rdf?page=2, /KEY/api/3/action/package_search?…"""

    url: str = ""
    shown: dict[str, Shown] = field(default_factory=dict)
    closed: threading.Event = field(default_factory=threading.Event)

    def body(self, path: str) -> tuple[Shown, bytes]:
        """The source a path belongs to, and what it says; empty if there is nothing."""
        parts = urlsplit(path)
        key, _, rest = parts.path.lstrip("/").partition("/")
        shown = self.shown.get(key, Shown())
        if shown.answers and rest == "api/3/action/package_search":
            return shown, shown.answers.answer(path)
        if shown.folder and rest == "catalog.rdf":
            file = shown.folder / f"{int(parse_qs(parts.query).get('page', ['1'])[0])}.rdf"
            return shown, file.read_bytes() if file.exists() else b""
        return shown, b""


class Listener(ThreadingHTTPServer):
    """Answers each request in a thread of its own."""

    daemon_threads = True

    def __init__(self, server: Server) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.sources = server

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Who hangs up early is no news."""


class _Handler(BaseHTTPRequestHandler):
    @property
    def _sources(self) -> Server:
        assert isinstance(self.server, Listener)
        return self.server.sources

    def do_HEAD(self) -> None:
        self._answer(head=True)

    def do_GET(self) -> None:
        self._answer()

    def _answer(self, *, head: bool = False) -> None:
        shown, body = self._sources.body(self.path)
        if shown.fault == "hang":
            self._sources.closed.wait()
            return
        if shown.fault == "cut":
            body = body[: len(body) // 2]
        etag = f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"' if shown.etags else ""
        known = bool(etag) and self.headers.get("If-None-Match") == etag
        self.send_response(304 if known else 200 if body else 404)
        self.send_header("Content-Type", "application/json" if shown.answers else "application/rdf+xml")
        if etag:
            self.send_header("ETag", etag)
        if not known:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if not head and not known:
            self.wfile.write(body)

    def log_message(self, *args: Any) -> None:
        pass


@contextmanager
def serving() -> Iterator[Server]:
    """A server without sources; put them into `shown`."""
    server = Server()
    listener = Listener(server)
    server.url = f"http://127.0.0.1:{listener.server_address[1]}"
    threading.Thread(target=listener.serve_forever, daemon=True).start()
    try:
        yield server
    finally:
        server.closed.set()
        listener.shutdown()
        listener.server_close()
