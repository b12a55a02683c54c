"""Records of Opendatasoft's Explore API v2.1 become dataset dicts.

Source of the terms: https://help.opendatasoft.com/apis/ods-explore-v2/
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any
from urllib.parse import quote, urlsplit

from ckanext.rvr_portal.shared import vocabulary

from ..domain.extents import extents
from ..domain.json_records import as_text, canonical_lines
from ..domain.markup import plain_text, to_markdown
from ..domain.periods import periods
from ..domain.values import SourceRecord
from .fields import Fields, extras

__all__ = ["DEFAULT_EXPORTS", "OpendatasoftReader"]

# geojson only of datasets with geometries
DEFAULT_EXPORTS = ("csv", "json", "xlsx", "geojson")
_GEOGRAPHIC = frozenset({"fgb", "geojson", "gpx", "kml", "shp"})
_MEDIA_TYPES = {
    "csv": "text/csv",
    "geojson": "application/geo+json",
    "json": "application/json",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
# When the portal worked on a dataset, and how often it was looked at: no news about the data
_VOLATILE = frozenset(
    {
        "api_call_count", "attachment_download_count", "data_processed", "download_count", "explore_popularity_score",
        "file_field_download_count", "links", "metadata_processed", "popularity_score", "reuse_count",
    }
)  # fmt: skip
_UNORDERED = frozenset({"features", "keyword", "theme", "geometry_types", "metadata_languages"})
# How the portal's own machinery is set; kept, but not shown to visitors
_TECHNICAL = (
    "features", "fields", "has_records", "data_visible", "visibility", "default_security", "timezone",
    "metadata_languages", "modified_updates_on_metadata_change", "modified_updates_on_data_change",
    "geographic_reference_auto", "geometry_types", "oauth_scope", "shared_catalog", "parent_domain",
)  # fmt: skip


class OpendatasoftReader:
    """Reads records whose body is one entry of the catalogue.

    `exports` are the formats in which the records of a dataset are offered as files; `volatile` names further fields
    that make no record a changed one.
    """

    def __init__(self, exports: Sequence[str] = DEFAULT_EXPORTS, volatile: Collection[str] = ()) -> None:
        self._exports = tuple(exports)
        self._volatile = _VOLATILE | set(volatile)

    def content(self, record: SourceRecord) -> list[str]:
        """The entry as canonical lines, and the portal's address, from which links to files are made."""
        lines = canonical_lines(record.body, volatile=self._volatile, unordered=_UNORDERED)
        return [*lines, f"@site: {_site(record.url)}"]

    def read(self, record: SourceRecord) -> dict[str, Any]:
        """The dataset dict of the entry.

        :raises ValueError: the entry is no JSON object
        """
        if not isinstance(record.body, dict):
            raise ValueError("no JSON object")
        entry = Fields(record.body)
        entry.drop(*_VOLATILE)
        metas = _Metas(entry.take("metas"))
        dataset_id = entry.text("dataset_id")
        package = _described(metas, dataset_id, entry.text("dataset_uid"), _site(record.url))
        package |= _people(metas) | _time_and_place(metas)
        license_id, attribution = _license(metas), "; ".join(metas.default.texts("attributions"))
        package["resources"] = list(self._resources(entry, dataset_id, _site(record.url)))
        for resource in package["resources"]:
            resource |= {"license": license_id, "license_attribution_by_text": attribution}
        if not package["resources"]:
            package["license_id"] = license_id
        package["extras"] = extras([*_technical(entry, metas), *entry.left().items(), *metas.left()])
        return {key: value for key, value in package.items() if value or key == "resources"}

    def _resources(self, entry: Fields, dataset_id: str, site: str) -> Iterator[dict[str, Any]]:
        home = f"{site}/api/explore/v2.1/catalog/datasets/{quote(dataset_id, safe='@')}"
        features = entry.look("features")
        geographic = isinstance(features, list) and "geo" in features
        if dataset_id and entry.look("has_records") is True and entry.look("data_visible") is not False:
            for name in self._exports:
                if geographic or name not in _GEOGRAPHIC:
                    yield _export(f"{home}/exports/{quote(name)}", name)
        yield from _files(entry, "attachments", f"{home}/attachments")
        old = f"{site}/api/datasets/1.0/{quote(dataset_id, safe='@')}"
        yield from _files(entry, "alternative_exports", f"{old}/alternative_exports")


class _Metas:
    """The templates of metadata by name. `default` and `dcat` are known; a site may have more, e.g. `custom`."""

    def __init__(self, value: Any) -> None:
        rows = value if isinstance(value, dict) else {}
        self._templates = {
            str(name): Fields(row) if isinstance(row, dict) else Fields({str(name): row}) for name, row in rows.items()
        }
        self.default = self._templates.setdefault("default", Fields({}))
        self.dcat = self._templates.setdefault("dcat", Fields({}))
        for template in self._templates.values():
            template.drop(*_VOLATILE)
        if value and not isinstance(value, dict):
            self.default.keep("metas", value)

    def left(self) -> list[tuple[str, Any]]:
        """What nobody took, with its template's name unless that is `default`."""
        return [
            (key if name == "default" else f"{name}.{key}", value)
            for name, template in self._templates.items()
            for key, value in template.left().items()
        ]


