"""Protection against forged requests: an exemption lasts for the request that brought it, no longer.

CKAN 2.12.0 exempts a view from the check when an anonymous visitor or an API token asks for it, but keeps the
exemption for the whole process: one anonymous GET opens the view for forged posts (CVE-2026-41255).
"""

from __future__ import annotations

from collections.abc import Iterable

from ckan.types import CKANApp
from flask import g, has_request_context

__all__ = ["RequestScopedExemptions", "protect"]

# they look at the token themselves, and keep what was typed when it is too old
_LOOKING_THEMSELVES = ("ckanext.rvr_portal.views_requests.ask",)


class RequestScopedExemptions(set[str]):
    """Views without check: those named at start-up for good, those added during a request for that request only."""

    def __init__(self, views: Iterable[str] = ()) -> None:
        super().__init__(views)

    def add(self, view: str) -> None:
        if has_request_context():
            g.setdefault("_rvr_csrf_exempt", set()).add(view)
        else:
            super().add(view)

    def __contains__(self, view: object) -> bool:
        return super().__contains__(view) or (has_request_context() and view in g.get("_rvr_csrf_exempt", ()))


def protect(app: CKANApp) -> None:
    """Give the application's CSRF protection exemptions that end with the request."""
    protection = app.extensions["csrf"]
    # no other way in: Flask-WTF keeps its exemptions in this attribute (a missing one fails here, at start-up)
    protection._exempt_views = RequestScopedExemptions([*protection._exempt_views, *_LOOKING_THEMSELVES])
