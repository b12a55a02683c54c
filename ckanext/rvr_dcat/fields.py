"""Which field of the dataset schema holds which property of DCAT-AP.de. The one table of the project."""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "AGENTS",
    "DATASET_FIELDS",
    "DATASET_LISTS",
    "RESOURCE_FIELDS",
    "RESOURCE_LISTS",
    "Field",
]


class Field(NamedTuple):
    """`names` are dcatde local names, newest first; `many` says that the field holds a list."""

    field: str
    names: tuple[str, ...]
    many: bool = False


DATASET_FIELDS = (
    Field("contributor_id", ("contributorID",), many=True),
    Field("political_geocoding", ("politicalGeocodingURI",), many=True),
    Field("political_geocoding_level", ("politicalGeocodingLevelURI",), many=True),
    Field("geocoding_text", ("geocodingDescription",)),
    Field("legal_basis", ("legalBasis",)),
    Field("quality_process", ("qualityProcessURI",)),
)

RESOURCE_FIELDS = (Field("license_attribution_by_text", ("licenseAttributionByText",)),)

# field, name in geodcatap, name in dcatde until 2.0
AGENTS = (
    ("originator", "originator", "originator"),
    ("custodian", "custodian", "maintainer"),
)

# fields that hold lists whatever the parser of ckanext-dcat hands over (it stores JSON text where no schema is known)
DATASET_LISTS = frozenset(
    {
        "language", "theme", "alternate_identifier", "conforms_to", "documentation", "related_resource", "has_version",
        "is_version_of", "source", "sample", "is_referenced_by", "applicable_legislation", "hvd_category",
        "contributor_id", "political_geocoding", "political_geocoding_level",
    }
)  # fmt: skip
RESOURCE_LISTS = frozenset(
    {
        "language",
        "documentation",
        "conforms_to",
        "applicable_legislation",
        "access_services",
    }
)
