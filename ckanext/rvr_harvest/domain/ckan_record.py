"""A dataset as CKAN's Action API gives it becomes a dataset dict in the terms of the portal's schema.

The same dataset read from the portal's DCAT catalogue gives the same fields, as far as it says the same there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from .ckan_fields import (
    AGENT_FIELDS,
    CONTACT_FIELDS,
    DATASET_LISTS,
    DATASET_TEXTS,
    OWN_TO_THE_SITE,
    RENAMED,
    RESERVED,
    RESOURCE_LISTS,
    RESOURCE_OWN_TO_THE_SITE,
    RESOURCE_TEXTS,
    UNORDERED,
    VOLATILE,
)
from .json_records import as_rows, as_text, as_texts, as_value, canonical_lines

__all__ = ["content", "dataset"]

# what CKAN offers in its list of licences to say that there is none
_NO_LICENSE = frozenset({"notspecified", "none"})


def content(record: Mapping[str, Any]) -> list[str]:
    """The record as canonical lines: without volatile stamps, and of organisation, groups and tags only their names.

    The order of tags, groups and extras makes no difference, the order of resources does.

    :raises TooTangledError: it is larger or more nested than any honest record
    """
    slim = {
        **record,
        "organization": _picked(record.get("organization")),
        "groups": [_picked(group) for group in _items(record.get("groups"))],
        "tags": _tags(record),
        "extras": _without_volatile(record.get("extras")),
    }
    return canonical_lines(slim, volatile=VOLATILE, unordered=UNORDERED)


def dataset(record: Mapping[str, Any], site: str, vocabulary: Callable[[str], Any]) -> dict[str, Any]:
    """The dataset dict before repair; what the schema has no field for stands in `extras`.

    :param site: address of the portal, without a slash at its end
    :param vocabulary: gives a vocabulary by its name
    """
    values = _Values(_with_extras(record))
    package: dict[str, Any] = {"tags": [{"name": name} for name in _tags(record)]}
    package["uri"] = as_text(values.take("uri")) or _page(site, record)
    for field, names in DATASET_TEXTS.items():
        package[field] = _text(values.take(*names))
    for field, names in DATASET_LISTS.items():
        package[field] = as_texts(values.take(*names))
    package["language"] = [part for text in package["language"] for part in _parts(text)]
    package["geocoding_text"] = ", ".join(as_texts(package["geocoding_text"]))
    package["legal_basis"] = ", ".join(as_texts(package["legal_basis"]))
    package["theme"], others = _themes(package["theme"], record, vocabulary("theme"))
    package["temporal_coverage"] = _rows(values, "temporal_coverage", "temporal", ("start", "end"))
    package["spatial_coverage"] = _places(values)
    _people(values, package)
    package["publisher"] = _rows(values, "publisher", "publisher", AGENT_FIELDS) or _organization(record, site)
    license_ = _license(record, vocabulary("license"))
    package["resources"] = [_resource(row, package["uri"], license_) for row in as_rows(record.get("resources"))]
    package["license_id"] = _license_key(license_, package["resources"], vocabulary("license"))
    package["extras"] = _extras(values, others)
    return {key: value for key, value in package.items() if value or key in ("extras", "resources", "tags")}


class _Values:
    """Values by name, of which each is taken once; what nobody took is left."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def take(self, *names: str) -> Any:
        """The first value that is not empty."""
        for name in names:
            if not _is_empty(self._values.get(name)):
                return self._values.pop(name)
        return None

    def has(self, *names: str) -> bool:
        return any(not _is_empty(self._values.get(name)) for name in names)

    def put_back(self, name: str, value: Any) -> None:
        self._values[name] = value

    def left(self) -> Iterable[tuple[str, Any]]:
        return self._values.items()


def _is_empty(value: Any) -> bool:
    return value is None or value in ([], {}) or (isinstance(value, str) and not value.strip())


def _with_extras(record: Mapping[str, Any]) -> dict[str, Any]:
    """Top-level values and extras in one; of two with one name both stay."""
    values: dict[str, Any] = {key: value for key, value in record.items() if key != "extras"}
    for key, value in _pairs(record.get("extras")):
        if _is_empty(value):
            continue
        name = key
        while not _is_empty(values.get(name)) and values[name] != value:
            name += "_2"
        values[name] = value
    return values


