"""The HTTP door against real servers on this machine: what comes in, and what is refused with which sentence."""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import subprocess
import threading
import time
import zlib
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from web_server import Answer, Request, served

from ckanext.rvr_portal import config
from ckanext.rvr_portal import exceptions as exc
from ckanext.rvr_portal.http import HttpDoor, http_get


@pytest.fixture
def server() -> Iterator[Any]:
    """`routes`: path → answer, or what makes one of the request; `seen`: (path, headers) of each request."""

    def answer(request: Request) -> Answer:
        running.seen.append((request.path, dict(request.headers)))
        found = running.routes[request.path]
        return found(request) if callable(found) else found

    with served(answer) as running:
        running.routes, running.seen = {}, []
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def door(pauses: list[float]) -> Iterator[HttpDoor]:
    with HttpDoor(allow_local=True, max_bytes=100_000, total_timeout=20, pause=pauses.append) as opened:
        yield opened


def test_an_answer_brings_body_type_and_final_address(server: Any, door: HttpDoor) -> None:
    server.routes["/a"] = (200, {"Content-Type": "Text/Turtle; charset=UTF-8"}, b"<a> <b> <c> .")
    answer = door.get(server.url + "/a#part")
    assert (answer.status, answer.media_type, answer.charset) == (200, "text/turtle", "utf-8")
    assert answer.body == b"<a> <b> <c> ."
    assert answer.url == server.url + "/a"
    agent = server.seen[0][1]["user-agent"]
    assert "ckanext-rvr" in agent and "+http" in agent


def test_one_door_keeps_its_connection(server: Any, door: HttpDoor) -> None:
    ports: set[int] = set()

    def note(handler: Request) -> tuple[int, dict[str, str], bytes]:
        ports.add(handler.client_address[1])
        return 200, {}, b"ok"

    server.routes["/a"] = note
    for _ in range(3):
        door.get(server.url + "/a")
    assert len(ports) == 1


@pytest.mark.parametrize(
    "url",
    [
        "file:///etc/passwd", "ftp://example.org/", "gopher://127.0.0.1/", "/etc/passwd", "", "http://", "javascript:1",
        "http://user:geheim@127.0.0.1/", "http://127.0.0.1/\r\nX: y", "http://127.0.0.1:99999/", "data:,x",
    ],
)  # fmt: skip
def test_what_is_no_plain_web_address_is_refused(url: str) -> None:
    with pytest.raises(exc.BadAddressError) as caught:
        http_get(url, allow_local=True)
    assert "geheim" not in caught.value.sentence
    assert "geheim" not in str(caught.value)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f000001", "127.1", "[::ffff:127.0.0.1]"])
def test_the_own_network_is_refused_however_it_is_written(server: Any, host: str) -> None:
    server.routes["/"] = (200, {}, b"secret")
    with pytest.raises((exc.ForbiddenAddressError, exc.UnreachableError)):
        http_get(f"http://{host}:{server.server_port}/", allow_local=False, retries=0)
    assert server.seen == []


def test_cloud_metadata_stays_forbidden_even_for_local_use() -> None:
    with pytest.raises(exc.ForbiddenAddressError):
        http_get("http://169.254.169.254/latest/meta-data/", allow_local=True)


def test_a_name_that_changes_its_meaning_is_of_no_use(server: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """DNS rebinding: the address that was checked is the one that is connected to."""
    server.routes["/"] = (200, {}, b"secret")
    answers = ["203.0.114.7", "127.0.0.1", "127.0.0.1", "127.0.0.1"]
    asked: list[str] = []
    connected: list[str] = []

    def resolve(host: str, port: int, *args: Any, **kwargs: Any) -> list[Any]:
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (answers[len(asked) - 1], port))]

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(exc.UnreachableError):
        http_get(f"http://portal.example:{server.server_port}/", allow_local=False, retries=0)
    assert asked == ["portal.example"]
    assert connected == ["203.0.114.7"]
    with pytest.raises(exc.ForbiddenAddressError):
        http_get(f"http://portal.example:{server.server_port}/", allow_local=False, retries=0)
    assert connected == ["203.0.114.7"]


def test_a_mixed_name_leads_to_its_public_address_only(monkeypatch: pytest.MonkeyPatch) -> None:
    connected: list[str] = []

    def connect(self: socket.socket, address: tuple[str, int]) -> None:
        connected.append(address[0])
        raise ConnectionRefusedError

    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, 80)) for ip in ("10.0.0.1", "203.0.114.7", "127.0.0.1")]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: found)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(exc.UnreachableError):
        http_get("http://portal.example/", allow_local=False, retries=0)
    assert connected == ["203.0.114.7"]


