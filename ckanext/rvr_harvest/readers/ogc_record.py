"""Records of OGC API Records (GeoJSON) become dataset dicts."""

from __future__ import annotations

import json
from typing import Any

from ..domain.json_records import as_rows, as_text, as_texts, as_value, canonical_lines
from ..domain.ogc_address import links
from ..domain.values import SourceRecord
from .fields import Fields, extras
from .iso_keywords import HVD_LEGISLATION, Subjects, collect
from .links import Link, sort_links
from .rights import Rights, known_license, read_rights

__all__ = ["OgcRecordReader"]

# when a catalogue took the record over says nothing of the data
_VOLATILE = frozenset({"recordCreated", "recordUpdated", "timeStamp", "_score"})
_UNORDERED = frozenset({"keywords", "formats", "roles"})
_TYPES = "http://inspire.ec.europa.eu/metadata-codelist/ResourceType/"
_ROLES = {
    "publisher": "publisher", "owner": "owner", "pointofcontact": "contact", "contact": "contact",
    "custodian": "custodian", "originator": "originator", "author": "creator", "creator": "creator",
}  # fmt: skip
# how a link is related to the record; other links are data only where their kind says so
_IGNORED = frozenset(
    {
        "self", "alternate", "canonical", "collection", "root", "parent", "prev", "next", "license", "item-template",
        "icon", "profile", "conformance", "edit", "queryables",
    }
)  # fmt: skip
_PICTURES = frozenset({"preview", "thumbnail", "overview"})
_DATA = frozenset({"enclosure", "data", "item", "items", "download", "distribution"})
_SERVICES = frozenset({"service", "service-desc", "data-service", "access", "api"})
# words in place of a licence
_NO_LICENSE = frozenset({"other", "various", "proprietary", "none", "unknown"})


