"""The look at each resource before anything is saved: whether its address can be read, what its file is and may be.

CKAN asks all plugins of `IUploader` for an uploader whenever a resource comes in, by form, API or harvest; here it is
looked at, and CKAN goes on with its own uploader.
"""

from __future__ import annotations

import os
import unicodedata
from typing import IO, Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib.uploader import get_max_resource_size
from werkzeug.datastructures import FileStorage

from .. import config
from ..domain.tables.kinds import HEAD, FileKind, file_kind, media_type
from ..domain.text_rules import splittable
from ..domain.vocabulary import load as vocabulary
from . import words
from .reader import archive_members

__all__ = ["kind_of", "look_at"]

_MEGABYTE = 1024 * 1024
# what is filled from the file, unless somebody has given it
_FILLED = ("format", "mimetype")
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


def look_at(resource: dict[str, Any]) -> None:
    """Make an address readable; refuse a file that may not be uploaded, else fill in format and media type.

    What the steward or the API client gives counts; what only stood there from the file before does not.

    :raises tk.ValidationError: with a sentence at `upload`
    """
    if isinstance(resource.get("url"), str):
        resource["url"] = splittable(resource["url"])
    upload = resource.get("upload")
    own = f"/{resource.get('id')}/download/"
    if not upload and resource.get("url_type") == "" and resource.get("id") and own in str(resource.get("url")):
        resource["url_type"] = "upload"  # a link to the own download would lead round in circles
    if not isinstance(upload, FileStorage) or not upload.filename:
        return
    upload.filename = _cleaned(upload.filename)
    kind = kind_of(upload.filename, upload.stream)
    before = model.Resource.get(resource["id"]) if resource.get("id") else None
    old = {name: getattr(before, name, None) for name in (*_FILLED, "hash")} if before else {}
    if before:
        old["hash_algorithm"] = before.extras.get("hash_algorithm")
    for name in ("hash", "hash_algorithm"):  # of the file before
        if resource.get(name) and resource[name] == old.get(name):
            resource[name] = ""
    if kind.key and (not resource.get("format") or resource["format"] == old.get("format")):
        resource["format"] = kind.key
    if not resource.get("mimetype") or resource["mimetype"] == old.get("mimetype"):
        term = vocabulary("file_type").lookup(resource.get("format"))
        resource["mimetype"] = (term and media_type(term.key)) or kind.media_type or "application/octet-stream"


def kind_of(name: str, stream: IO[bytes], size: int | None = None) -> FileKind:
    """The kind of a file that may be uploaded; the stream stands at its beginning again.

    :param size: in bytes, if the stream holds only the file's beginning
    :raises tk.ValidationError: it may not
    """
    stream.seek(0, os.SEEK_END)
    size = stream.tell() if size is None else size
    limit = get_max_resource_size()
    if size == 0:
        _refuse("empty_file")
    if size > limit * _MEGABYTE:
        _refuse("too_large", size=size, limit=limit)
    stream.seek(0)
    head = stream.read(HEAD)
    members, mimetype = archive_members(stream) if head.startswith(b"PK") else ([], "")
    stream.seek(0)
    kind = file_kind(name, head, members, mimetype)
    _check_kind(kind)
    return kind


def _cleaned(name: str) -> str:
    """A name whose umlauts survive CKAN's own cleaning, which would make "Plätze" "platze"."""
    name = unicodedata.normalize("NFC", name).translate(_UMLAUTS)
    return "".join("-" if unicodedata.category(char).startswith("C") else char for char in name)


def _check_kind(kind: FileKind) -> None:
    allowed = [term.key for term in map(vocabulary("file_type").lookup, config.upload_formats()) if term]
    if kind.runs or (kind.refused and kind.key not in allowed):
        _refuse(kind.refused)
    if allowed and kind.key not in allowed:
        _refuse("not_allowed", kind=kind.key, allowed=allowed)


def _refuse(code: str, **facts: Any) -> None:
    raise tk.ValidationError({"upload": [words.refusal(code, facts)]})