def _pairs(extras: Any) -> list[tuple[str, Any]]:
    """Extras as pairs: a list of objects with key and value, or (in old versions of CKAN) one object."""
    if isinstance(extras, dict):
        return list(extras.items())
    rows = as_rows(extras)
    return [(as_text(row.get("key")) or "extra", row.get("value")) for row in rows if "value" in row]


def _without_volatile(extras: Any) -> list[list[Any]]:
    return [[key, value] for key, value in _pairs(extras) if key not in VOLATILE]


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _picked(value: Any) -> Any:
    """Of an organisation or group what is read of it."""
    return {key: value.get(key) for key in ("id", "name", "title")} if isinstance(value, dict) else value


def _text(value: Any) -> str:
    """A text; of a text in several languages the German one, or else the first."""
    if isinstance(value, dict):
        texts = {key: as_text(text) for key, text in value.items() if isinstance(text, str) and text.strip()}
        if texts:
            return texts.get("de") or texts.get("en") or next(iter(texts.values()))
    return as_text(value)


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _page(site: str, record: Mapping[str, Any]) -> str:
    key = as_text(record.get("id")) or as_text(record.get("name"))
    return f"{site}/dataset/{key}" if key else ""


def _tags(record: Mapping[str, Any]) -> list[str]:
    names = (as_text(tag.get("name") or tag.get("display_name")) if isinstance(tag, dict) else as_text(tag)
             for tag in _items(record.get("tags")))  # fmt: skip
    return list(dict.fromkeys(name for name in names if name))


def _themes(themes: list[str], record: Mapping[str, Any], terms: Any) -> tuple[list[str], list[str]]:
    """Themes, also those that groups stand for (`agri` … `tran`, or a theme's label); titles of the other groups."""
    found = list(themes)
    others: list[str] = []
    for group in _items(record.get("groups")):
        name, title = (as_text(group.get(key)) for key in ("name", "title")) if isinstance(group, dict) else ("", "")
        if term := terms.lookup(name) or terms.lookup(title):
            found.append(term.uri)
        else:
            others.append(title or name or as_text(group))
    return _each_once(found, terms), [one for one in dict.fromkeys(others) if one]


def _each_once(themes: list[str], terms: Any) -> list[str]:
    by_term: dict[str, str] = {}
    for theme in themes:
        term = terms.lookup(theme)
        by_term.setdefault(term.key if term else theme, theme)
    return list(by_term.values())


def _rows(values: _Values, field: str, prefix: str, names: tuple[str, ...]) -> list[dict[str, str]]:
    """Rows of a field with parts: a list of objects (also as JSON text), else texts with a prefix, else one name.

    What has no place in them is put back, and so becomes an extra.
    """
    came = values.take(field)
    objects = as_rows(as_value(came))
    rows = [{name: _text(row.get(name)) for name in names} for row in objects]
    if any(key not in names and not _is_empty(value) for row in objects for key, value in row.items()):
        values.put_back(field, came)
    if rows := [_filled(row) for row in rows if any(row.values())]:
        return rows
    flat = {name: _text(values.take(f"{prefix}_{name}", f"dcat_{prefix}_{name}")) for name in names}
    label = next((name for name in ("name", "text") if name in names), "")
    if not objects and label and not flat[label]:
        flat[label] = ", ".join(as_texts(came))
    elif not objects and came is not None:
        values.put_back(field, came)
    return [_filled(flat)] if any(flat.values()) else []


def _filled(row: Mapping[str, str]) -> dict[str, str]:
    return {key: value for key, value in row.items() if value}


def _places(values: _Values) -> list[dict[str, str]]:
    parts = ("uri", "text", "geom", "bbox", "centroid")
    rows = _rows(values, "spatial_coverage", "spatial", parts)
    if rows and not values.has("spatial"):
        return rows
    row = rows[0] if rows else {}
    spatial = as_text(values.take("spatial"))
    if spatial.startswith("{"):
        row.setdefault("geom", spatial)
    elif spatial:  # some portals write a name where GeoJSON belongs
        row.setdefault("text", spatial)
    return rows or ([row] if row else [])


