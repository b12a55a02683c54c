"""Which facets the list of datasets and the page of an organisation offer, in reading order."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk


def dataset_facets(facets: dict[str, Any], package_type: str) -> dict[str, Any]:
    """Facets of the dataset list; other types keep their own."""
    if package_type != "dataset":
        return facets
    facets.clear()
    facets.update(_common())
    return facets


def organization_facets(facets: dict[str, Any], organization_type: str, package_type: str | None) -> dict[str, Any]:
    """Facets of an organisation's page: as in the list, without the organisation itself."""
    facets.clear()
    facets.update({name: title for name, title in _common().items() if name != "organization"})
    return facets


def _common() -> dict[str, str]:
    return {
        "organization": tk._("Publisher"),
        "places": tk._("Place"),
        "rvr_theme": tk._("Theme"),
        "res_format": tk._("Format"),
        "rvr_license": tk._("Licence"),
    }
