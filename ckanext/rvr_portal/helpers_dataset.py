"""Template helpers of datasets, files and services: what a reader sees of them."""

from __future__ import annotations

from collections.abc import Mapping
from html import unescape
from typing import Any
from urllib.parse import urlencode

import ckan.plugins as p
import ckan.plugins.toolkit as tk

from .domain.licenses import short_title
from .presentation import (
    dataset_places,
    first_agent,
    host_of,
    is_address,
    is_service,
    lead,
    readable,
    resource_name,
    summary,
    unique,
)
from .shared import Place, places, vocabulary

__all__ = [
    "rvr_portal_card",
    "rvr_portal_contact",
    "rvr_portal_dataset_links",
    "rvr_portal_document_links",
    "rvr_portal_has_more_text",
    "rvr_portal_license_words",
    "rvr_portal_licenses",
    "rvr_portal_period",
    "rvr_portal_place_links",
    "rvr_portal_place_names",
    "rvr_portal_publisher",
    "rvr_portal_readable",
    "rvr_portal_related",
    "rvr_portal_resource",
    "rvr_portal_resource_links",
    "rvr_portal_resource_technical",
    "rvr_portal_resources",
    "rvr_portal_short_text",
    "rvr_portal_technical",
    "rvr_portal_theme_links",
]


def rvr_portal_publisher(pkg: Mapping[str, Any]) -> str:
    """Who publishes a dataset: the named publisher, else its organisation."""
    organization = pkg.get("organization") or {}
    return readable(first_agent(pkg, "publisher").get("name")) or readable(organization.get("title")) or ""


def rvr_portal_place_names(pkg: Mapping[str, Any], limit: int = 3) -> str:
    """The places of a dataset in words: "Hattingen, Witten and 5 more"; the whole region by its name."""
    names = [place.name for place in _places(pkg)]
    if len(names) <= limit:
        return ", ".join(names)
    rest = len(names) - limit
    return tk._("{places} and {number} more").format(places=", ".join(names[:limit]), number=rest)


def rvr_portal_place_links(pkg: Mapping[str, Any]) -> list[dict[str, str]]:
    """The places of a dataset, each with its list of datasets: `{title, url}`."""
    return [{"title": place.name, "url": tk.url_for("dataset.search", places=place.key)} for place in _places(pkg)]


def rvr_portal_short_text(pkg: Mapping[str, Any], length: int = 220) -> str:
    """The description of a dataset in one or two sentences, without markup."""
    return summary(_plain(lead(pkg.get("notes"))), length)


def rvr_portal_has_more_text(pkg: Mapping[str, Any], length: int = 220) -> bool:
    """Whether the description says more than `rvr_portal_short_text` shows."""
    return _plain(pkg.get("notes")).split() != rvr_portal_short_text(pkg, length).split()


def rvr_portal_card(pkg: Mapping[str, Any]) -> dict[str, Any]:
    """What every card of a dataset shows: `{title, href, publisher, place, formats, updated, mark}`."""
    publisher, place = rvr_portal_publisher(pkg), rvr_portal_place_names(pkg)
    return {
        "title": readable(pkg.get("title")) or readable(pkg.get("name")) or tk._("Dataset without a title"),
        "href": tk.url_for(f"{pkg.get('type') or 'dataset'}.read", id=pkg["name"]),
        "publisher": publisher,
        "place": "" if place and publisher.endswith(place) else place,
        "formats": _formats(pkg),
        "updated": tk.h.rvr_portal_date(_updated(pkg)),
        "mark": _mark(pkg),
    }


def rvr_portal_license_words(pkg: Mapping[str, Any]) -> str:
    """The licence of a dataset in short; "several" when its files have different ones."""
    values = [pkg.get("license_id"), *(resource.get("license") for resource in pkg.get("resources") or [])]
    found = (tk.h.rvr_portal_license(value) for value in values if value and value != "notspecified")
    titles = unique(short_title(license["title"]) for license in found)
    if len(titles) > 1:
        return tk._("Several licences")
    return titles[0] if titles else ""


