"""A dataset in the words of schema.org, for search engines: dataset dict in, JSON-LD out.

The context is written out, so that a reader needs no other server. Sources: https://schema.org/Dataset and
https://developers.google.com/search/docs/appearance/structured-data/dataset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

import shapely

from .quality import access_url, download_url
from .tree import address, clean_text
from .values import geometry, listed

__all__ = ["Home", "describe", "script"]

_ADDRESSES = ("url", "sameAs", "license", "contentUrl")
_CONTEXT: dict[str, Any] = {"@vocab": "https://schema.org/", **{name: {"@type": "@id"} for name in _ADDRESSES}}
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?", re.ASCII)
_LONGEST = 5000  # more of a description is not read
_SHORTEST = 50
_AS_TEXT = str.maketrans({"<": "\\u003c", ">": "\\u003e", "&": "\\u0026", "\u2028": "\\u2028", "\u2029": "\\u2029"})


class Home(NamedTuple):
    """The portal, as far as it must be known.

    :ivar url: address of the portal, without a slash at the end
    :ivar page: address of the dataset's page
    :ivar place: name of a place by its key; empty if there is none
    """

    title: str
    description: str
    url: str
    page: str
    place: Callable[[str], str]


def describe(package: Mapping[str, Any], home: Home, known: Callable[[str, Any], Any]) -> dict[str, Any]:
    """The dataset as JSON-LD.

    :param package: dataset dict of our schema, as `package_show` gives it
    :param known: looks values up in the vocabularies `license`, `file_type`, `language`, `access_right`
    """
    title = clean_text(package.get("title") or package.get("name") or "")
    notes = clean_text(package.get("notes") or "").strip()
    if len(notes) < _SHORTEST:  # less is taken for no description
        notes = ". ".join(part for part in (title, notes) if part)
    files = [
        _file(resource, package, known) for resource in listed(package.get("resources")) if isinstance(resource, dict)
    ]
    licenses = list(dict.fromkeys(one["license"] for one in files if "license" in one))
    own = _license(package.get("license_id"), known)
    origin = address(package.get("uri")) or address(package.get("url"))
    return _filled(
        {
            "@context": _CONTEXT,
            "@type": "Dataset",
            "@id": home.page,
            "url": home.page,
            "sameAs": origin if origin != home.page else None,
            "name": title,
            "description": notes[:_LONGEST],
            "identifier": package.get("identifier"),
            "version": package.get("version"),
            "keywords": [tag.get("display_name") or tag.get("name") for tag in _rows(package.get("tags"))],
            "inLanguage": list(_languages(package, known)),
            "datePublished": _date(package.get("issued") or package.get("metadata_created")),
            "dateModified": _date(package.get("modified") or package.get("metadata_modified")),
            "license": licenses or ([own] if own else None),
            "isAccessibleForFree": _is_public(package, known),
            "publisher": _agent(package.get("publisher")) or _organization(package, home),
            "creator": _agent(package.get("creator")),
            "temporalCoverage": list(_periods(package)),
            "spatialCoverage": list(_places(package, home)),
            "includedInDataCatalog": _filled(
                {"@type": "DataCatalog", "name": home.title, "description": home.description, "url": home.url}
            ),
            "distribution": files,
        }
    )


def script(found: Mapping[str, Any]) -> str:
    """The JSON-LD as text that can stand inside of a page's script element, whatever is in it."""
    text = json.dumps(found, ensure_ascii=False, separators=(",", ":")).translate(_AS_TEXT)
    return text.encode("utf-8", "replace").decode("utf-8")