class OgcRecordReader:
    """Reads records whose body is a GeoJSON feature, as JSON gives it."""

    def content(self, record: SourceRecord) -> list[str]:
        """The members of the feature, as sorted lines."""
        return canonical_lines(record.body, volatile=_VOLATILE, unordered=_UNORDERED)

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the record."""
        feature = record.body if isinstance(record.body, dict) else {}
        properties = as_value(feature.get("properties"))
        fields = Fields(properties if isinstance(properties, dict) else {})
        said = list(links(feature, record.url))
        kind = fields.text("type")
        rights = _rights(fields, said)
        sorted_links = sort_links(_links(said), _formats(fields), rights)
        identifiers = list(dict.fromkeys((*_outside(fields), as_text(feature.get("id")))))
        pages = list(dict.fromkeys((*sorted_links.pages, *_pages(said))))
        package: dict[str, Any] = {
            "title": fields.text("title"),
            "notes": fields.text("description"),
            "issued": fields.text("created"),
            "modified": fields.text("updated"),
            "version": fields.text("version")[:100],
            "language": _languages(fields),
            "identifier": next(iter(filter(None, identifiers)), ""),
            "alternate_identifier": [name for name in identifiers[1:] if name],
            "access_rights": rights.access_rights,
            "spatial_coverage": _spatial(feature),
            "temporal_coverage": _temporal(feature, fields),
            "resources": list(sorted_links.resources),
            "url": next(iter(pages), ""),
            "documentation": pages[1:],
            "dcat_type": _TYPES + kind.lower() if kind.lower() in ("series", "service") else "",
            **_subjects(fields),
            **_people(fields),
        }
        fields.drop("recordCreated", "recordUpdated")
        pictures = [address for address, row in said if as_text(row.get("rel")).lower() in _PICTURES]
        rest = {**fields.left(), "graphic_overview": "; ".join(pictures)}
        kept: dict[str, Any] = {key: value for key, value in package.items() if value or key in ("title", "resources")}
        kept["extras"] = extras(rest.items())
        return kept


def _outside(fields: Fields) -> list[str]:
    """Identifiers in other systems, as they are."""
    found = fields.take("externalIds", "externalId")
    rows = [as_text(row.get("value")) for row in as_rows(found)]
    return [text for text in rows if text] or [text for text in as_texts(found) if not text.startswith("{")]


def _languages(fields: Fields) -> list[str]:
    """Languages of the data; where nothing is said of them, that of the record."""
    own, data = fields.take("language"), fields.take("resourceLanguages", "languages")
    return _codes(data) or _codes(own)


def _codes(value: Any) -> list[str]:
    codes = [as_text(row.get("code") or row.get("name")) for row in as_rows(value)]
    plain = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
    return list(dict.fromkeys(text for text in (*codes, *map(as_text, plain)) if text))


def _subjects(fields: Fields) -> dict[str, Any]:
    found = Subjects()
    for word in as_texts(fields.take("keywords", "keyword")):
        collect(found, word, "", "")
    for theme in as_rows(fields.take("themes", "theme")):
        scheme = as_text(theme.get("scheme"))
        concepts = theme.get("concepts")
        for concept in concepts if isinstance(concepts, list) else [concepts]:
            _concept(found, concept, scheme)
    return {
        "tags": [{"name": name} for name in found.tags],
        "theme": found.themes,
        "hvd_category": list(found.hvd),
        "applicable_legislation": [HVD_LEGISLATION] if found.hvd else [],
    }


def _concept(found: Subjects, concept: Any, scheme: str) -> None:
    """A term: what it is called, and where it is defined."""
    if not isinstance(concept, dict):
        concept = {"id": concept}
    code, title, address = (as_text(concept.get(key)) for key in ("id", "title", "url"))
    if not address and scheme.startswith("http") and code and "://" not in code:
        address = f"{scheme.rstrip('/')}/{code}"
    collect(found, title or code, address or (code if "://" in code else ""), scheme or "-")


def _people(fields: Fields) -> dict[str, list[dict[str, str]]]:
    found: dict[str, list[dict[str, str]]] = {}
    for row in as_rows(fields.take("contacts", "providers")):
        agent = _agent(row)
        roles = [role.lower() for role in (*as_texts(row.get("roles")), *as_texts(row.get("role")))]
        for field in dict.fromkeys(_ROLES.get(role, "contact") for role in roles or ["contact"]):
            kept = {key: value for key, value in agent.items() if key != "telephone" or field == "contact"}
            if kept and kept not in found.setdefault(field, []):
                found[field].append(kept)
    owners = found.pop("owner", [])
    publishers = found.get("publisher") or owners
    return {field: rows for field, rows in {**found, "publisher": publishers[:1]}.items() if rows}


def _agent(row: dict[str, Any]) -> dict[str, str]:
    """A body by its name; a person only where no body is named."""
    organization = row.get("organization")
    if isinstance(organization, dict):
        organization = organization.get("name")
    values = {
        "name": as_text(organization) or as_text(row.get("name")) or as_text(row.get("position")),
        "email": _first(row.get("emails") or row.get("email"), "value"),
        "telephone": _first(row.get("phones") or row.get("phone"), "value"),
        "url": _first(row.get("links") or row.get("url"), "href"),
    }
    return {key: value for key, value in values.items() if value}


def _first(value: Any, key: str) -> str:
    rows = [as_text(row.get(key)) for row in as_rows(value)]
    plain = [text for text in as_texts(value) if not text.startswith(("{", "["))]
    return next((text for text in (*rows, *plain) if text), "")


def _rights(fields: Fields, said: list[tuple[str, Any]]) -> Rights:
    stated = [text for text in as_texts(fields.take("license")) if text.lower() not in _NO_LICENSE]
    linked = [address for address, row in said if as_text(row.get("rel")).lower() == "license"]
    remarks = as_texts(fields.take("rights", "accessConstraints"))
    rights = read_rights([*stated, *linked], (), remarks)
    return rights if rights.license else Rights(known_license(linked), rights.attribution, "", rights.texts)


def _formats(fields: Fields) -> list[str]:
    value = fields.take("formats", "format")
    named = [as_text(row.get("name") or row.get("mediaType")) for row in as_rows(value)]
    return named or [text for text in as_texts(value) if not text.startswith("{")]


def _links(said: list[tuple[str, Any]]) -> list[Link]:
    return [link for address, row in said if (link := _link(address, row))]


def _link(address: str, row: dict[str, Any]) -> Link | None:
    """A link to data or to a service; none if it leads elsewhere."""
    relation = as_text(row.get("rel")).lower()
    relation = relation.rpartition("/")[2] if "://" in relation else relation
    media_type = as_text(row.get("type"))
    is_page = "html" in media_type.lower() or not media_type
    known = relation in _DATA or relation in _SERVICES
    if relation in _IGNORED or relation in _PICTURES or (not known and is_page and not row.get("protocol")):
        return None
    title = as_text(row.get("title") or row.get("name"))
    return Link(
        url=address,
        said=tuple(text for text in (as_text(row.get("protocol")), media_type) if text),
        name=title,
        description=as_text(row.get("description")),
        function="download" if relation in ("enclosure", "download") else "",
        media_type=media_type,
    )


def _pages(said: list[tuple[str, Any]]) -> list[str]:
    """Addresses of pages about the data."""
    return [
        address
        for address, row in said
        if as_text(row.get("rel")).lower() not in (*_IGNORED, *_PICTURES) and _link(address, row) is None
    ]


def _spatial(feature: dict[str, Any]) -> list[dict[str, str]]:
    geometry = as_value(feature.get("geometry"))
    return [{"geom": json.dumps(geometry, ensure_ascii=False)}] if isinstance(geometry, dict) and geometry else []


def _temporal(feature: dict[str, Any], fields: Fields) -> list[dict[str, str]]:
    """The period of the record; ".." is an open end."""
    times = as_rows(as_value(feature.get("time"))) + as_rows(fields.take("time"))
    rows: list[dict[str, str]] = []
    for time in times:
        moment = as_text(time.get("date") or time.get("timestamp"))
        interval = time.get("interval")
        ends = [moment, moment] if moment else [as_text(end) for end in interval] if isinstance(interval, list) else []
        pairs = zip(("start", "end"), ends, strict=False)
        row = {key: value for key, value in pairs if value not in ("", "..")}
        if row and row not in rows:
            rows.append(row)
    return rows