def rvr_portal_resource(resource: Mapping[str, Any], pkg: Mapping[str, Any]) -> dict[str, Any]:
    """What a file or service shows: `{id, name, href, download, format, size, host, text, license_title, …}`."""
    label = _format_label(resource.get("format"))
    address = resource.get("download_url") or resource.get("url") or resource.get("access_url") or ""
    own = resource.get("url_type") == "upload"
    return {
        "name": resource_name(resource, _format_label, tk._("File without a name")),
        "href": tk.url_for(f"{pkg.get('type') or 'dataset'}_resource.read", id=pkg["name"], resource_id=resource["id"]),
        "download": address if is_address(address) or own else "",
        "format": label,
        "size": tk.h.rvr_portal_bytes(resource.get("size")),
        "host": "" if own else _foreign_host(address),
        "text": summary(_plain(resource.get("description")), 180),
        "id": resource["id"],
        "license_title": tk.h.rvr_portal_license(resource["license"])["title"] if resource.get("license") else "",
        "updated": tk.h.rvr_portal_date(
            resource.get("modified") or resource.get("last_modified") or resource.get("issued")
        ),
        "service": _is_service(resource),
    }


def rvr_portal_resources(pkg: Mapping[str, Any]) -> list[dict[str, Any]]:
    """All files and services of a dataset as `rvr_portal_resource` gives them."""
    return [rvr_portal_resource(resource, pkg) for resource in pkg.get("resources") or []]


def rvr_portal_licenses(pkg: Mapping[str, Any], resource: Mapping[str, Any] | None = None) -> list[dict[str, Any]]:
    """The licences of a dataset, or of one of its files, each once: `{title, url, summary, open}`."""
    resources = [resource] if resource else pkg.get("resources") or []
    values = [item.get("license") for item in resources if item.get("license")] or [pkg.get("license_id")]
    found = [tk.h.rvr_portal_license(value) for value in values if value and value != "notspecified"]
    return list({license["title"]: license for license in found}.values())


def rvr_portal_theme_links(pkg: Mapping[str, Any]) -> list[dict[str, str]]:
    """The themes of a dataset, each with its list of datasets: `{title, url}`."""
    terms = [term for term in map(vocabulary("theme").lookup, _list(pkg.get("theme"))) if term]
    return [
        {"title": term.label(tk.h.lang()), "url": tk.url_for("dataset.search", rvr_theme=term.key)} for term in terms
    ]


def rvr_portal_contact(pkg: Mapping[str, Any]) -> dict[str, str]:
    """Whom to ask about a dataset: `{name, email, phone, url}`; the publisher when no contact is named."""
    people = [*_list(pkg.get("contact")), *_list(pkg.get("publisher"))]
    person = next((one for one in people if readable(one.get("name")) or one.get("email")), {})
    email = str(person.get("email") or "").removeprefix("mailto:").strip()
    return {
        "name": readable(person.get("name")),
        "email": email if "@" in email and "/" not in email else "",
        "phone": str(person.get("telephone") or "").removeprefix("tel:").strip(),
        "url": str(person.get("url") or "") if host_of(person.get("url")) else "",
    }


def rvr_portal_document_links(pkg: Mapping[str, Any]) -> list[dict[str, str]]:
    """Pages about a dataset: `{title, url}`, named by what and where they are."""
    pairs = [(tk._("Page of the publisher"), pkg.get("url"))]
    pairs += [(tk._("Documentation"), address) for address in _list(pkg.get("documentation"))]
    links: dict[str, str] = {}
    for title, address in pairs:
        host = host_of(address)
        if host and str(address).startswith(("http://", "https://")):
            links.setdefault(str(address), f"{title} ({host})")
    return [{"title": title, "url": address} for address, title in links.items()]


