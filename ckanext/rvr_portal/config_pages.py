"""Settings of the look, one typed getter each. Types, defaults and descriptions: config_declaration.yaml."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["accessibility_url", "contact_url", "imprint_url", "logo", "privacy_url"]


def logo() -> str:
    """Address of the logo in the page header."""
    return str(tk.config["ckanext.rvr_portal.logo"])


def contact_url() -> str:
    """Where "Contact" in the footer leads; empty: no such link."""
    return str(tk.config["ckanext.rvr_portal.contact_url"] or "")


def imprint_url() -> str:
    """Where "Imprint" in the footer leads; empty: no such link."""
    return str(tk.config["ckanext.rvr_portal.imprint_url"] or "")


def privacy_url() -> str:
    """Where "Privacy" in the footer leads; empty: no such link."""
    return str(tk.config["ckanext.rvr_portal.privacy_url"] or "")


def accessibility_url() -> str:
    """Where "Accessibility" in the footer leads; empty: no such link."""
    return str(tk.config["ckanext.rvr_portal.accessibility_url"] or "")
