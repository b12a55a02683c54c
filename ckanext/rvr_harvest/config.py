"""Settings of the harvest, one typed getter each. Types, defaults and descriptions: config_declaration.yaml."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

__all__ = ["max_pages", "queue_name", "run_timeout"]


def max_pages() -> int:
    """Most pages read of one source in one run."""
    return int(tk.config["ckanext.rvr_harvest.max_pages"])


def queue_name() -> str:
    """Name of the RQ queue that runs wait in."""
    return str(tk.config["ckanext.rvr_harvest.queue"])


def run_timeout() -> int:
    """Seconds after which a worker gives up one run."""
    return int(tk.config["ckanext.rvr_harvest.run_timeout"])
