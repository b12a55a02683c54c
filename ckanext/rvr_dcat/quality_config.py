"""Settings of quality and conformance, one typed getter each. Types, defaults, descriptions: config_declaration.yaml."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["link_hours", "shapes"]


def link_hours() -> int:
    """Hours after which an address is due to be asked again."""
    return int(tk.config["ckanext.rvr_dcat.link_hours"])


def shapes() -> list[str]:
    """Files and folders with SHACL shapes."""
    return list(tk.config["ckanext.rvr_dcat.shapes"])
