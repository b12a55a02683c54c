"""The HTTP door asks whether something is there without fetching it; real servers on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from web_server import Answer, Request, served

from ckanext.rvr_portal import exceptions as exc
from ckanext.rvr_portal.http import HttpDoor


@pytest.fixture
def server() -> Iterator[Any]:
    """`routes`: (method, path) → answer; without a status it never comes. `seen`: (method, path, range) of each request."""

    def answer(request: Request) -> Answer:
        running.seen.append((request.command, request.path, request.headers.get("range")))
        found = running.routes[request.command, request.path]
        if found[0] is None:
            running.released.wait(20)
        return found

    with served(answer) as running:
        running.routes, running.seen = {}, []
        yield running


@pytest.fixture
def door(with_plugins: None) -> Iterator[HttpDoor]:
    with HttpDoor(allow_local=True, max_bytes=1000, total_timeout=20) as opened:
        yield opened


def test_what_answers_to_head_is_there_however_large(server: Any, door: HttpDoor) -> None:
    server.routes["HEAD", "/a"] = (200, {"Content-Type": "text/csv", "Content-Length": "99000000"}, b"")
    answer = door.probe(server.url + "/a")
    assert (answer.status, answer.media_type, answer.body) == (200, "text/csv", b"")
    assert server.seen == [("HEAD", "/a", None)]


@pytest.mark.parametrize("refusal", [400, 403, 404, 405, 500, 501])
def test_who_refuses_head_is_asked_for_the_first_byte(server: Any, door: HttpDoor, refusal: int) -> None:
    server.routes["HEAD", "/a"] = (refusal, {}, b"")
    server.routes["GET", "/a"] = (206, {"Content-Range": "bytes 0-0/99"}, b"x")
    assert door.probe(server.url + "/a").status == 206
    assert server.seen[1] == ("GET", "/a", "bytes=0-0")


def test_who_sends_everything_for_one_byte_is_cut_off_and_still_there(server: Any, door: HttpDoor) -> None:
    server.routes["HEAD", "/a"] = (405, {}, b"")
    server.routes["GET", "/a"] = (200, {"Content-Length": "99000000"}, b"x" * 5000)
    answer = door.probe(server.url + "/a")
    assert (answer.status, answer.body) == (200, b"")


def test_what_is_not_there_is_an_error_after_both_questions(server: Any, door: HttpDoor) -> None:
    server.routes["HEAD", "/a"] = server.routes["GET", "/a"] = (404, {}, b"nichts")
    with pytest.raises(exc.BadStatusError) as error:
        door.probe(server.url + "/a")
    assert error.value.status == 404
    assert len(server.seen) == 2


@pytest.mark.parametrize("status", [410, 429])
def test_a_plain_no_is_not_questioned(server: Any, door: HttpDoor, status: int) -> None:
    server.routes["HEAD", "/a"] = (status, {"Retry-After": "1"}, b"")
    with pytest.raises(exc.BadStatusError):
        door.probe(server.url + "/a")
    assert len(server.seen) == 1


def test_redirects_are_followed_and_each_is_checked(server: Any, door: HttpDoor) -> None:
    server.routes["HEAD", "/a"] = (302, {"Location": "/b"}, b"")
    server.routes["HEAD", "/b"] = (200, {}, b"")
    assert door.probe(server.url + "/a").url == server.url + "/b"
    server.routes["HEAD", "/c"] = (302, {"Location": "http://169.254.169.254/"}, b"")
    with pytest.raises(exc.ForbiddenAddressError):
        door.probe(server.url + "/c")


def test_a_silent_server_is_given_up(server: Any, with_plugins: None) -> None:
    server.routes["HEAD", "/a"] = (None, {}, b"")
    with HttpDoor(allow_local=True, total_timeout=0.5) as door, pytest.raises(exc.TimedOutError):
        door.probe(server.url + "/a")


def test_the_own_network_is_refused(server: Any, with_plugins: None) -> None:
    with HttpDoor(allow_local=False) as door, pytest.raises(exc.ForbiddenAddressError):
        door.probe(server.url + "/a")
    assert server.seen == []
