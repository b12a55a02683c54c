"""Metadata in ISO 19139 (ISO 19115:2003 with INSPIRE's and GDI-DE's conventions) become dataset dicts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from ..domain.geo_terms import crs_uri, legislation_uri, service_format
from ..domain.values import SourceRecord
from ..domain.xml_records import Element, canonical_lines
from .fields import extras
from .iso_extents import area_keys, places, spatial, temporal
from .iso_keywords import HVD_LEGISLATION, subjects
from .iso_people import people
from .iso_xml import address_of, every, one, text_of, texts
from .links import Link, sort_links
from .rights import Rights, read_rights

__all__ = ["IsoReader", "level", "record_identifier"]

_INFO = "identificationInfo/*"
_CITATION = f"{_INFO}/citation/*"
_TYPES = "http://inspire.ec.europa.eu/metadata-codelist/ResourceType/"


class _Field(NamedTuple):
    """A field of the schema, or a key of the extras, and where its text stands."""

    name: str
    path: str
    lines: bool = False


_FIELDS = (
    _Field("title", f"{_CITATION}/title"),
    _Field("notes", f"{_INFO}/abstract", lines=True),
    _Field("version", f"{_CITATION}/edition"),
    _Field("provenance", "dataQualityInfo/*/lineage/*/statement", lines=True),
    _Field("frequency", f"{_INFO}/resourceMaintenance/*/maintenanceAndUpdateFrequency"),
    _Field("frequency", f"{_INFO}/resourceMaintenance/*/userDefinedMaintenanceFrequency"),
)
_LISTS = (_Field("language", f"{_INFO}/language"),)
_EXTRAS = (
    _Field("alternate_title", f"{_CITATION}/alternateTitle"),
    _Field("purpose", f"{_INFO}/purpose", lines=True),
    _Field("supplemental_information", f"{_INFO}/supplementalInformation", lines=True),
    _Field("credit", f"{_INFO}/credit"),
    _Field("progress", f"{_INFO}/status"),
    _Field("topic_category", f"{_INFO}/topicCategory"),
    _Field("spatial_representation_type", f"{_INFO}/spatialRepresentationType"),
    _Field("equivalent_scale", f"{_INFO}/spatialResolution/*/equivalentScale/*/denominator"),
    _Field("character_set", f"{_INFO}/characterSet"),
    _Field("metadata_language", "language"),
    _Field("parent_identifier", "parentIdentifier"),
    _Field("service_type", f"{_INFO}/serviceType"),
    _Field("graphic_overview", f"{_INFO}/graphicOverview/*/fileName"),
)
# the stamp of the metadata moves whenever a catalogue takes over its records anew: it says nothing of the data
_VOLATILE = frozenset({"dateStamp"})
_UNORDERED = frozenset({"keyword", "topicCategory"})


class IsoReader:
    """Reads records whose body is an element `gmd:MD_Metadata` (or one derived from it)."""

    def content(self, record: SourceRecord) -> list[str]:
        """The elements of the record with their texts and codes, as sorted lines."""
        return canonical_lines(record.body, _VOLATILE, _UNORDERED)

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the record."""
        root: Element = record.body
        package: dict[str, Any] = {}
        for entry in _FIELDS:
            package.setdefault(entry.name, "")
            package[entry.name] = package[entry.name] or one(root, entry.path, lines=entry.lines)
        package["version"] = package["version"][:100]
        package |= {entry.name: texts(root, entry.path) for entry in _LISTS}
        package |= _identifiers(root)
        package |= _subjects(root)
        agents, others = people(root)
        rights = _rights(root)
        links = sort_links(_links(root), _formats(root), rights)
        conforms_to, judged = _conformity(root)
        package |= agents
        package |= {
            "spatial_coverage": _spatial(root),
            "political_geocoding": area_keys(root),
            "temporal_coverage": temporal(root),
            "access_rights": rights.access_rights,
            "conforms_to": conforms_to,
            "resources": list(links.resources),
            "url": next(iter(links.pages), ""),
            "documentation": list(links.pages[1:]),
            "dcat_type": _TYPES + level(root) if level(root) in ("series", "service") else "",
        }
        dates, created = _dates(root)
        package |= dates
        rest = {entry.name: "; ".join(_texts(root, entry)) for entry in _EXTRAS}
        if rest["metadata_language"] in package["language"]:
            del rest["metadata_language"]
        rest |= others | {"created": created, "conformity": judged} | _measures(root)
        kept: dict[str, Any] = {key: value for key, value in package.items() if value or key in ("title", "resources")}
        kept["extras"] = extras(rest.items())
        return kept


def record_identifier(root: Element) -> str:
    """What tells the record from all others: its file identifier, else its resource's, else its title."""
    names = ("fileIdentifier", f"{_CITATION}/identifier/*/code", f"{_CITATION}/title")
    return next((text for path in names if (text := one(root, path))), "")


def level(root: Element) -> str:
    """What the record is about: dataset, series, service, …; without a word of it a dataset."""
    return one(root, "hierarchyLevel") or "dataset"


def _texts(root: Element, entry: _Field) -> list[str]:
    if entry.lines:
        return [text for found in every(root, entry.path) if (text := text_of(found, lines=True))]
    return texts(root, entry.path)


def _identifiers(root: Element) -> dict[str, Any]:
    """The resource's identifier as it is, in its namespace; the record's own beside it."""
    found: list[str] = []
    for identifier in every(root, f"{_CITATION}/identifier/*"):
        codes = every(identifier, "code")
        code = one(identifier, "code")
        if code and "://" not in code:
            address = next((address_of(element) for element in codes), "")
            space = one(identifier, "codeSpace").rstrip("/")
            code = address or (f"{space}/{code}" if space else code)
        found.append(code)
    found.append(one(root, "fileIdentifier"))
    found.append(one(root, "dataSetURI"))
    names = list(dict.fromkeys(text for text in found if text))
    return {"identifier": names[0] if names else "", "alternate_identifier": names[1:]}


