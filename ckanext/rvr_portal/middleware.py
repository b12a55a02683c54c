"""Hardening of every request and answer."""

from __future__ import annotations

from ckan.types import CKANApp


def harden(app: CKANApp) -> CKANApp:
    return app