def _people(values: _Values, package: dict[str, Any]) -> None:
    """Contact, creator, custodian, originator.

    Like ckanext-dcat, CKAN's maintainer (or else its author) is the contact where no other is named. Whoever is not
    the contact, and with ckanext-dcatde's marks everyone, is what DCAT-AP.de calls him: custodian and creator.
    """
    contact = _rows(values, "contact", "contact", CONTACT_FIELDS)
    if contact and (telephone := as_text(values.take("contact_tel"))):
        contact[0].setdefault("telephone", telephone)
    maintainer, author = (_person(values, role) for role in ("maintainer", "author"))
    people = {"custodian": maintainer, "creator": author}
    marked = {"custodian": values.has("maintainer_contacttype"), "creator": values.has("author_contacttype")}
    for field, person in people.items():
        package[field] = _rows(values, field, field, AGENT_FIELDS)
        if not person:
            continue
        is_contact = not contact
        contact = contact or [person]
        if not is_contact or marked[field]:
            agent = {key: value for key, value in person.items() if key in AGENT_FIELDS}
            if agent and agent not in package[field]:
                package[field].append(agent)
    package["contact"] = contact
    package["originator"] = _rows(values, "originator", "originator", AGENT_FIELDS)


def _person(values: _Values, role: str) -> dict[str, str]:
    names = {"name": (role, f"{role}_name"), "telephone": (f"{role}_tel",)}
    names |= {name: (f"{role}_{name}",) for name in ("email", "url", "type")}
    if not values.has(role, f"{role}_name", f"{role}_email"):
        return {}
    return _filled({field: _text(values.take(*keys)) for field, keys in names.items()})


def _organization(record: Mapping[str, Any], site: str) -> list[dict[str, str]]:
    """The publisher of a dataset that names none: the organisation it belongs to at its portal."""
    organization = record.get("organization")
    if not isinstance(organization, dict):
        return []
    name = as_text(organization.get("title")) or as_text(organization.get("name"))
    key = as_text(organization.get("id"))
    row = _filled({"name": name, "uri": f"{site}/organization/{key}" if key else ""})
    return [row] if name else []


def _license(record: Mapping[str, Any], terms: Any) -> str:
    """The dataset's licence: of its id, address and title the first that is known, else the first that is there."""
    came = [as_text(record.get(name)) for name in ("license_id", "license_url", "license_title")]
    if came[0].casefold() in _NO_LICENSE:
        return ""
    came = [text for text in came if text]
    return next((text for text in came if terms.lookup(text)), came[0] if came else "")


def _license_key(license_: str, resources: list[dict[str, Any]], terms: Any) -> str:
    """Key of the licence that all resources have in common, as in DCAT, else that of the dataset itself."""
    keys = {term.key if (term := terms.lookup(row.get("license"))) else "" for row in resources}
    if len(keys) == 1 and (common := keys.pop()):
        return common
    return term.key if (term := terms.lookup(license_)) else license_


def _resource(row: Mapping[str, Any], dataset_uri: str, license_: str) -> dict[str, Any]:
    values = _Values(dict(row))
    own = as_text(values.take("license", "license_id", "license_url", "license_title"))
    resource: dict[str, Any] = {"license": own or license_}
    for field, names in RESOURCE_TEXTS.items():
        resource[field] = _text(values.take(*names))
    for field, names in RESOURCE_LISTS.items():
        resource[field] = as_texts(values.take(*names))
    url = as_text(row.get("url"))
    if not resource["access_url"] and url != resource["download_url"]:
        resource["access_url"] = url
    if not resource["uri"] and (key := as_text(row.get("id"))):
        resource["uri"] = f"{dataset_uri}/resource/{key}"
    resource["url"] = resource["download_url"] or resource["access_url"]
    if services := as_rows(as_value(values.take("access_services"))):
        resource["access_services"] = services
    for key, value in values.left():
        if key not in RESOURCE_OWN_TO_THE_SITE and key not in resource and (text := as_text(value)):
            resource[key] = text
    return {key: value for key, value in resource.items() if value}


def _extras(values: _Values, groups: list[str]) -> list[dict[str, str]]:
    extras = {"source_groups": ", ".join(groups)} if groups else {}
    for key, value in values.left():
        if key in OWN_TO_THE_SITE or not (text := as_text(value)):
            continue
        name = RENAMED.get(key, key)
        while name in RESERVED or name in extras:
            name = f"source_{name}"
        extras[name] = text
    return [{"key": key, "value": extras[key]} for key in sorted(extras)]
