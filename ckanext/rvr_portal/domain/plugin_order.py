"""Which orders of plugins and which settings can work together."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["problem_with_order", "problem_with_profiles", "problem_with_schemas"]

# The first one listed wins for templates, chained actions and hooks of the search index.
_BEFORE: tuple[tuple[str, str, str], ...] = (
    ("dcat", "spatial_query", "otherwise no dataset is found by its place on the map"),
    ("rvr_portal", "dcat", "otherwise the portal's pages are not used"),
    ("rvr_portal", "structured_data", "otherwise the portal's pages are not used"),
    ("rvr_portal", "scheming_datasets", "otherwise the portal's pages and forms are not used"),
    ("rvr_portal", "scheming_organizations", "otherwise the portal's pages and forms are not used"),
    ("rvr_portal", "harvest", "otherwise the portal's pages are not used"),
    ("rvr_portal", "spatial_metadata", "otherwise the portal's pages are not used"),
    ("rvr_portal", "spatial_query", "otherwise the portal's search is not used"),
    ("rvr_portal", "datastore", "otherwise private data can be told from unknown data"),
    ("rvr_portal", "activity", "otherwise private data can be told from unknown data"),
    ("rvr_harvest", "harvest", "otherwise its repaired actions are not used"),
    ("rvr_dcat", "dcat", "otherwise its pages and fields are not used"),
    ("rvr_smartcity", "scheming_datasets", "otherwise its pages and forms are not used"),
)


def problem_with_order(plugins: Sequence[str]) -> str | None:
    """A sentence that says what to change in `ckan.plugins`, or None. Plugins that are not listed do not matter."""
    place = {name: number for number, name in reversed(list(enumerate(plugins)))}
    for first, second, reason in _BEFORE:
        if first in place and second in place and place[first] > place[second]:
            return f"In ckan.plugins, put “{first}” before “{second}”: {reason}."
    return None


def problem_with_profiles(profiles: Sequence[str]) -> str | None:
    """A sentence that says what to change in `ckanext.dcat.rdf.profiles`, or None."""
    both = {"euro_dcat_ap_3", "euro_dcat_ap_scheming"}
    if both <= set(profiles):
        return (
            "In ckanext.dcat.rdf.profiles, remove “euro_dcat_ap_scheming”: together with “euro_dcat_ap_3” it writes "
            "contact points and periods twice."
        )
    return None


def problem_with_schemas(plugins: Sequence[str], dataset_schemas: Sequence[str], required: Sequence[str]) -> str | None:
    """A sentence that says what to add to `scheming.dataset_schemas`, or None.

    `required` are the schema files of the plugins that are switched on (`ckanext.rvr_portal:schemas/dataset.yaml`).
    """
    if "scheming_datasets" not in plugins:
        return None
    for schema in required:
        if schema not in dataset_schemas:
            return f"In scheming.dataset_schemas, add “{schema}”: without it the portal does not know its own fields."
    return None
