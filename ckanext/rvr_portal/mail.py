"""Mail goes out only over connections whose certificate was verified."""

from __future__ import annotations

import contextlib
import functools
import smtplib
import ssl
from typing import Any

__all__ = ["verify_certificates"]


def verify_certificates() -> None:
    """Make STARTTLS check the server's certificate and name wherever no other TLS context is given.

    Python 3.11 and earlier versions of CKAN's mailer (2.12.0: CVE-2026-41132) accept any certificate, and neither
    the mailer nor the handler for error mails lets anyone pass a context in. So the default of smtplib is
    changed for the process; it only becomes stricter.
    """
    original = smtplib.SMTP.starttls
    if getattr(original, "verifies_certificates", False):
        return

    @functools.wraps(original)
    def starttls(
        self: smtplib.SMTP,
        keyfile: str | None = None,
        certfile: str | None = None,
        context: ssl.SSLContext | None = None,
    ) -> Any:
        if context is None:
            context = ssl.create_default_context()
            if certfile:
                context.load_cert_chain(certfile, keyfile)
        try:
            return original(self, context=context)
        except ssl.SSLError as error:
            with contextlib.suppress(OSError):
                self.close()
            # CKAN says goodbye in any case, which must not hide the reason
            self.quit = lambda: (221, b"")  # type: ignore[method-assign]
            raise smtplib.SMTPException(f"The mail server's certificate is not valid: {error}") from error

    starttls.verifies_certificates = True  # type: ignore[attr-defined]
    smtplib.SMTP.starttls = starttls  # type: ignore[method-assign]
