"""A local web server that answers as told, and a public catalogue with something closed beside it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from web_server import Answer, Request, served


@pytest.fixture
def web() -> Iterator[Any]:
    """`routes`: path → (status, headers), 404 for all others, no answer ever without a status; `bodies`: path → body;
    `seen`: (method, path) of each request. To HEAD a file says that it is large."""

    def answer(request: Request) -> Answer:
        running.seen.append((request.command, request.path))
        status, headers = running.routes.get(request.path, (404, {}))
        if status is None:
            running.released.wait(20)
        if request.command == "HEAD":
            return 405 if headers.get("X-No-Head") else status, {**headers, "Content-Length": "900000000"}, b""
        return status, headers, running.bodies.get(request.path, b"x")

    with served(answer) as running:
        running.routes, running.bodies, running.seen = {}, {}, []
        yield running