def _described(metas: _Metas, dataset_id: str, uid: str, site: str) -> dict[str, Any]:
    default = metas.default
    return {
        "title": plain_text(default.text("title")),
        "notes": to_markdown(default.text("description")),
        "identifier": dataset_id or uid,
        "alternate_identifier": [uid] if uid and dataset_id else [],
        "url": f"{site}/explore/dataset/{quote(dataset_id, safe='@')}/" if dataset_id else "",
        "tags": [{"name": word} for word in default.texts("keyword")],
        "theme": default.texts("theme"),
        "language": default.texts("language"),
        "access_rights": metas.dcat.text("accessrights", "access_rights"),
        "conforms_to": metas.dcat.texts("conforms_to"),
        "documentation": _addresses(default, "references"),
    }


def _people(metas: _Metas) -> dict[str, Any]:
    publisher = {"name": plain_text(metas.default.text("publisher")), "type": metas.dcat.text("publisher_type")}
    contact = {
        "name": plain_text(metas.dcat.text("contact_name")),
        "email": metas.dcat.text("contact_email").removeprefix("mailto:"),
    }
    creator = {"name": plain_text(metas.dcat.text("creator"))}
    rows = {"publisher": publisher, "contact": contact, "creator": creator}
    named = {field: {key: text for key, text in row.items() if text} for field, row in rows.items()}
    return {field: [row] if row else [] for field, row in named.items()}


def _time_and_place(metas: _Metas) -> dict[str, Any]:
    dcat = metas.dcat
    temporal = dcat.take("temporal")
    rows = periods(temporal)
    if rows is None:
        dcat.keep("temporal", temporal)
    span = {"start": dcat.text("temporal_coverage_start"), "end": dcat.text("temporal_coverage_end")}
    if any(span.values()):
        rows = [{key: text for key, text in span.items() if text}, *(rows or [])]
    places = [value for value in (metas.default.take("territory"), dcat.take("spatial")) if value]
    box = metas.default.take("bbox")
    coverage = [row for value in places for row in extents(value)]
    return {
        "issued": dcat.text("issued"),
        "modified": metas.default.text("modified"),
        "frequency": dcat.text("accrualperiodicity"),
        "temporal_coverage": rows or [],
        "spatial_coverage": [*coverage, *extents(box)],
    }


def _license(metas: _Metas) -> str:
    """The licence in the spelling our list knows, else its address, else its name; another spelling is kept."""
    address, name = metas.default.text("license_url"), metas.default.text("license")
    known = next((text for text in (address, name) if vocabulary("license").lookup(text)), "")
    chosen = known or address or name
    if name and name != chosen:
        metas.default.keep("license", name)
    if address and address != chosen:
        metas.default.keep("license_address", address)
    return chosen


def _addresses(fields: Fields, name: str) -> list[str]:
    """Web addresses of a field; its other texts are kept."""
    texts = fields.texts(name)
    fields.keep(name, [text for text in texts if not text.startswith(("http://", "https://"))])
    return [text for text in texts if text.startswith(("http://", "https://"))]


def _technical(entry: Fields, metas: _Metas) -> Iterator[tuple[str, Any]]:
    # worth a word only where a dataset is mirrored from another portal
    federated = () if metas.default.look("federated") is True else ("federated",)
    for fields in (entry, metas.default):
        for name in (*_TECHNICAL, *federated):
            if (value := fields.take(name)) is not None:
                yield f"rvr_source_{name}", value


def _export(url: str, name: str) -> dict[str, Any]:
    resource = {"name": name.upper(), "format": name.upper(), "access_url": url, "download_url": url}
    return resource | ({"mimetype": media_type} if (media_type := _MEDIA_TYPES.get(name)) else {})


def _files(entry: Fields, name: str, home: str) -> Iterator[dict[str, Any]]:
    """Files a dataset comes with; `odsfile:` addresses are read through the API."""
    value = entry.take(name)
    odd = []
    for row in value if isinstance(value, list) else [value]:
        file = row if isinstance(row, dict) else {}
        address, key = as_text(file.get("url")), as_text(file.get("id"))
        if not address.startswith(("http://", "https://")):
            address = f"{home}/{quote(key, safe='')}" if key else ""
        if not address:
            odd += [row] if row else []
            continue
        resource = {
            "name": plain_text(as_text(file.get("title"))) or key,
            "description": to_markdown(as_text(file.get("description"))),
            "mimetype": as_text(file.get("mimetype")),
            "access_url": address,
            "download_url": address,
        }
        yield {field: text for field, text in resource.items() if text}
    entry.keep(name, odd)


def _site(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"