def _subjects(root: Element) -> dict[str, Any]:
    found = subjects(root)
    return {
        "tags": [{"name": name} for name in found.tags],
        "theme": found.themes,
        "hvd_category": list(found.hvd),
        "applicable_legislation": [HVD_LEGISLATION] if found.hvd else [],
    }


def _spatial(root: Element) -> list[dict[str, Any]]:
    rows = spatial(root)
    known = {row.get("text") for row in rows}
    return rows + [{"text": name} for name in places(root) if name not in known]


def _dates(root: Element) -> tuple[dict[str, str], str]:
    """First publication, last revision; and when the data were made, for which the schema has no field."""
    stamps: dict[str, list[str]] = {}
    for date in every(root, f"{_CITATION}/date/*"):
        if text := one(date, "date"):
            stamps.setdefault(one(date, "dateType").lower(), []).append(text)
    first, last = stamps.get("publication", []), stamps.get("revision", [])
    return (
        {"issued": min(first, default=""), "modified": max(last, default="")},
        min(stamps.get("creation", []), default=""),
    )


def _rights(root: Element) -> Rights:
    use: list[str] = []
    access: list[str] = []
    remarks: list[str] = []
    for block in every(root, f"{_INFO}/resourceConstraints/*"):
        said = [text for item in every(block, "otherConstraints") for text in (address_of(item), text_of(item))]
        only_access = every(block, "accessConstraints") and not every(block, "useConstraints")
        (access if only_access else use).extend(text for text in said if text)
        if not only_access:
            access += [text for text in said if "LimitationsOnPublicAccess" in text]
        remarks += [
            text for item in every(block, "useLimitation") for text in (address_of(item), text_of(item)) if text
        ]
    return read_rights(use, access, remarks)


def _formats(root: Element) -> list[str]:
    paths = (
        "distributionInfo/*/distributionFormat/*/name",
        "distributionInfo/*/distributor/*/distributorFormat/*/name",
    )
    return [name for path in paths for name in texts(root, path)]


def _links(root: Element) -> Iterator[Link]:
    """Online resources; of a service also where it answers."""
    options = ("distributionInfo/*/transferOptions", "distributionInfo/*/distributor/*/distributorTransferOptions")
    for path in options:
        for online in every(root, f"{path}/*/onLine/*"):
            yield _link(online)
    points = [
        (one(operation, "operationName"), point)
        for operation in every(root, f"{_INFO}/containsOperations/*")
        for point in every(operation, "connectPoint/*")
    ]
    points.sort(key=lambda item: item[0].lower() != "getcapabilities")
    kinds = (*texts(root, f"{_INFO}/serviceTypeVersion"), one(root, f"{_INFO}/serviceType"))
    for _name, point in points[:1]:
        link = _link(point)
        # the address says more surely than INSPIRE's word for a kind of service what answers there
        said = (*link.said, *kinds)
        yield Link(link.url, (service_format(*link.said, url=link.url) or "", *said), link.name, link.description)


def _link(online: Element) -> Link:
    protocols = every(online, "protocol")
    said = [text for item in protocols for text in (text_of(item), address_of(item).rpartition("/")[2])]
    said += texts(online, "applicationProfile")
    media_types = [kind.get("type") or "" for item in every(online, "name") for kind in item if kind.get("type")]
    return Link(
        url=one(online, "linkage"),
        said=tuple(text for text in said if text),
        name=one(online, "name"),
        description=one(online, "description"),
        function=one(online, "function"),
        media_type=next(iter(media_types), ""),
    )


def _conformity(root: Element) -> tuple[list[str], str]:
    """Addresses of standards the data keep to, and in words how they were judged against others."""
    keeps: dict[str, None] = {}
    judged: dict[str, None] = {}
    for item in every(root, "referenceSystemInfo/*/referenceSystemIdentifier/*"):
        codes = every(item, "code")
        said = [text for code in codes for text in (address_of(code), text_of(code)) if text]
        space = one(item, "codeSpace") or one(item, "authority/*/title")
        if uri := next((uri for text in said if (uri := crs_uri(text, space))), ""):
            keeps[uri] = None
        elif said:
            judged[said[-1]] = None
    for result in every(root, "dataQualityInfo/*/report/*/result/*"):
        titles = every(result, "specification/*/title")
        title = next((text for item in titles if (text := text_of(item))), "")
        uri = next((address_of(item) for item in titles if address_of(item)), "") or legislation_uri(title)
        passed = one(result, "pass").lower()
        if passed in ("true", "1") and uri.startswith("http"):
            keeps[uri] = None
        elif title:
            judged[f"{title}: {passed or 'not evaluated'}"] = None
    return list(keeps), "; ".join(judged)


def _measures(root: Element) -> dict[str, str]:
    """Resolution in metres, and the datasets a service shows."""
    metres: list[str] = []
    for item in every(root, f"{_INFO}/spatialResolution/*/distance/*"):
        text = " ".join((item.text or "").split())
        unit = (item.get("uom") or "").rpartition("#")[2].rpartition(":")[2].strip().lower()
        if text and unit in ("m", "metre", "meter", "metres", "9001"):
            metres.append(text.replace(",", "."))
    shown = [
        text
        for item in every(root, f"{_INFO}/operatesOn")
        if (text := item.get("uuidref", "").strip() or address_of(item))
    ]
    return {
        "spatial_resolution_in_meters": next(iter(metres), ""),
        "operates_on": "; ".join(dict.fromkeys(shown)),
    }
