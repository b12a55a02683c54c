"""Records of DCAT-US 1.1 (data.json of DKAN, ArcGIS Hub and others) become dataset dicts.

Source of the terms: https://resources.data.gov/resources/dcat-us/
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from typing import Any
from urllib.parse import urlsplit

from ..domain.extents import extents
from ..domain.fingerprint import TooTangledError
from ..domain.json_records import as_text, as_texts, canonical_lines
from ..domain.markup import plain_text, to_markdown
from ..domain.periods import periods
from ..domain.values import SourceRecord
from .fields import Fields, extras, resource_extras

__all__ = ["DataJsonReader", "unwrapped"]

_ACCESS = "http://publications.europa.eu/resource/authority/access-right/"
_LEVELS = {"public": "PUBLIC", "restricted public": "RESTRICTED", "non-public": "NON_PUBLIC"}
_UNORDERED = frozenset({"keyword", "theme", "language", "bureauCode", "programCode", "references"})
# "%modified" and "%Ref:…" are DKAN's own bookkeeping
_VOLATILE = frozenset({"%modified"})
_REFERENCE = "%Ref:"
_MAX_DEPTH = 60
_REPEATING = re.compile(r"R\d*/P.+", re.IGNORECASE)


class DataJsonReader:
    """Reads records whose body is one item of `dataset`.

    `volatile` names further fields that make no record a changed one, for portals that stamp them anew every day.
    """

    def __init__(self, volatile: Collection[str] = ()) -> None:
        self._volatile = _VOLATILE | set(volatile)

    def content(self, record: SourceRecord) -> list[str]:
        """The item as canonical lines; the order of keywords, themes and languages makes no difference."""
        body = unwrapped(record.body)
        return canonical_lines(body, volatile=self._volatile, unordered=_UNORDERED)

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the item.

        :raises ValueError: the item is no JSON object
        """
        body = unwrapped(record.body)
        if not isinstance(body, dict):
            raise ValueError("no JSON object")
        item = Fields(body)
        item.drop("@type", "@context", *_VOLATILE)
        package = _described(item) | _people(item) | _time_and_place(item)
        package["resources"] = list(_resources(item, _site(record.url)))
        if (license_id := item.text("license", "licence")) and not package["resources"]:
            package["license_id"] = license_id
        for resource in package["resources"]:
            if license_id:
                resource.setdefault("license", license_id)
        package["extras"] = extras(item.left().items())
        return {key: value for key, value in package.items() if value or key == "resources"}


def unwrapped(value: Any, depth: int = 0) -> Any:
    """A value without DKAN 2's references: `{identifier, data}` is its data; the identifier of an object is kept.

    :raises TooTangledError: more than 60 levels
    """
    if depth > _MAX_DEPTH:
        raise TooTangledError
    if isinstance(value, list):
        return [unwrapped(item, depth + 1) for item in value]
    if not isinstance(value, dict):
        return value
    if value.keys() == {"identifier", "data"}:
        data = unwrapped(value["data"], depth + 1)
        return {**data, "%ref": value["identifier"]} if isinstance(data, dict) and depth else data
    return {key: unwrapped(item, depth + 1) for key, item in value.items() if not key.startswith(_REFERENCE)}


def _described(item: Fields) -> dict[str, Any]:
    level = item.text("accessLevel")
    return {
        "title": plain_text(item.text("title")),
        "notes": to_markdown(item.text("description")),
        "identifier": item.text("identifier"),
        "uri": _address(item, "@id"),
        "url": item.text("landingPage"),
        "tags": [{"name": word} for word in _keywords(item.take("keyword", "keywords"))],
        "theme": item.texts("theme"),
        "language": item.texts("language"),
        "access_rights": _ACCESS + _LEVELS[level.lower()] if level.lower() in _LEVELS else level,
        "conforms_to": item.texts("conformsTo"),
        "documentation": [*item.texts("references"), *item.texts("describedBy")],
    }


def _people(item: Fields) -> dict[str, Any]:
    return {
        "publisher": _agents(item, "publisher"),
        "contact": _agents(item, "contactPoint"),
        "creator": _agents(item, "creator"),
    }


