"""Defaults and checks at start-up."""

from __future__ import annotations

from ckan.common import CKANConfig


def set_defaults(config: CKANConfig) -> None:
    """Settings of CKAN that this portal fixes, unless the site's own file says otherwise."""


def check(config: CKANConfig) -> None:
    """Stop with a sentence when the plugin order cannot work."""
