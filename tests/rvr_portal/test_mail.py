"""Mail goes only to a server that can prove who it is."""

from __future__ import annotations

import smtplib
import socketserver
import ssl
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ckan.lib import mailer

from ckanext.rvr_portal import mail


class _Smtp(socketserver.StreamRequestHandler):
    """As much of a mail server as a mail needs, with STARTTLS."""

    server: Any

    def handle(self) -> None:
        self._say("220 local")
        while line := self._hear():
            verb = line.split(" ")[0].upper()
            if verb == "EHLO":
                self._say("250-local", "250 STARTTLS")
            elif verb == "STARTTLS":
                self._say("220 go")
                try:
                    self.connection = self.server.tls.wrap_socket(self.connection, server_side=True)
                except (ssl.SSLError, OSError):
                    return
                self.rfile, self.wfile = self.connection.makefile("rb"), self.connection.makefile("wb", 0)
            elif verb == "DATA":
                self._say("354 go")
                lines = []
                while (text := self._hear()) != ".":
                    lines.append(text)
                self.server.mails.append("\n".join(lines))
                self._say("250 ok")
            else:
                self._say("221 bye" if verb == "QUIT" else "250 ok")

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())

    def _hear(self) -> str:
        return self.rfile.readline().decode("utf-8", "replace").rstrip("\r\n")


class _Server(socketserver.ThreadingTCPServer):
    allow_reuse_address = True
    daemon_threads = True

    def handle_error(self, *args: Any) -> None:
        pass


@pytest.fixture
def certificate(tmp_path: Path) -> tuple[Path, Path]:
    """A self-signed certificate for localhost and its key."""
    file, key = tmp_path / "cert.pem", tmp_path / "key.pem"
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost",
         "-addext", "subjectAltName=DNS:localhost", "-keyout", str(key), "-out", str(file)],
        check=True, capture_output=True,
    )  # fmt: skip
    return file, key


@pytest.fixture
def server(certificate: tuple[Path, Path]) -> Iterator[Any]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    with _Server(("127.0.0.1", 0), _Smtp) as running:
        running.tls, running.mails = context, []  # type: ignore[attr-defined]
        threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        yield running
        running.shutdown()


@pytest.fixture
def send(server: Any, ckan_config: Any, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    mail.verify_certificates()
    for name, value in {
        "smtp.server": f"localhost:{server.server_address[1]}",
        "smtp.starttls": True,
        "smtp.user": "",
        "smtp.mail_from": "portal@example.org",
    }.items():
        monkeypatch.setitem(ckan_config, name, value)
    return lambda: mailer._mail_recipient("A", "a@example.org", "Portal", "http://x", "Betreff", "Text")


def test_a_certificate_nobody_vouches_for_stops_the_mail(server: Any, send: Callable[[], None]) -> None:
    with pytest.raises(mailer.MailerException, match="certificate"):
        send()
    assert server.mails == []


def test_a_known_certificate_lets_the_mail_out(
    server: Any, send: Callable[[], None], certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    send()
    assert len(server.mails) == 1 and "Subject: Betreff" in server.mails[0]


def test_error_mails_take_the_same_way(server: Any) -> None:
    """CKAN's handler for error mails calls `starttls` with two empty arguments."""
    mail.verify_certificates()
    with smtplib.SMTP("localhost", server.server_address[1]) as connection:
        with pytest.raises(smtplib.SMTPException, match="certificate"):
            connection.starttls(*())


def test_setting_it_up_twice_changes_nothing() -> None:
    mail.verify_certificates()
    once = smtplib.SMTP.starttls
    mail.verify_certificates()
    assert smtplib.SMTP.starttls is once
