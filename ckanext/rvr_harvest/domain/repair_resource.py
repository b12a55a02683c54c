"""Repair of one resource: addresses, format, media type, licence, size."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from .notes import Notes

__all__ = ["repair"]

_HTTP = re.compile(r"(?:https?|ftps?)://[^\s]+", re.IGNORECASE)
_MEDIA_TYPE = re.compile(r"[a-z]+/[\w.+-]+", re.ASCII | re.IGNORECASE)
_IANA = re.compile(r"https?://(?:www\.)?iana\.org/assignments/media-types/(.+)", re.IGNORECASE)


def repair(resource: dict[str, Any], vocabulary: Callable[[str], Any], notes: Notes) -> dict[str, Any]:
    """The resource in the portal's terms."""
    _urls(resource, notes)
    _media_type(resource, vocabulary, notes)
    _format(resource, vocabulary, notes)
    _license(resource, vocabulary("license"), notes)
    _size(resource, notes)
    for field in ("availability",):
        if (value := resource.get(field)) and (term := vocabulary(field).lookup(value)):
            resource[field] = term.uri
    if languages := resource.get("language"):
        terms = ((vocabulary("language").lookup(str(value)), value) for value in languages)
        resource["language"] = list(dict.fromkeys(term.uri if term else str(value) for term, value in terms))
    return {key: value for key, value in resource.items() if value not in (None, "", [], {})}


def _urls(resource: dict[str, Any], notes: Notes) -> None:
    for field in ("access_url", "download_url"):
        value = str(resource.get(field) or "").strip()
        if value and not _HTTP.fullmatch(value):
            encoded = re.sub(r"\s", "%20", value)
            if _HTTP.fullmatch(encoded):  # only blanks were wrong
                resource[field] = encoded
                continue
            notes.add("url_bad", "warning", field, value)
            value = ""
        resource[field] = value
    resource["url"] = resource.get("download_url") or resource.get("access_url") or ""
    if not resource["url"]:
        notes.add("url_missing", "error", "resources")


def _media_type(resource: dict[str, Any], vocabulary: Callable[[str], Any], notes: Notes) -> None:
    came = str(resource.get("mimetype") or "").strip()
    if not came:
        return
    term = vocabulary("media_type").lookup(came)
    plain = term.key if term else (match[1] if (match := _IANA.fullmatch(came)) else came).partition(";")[0].strip()
    if _MEDIA_TYPE.fullmatch(plain):
        resource["mimetype"] = plain
        return
    del resource["mimetype"]
    if vocabulary("file_type").lookup(came):  # a format in the wrong field
        resource.setdefault("format", came)
    else:
        notes.add("media_type_unknown", "info", "mimetype", came)


def _format(resource: dict[str, Any], vocabulary: Callable[[str], Any], notes: Notes) -> None:
    types = vocabulary("file_type")
    came = str(resource.get("format") or "").strip()
    term = types.lookup(came) if came else None
    if term is None and resource.get("mimetype"):
        term = types.lookup(resource["mimetype"])
    if term is not None:
        resource["format"] = term.key
    elif came:
        resource["format"] = came.rstrip("/").rpartition("/")[2] if "://" in came else came[:100]
        notes.add("format_unknown", "info", "format", came)


def _license(resource: dict[str, Any], licenses: Any, notes: Notes) -> None:
    came = str(resource.get("license") or "").strip()
    if not came:
        notes.add("license_missing", "error", "license")
        return
    term = licenses.lookup(came)
    if term is None:
        notes.add("license_unknown", "warning", "license", came)
        resource["license"] = came
        return
    if _bare(term.uri) != _bare(came):
        notes.add("license_mapped", "info", "license", came, term.uri)
    resource["license"] = term.uri


def _size(resource: dict[str, Any], notes: Notes) -> None:
    value = resource.get("size")
    if value in (None, ""):
        return
    try:
        size = int(float(str(value)))
    except (ValueError, OverflowError):
        size = -1
    if size < 0 or size > 2**62:
        del resource["size"]
        notes.add("size_bad", "info", "size", str(value))
    else:
        resource["size"] = size


def _bare(address: str) -> str:
    return re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
