"""The columns of a sheet, from the schema of datasets: what the form asks for, in the form's own words."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ..domain.sheet_columns import Column, Kind

__all__ = ["all_columns", "bulk_fields"]

_KINDS: dict[str, Kind] = {
    "rvr_date": "date",
    "rvr_choices": "term",
    "rvr_multiple_choices": "terms",
    "rvr_places": "places",
    "rvr_lines": "list",
    "rvr_address_lines": "list",
    "tag_string_autocomplete": "tags",
}
# not for people in the form, but good to have in a table
_WANTED = {"resource.size", "spatial_coverage.geom", "spatial_coverage.bbox"}
_GEOJSON = {
    "de": "Als GeoJSON in Längen- und Breitengrad (EPSG:4326).",
    "en": "As GeoJSON in longitude and latitude (EPSG:4326).",
}

_ID = Column(
    "id",
    "key",
    {"de": "Kennung im Portal", "en": "Key in the portal"},
    {
        "de": "Nicht ändern. Leer lassen für einen neuen Datensatz. Steht in jeder Zeile eines Datensatzes.",
        "en": "Do not change. Leave empty for a new dataset. Stands in each row of a dataset.",
    },
    field="id",
)
_STAMP = Column(
    "stamp",
    "key",
    {"de": "Stand beim Export", "en": "State at export"},
    {
        "de": "Nicht ändern. Daran wird erkannt, ob jemand den Datensatz seit dem Export geändert hat.",
        "en": "Do not change. It shows whether someone has changed the dataset since the export.",
    },
    field="metadata_modified",
)
_PRIVATE = Column(
    "private",
    "choice",
    {"de": "Sichtbarkeit", "en": "Visibility"},
    {
        "de": "„öffentlich“ oder „nur intern“. Leer bedeutet öffentlich.",
        "en": "“public” or “internal only”. Empty means public.",
    },
    field="private",
    choices={
        "False": {"de": "öffentlich", "en": "public"},
        "True": {"de": "nur intern", "en": "internal only"},
    },
)
_RESOURCE_ID = Column(
    "resource.id",
    "key",
    {"de": "Kennung der Datei", "en": "Key of the file"},
    {
        "de": "Nicht ändern. Leer lassen für eine neue Datei; jede Datei oder jeder Dienst hat eine eigene Zeile.",
        "en": "Do not change. Leave empty for a new file; each file or service has a row of its own.",
    },
    field="id",
    of_resource=True,
)
_REMOVE = Column(
    "resource.remove",
    "mark",
    {"de": "Datei entfernen", "en": "Remove file"},
    {
        "de": "„ja“, um diese Datei aus dem Datensatz zu nehmen. Eine gelöschte Zeile entfernt nichts.",
        "en": "“yes” to take this file out of the dataset. A deleted row removes nothing.",
    },
    of_resource=True,
)
_SEVERAL = {"de": "Mehrere Werte mit | trennen.", "en": "Separate several values with |."}
_CHOOSE = {"de": "Aus der Liste wählen.", "en": "Choose from the list."}
_FIRST = {"de": "Gilt für den ersten Eintrag; weitere bleiben erhalten.", "en": "The first entry; others are kept."}
_FILE = {"de": "Datei", "en": "File"}


def all_columns(*, with_hidden: bool = False) -> list[Column]:
    """All columns in the order of the sheet.

    :param with_hidden: also those parts of groups that nobody sees (the address of a publisher): a sheet that brings old
        values back may hold them
    """
    schema = tk.h.scheming_get_dataset_schema("dataset")
    own = [column for field in schema["dataset_fields"] for column in _of_field(field, with_hidden=with_hidden)]
    files = [column for field in schema["resource_fields"] for column in _of_field(field, of_resource=True)]
    place = next((at for at, column in enumerate(own) if column.key == "owner_org"), 0) + 1
    return [_ID, *own[:place], _PRIVATE, *own[place:], _RESOURCE_ID, *files, _REMOVE, _STAMP]


def bulk_fields() -> dict[str, list[Column]]:
    """Fields that can be changed in many datasets at once, with their columns."""
    fields: dict[str, list[Column]] = {}
    for column in all_columns():
        if column.of_resource or column.kind == "key" or column.field in _ONE_BY_ONE:
            continue
        fields.setdefault("tags" if column.kind == "tags" else column.field, []).append(column)
    return fields


# what is another in each dataset
_ONE_BY_ONE = {
    "title",
    "name",
    "notes",
    "identifier",
    "alternate_identifier",
    "spatial_coverage",
    "owner_org",
    "private",
}


def _of_field(field: Mapping[str, Any], *, of_resource: bool = False, with_hidden: bool = False) -> list[Column]:
    name = str(field["field_name"])
    if "repeating_subfields" in field:
        once = bool(field.get("repeating_once"))
        is_named = any(sub["field_name"] == "name" for sub in field["repeating_subfields"])
        return [
            _column(sub, f"{name}.{sub['field_name']}", _together(field, sub), name, once=once, is_named=is_named)
            for sub in field["repeating_subfields"]
            if with_hidden or _is_shown(sub, f"{name}.{sub['field_name']}")
        ]
    key = f"resource.{name}" if of_resource else name
    if not _is_shown(field, key):
        return []
    headings = (
        {lang: f"{_FILE[lang]}: {text}" for lang, text in field["label"].items()} if of_resource else field["label"]
    )
    return [_column(field, key, headings, name, of_resource=of_resource)]


def _is_shown(field: Mapping[str, Any], key: str) -> bool:
    return key in _WANTED or field.get("form_snippet") != "rvr_hidden.html"


def _together(group: Mapping[str, Any], sub: Mapping[str, Any]) -> dict[str, str]:
    return {lang: f"{group['label'][lang]}: {text}" for lang, text in sub["label"].items()}


def _column(
    field: Mapping[str, Any],
    key: str,
    headings: Mapping[str, str],
    name: str,
    *,
    of_resource: bool = False,
    once: bool = True,
    is_named: bool = False,
) -> Column:
    kind = _kind(field, key)
    subfield = str(field["field_name"]) if not of_resource and "." in key else ""
    return Column(
        "tags" if kind == "tags" else key,
        kind,
        headings,
        _help(field, kind, key, is_one_of_many=bool(subfield) and not once),
        field="tags" if kind == "tags" else name,
        subfield=subfield,
        of_resource=of_resource,
        vocabulary=str(field.get("rvr_vocabulary") or ""),
        choices=_organizations() if key == "owner_org" else {},
        required=bool(field.get("required")) or key == "resource.url",
        goes_with_name=is_named and not _is_shown(field, key),
    )


def _kind(field: Mapping[str, Any], key: str) -> Kind:
    if key == "owner_org":
        return "choice"
    if key == "resource.size":
        return "number"
    if field.get("rvr_vocabulary") == "file_type":
        return "format"
    return _KINDS.get(str(field.get("preset")), "text")


def _help(field: Mapping[str, Any], kind: Kind, key: str, *, is_one_of_many: bool) -> dict[str, str]:
    words: dict[str, str] = {}
    for lang in ("de", "en"):
        given = field.get("help_text") or {}
        parts = [] if kind in ("list", "tags") else [str(given.get(lang) or "")]
        if kind in ("list", "tags", "terms", "places"):
            parts.append(_SEVERAL[lang])
        if kind in ("term", "choice", "terms"):
            parts.append(_CHOOSE[lang])
        if key in ("spatial_coverage.geom", "spatial_coverage.bbox"):
            parts.append(_GEOJSON[lang])
        if is_one_of_many:
            parts.append(_FIRST[lang])
        words[lang] = " ".join(part for part in parts if part)
    return words


def _organizations() -> dict[str, dict[str, str]]:
    rows = model.Session.execute(
        sa.select(model.Group.id, model.Group.title, model.Group.name)
        .where(model.Group.is_organization.is_(True), model.Group.state == "active")
        .order_by(model.Group.title)
    )
    return {row.id: {"de": row.title or row.name, "en": row.title or row.name, "name": row.name} for row in rows}