def _file(resource: Mapping[str, Any], package: Mapping[str, Any], known: Callable[[str, Any], Any]) -> dict[str, Any]:
    term = known("file_type", resource.get("format"))
    media_type = resource.get("mimetype") or (term.media_type if term else "") or resource.get("format")
    size = str(resource.get("size") or "")
    return _filled(
        {
            "@type": "DataDownload",
            "@id": address(resource.get("uri")),
            "name": clean_text(resource.get("name") or ""),
            "description": clean_text(resource.get("description") or ""),
            "contentUrl": address(download_url(resource, known)),
            "url": address(access_url(resource)),
            "encodingFormat": media_type,
            "contentSize": f"{size} B" if size.isascii() and size.isdecimal() else None,
            "license": _license(resource.get("license") or package.get("license_id"), known),
            "datePublished": _date(resource.get("issued")),
            "dateModified": _date(resource.get("modified")),
        }
    )


def _license(value: Any, known: Callable[[str, Any], Any]) -> str | None:
    """The address of the licence's text, where it is known; else that of the licence."""
    term = known("license", value)
    return address((term.url or term.uri) if term else value)


def _is_public(package: Mapping[str, Any], known: Callable[[str, Any], Any]) -> bool | None:
    term = known("access_right", package.get("access_rights"))
    return term.key == "PUBLIC" if term else None


def _languages(package: Mapping[str, Any], known: Callable[[str, Any], Any]) -> Iterator[str]:
    """Codes of BCP 47: the one of two letters where there is one."""
    for value in listed(package.get("language")):
        if term := known("language", value):
            yield next((code for code in term.alternatives if len(code) == 2), term.key.lower())


def _agent(value: Any) -> dict[str, Any] | None:
    """The first agent of a field."""
    for row in _rows(value):
        name = row.get("name") or row.get("email") or row.get("uri")
        if name:
            return _filled(
                {
                    "@type": "Organization",
                    "@id": address(row.get("uri")),
                    "name": clean_text(name),
                    "email": row.get("email"),
                    "url": address(row.get("url")),
                }
            )
    return None


def _organization(package: Mapping[str, Any], home: Home) -> dict[str, Any] | None:
    found = package.get("organization") or {}
    if not found.get("title"):
        return None
    return {"@type": "Organization", "name": found["title"], "url": f"{home.url}/organization/{found['name']}"}


def _periods(package: Mapping[str, Any]) -> Iterator[str]:
    """Intervals as ISO 8601 writes them; an end that is open is two dots."""
    for row in _rows(package.get("temporal_coverage")):
        start, end = _date(row.get("start")), _date(row.get("end"))
        if start or end:
            yield f"{start or '..'}/{end or '..'}"


def _places(package: Mapping[str, Any], home: Home) -> Iterator[dict[str, Any]]:
    for row in _rows(package.get("spatial_coverage")):
        place = _filled({"@type": "Place", "name": row.get("text"), "geo": _shape(row)})
        if len(place) > 1:
            yield place
    for key in listed(package.get("places")):
        if name := home.place(str(key)):
            yield {"@type": "Place", "name": name}


def _shape(row: Mapping[str, Any]) -> dict[str, Any] | None:
    """The box around a place, or its point; schema.org writes latitude before longitude."""
    for field in ("bbox", "geom", "centroid"):
        if found := geometry(row.get(field)):
            west, south, east, north = (round(one, 6) for one in shapely.from_wkt(found.value).bounds)
            if (west, south) == (east, north):
                return {"@type": "GeoCoordinates", "latitude": south, "longitude": west}
            return {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    return None


def _date(value: Any) -> str | None:
    """A date of ISO 8601, as exact as it came; nothing else."""
    text = str(value or "").strip()
    return text if _DATE.fullmatch(text) else None


def _rows(value: Any) -> list[Mapping[str, Any]]:
    return [one for one in listed(value) if isinstance(one, Mapping)]


def _filled(values: dict[str, Any]) -> dict[str, Any]:
    """Without what says nothing; a list of one is that one."""
    kept = {key: value for key, value in values.items() if value not in (None, "", [], {})}
    return {key: value[0] if isinstance(value, list) and len(value) == 1 else value for key, value in kept.items()}
