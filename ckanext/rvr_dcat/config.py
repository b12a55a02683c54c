"""Settings of publishing, one typed getter each. Types, defaults and descriptions: config_declaration.yaml."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["contributor_id", "default_license", "page_size", "publisher_email", "publisher_name", "publisher_uri"]


def contributor_id() -> str:
    """Contributor of datasets that came without one."""
    return str(tk.config["ckanext.rvr_dcat.contributor_id"] or "")


def default_license() -> str:
    """Licence of distributions without one."""
    return str(tk.config["ckanext.rvr_dcat.license"] or "")


def publisher_name() -> str:
    """Name of the catalogue's publisher."""
    return str(tk.config["ckanext.rvr_dcat.publisher_name"] or tk.config["ckan.site_title"] or "CKAN")


def publisher_uri() -> str:
    """Address of the catalogue's publisher; empty if there is none."""
    return str(tk.config["ckanext.rvr_dcat.publisher_uri"] or "")


def publisher_email() -> str:
    """Email address of the catalogue's publisher; empty if there is none."""
    return str(tk.config["ckanext.rvr_dcat.publisher_email"] or "")


def page_size() -> int:
    """Datasets on one page of the catalogue."""
    return int(tk.config.get("ckanext.dcat.datasets_per_page") or 100)