def test_each_redirect_is_checked_again(server: Any, door: HttpDoor) -> None:
    server.routes["/inner"] = (302, {"Location": "http://169.254.169.254/"}, b"")
    server.routes["/file"] = (302, {"Location": "file:///etc/passwd"}, b"")
    with pytest.raises(exc.ForbiddenAddressError):
        door.get(server.url + "/inner")
    with pytest.raises(exc.BadAddressError):
        door.get(server.url + "/file")


def test_three_redirects_are_followed_and_four_are_not(server: Any, door: HttpDoor) -> None:
    for number in range(1, 5):
        server.routes[f"/{number}"] = (301, {"Location": f"/{number - 1}"}, b"")
    server.routes["/0"] = (200, {}, b"there")
    answer = door.get(server.url + "/3")
    assert answer.body == b"there" and answer.url == server.url + "/0"
    with pytest.raises(exc.BadRedirectError):
        door.get(server.url + "/4")


def test_a_redirect_to_another_server_does_not_take_the_key_along(server: Any, door: HttpDoor) -> None:
    server.routes["/here"] = (302, {"Location": "/there"}, b"")
    server.routes["/there"] = (302, {"Location": f"http://localhost:{server.server_port}/away"}, b"")
    server.routes["/away"] = (200, {}, b"ok")
    door.get(server.url + "/here", headers={"Authorization": "key"})
    sent = {path: {name.lower(): value for name, value in headers.items()} for path, headers in server.seen}
    assert sent["/there"]["authorization"] == "key"
    assert "authorization" not in sent["/away"]