def _time_and_place(item: Fields) -> dict[str, Any]:
    temporal, places = item.take("temporal"), extents(item.take("spatial"))
    # JSON that is no place is nothing to show as one
    item.keep("spatial", [row["text"] for row in places if row.get("text", "").startswith("{")])
    rows = periods(temporal)
    if rows is None:
        item.keep("temporal", temporal)
    modified, frequency = item.text("modified"), item.text("accrualPeriodicity")
    if _REPEATING.fullmatch(modified):  # "changed every day", which the standard allows
        frequency, modified = frequency or modified, ""
    return {
        "issued": item.text("issued"),
        "modified": modified,
        "frequency": frequency,
        "temporal_coverage": rows or [],
        "spatial_coverage": [row for row in places if not row.get("text", "").startswith("{")],
    }


def _address(item: Fields, name: str) -> str:
    value = item.take(name)
    if isinstance(value, str) and value.startswith(("http://", "https://")):
        return value.strip()
    item.keep(name, value)
    return ""


def _keywords(value: Any) -> list[str]:
    words = re.split(r"[,;]", value) if isinstance(value, str) and not value.lstrip().startswith("[") else None
    return as_texts(words if words is not None else value)


def _agents(item: Fields, name: str) -> list[dict[str, str]]:
    """People and bodies, also where they are only named; what else is said about them is kept as an extra."""
    value = item.take(name)
    agents, more = [], []
    for row in value if isinstance(value, list) else [value]:
        agent = Fields(row) if isinstance(row, dict) else Fields({"name": as_text(row)})
        agent.drop("@type")
        found = {
            "name": plain_text(agent.text("fn", "name", "organization-name", "prefLabel")),
            "email": agent.text("hasEmail", "mbox", "email").removeprefix("mailto:"),
            "url": agent.text("hasURL", "homepage", "url"),
            "uri": agent.text("@id"),
            "identifier": agent.text("identifier", "%ref"),
        }
        if name == "contactPoint":
            found["telephone"] = agent.text("hasTelephone", "telephone", "tel").removeprefix("tel:")
        if left := agent.left():
            more.append(left)
        if found := {key: text for key, text in found.items() if text}:
            agents.append(found)
    if name == "publisher":  # the schema has one
        more += agents[1:]
    item.keep(f"{name}_more", more)
    return agents[:1] if name == "publisher" else agents


def _resources(item: Fields, site: str) -> Iterator[dict[str, Any]]:
    rows = item.take("distribution", "distributions")
    odd = []
    for row in rows if isinstance(rows, list) else [rows]:
        if isinstance(row, dict) and row:
            yield _resource(Fields(row), site)
        elif isinstance(row, str) and row.strip().startswith(("http://", "https://")):
            yield {"access_url": row.strip()}
        elif row:
            odd.append(row)
    item.keep("distribution", odd)
    # version 1.0 had one link, at the dataset itself
    if link := item.text("accessURL", "webService"):
        row = {"accessURL": link, "format": item.take("format"), "mediaType": item.take("mediaType")}
        yield _resource(Fields(row), site)


def _resource(row: Fields, site: str) -> dict[str, Any]:
    row.drop("@type")
    reference = row.text("%ref")
    download, access = row.text("downloadURL"), row.text("accessURL")
    resource = {
        "name": plain_text(row.text("title", "name")),
        "description": to_markdown(row.text("description")),
        "download_url": download,
        "access_url": access or download,
        "format": row.text("format").removeprefix("ftype:"),
        "mimetype": row.text("mediaType"),
        "license": row.text("license", "licence"),
        "issued": row.text("issued"),
        "modified": row.text("modified"),
        "size": row.text("byteSize", "size"),
        "rights": row.text("rights"),
        "language": row.texts("language"),
        "conforms_to": row.texts("conformsTo"),
        "documentation": row.texts("describedBy"),
        "uri": row.text("@id") or (_metastore(site, reference) if reference else ""),
    }
    found = {key: value for key, value in resource.items() if value}
    return found | resource_extras(row.left())


def _metastore(site: str, reference: str) -> str:
    return f"{site}/api/1/metastore/schemas/distribution/items/{reference}"


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
