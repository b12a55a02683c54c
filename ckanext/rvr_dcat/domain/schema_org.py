"""A dataset in the words of schema.org, for search engines: dataset dict in, JSON-LD out.

The context is written out, so that a reader needs no other server. Sources: https://schema.org/Dataset and
https://developers.google.com/search/docs/appearance/structured-data/dataset.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import shapely

from .portal import Site
from .tree import address, clean_text
from .values import geometry, listed

__all__ = ["describe"]

_ADDRESSES = ("url", "sameAs", "license", "contentUrl", "isBasedOn", "hasPart", "isPartOf", "usageInfo", "conditionsOfAccess")
_CONTEXT: dict[str, Any] = {"@vocab": "https://schema.org/", **{name: {"@type": "@id"} for name in _ADDRESSES}}
_DATE = re.compile(r"\d{4}(?:-\d\d(?:-\d\d(?:T[\d:.]+(?:Z|[+-]\d\d:?\d\d)?)?)?)?", re.ASCII)
_LONGEST = 5000
