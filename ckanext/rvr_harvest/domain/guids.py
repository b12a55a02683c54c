"""Identifiers of records as they are kept: no database indexes a text without end."""

from __future__ import annotations

import hashlib

__all__ = ["LONGEST_GUID", "short_guid"]

# characters, each at most 4 bytes: an index of PostgreSQL takes 2,700 bytes
LONGEST_GUID = 500


def short_guid(guid: str) -> str:
    """The identifier itself, or where it is endless its start and a stamp of the whole."""
    if len(guid) <= LONGEST_GUID:
        return guid
    return f"{guid[:LONGEST_GUID]}…{hashlib.sha256(guid.encode()).hexdigest()[:16]}"
