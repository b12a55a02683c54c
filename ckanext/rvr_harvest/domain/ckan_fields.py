"""Under which names CKAN portals keep what the portal's schema has fields for. The one table for CKAN's API.

The first name that holds something counts. Names are those of ckanext-dcat (also with its former prefix `dcat_`), of
ckanext-dcatde and of CKAN itself, as top-level values or as extras.
"""

from __future__ import annotations

__all__ = [
    "AGENT_FIELDS", "CONTACT_FIELDS", "DATASET_LISTS", "DATASET_TEXTS", "OWN_TO_THE_SITE", "RENAMED", "RESERVED",
    "RESOURCE_LISTS",
    "RESOURCE_OWN_TO_THE_SITE", "RESOURCE_TEXTS", "UNORDERED", "VOLATILE",
]  # fmt: skip

DATASET_TEXTS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "notes": ("notes",),
    "url": ("url",),
    "version": ("version", "dcat_version"),
    "version_notes": ("version_notes",),
    # ckanext-dcat writes these fall-backs into its catalogue, too
    "identifier": ("identifier", "dcat_identifier", "guid", "id"),
    "issued": ("issued", "dcat_issued", "metadata_created"),
    "modified": ("modified", "dcat_modified", "metadata_modified"),
    "frequency": ("frequency",),
    "provenance": ("provenance",),
    "dcat_type": ("dcat_type",),
    "access_rights": ("access_rights",),
    "availability": ("availability", "plannedAvailability"),
    "geocoding_text": ("geocoding_text", "geocodingText", "geocodingDescription"),
    "legal_basis": ("legal_basis", "legalbasisText", "legalBasis"),
    "quality_process": ("quality_process", "qualityProcessURI"),
}

DATASET_LISTS: dict[str, tuple[str, ...]] = {
    "language": ("language", "dcat_language"),
    "theme": ("theme", "dcat_theme"),
    "alternate_identifier": ("alternate_identifier",),
    "conforms_to": ("conforms_to",),
    "documentation": ("documentation",),
    "applicable_legislation": ("applicable_legislation",),
    "hvd_category": ("hvd_category",),
    "contributor_id": ("contributor_id", "contributorID"),
    "political_geocoding": ("political_geocoding", "politicalGeocodingURI"),
    "political_geocoding_level": ("political_geocoding_level", "politicalGeocodingLevelURI"),
}

AGENT_FIELDS = ("name", "email", "url", "type", "identifier", "uri")
CONTACT_FIELDS = ("name", "email", "telephone", "url", "identifier", "uri")

RESOURCE_TEXTS: dict[str, tuple[str, ...]] = {
    "name": ("name",),
    "description": ("description",),
    "format": ("format",),
    "mimetype": ("mimetype",),
    "license_attribution_by_text": ("license_attribution_by_text", "licenseAttributionByText"),
    "issued": ("issued", "created"),
    "modified": ("modified", "last_modified", "metadata_modified"),
    "availability": ("availability", "plannedAvailability"),
    "rights": ("rights",),
    "status": ("status",),
    "size": ("size",),
    "hash": ("hash",),
    "hash_algorithm": ("hash_algorithm",),
    "download_url": ("download_url",),
    "access_url": ("access_url",),
    "uri": ("uri",),
}

RESOURCE_LISTS: dict[str, tuple[str, ...]] = {
    name: (name,) for name in ("language", "documentation", "conforms_to", "applicable_legislation")
}

# What says something about the other site and nothing about the data
OWN_TO_THE_SITE = frozenset(
    {
        "id", "name", "state", "private", "type", "owner_org", "organization", "creator_user_id", "revision_id",
        "revision_timestamp", "num_resources", "num_tags", "metadata_created", "metadata_modified", "isopen",
        "license_id", "license_title", "license_url", "relationships_as_object", "relationships_as_subject",
        "tracking_summary", "archiver", "qa", "resources", "extras", "tags", "tag_string", "groups", "harvest",
        "harvest_object_id", "harvest_source_id", "author_contacttype", "maintainer_contacttype",
    }
)  # fmt: skip
RESOURCE_OWN_TO_THE_SITE = frozenset(
    {
        "id", "package_id", "position", "state", "url", "url_type", "created", "last_modified", "metadata_modified",
        "revision_id", "revision_timestamp", "cache_last_updated", "webstore_last_updated", "webstore_url",
        "datastore_active", "datastore_contains_all_records_of_source_file", "on_same_domain", "tracking_summary",
        "archiver", "qa", "license", "license_id", "license_url", "license_title",
    }
)  # fmt: skip

# Extras that mean something else here, or that this portal writes itself
RENAMED = {"guid": "source_guid", "harvest_source_title": "harvested_from"}

# Names of CKAN and of the portal's schema that no extra may have
RESERVED = frozenset(
    {
        "id", "name", "author", "author_email", "maintainer", "maintainer_email", "state", "type", "owner_org",
        "log_message", "private", "save", "return_to", "tag_string", "tags", "resources", "extras", "groups",
        "relationships_as_object", "relationships_as_subject", "metadata_created", "metadata_modified", "plugin_data",
        "places", "guid", *DATASET_TEXTS, *DATASET_LISTS, "publisher", "creator", "contact", "originator", "custodian",
        "temporal_coverage", "spatial_coverage", "license_id", "uri",
    }
)  # fmt: skip

# What changes although the data do not: a mere import of the same moves metadata_modified
VOLATILE = frozenset(
    {
        "metadata_modified", "revision_id", "revision_timestamp", "tracking_summary", "num_resources", "num_tags",
        "cache_last_updated", "webstore_last_updated", "archiver", "qa", "isopen", "creator_user_id",
        "harvest_object_id",
    }
)  # fmt: skip
UNORDERED = frozenset({"tags", "groups", "extras"})