def rvr_portal_period(pkg: Mapping[str, Any]) -> str:
    """The time a dataset speaks of: "1. Januar 2020 bis 31. Dezember 2023", "seit 2020", several with a semicolon."""
    return "; ".join(unique(_period(part) for part in _list(pkg.get("temporal_coverage")) if isinstance(part, Mapping)))


def rvr_portal_dataset_links(pkg: Mapping[str, Any]) -> list[dict[str, str]]:
    """Links to the machine-readable forms of a dataset: `{title, url}`."""
    links = []
    if p.plugin_loaded("dcat") and pkg.get("type", "dataset") == "dataset":
        for suffix, title in (("ttl", "Turtle"), ("rdf", "RDF/XML"), ("jsonld", "JSON-LD")):
            links.append({"title": title, "url": tk.url_for("dcat.read_dataset", _id=pkg["name"], _format=suffix)})
    api = tk.url_for("api.action", ver=3, logic_function="package_show")
    links.append({"title": tk._("JSON (interface for programs)"), "url": f"{api}?{urlencode({'id': pkg['name']})}"})
    return links


def rvr_portal_technical(pkg: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Technical metadata as label and readable text; what only a machine can read is left to the machine forms."""
    agents = (("creator", tk._("Creator")), ("originator", tk._("Originator")), ("custodian", tk._("Custodian")))
    rows = [(label, readable(first_agent(pkg, field).get("name"))) for field, label in agents]
    rows += [
        (tk._("Identifier"), readable(pkg.get("identifier"))),
        (tk._("Version"), readable(pkg.get("version"))),
        (tk._("Version notes"), readable(pkg.get("version_notes"))),
        (tk._("Provenance"), readable(pkg.get("provenance"))),
        (tk._("Access rights"), _label("access_right", pkg.get("access_rights"))),
        (tk._("Planned availability"), _label("availability", pkg.get("availability"))),
        (tk._("Language"), _labels("language", pkg.get("language"))),
        (tk._("High-value dataset categories"), _labels("hvd_category", pkg.get("hvd_category"))),
        (tk._("Level of the place"), _labels("geocoding_level", pkg.get("political_geocoding_level"))),
        (tk._("Legal basis"), readable(pkg.get("legal_basis"))),
        (tk._("Quality assurance"), readable(pkg.get("quality_process"))),
        (tk._("Added to this portal"), tk.h.rvr_portal_date(pkg.get("metadata_created"))),
        (tk._("Metadata changed"), tk.h.rvr_portal_date(pkg.get("metadata_modified"))),
    ]
    rows += [
        (extra["key"].replace("_", " "), readable(extra.get("value")))
        for extra in pkg.get("extras") or []
        if not extra["key"].startswith(("harvest_", "guid", "dcat_", "spatial", "rvr_"))
    ]
    return [(label, value) for label, value in rows if value]


def rvr_portal_resource_technical(resource: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Technical metadata of a file or service as label and readable text."""
    rows = [
        (tk._("Media type"), _media_type(resource.get("mimetype"))),
        (tk._("Checksum"), _checksum(resource)),
        (tk._("Published"), tk.h.rvr_portal_date(resource.get("issued"))),
        (tk._("Language"), _labels("language", resource.get("language"))),
        (tk._("Planned availability"), _label("availability", resource.get("availability"))),
        (tk._("Rights"), readable(resource.get("rights"))),
        (tk._("Added to this portal"), tk.h.rvr_portal_date(resource.get("created"))),
    ]
    return [(label, value) for label, value in rows if value]


def rvr_portal_resource_links(resource: Mapping[str, Any]) -> list[dict[str, str]]:
    """Links to the machine-readable form of a file or service: `{title, url}`."""
    api = tk.url_for("api.action", ver=3, logic_function="resource_show")
    return [{"title": tk._("JSON (interface for programs)"), "url": f"{api}?{urlencode({'id': resource['id']})}"}]


def rvr_portal_related(pkg: Mapping[str, Any], limit: int = 4) -> list[dict[str, str]]:
    """Datasets with the same theme or place, those that share most first: `{title, url}`; one cheap search."""
    themes = [term.key for term in map(vocabulary("theme").lookup, _list(pkg.get("theme"))) if term]
    shared = [f"rvr_theme:{theme}" for theme in themes] + [f'places:"{key}"' for key in dataset_places(pkg)[:10]]
    if not shared:
        return []
    found = tk.get_action("package_search")(
        {"user": tk.current_user.name, "auth_user_obj": tk.current_user},
        {
            "fq": f'+dataset_type:dataset -name:"{pkg["name"]}" +({" OR ".join(shared)})',
            "fl": ["id", "name", "title", "places", "rvr_theme"],
            "sort": "metadata_modified desc",
            "rows": 30,
            "facet": "false",
        },
    )["results"]
    own = {*themes, *dataset_places(pkg)}
    found.sort(key=lambda item: -len(own & {*_list(item.get("places")), *_list(item.get("rvr_theme"))}))
    return [
        {"title": readable(item.get("title")) or item["name"], "url": tk.url_for("dataset.read", id=item["name"])}
        for item in found[:limit]
    ]


def rvr_portal_readable(value: object) -> str:
    """The text of a value if a person can read it, else an empty text."""
    return readable(value)


# Helpers of the helpers


def _places(pkg: Mapping[str, Any]) -> list[Place]:
    return [place for place in map(places().get, dataset_places(pkg)) if place]


def _plain(markdown: object) -> str:
    """Text without markup; it is escaped again where it is shown."""
    return unescape(str(tk.h.markdown_extract(markdown, extract_length=0))) if markdown else ""


def _label(name: str, value: object) -> str:
    return tk.h.rvr_portal_label(name, value) if value else ""


def _labels(name: str, values: object) -> str:
    return ", ".join(unique(_label(name, value) for value in _list(values)))


def _format_label(value: object) -> str:
    return tk.h.rvr_portal_label("file_type", value) if value else ""


def _formats(pkg: Mapping[str, Any]) -> list[str]:
    return unique(_format_label(resource.get("format")) for resource in pkg.get("resources") or [])


def _updated(pkg: Mapping[str, Any]) -> object:
    return pkg.get("modified") or pkg.get("issued") or pkg.get("metadata_modified")


def _mark(pkg: Mapping[str, Any]) -> str:
    if pkg.get("private"):
        return tk._("Private")
    state = str(pkg.get("state") or "")
    if state.startswith("draft"):
        return tk._("Draft")
    return tk._("Deleted") if state == "deleted" else ""


def _foreign_host(address: object) -> str:
    host = host_of(address)
    return "" if host == host_of(tk.config["ckan.site_url"]) else host


def _is_service(resource: Mapping[str, Any]) -> bool:
    term = vocabulary("file_type").lookup(resource.get("format") or "")
    return bool(term and term.group == "service") or is_service(resource)


def _media_type(value: object) -> str:
    """A media type as it is written in headers; its address in IANA's list is cut off."""
    text = str(value or "").rpartition("media-types/")[2]
    return text if "/" in text and "://" not in text else ""


def _checksum(resource: Mapping[str, Any]) -> str:
    value = str(resource.get("hash") or "")
    algorithm = str(resource.get("hash_algorithm") or "").rpartition("_")[2]
    return f"{value} ({algorithm.upper().replace('SHA', 'SHA-', 1)})" if value and algorithm else readable(value)


def _period(part: Mapping[str, Any]) -> str:
    start, end = (tk.h.rvr_portal_date(part.get(name)) for name in ("start", "end"))
    if str(part.get("end") or "").startswith("9999"):
        end = ""
    if start and end and start != end:
        return tk._("{start} to {end}").format(start=start, end=end)
    if start and not end:
        return tk._("since {start}").format(start=start)
    return start or (tk._("until {end}").format(end=end) if end else "")


def _list(value: object) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    return [value] if value else []
