"""From where a request comes."""

from __future__ import annotations

import flask

from . import config

__all__ = ["client_address", "proven_address"]


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


def proven_address() -> str:
    """As `client_address`, but empty if a proxy that nobody has told the portal of may stand in between.

    Who lets somebody in by his address asks this one: behind such a proxy everybody has the proxy's address.
    """
    if flask.has_request_context() and "X-Forwarded-For" in flask.request.headers and not config.trusted_proxies():
        return ""
    return client_address()
