"""The file behind a resource, wherever CKAN keeps it, and its version."""

from __future__ import annotations

import contextlib
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from ckan.lib import files, uploader

__all__ = ["local_copy", "version_of"]


def version_of(resource: Mapping[str, Any]) -> str:
    """What changes with each upload and with a format chosen by hand; "" when nothing was uploaded."""
    if resource.get("url_type") != "upload":
        return ""
    name = str(resource.get("url") or "").rpartition("/")[2]
    moment = str(resource.get("last_modified") or "").replace(" ", "T").removesuffix("+00:00")
    return "|".join((moment, str(resource.get("size") or ""), name, str(resource.get("format") or "")))


@contextlib.contextmanager
def local_copy(resource: Mapping[str, Any]) -> Iterator[Path]:
    """The file on this machine: itself, or a copy as long as needed where it lies in another storage.

    :raises FileNotFoundError: there is none
    """
    upload = uploader.get_resource_uploader(dict(resource))
    place = upload.get_path(resource["id"])
    storage = getattr(upload, "storage", None)
    if storage is None:
        path = Path(place)
        if not path.is_file():
            raise FileNotFoundError(place)
        yield path
        return
    with tempfile.NamedTemporaryFile() as copy:
        try:
            for chunk in storage.stream(files.FileData(files.Location(place))):
                copy.write(chunk)
        except files.exc.MissingFileError:
            raise FileNotFoundError(place) from None
        copy.flush()
        yield Path(copy.name)
