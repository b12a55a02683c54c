"""Which field of a dataset holds which property of DCAT-AP.de. The one table of the project, for reading and writing.

`docs/generate_dcat.py` writes it as the table of `docs/dcat-ap-de.md`.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = [
    "AGENTS",
    "DATASET",
    "DATASET_FIELDS",
    "DATASET_LISTS",
    "DISTRIBUTION",
    "RESOURCE_FIELDS",
    "RESOURCE_LISTS",
    "SERVICE",
    "Property",
    "table",
]


class Property(NamedTuple):
    """One property.

    :ivar field: field of the dataset, the resource or the service
    :ivar name: property in DCAT-AP.de 3.0, in short form
    :ivar kind: how its values are written, see `description.py`
    :ivar number: how often it may stand ("1", "0..1", "0..n"; "1" is mandatory)
    :ivar class_: class of the things it points to
    :ivar vocabulary: the controlled vocabulary of its values
    :ivar old: property in DCAT-AP.de 2.0 if it is another one; that one is deprecated in 3.0
    :ivar old_kind: how its values are written in 2.0, if otherwise
    :ivar read: names in the namespace dcatde of any version under which it is read
    """

    field: str
    name: str
    kind: str
    number: str = "0..1"
    class_: str = ""
    vocabulary: str = ""
    old: str = ""
    old_kind: str = ""
    read: tuple[str, ...] = ()
    note: str = ""

    @property
    def many(self) -> bool:
        """Whether the field holds a list."""
        return self.number.endswith("n")


_P = Property

DATASET = (
    _P("title", "dct:title", "text", "1"),
    _P("notes", "dct:description", "text", "1", note="the title where there is none"),
    _P("identifier", "dct:identifier", "text", note="as it came; for datasets made here the portal's id"),
    _P("alternate_identifier", "adms:identifier", "identifier", "0..n", note="with the portal's own id"),
    _P("tags", "dcat:keyword", "text", "0..n"),
    _P("theme", "dcat:theme", "term", "0..n", vocabulary="theme"),
    _P("url", "dcat:landingPage", "thing", "0..1", "foaf:Document"),
    _P("documentation", "foaf:page", "thing", "0..n", "foaf:Document"),
    _P("language", "dct:language", "term", "0..n", "dct:LinguisticSystem", "language"),
    _P("issued", "dct:issued", "date"),
    _P("modified", "dct:modified", "date"),
    _P("frequency", "dct:accrualPeriodicity", "term", "0..1", "dct:Frequency", "frequency"),
    _P("access_rights", "dct:accessRights", "term", "0..1", "dct:RightsStatement", "access_right"),
    _P("availability", "dcatap:availability", "term", vocabulary="availability"),
    _P("conforms_to", "dct:conformsTo", "thing", "0..n", "dct:Standard"),
    _P("provenance", "dct:provenance", "thing", "0..1", "dct:ProvenanceStatement"),
    _P("version", "dcat:version", "text", old="owl:versionInfo"),
    _P("version_notes", "adms:versionNotes", "text"),
    _P("dcat_type", "dct:type", "thing"),
    _P("publisher", "dct:publisher", "agent", "1", "foaf:Agent", note="the organisation where there is none"),
    _P("creator", "dct:creator", "agent", "0..n", "foaf:Agent"),
    _P("originator", "geodcatap:originator", "agent", "0..n", "foaf:Agent", old="dcatde:originator"),
    _P("custodian", "geodcatap:custodian", "agent", "0..n", "foaf:Agent", old="dcatde:maintainer"),
    _P("contact", "dcat:contactPoint", "contact", "0..n", "vcard:Organization"),
    _P("temporal_coverage", "dct:temporal", "period", "0..n", "dct:PeriodOfTime"),
    _P("spatial_coverage", "dct:spatial", "place", "0..n", "dct:Location"),
    _P("political_geocoding", "dct:spatial", "thing", "0..n", "dct:Location", old="dcatde:politicalGeocodingURI",
       old_kind="iri", read=("politicalGeocodingURI",), note="with the addresses of `places`"),
    _P("political_geocoding_level", "dcatde:politicalGeocodingLevelURI", "iri", "0..n", vocabulary="geocoding_level",
       read=("politicalGeocodingLevelURI",), note="from `places` where there is none"),
    _P("geocoding_text", "dct:spatial", "named_place", "0..1", "dct:Location", old="dcatde:geocodingDescription",
       old_kind="text", read=("geocodingDescription",), note="a place with nothing but locn:geographicName"),
    _P("contributor_id", "dcatde:contributorID", "iri", "0..n", read=("contributorID",),
       note="exactly one of the list: the one it came with, else that of the settings"),
    _P("applicable_legislation", "dcatap:applicableLegislation", "thing", "0..n", "eli:LegalResource"),
    _P("legal_basis", "dcatap:applicableLegislation", "labelled", "0..1", "eli:LegalResource", old="dcatde:legalBasis",
       old_kind="text", read=("legalBasis",), note="a legal resource with nothing but a name"),
    _P("quality_process", "dqv:hasQualityAnnotation", "thing", old="dcatde:qualityProcessURI",
       read=("qualityProcessURI",)),
    _P("hvd_category", "dcatap:hvdCategory", "concept", "0..n", "skos:Concept", "hvd_category"),
    _P("related_resource", "dct:relation", "thing", "0..n", "rdfs:Resource"),
    _P("source", "dct:source", "thing", "0..n"),
    _P("has_version", "dcat:hasVersion", "thing", "0..n", old="dct:hasVersion"),
    _P("is_version_of", "dcat:isVersionOf", "thing", "0..n", old="dct:isVersionOf"),
    _P("is_referenced_by", "dct:isReferencedBy", "thing", "0..n", "rdfs:Resource"),
    _P("sample", "adms:sample", "thing", "0..n"),
    _P("temporal_resolution", "dcat:temporalResolution", "duration"),
    _P("spatial_resolution_in_meters", "dcat:spatialResolutionInMeters", "decimal"),
    _P("qualified_relation", "dcat:qualifiedRelation", "relationship", "0..n", "dcat:Relationship"),
)  # fmt: skip

DISTRIBUTION = (
    _P("name", "dct:title", "text"),
    _P("description", "dct:description", "text"),
    _P("access_url", "dcat:accessURL", "thing", "1", "rdfs:Resource", note="the address where there is none"),
    _P("download_url", "dcat:downloadURL", "thing", "0..1", "rdfs:Resource"),
    _P("format", "dct:format", "term", "0..1", "dct:MediaTypeOrExtent", "file_type"),
    _P("mimetype", "dcat:mediaType", "media_type", "0..1", "dct:MediaType", "media_type"),
    _P("compress_format", "dcat:compressFormat", "media_type", "0..1", "dct:MediaType", "media_type"),
    _P("package_format", "dcat:packageFormat", "media_type", "0..1", "dct:MediaType", "media_type"),
    _P("license", "dct:license", "license", "1", "dct:LicenseDocument", "license",
       note="the dataset's where there is none, else that of the settings"),
    _P("license_attribution_by_text", "dcatde:licenseAttributionByText", "text", read=("licenseAttributionByText",)),
    _P("issued", "dct:issued", "date"),
    _P("modified", "dct:modified", "date"),
    _P("language", "dct:language", "term", "0..n", "dct:LinguisticSystem", "language"),
    _P("availability", "dcatap:availability", "term", vocabulary="availability"),
    _P("documentation", "foaf:page", "thing", "0..n", "foaf:Document"),
    _P("conforms_to", "dct:conformsTo", "thing", "0..n", "dct:Standard"),
    _P("rights", "dct:rights", "thing", "0..1", "dct:RightsStatement"),
    _P("size", "dcat:byteSize", "size"),
    _P("hash", "spdx:checksum", "checksum", "0..1", "spdx:Checksum", note="with `hash_algorithm`"),
    _P("status", "adms:status", "status"),
    _P("applicable_legislation", "dcatap:applicableLegislation", "thing", "0..n", "eli:LegalResource"),
    _P("access_services", "dcat:accessService", "service", "0..n", "dcat:DataService"),
    _P("temporal_resolution", "dcat:temporalResolution", "duration"),
    _P("spatial_resolution_in_meters", "dcat:spatialResolutionInMeters", "decimal"),
)  # fmt: skip

SERVICE = (
    _P("title", "dct:title", "text", "1", note="the distribution's where there is none"),
    _P("description", "dct:description", "text"),
    _P("identifier", "dct:identifier", "text"),
    _P(
        "endpoint_url",
        "dcat:endpointURL",
        "thing",
        "1..n",
        "rdfs:Resource",
        note="the distribution's where there is none",
    ),
    _P("endpoint_description", "dcat:endpointDescription", "thing", "0..1", "rdfs:Resource"),
    _P("landing_page", "dcat:landingPage", "thing", "0..n", "foaf:Document"),
    _P("documentation", "foaf:page", "thing", "0..n", "foaf:Document"),
    _P("publisher", "dct:publisher", "agent", "1", "foaf:Agent", note="the dataset's where there is none"),
    _P("creator", "dct:creator", "agent", "0..n", "foaf:Agent"),
    _P("contact", "dcat:contactPoint", "contact", "0..n", "vcard:Organization", note="as publisher"),
    _P("license", "dct:license", "license", "0..1", "dct:LicenseDocument", "license", note="the distribution's"),
    _P("access_rights", "dct:accessRights", "term", "0..1", "dct:RightsStatement", "access_right"),
    _P("rights", "dct:rights", "thing", "0..n", "dct:RightsStatement"),
    _P("availability", "dcatap:availability", "term", vocabulary="availability"),
    _P("conforms_to", "dct:conformsTo", "thing", "0..n", "dct:Standard"),
    _P("format", "dct:format", "term", "0..n", "dct:MediaTypeOrExtent", "file_type"),
    _P("language", "dct:language", "term", "0..n", "dct:LinguisticSystem", "language"),
    _P("keyword", "dcat:keyword", "text", "0..n"),
    _P("theme", "dcat:theme", "term", "0..n", vocabulary="theme"),
    _P("modified", "dct:modified", "date"),
    _P("applicable_legislation", "dcatap:applicableLegislation", "thing", "0..n", "eli:LegalResource"),
    _P("hvd_category", "dcatap:hvdCategory", "concept", "0..n", "skos:Concept", "hvd_category"),
)

# what is read from the namespace dcatde by its name alone
DATASET_FIELDS = tuple(row for row in DATASET if row.read)
RESOURCE_FIELDS = tuple(row for row in DISTRIBUTION if row.read)

# field, name in geodcatap, name in dcatde until 2.0
AGENTS = tuple(
    (row.field, row.name.removeprefix("geodcatap:"), row.old.removeprefix("dcatde:"))
    for row in DATASET
    if row.name.startswith("geodcatap:")
)

# fields that hold lists whatever the parser of ckanext-dcat hands over (it stores JSON text where no schema is known)
_STRUCTURED = {"agent", "contact", "period", "place", "service", "relationship"}
DATASET_LISTS = frozenset(row.field for row in DATASET if row.many and row.kind not in _STRUCTURED) - {"tags"}
RESOURCE_LISTS = frozenset(row.field for row in DISTRIBUTION if row.many)


def table() -> str:
    """The table in Markdown."""
    lines = []
    for title, rows in (("Dataset", DATASET), ("Distribution", DISTRIBUTION), ("DataService", SERVICE)):
        lines += [f"\n### {title}\n", "| 3.0 | 2.0 (deprecated in 3.0) | field | number | vocabulary, remarks |"]
        lines.append("|---|---|---|---|---|")
        for row in rows:
            remarks = "; ".join(part for part in (row.vocabulary and f"list `{row.vocabulary}`", row.note) if part)
            old = f"`{row.old}`" if row.old else "the same"
            lines.append(f"| `{row.name}` | {old} | `{row.field}` | {row.number} | {remarks} |")
    return "\n".join(lines) + "\n"
