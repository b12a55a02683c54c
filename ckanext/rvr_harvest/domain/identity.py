"""By what a dataset is recognised that arrives by another way, or under a new identifier."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit, urlunsplit

__all__ = ["identity_key", "likeness"]

_UUID = re.compile(r"(?:urn:uuid:)?\{?([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\}?", re.IGNORECASE)

_LONGEST = 500


def identity_key(package: Mapping[str, Any]) -> str:
    """The dataset's `dct:identifier` in one spelling, if it is one that no other dataset in the world can have.

    Those are addresses and UUIDs; "17" or "baeume" are used by every portal. Empty without such an identifier.
    """
    identifier = str(package.get("identifier") or "").strip()
    if len(identifier) > _LONGEST:
        return ""
    if found := _UUID.fullmatch(identifier):
        return f"urn:uuid:{found[1].lower()}"
    try:
        parts = urlsplit(identifier)
    except ValueError:
        return ""
    if parts.scheme.lower() not in ("http", "https") or not parts.netloc or not (parts.path.strip("/") or parts.query):
        return ""
    return urlunsplit(("https", parts.netloc.lower(), parts.path.rstrip("/"), parts.query, ""))


def likeness(package: Mapping[str, Any]) -> str:
    """A hash of title, publisher and links; empty without title or links, which would make strangers alike."""
    title = " ".join(str(package.get("title") or "").casefold().split())
    links = sorted({str(one.get("url") or "") for one in package.get("resources") or ()} - {""})
    if not title or not links:
        return ""
    publishers = sorted(
        str(one.get("name") or "") for one in package.get("publisher") or () if isinstance(one, Mapping)
    )
    return hashlib.sha256("\n".join([title, *publishers, "", *links]).encode("utf-8", "surrogatepass")).hexdigest()
