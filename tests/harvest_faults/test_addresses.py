"""Sources at addresses where nobody answers, or the wrong one."""

from __future__ import annotations

import ssl
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from fault_server import BadServer, answer
from fault_sites import RDF, TITLES, turtle


@pytest.mark.parametrize(
    ("url", "word"),
    [
        ("http://127.0.0.1:9/catalog.ttl", "nicht erreichbar"), ("http://portal.invalid/catalog.ttl", "kennt niemand"),
        ("http://169.254.169.254/latest/", "privates Netz"), ("http://[::ffff:169.254.169.254]/", "privates Netz"),
        ("file:///etc/passwd", "keine Internetadresse"), ("/etc/passwd", "keine Internetadresse"),
        ("ftp://example.org/catalog.ttl", "keine Internetadresse"),
    ],
    ids=["refused", "unknown name", "private", "private in disguise", "file", "path", "other scheme"],
)  # fmt: skip
def test_an_address_where_nobody_answers_is_survived(scene: Any, url: str, word: str) -> None:
    scene.survives(RDF, words=word, elsewhere=url)


@pytest.fixture
def self_signed(tmp_path: Path) -> Iterator[str]:
    """The address of a server whose certificate nobody vouches for."""
    certificate, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(certificate)],
        check=True, capture_output=True,
    )  # fmt: skip
    server = BadServer()
    server.good["/"] = answer(turtle(*TITLES))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    server.socket = context.wrap_socket(server.socket, server_side=True)
    with server.running():
        yield f"https://localhost:{server.server_port}/catalog"


def test_a_certificate_that_nobody_vouches_for_is_survived(scene: Any, self_signed: str) -> None:
    scene.survives(RDF, words="Sicherheitszertifikat", elsewhere=self_signed)


def test_a_source_with_the_identifiers_of_another_takes_nothing_over(scene: Any, bad_server: BadServer) -> None:
    before = scene.undisturbed(RDF)
    thief = replace(RDF, name="thief", path="/thief/catalog")
    bad_server.good[thief.path] = answer(turtle("Fremde Bäume", "Fremde Bäder", base="https://example.org/rdf"))
    report = scene.run(thief)
    told = [finding["message_de"] for record in report["records"] for finding in record["findings"]]
    assert any("auch" in sentence and "Rdf" in sentence for sentence in told), told
    scene.all_is_as_before(before, scene.state(RDF))
    bad_server.good[thief.path] = answer(turtle(base="https://example.org/rdf"))
    scene.run(thief)
    assert scene.run(RDF)["unchanged"] == 3
    scene.all_is_as_before(before, scene.state(RDF))