def test_a_large_answer_is_cut_off_early(server: Any, door: HttpDoor) -> None:
    server.routes["/said"] = (200, {"Content-Length": "5000000000"}, b"x")
    with pytest.raises(exc.TooLargeError):
        door.get(server.url + "/said")

    def endless(handler: Request) -> tuple[None, dict[str, str], bytes]:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
        try:
            while not server.released.is_set():
                handler.wfile.write(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        except OSError:
            pass
        return None, {}, b""

    server.routes["/endless"] = endless
    with pytest.raises(exc.TooLargeError):
        door.get(server.url + "/endless")


def test_a_compressed_bomb_is_counted_unpacked(server: Any, door: HttpDoor) -> None:
    bomb = gzip.compress(b"0" * 50_000_000)
    assert len(bomb) < 100_000
    server.routes["/bomb"] = (200, {"Content-Encoding": "gzip"}, bomb)
    server.routes["/fine"] = (200, {"Content-Encoding": "gzip"}, gzip.compress(b"0" * 99_000))
    with pytest.raises(exc.TooLargeError):
        door.get(server.url + "/bomb")
    assert door.get(server.url + "/fine").body == b"0" * 99_000


@pytest.mark.parametrize("part", ["head", "body"])
def test_a_server_that_drips_is_given_up_in_time(server: Any, part: str) -> None:
    def drip(handler: Request) -> tuple[None, dict[str, str], bytes]:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        if part == "body":
            handler.wfile.write(b"Content-Length: 10000\r\n\r\n")
        try:
            while not server.released.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass
        handler.close_connection = True
        return None, {}, b""

    server.routes["/drip"] = drip
    with pytest.raises(exc.TimedOutError):
        http_get(server.url + "/drip", allow_local=True, read_timeout=5, total_timeout=0.5, retries=0)


def test_a_silent_server_is_given_up(server: Any) -> None:
    def silent(handler: Request) -> tuple[None, dict[str, str], bytes]:
        server.released.wait(10)
        return None, {}, b""

    server.routes["/"] = silent
    with pytest.raises(exc.TimedOutError):
        http_get(server.url + "/", allow_local=True, read_timeout=0.2, total_timeout=10, retries=0)


def test_an_answer_that_breaks_off_is_not_taken_for_whole(server: Any, door: HttpDoor, pauses: list[float]) -> None:
    def broken(handler: Request) -> tuple[None, dict[str, str], bytes]:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nhalf")
        handler.close_connection = True
        return None, {}, b""

    server.routes["/"] = broken
    with pytest.raises(exc.BrokenAnswerError):
        door.get(server.url + "/")
    assert len(server.seen) == 3 and pauses == [0.5, 1.0]


def test_an_error_status_is_an_error(server: Any, door: HttpDoor, pauses: list[float]) -> None:
    server.routes["/gone"] = (404, {}, b"<html>")
    with pytest.raises(exc.BadStatusError) as caught:
        door.get(server.url + "/gone")
    assert caught.value.status == 404 and "404" in caught.value.sentence
    assert pauses == []


def test_a_busy_server_is_asked_again_when_it_says_so(server: Any, door: HttpDoor, pauses: list[float]) -> None:
    waiting = iter([(429, {"Retry-After": "7"}, b""), (503, {}, b""), (200, {}, b"now")])
    server.routes["/"] = lambda handler: next(waiting)
    assert door.get(server.url + "/").body == b"now"
    assert pauses == [7.0, 1.0]


def test_a_server_that_asks_for_hours_is_not_waited_for(server: Any, door: HttpDoor, pauses: list[float]) -> None:
    server.routes["/"] = (503, {"Retry-After": "21600"}, b"")
    with pytest.raises(exc.BadStatusError):
        door.get(server.url + "/")
    assert pauses == [] and len(server.seen) == 1


def test_a_conditional_request_can_find_nothing_new(server: Any, door: HttpDoor) -> None:
    server.routes["/"] = lambda handler: (
        (304, {}, b"") if handler.headers.get("If-None-Match") == '"v1"' else (200, {"ETag": '"v1"'}, b"data")
    )
    first = door.get(server.url + "/")
    again = door.get(server.url + "/", etag=first.headers["etag"])
    assert not first.not_modified and again.not_modified and again.body == b""


def test_a_busy_server_says_when_it_lets_us_again(server: Any, door: HttpDoor, pauses: list[float]) -> None:
    again = datetime.now(UTC) + timedelta(hours=6)
    body = json.dumps({"error": "Too many requests", "reset_time": again.isoformat()}).encode()
    server.routes["/"] = (429, {"Content-Type": "application/json"}, body)
    with pytest.raises(exc.BadStatusError) as caught:
        door.get(server.url + "/")
    assert caught.value.again is not None
    assert abs(caught.value.again - again) < timedelta(seconds=2)
    assert pauses == [] and len(server.seen) == 1
    assert again.astimezone(ZoneInfo("Europe/Berlin")).strftime("%Y-%m-%d %H:%M") in caught.value.sentence


def test_a_short_reset_time_is_waited_for(server: Any, door: HttpDoor, pauses: list[float]) -> None:
    soon = {"reset_time": (datetime.now(UTC) + timedelta(seconds=9)).isoformat()}
    waiting = iter([(429, {}, json.dumps(soon).encode()), (200, {}, b"now")])
    server.routes["/"] = lambda handler: next(waiting)
    assert door.get(server.url + "/").body == b"now"
    assert len(pauses) == 1 and 7 < pauses[0] <= 9


@pytest.mark.parametrize(
    ("status", "word"),
    [(404, "nothing at"), (401, "permission"), (403, "permission"), (429, "less"), (500, "out of order"), (418, "418")],
)
def test_each_refusal_says_what_to_do(server: Any, door: HttpDoor, status: int, word: str) -> None:
    server.routes["/"] = (status, {}, b"<html>")
    with pytest.raises(exc.BadStatusError) as caught:
        door.get(server.url + "/")
    assert word in caught.value.sentence
    assert "lease" in caught.value.sentence  # “Please …” or “please …”


def test_a_server_is_asked_at_a_polite_rate(server: Any, pauses: list[float]) -> None:
    server.routes["/"] = (302, {"Location": "/a"}, b"")
    server.routes["/a"] = (200, {}, b"ok")
    with HttpDoor(allow_local=True, total_timeout=100, rate=0.1, pause=pauses.append) as door:
        door.get(server.url + "/")
        door.get(server.url + "/a")
        door.get(f"http://localhost:{server.server_port}/a")
    assert [round(pause) for pause in pauses] == [10, 20]


def test_the_own_network_is_not_slowed(server: Any, pauses: list[float]) -> None:
    server.routes["/a"] = (200, {}, b"ok")
    with HttpDoor(allow_local=True, pause=pauses.append) as door:
        for _ in range(20):
            door.get(server.url + "/a")
    assert pauses == []


@pytest.mark.parametrize(
    "answer",
    [
        (206, {"Content-Range": "bytes 0-1/9"}, b"ha"), (200, {"Content-Encoding": "gzip"}, gzip.compress(b"x" * 999)[:-9]),
        (200, {"Content-Encoding": "br"}, b"\x8b\x00\x80x\x03"), (200, {"Content-Encoding": "gzip"}, b"plain"),
    ],
    ids=["a part", "packed and cut off", "packed in another way", "not packed at all"],
)  # fmt: skip
def test_half_an_answer_is_none(server: Any, answer: Any) -> None:
    server.routes["/"] = answer
    with pytest.raises(exc.BrokenAnswerError):
        http_get(server.url + "/", allow_local=True, retries=0)


@pytest.mark.parametrize(
    ("encoding", "pack"),
    [
        ("gzip", gzip.compress), ("x-gzip", gzip.compress), ("deflate", zlib.compress),
        ("deflate", lambda data: zlib.compress(data)[2:-4]), ("identity", bytes),
        ("gzip", lambda data: gzip.compress(data[:5]) + gzip.compress(data[5:])),
        ("gzip", lambda data: gzip.compress(data) + bytes(100)),
    ],
    ids=["gzip", "x-gzip", "deflate", "raw deflate", "identity", "two members", "zeroes behind"],
)  # fmt: skip
def test_packed_answers_are_unpacked(server: Any, door: HttpDoor, encoding: str, pack: Any) -> None:
    server.routes["/"] = (200, {"Content-Encoding": encoding}, pack(b"0123456789" * 5000))
    assert door.get(server.url + "/").body == b"0123456789" * 5000


def test_a_redirect_to_nowhere_is_no_answer(server: Any, door: HttpDoor) -> None:
    server.routes["/"] = (302, {}, b"moved")
    with pytest.raises(exc.BadRedirectError):
        door.get(server.url + "/")


def test_not_modified_is_an_answer_only_to_who_asked(server: Any, door: HttpDoor) -> None:
    server.routes["/"] = (304, {}, b"")
    with pytest.raises(exc.BadStatusError):
        door.get(server.url + "/")
    assert door.get(server.url + "/", modified_since="Mon, 23 Nov 2026 00:00:00 GMT").not_modified


def test_a_name_nobody_knows_is_said_so() -> None:
    with pytest.raises(exc.UnknownHostError) as caught:
        http_get("http://portal.invalid/", retries=0)
    assert "portal.invalid" in caught.value.sentence


def test_a_resolver_that_hangs_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    released = threading.Event()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *args, **kwargs: released.wait(20))
    start = time.monotonic()
    with pytest.raises(exc.TimedOutError):
        http_get("http://portal.example/", connect_timeout=0.2, retries=0)
    assert time.monotonic() - start < 5
    released.set()


