"""Settings of the dashboards. Types, defaults and descriptions: config_declaration.yaml."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["tile_files"]


def tile_files() -> list[str]:
    """Tile files as `module:path` or path, in reading order."""
    return list(tk.config["ckanext.rvr_dashboards.tile_files"])
