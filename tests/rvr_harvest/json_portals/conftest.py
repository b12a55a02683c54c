"""Local servers that answer as portals with JSON interfaces do, written from their documentation."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

import pytest
from web_server import Answer, Request, served

DL_BY = "https://www.govdata.de/dl-de/by-2-0"
DL_ZERO = "https://www.govdata.de/dl-de/zero-2-0"


class JsonPortal:
    """A portal with datasets that a test adds, changes and removes by their keys."""

    kind: ClassVar[str]

    def __init__(self) -> None:
        self.url = ""
        self.entries: dict[str, Any] = {}
        self.asked: list[str] = []
        # what is answered instead of everything: status, body
        self.refusal: tuple[int, Any] | None = None

    def add(self, key: str, title: str, license_id: str = DL_BY, **fields: Any) -> None:
        raise NotImplementedError

    def rename(self, key: str, title: str) -> None:
        raise NotImplementedError

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        """Status and value for an address."""
        raise NotImplementedError


class Dkan1(JsonPortal):
    """DKAN for Drupal 7: the whole catalogue as data.json."""

    kind = "rvr_data_json"

    def add(self, key: str, title: str, license_id: str = DL_BY, **fields: Any) -> None:
        self.entries[key] = {
            "@type": "dcat:Dataset", "accessLevel": "public", "title": title, "identifier": key,
            "description": f"<p>Über <strong>{title}</strong> &amp; mehr.</p>\r\n", "modified": "2022-11-09",
            "issued": "2021-03-01", "license": license_id, "keyword": ["Baum", "Park"], "accrualPeriodicity": "R/P1Y",
            "contactPoint": {"@type": "vcard:Contact", "fn": "Amt", "hasEmail": "mailto:amt@example.de"},
            "publisher": {"@type": "org:Organization", "name": "Stadt Essen"}, "theme": ["Umwelt und Klima"],
            "temporal": "2020-01-01T00:00:00/2020-12-31T00:00:00", "bureauCode": ["015:11"],
            "distribution": [
                {"@type": "dcat:Distribution", "title": "Tabelle", "format": "csv", "mediaType": "text/csv",
                 "downloadURL": f"https://opendata.example.de/sites/default/files/{key}.csv"},
                {"@type": "dcat:Distribution", "title": "Karte", "format": "wms",
                 "accessURL": f"https://geo.example.de/{key}?service=WMS"},
            ],
            **fields,
        }  # fmt: skip

    def rename(self, key: str, title: str) -> None:
        self.entries[key] |= {"title": title}

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path != "/data.json":
            return 404, {}
        schema = "https://project-open-data.cio.gov/v1.1/schema"
        catalogue = {"@type": "dcat:Catalog", "conformsTo": schema, "describedBy": f"{schema}/catalog.json"}
        return 200, {**catalogue, "dataset": list(self.entries.values())}


class Dkan2(Dkan1):
    """DKAN 2: the metastore, with references to keywords, publishers and distributions."""

    kind = "rvr_dkan"

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        if path == "/api/1/search":
            found = {f"dkan_dataset/{key}": entry for key, entry in self.entries.items()}
            return 200, {"total": str(len(found)), "results": found, "facets": []}
        if path != "/api/1/metastore/schemas/dataset/items":
            return 404, {"message": "Not found", "status": 404, "timestamp": "2026-11-23T00:00:00+00:00"}
        wrap = "show-reference-ids" in query
        return 200, [self._referring(entry) if wrap else entry for entry in self.entries.values()]

    def _referring(self, entry: dict[str, Any]) -> dict[str, Any]:
        def wrapped(name: str, value: Any) -> Any:
            if isinstance(value, list):
                return [wrapped(f"{name}-{number}", item) for number, item in enumerate(value)]
            return {"identifier": f"{entry['identifier']}-{name}", "data": value}

        names = ("distribution", "keyword", "publisher", "theme")
        return {**entry, **{name: wrapped(name, entry[name]) for name in names}, "%modified": "2026-11-23T01:02:03"}


class Opendatasoft(JsonPortal):
    """Explore API v2.1: at most 100 entries an answer, offset and limit below 10,000 in sum, and the export."""

    kind = "rvr_opendatasoft"

    def add(self, key: str, title: str, license_id: str = DL_BY, **fields: Any) -> None:
        default = {
            "title": title, "description": f"<p>Über <strong>{title}</strong> &amp; mehr.</p>", "keyword": ["Baum"],
            "theme": ["Umwelt"], "language": "de", "publisher": "Stadt Dortmund", "license": "Datenlizenz",
            "license_url": license_id, "modified": "2021-06-23T14:59:57+00:00",
            "metadata_processed": "2021-06-23T15:00:02.656000+00:00", "data_processed": None, "references": None,
            "modified_updates_on_data_change": False, "records_count": 256, "territory": ["Dortmund"],
            "attributions": None, "federated": False, "source_domain": None, "timezone": None,
        }  # fmt: skip
        self.entries[key] = {
            "dataset_id": key, "dataset_uid": f"da_{len(self.entries):06}", "has_records": True, "data_visible": True,
            "visibility": "domain", "features": ["geo"], "attachments": [], "alternative_exports": [],
            "fields": [{"name": "ort", "label": "Ort", "type": "text", "description": None, "annotations": {}}],
            "metas": {"default": {**default, **fields}},
        }  # fmt: skip

    def rename(self, key: str, title: str) -> None:
        self.entries[key]["metas"]["default"]["title"] = title

    def answer(self, path: str, query: dict[str, str]) -> tuple[int, Any]:
        entries = sorted(self.entries.values(), key=lambda entry: entry["dataset_id"])
        if path == "/api/explore/v2.1/catalog/exports/json":
            return 200, entries
        if path != "/api/explore/v2.1/catalog/datasets":
            return 404, {"error_code": "NotFound", "message": "The requested URL was not found"}
        limit, offset = int(query.get("limit", 10)), int(query.get("offset", 0))
        if limit > 100 or limit + offset >= 10_000:
            return 400, {"error_code": "InvalidRESTParameterError", "message": "Invalid value for limit or offset"}
        return 200, {"total_count": len(entries), "results": entries[offset : offset + limit]}


def _serve(portal: JsonPortal) -> Iterator[JsonPortal]:
    def answer(request: Request) -> Answer:
        portal.asked.append(request.path)
        parts = urlsplit(request.path)
        query = {name: values[0] for name, values in parse_qs(parts.query, keep_blank_values=True).items()}
        status, value = portal.refusal or portal.answer(parts.path, query)
        body = value if isinstance(value, bytes) else json.dumps(value).encode()
        return status, {"Content-Type": "application/json; charset=utf-8"}, body

    with served(answer) as server:
        portal.url = server.url
        yield portal


@pytest.fixture(params=[Dkan1, Dkan2, Opendatasoft], ids=lambda kind: kind.__name__)
def any_portal(request: pytest.FixtureRequest) -> Iterator[JsonPortal]:
    """Each kind of portal in turn."""
    yield from _serve(request.param())


@pytest.fixture
def dkan() -> Iterator[JsonPortal]:
    """A portal on DKAN 1."""
    yield from _serve(Dkan1())


@pytest.fixture
def opendatasoft() -> Iterator[JsonPortal]:
    """A portal on Opendatasoft."""
    yield from _serve(Opendatasoft())
