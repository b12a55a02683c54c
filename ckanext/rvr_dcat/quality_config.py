"""Settings of quality and conformance, one typed getter each. Types, defaults, descriptions: config_declaration.yaml."""

from __future__ import annotations

from datetime import time

import ckan.plugins.toolkit as tk
from ckan.exceptions import CkanConfigurationException

from .domain.clock import read_night

__all__ = ["link_hours", "night", "points_minutes", "shapes"]


def link_hours() -> int:
    """Hours after which an address is due to be asked again."""
    return int(tk.config["ckanext.rvr_dcat.link_hours"])


def night() -> tuple[time, time]:
    """Between which times of the day addresses are asked."""
    try:
        return read_night(str(tk.config["ckanext.rvr_dcat.night"]))
    except ValueError as error:
        raise CkanConfigurationException(f"ckanext.rvr_dcat.night: {error}") from error


def points_minutes() -> int:
    """Minutes after which the points of changed datasets are counted again."""
    return int(tk.config["ckanext.rvr_dcat.points_minutes"])


def shapes() -> list[str]:
    """Files and folders with SHACL shapes."""
    return list(tk.config["ckanext.rvr_dcat.shapes"])
