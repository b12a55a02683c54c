"""Taking the fields of a JSON object one by one, so that what nobody took is known at the end and kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from ..domain.json_records import as_text, as_texts

__all__ = ["DATASET_NAMES", "Fields", "extras", "resource_extras"]

# names that mean something to CKAN, its extensions or the dataset schema: a source's own key of that name is renamed
DATASET_NAMES = frozenset(
    {
        "access_rights", "alternate_identifier", "applicable_legislation", "author", "author_email", "availability",
        "conforms_to", "contact", "contributor_id", "creator", "creator_user_id", "custodian", "dcat_type",
        "documentation", "extras", "frequency", "geocoding_text", "groups", "guid", "hvd_category", "id", "identifier",
        "isopen", "issued", "language", "legal_basis", "license_id", "license_title", "license_url", "maintainer",
        "maintainer_email", "metadata_created", "metadata_modified", "modified", "name", "notes", "num_resources",
        "num_tags", "organization", "originator", "owner_org", "places", "plugin_data", "political_geocoding",
        "political_geocoding_level", "private", "provenance", "publisher", "quality_process",
        "relationships_as_object", "relationships_as_subject", "resources", "save", "spatial", "spatial_coverage",
        "state", "tag_string", "tags", "temporal_coverage", "theme", "title", "tracking_summary", "type", "uri", "url",
        "version", "version_notes",
    }
)  # fmt: skip
_RESOURCE_NAMES = frozenset(
    {
        "access_services", "access_url", "applicable_legislation", "availability", "cache_last_updated", "cache_url",
        "ckan_url", "clear_upload", "conforms_to", "created", "datastore_active", "datastore_contains_all_records",
        "description", "documentation", "download_url", "format", "hash", "hash_algorithm", "id", "issued", "language",
        "last_modified", "license", "license_attribution_by_text", "metadata_modified", "mimetype", "mimetype_inner",
        "modified", "multipart_name", "name", "on_same_domain", "package_id", "plugin_data", "position",
        "resource_type", "rights", "size", "state", "status", "tracking_summary", "upload", "uri", "url", "url_type",
    }
)  # fmt: skip
_PREFIXES = frozenset({"dcat", "dct", "dcterms", "foaf", "pod", "schema", "vcard"})


class Fields:
    """The fields of one JSON object. Upper and lower case and prefixes of RDF (dct:title) make no difference."""

    def __init__(self, row: Mapping[str, Any]) -> None:
        self._left = {key: value for key, value in row.items() if not _is_empty(value)}
        self._keys: dict[str, str] = {}
        for key in self._left:
            self._keys.setdefault(_plain(key), key)

    def take(self, *names: str) -> Any:
        """The value of the first of these fields that has one; none if there is none."""
        for name in names:
            if (key := self._keys.pop(name.lower(), None)) is not None:
                return self._left.pop(key)
        return None

    def look(self, name: str) -> Any:
        """The value of a field that stays."""
        return self._left.get(self._keys.get(name.lower(), name))

    def text(self, *names: str) -> str:
        """As `take`, as one text; of an object its name or address."""
        return _text(self.take(*names))

    def texts(self, *names: str) -> list[str]:
        """As `take`, as texts, each once."""
        value = self.take(*names)
        texts = [_text(item) for item in value] if isinstance(value, list) else as_texts(_text(value))
        return list(dict.fromkeys(filter(None, texts)))

    def drop(self, *names: str) -> None:
        """Forget fields that say nothing about the data."""
        for name in names:
            self.take(name)

    def keep(self, name: str, value: Any) -> None:
        """Put a value that was taken back, because it could not be used."""
        if not _is_empty(value):
            self._left[name] = value
            self._keys.setdefault(_plain(name), name)

    def left(self) -> dict[str, Any]:
        """What nobody took."""
        return dict(self._left)


def extras(left: Iterable[tuple[str, Any]]) -> list[dict[str, str]]:
    """Fields the schema has no place for, as CKAN's extras; each name once."""
    found: dict[str, str] = {}
    for key, value in left:
        name = key.strip()
        if name in DATASET_NAMES or name.startswith(("harvest_", "__")) or not name or name in found:
            name = f"source_{name}"
        while name in found:
            name += "_"
        if text := as_text(value):
            found[name] = text
    return [{"key": key, "value": found[key]} for key in sorted(found)]


def resource_extras(left: Mapping[str, Any]) -> dict[str, str]:
    """The same for a resource, which holds them beside its fields."""
    named = {(f"source_{key}" if _is_reserved(key) else key): as_text(value) for key, value in left.items()}
    return {key: text for key, text in named.items() if text}


def _is_reserved(key: str) -> bool:
    return key in _RESOURCE_NAMES or not key.strip() or key.startswith(("__", "datastore"))


def _plain(key: str) -> str:
    prefix, mark, name = key.partition(":")
    return (name if mark and prefix.lower() in _PREFIXES else key).lower()


def _text(value: Any) -> str:
    if isinstance(value, dict):
        for name in ("@value", "@id", "uri", "url", "prefLabel", "name", "title", "label", "de"):
            if isinstance(inner := value.get(name), str) and inner.strip():
                return inner.strip()
    return as_text(value)


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | list | dict) and not value)
