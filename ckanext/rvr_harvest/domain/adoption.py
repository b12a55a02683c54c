"""What becomes of a source that was made for a stock harvester."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["KINDS", "Translated", "our_guid", "translate"]

# kinds of ckanext-harvest, -dcat and -spatial → ours
KINDS = {
    "ckan": "rvr_ckan",
    "dcat_rdf": "rvr_dcat_rdf",
    "dcat_json": "rvr_data_json",
    "csw": "rvr_csw",
    "gemini-csw": "rvr_csw",
}
_SAME = {"organizations_filter_include": "organizations", "groups_filter_include": "groups", "cql": "cql"}
_EXCLUDED = {"organizations_filter_exclude": "organization", "groups_filter_exclude": "groups"}
# what our adapters do anyway, or find out themselves
_NEEDLESS = frozenset({"api_version", "clean_tags", "force_all", "rdf_format", "use_default_schema", "user"})
STOCK = "stock"


@dataclass(frozen=True, slots=True)
class Translated:
    """Our settings, and the names of those there is nothing like here; they are kept in the settings as `stock`."""

    settings: dict[str, Any]
    unknown: tuple[str, ...] = ()


def translate(values: Mapping[str, Any]) -> Translated:
    """Settings of a stock harvester as ours."""
    found: dict[str, Any] = {ours: values[theirs] for theirs, ours in _SAME.items() if values.get(theirs)}
    excluded = [
        f"-{field}:{name}" for theirs, field in _EXCLUDED.items() for name in values.get(theirs) or () if str(name)
    ]
    if excluded:
        found["fq"] = " ".join(excluded)
    known = {*_SAME, *_EXCLUDED, *_NEEDLESS}
    unknown = {key: value for key, value in values.items() if key not in known and value not in (None, "", [], {})}
    if unknown:
        found[STOCK] = unknown
    return Translated(found, tuple(sorted(unknown)))


def our_guid(kind: str, guid: str, url: str, name: str, title: str, uri: str) -> str:
    """Under which guid our adapter will see a dataset again.

    All of them are those of the stock harvesters, but for datasets of an RDF catalogue without address and identifier:
    those were named by the source's address and their own name here, while ours go by their title.

    :param kind: our kind of source
    :param guid: the stock harvester's
    :param url: address of the source
    :param name: of the dataset in this portal
    :param title: of the dataset
    :param uri: the dataset's address in the catalogue, empty if it has none
    """
    named = kind == "rvr_dcat_rdf" and not uri and guid in (name, f"{url.rstrip('/')}/{name}")
    return title.strip() if named else guid
