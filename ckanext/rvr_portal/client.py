"""From where a request comes."""

from __future__ import annotations

import flask

from . import config

__all__ = ["client_address"]


def client_address() -> str:
    """IP address of the visitor, as the operator's own proxies saw it; empty outside of a request.

    Anybody can write anything into X-Forwarded-For: only what the trusted proxies have added at its end counts.
    """
    if not flask.has_request_context():
        return ""
    seen = flask.request.headers.get("X-Forwarded-For", "").split(",")
    trusted = config.trusted_proxies()
    if 0 < trusted <= len(seen) and seen[-trusted].strip():
        return seen[-trusted].strip()
    return flask.request.remote_addr or ""