def _open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def test_a_door_to_a_server_that_closes_each_connection_keeps_none_open(server: Any, door: HttpDoor) -> None:
    server.routes["/"] = (200, {"Connection": "close"}, b"ok")
    door.get(server.url + "/")
    before = _open_files()
    for _ in range(30):
        door.get(server.url + "/")
    assert _open_files() < before + 20


def test_the_proxy_of_the_site_is_asked_and_its_answers_are_bounded(
    server: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def drip(handler: Request) -> tuple[None, dict[str, str], bytes]:
        handler.wfile.write(b"HTTP/1.1 200 OK\r\n")
        try:
            while not server.released.wait(0.05):
                handler.wfile.write(b"x")
        except OSError:
            pass
        handler.close_connection = True
        return None, {}, b""

    monkeypatch.setattr(config, "download_proxy", lambda: server.url)
    server.routes["http://portal.example/a"] = (200, {}, b"through the proxy")
    server.routes["http://portal.example/drip"] = drip
    assert http_get("http://portal.example/a", allow_local=False).body == b"through the proxy"
    with pytest.raises(exc.ForbiddenAddressError):
        http_get("http://127.0.0.1/", allow_local=False)
    with pytest.raises(exc.TimedOutError):
        http_get("http://portal.example/drip", allow_local=False, total_timeout=0.5, retries=0)


def test_environment_proxies_have_no_say(server: Any, door: HttpDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    server.routes["/"] = (200, {}, b"direct")
    assert door.get(server.url + "/").body == b"direct"


def _certificate(folder: Path, name: str) -> tuple[Path, Path]:
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
         "-addext", f"subjectAltName=DNS:{name}", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    return certificate, key


@pytest.fixture
def tls(server: Any, tmp_path: Path) -> Callable[[str], Path]:
    def start(name: str) -> Path:
        certificate, key = _certificate(tmp_path, name)
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        return certificate

    return start


def test_a_certificate_nobody_vouches_for_is_refused(server: Any, tls: Callable[[str], Path]) -> None:
    server.routes["/"] = (200, {}, b"secret")
    tls("localhost")
    with pytest.raises(exc.CertificateError):
        http_get(f"https://localhost:{server.server_port}/", allow_local=True, retries=0)
    assert server.seen == []


@pytest.mark.parametrize(("name", "accepted"), [("localhost", True), ("other.example", False)])
def test_a_trusted_certificate_must_carry_the_name(
    server: Any, tls: Callable[[str], Path], name: str, accepted: bool
) -> None:
    server.routes["/"] = (200, {}, b"fine")
    trusted = str(tls(name))
    with HttpDoor(allow_local=True, max_bytes=1000, total_timeout=10, retries=0, ca_file=trusted) as door:
        if accepted:
            assert door.get(f"https://localhost:{server.server_port}/").body == b"fine"
        else:
            with pytest.raises(exc.CertificateError):
                door.get(f"https://localhost:{server.server_port}/")
