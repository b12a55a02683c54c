"""Links of a record become resources or pages with more information, by what the record says of them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from ckanext.rvr_portal.shared import vocabulary

from ..domain.geo_terms import service_format
from .rights import Rights

__all__ = ["Link", "Links", "sort_links"]

_MEDIA_TYPE = re.compile(r"[a-z]+/[\w.+-]+", re.ASCII | re.IGNORECASE)
_ABOUT = frozenset({"information", "browsing", "search"})
_DOWNLOAD = frozenset({"download", "fileaccess"})


@dataclass(frozen=True, slots=True)
class Link:
    """A link as a record gives it. `said`: what it says of protocol, profile and kind of service, in any words;
    `function`: a code of ISO 19115 (download, information, …) or "".
    """

    url: str
    said: tuple[str, ...] = ()
    name: str = ""
    description: str = ""
    function: str = ""
    media_type: str = ""


@dataclass(frozen=True, slots=True)
class Links:
    """Resources, and addresses of pages about the dataset."""

    resources: tuple[dict[str, Any], ...]
    pages: tuple[str, ...]


def sort_links(links: Iterable[Link], formats: Iterable[str], rights: Rights) -> Links:
    """What becomes of links; the same file or service twice is one.

    :param formats: what the record says of the formats of its data
    :param rights: they hold for all resources
    """
    known = list(dict.fromkeys(text for text in formats if text))
    resources: dict[tuple[str, str], dict[str, Any]] = {}
    pages: dict[str, None] = {}
    for link in links:
        service = service_format(*link.said, url=link.url)
        if not link.url:
            continue
        extension = "" if service else _extension(link.url)
        if not service and link.function.lower() in _ABOUT and extension in ("", "HTML"):
            pages[link.url] = None
            continue
        key = (service, _bare(link.url) if service else link.url)
        resource = _resource(link, service, extension, known, rights)
        resources[key] = {**resource, **resources.get(key, {})}
    return Links(tuple(resources.values()), tuple(pages))


def _resource(link: Link, service: str, extension: str, formats: list[str], rights: Rights) -> dict[str, Any]:
    is_file = not service and _is_file(link, extension)
    resource = {
        "access_url": link.url,
        "download_url": link.url if is_file else "",
        "name": link.name,
        "description": link.description if link.description != link.name else "",
        "format": service or _format(link, extension, formats, is_file),
        "mimetype": "" if service else _media_type(link),
        "license": rights.license,
        "license_attribution_by_text": rights.attribution,
        "rights": "; ".join(rights.texts),
    }
    return {field: value for field, value in resource.items() if value}


def _is_file(link: Link, extension: str) -> bool:
    if extension == "HTML":
        return False
    said = " ".join(link.said).lower()
    return link.function.lower() in _DOWNLOAD or "download" in said or bool(extension)


def _format(link: Link, extension: str, formats: list[str], is_file: bool) -> str:
    only = formats[0] if len(formats) == 1 else ""
    if is_file and only and extension in ("", "ZIP"):
        return only
    if extension:
        return extension
    if _media_type(link):
        return ""  # repair knows the format of a media type
    return "HTML" if any(text.upper().startswith("WWW:LINK") for text in link.said) else ""


def _media_type(link: Link) -> str:
    plain = (text.partition(";")[0].strip() for text in (link.media_type, *link.said))
    return next((text.lower() for text in plain if _MEDIA_TYPE.fullmatch(text)), "")


def _extension(url: str) -> str:
    """Key of the file type that the end of an address means, or ""."""
    try:
        path = urlsplit(url).path
    except ValueError:
        return ""
    _rest, dot, end = path.rpartition("/")[2].rpartition(".")
    term = vocabulary("file_type").lookup(end) if dot and end.isalnum() and len(end) <= 8 else None
    return term.key if term else ""


def _bare(url: str) -> str:
    return re.sub(r"^https?://", "", url.partition("?")[0]).rstrip("/").lower()
