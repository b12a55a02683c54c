"""Names of DCAT-AP.de and the many addresses its namespace has had."""

from __future__ import annotations

import re

from rdflib import Namespace

__all__ = ["DCATDE", "GEODCATAP", "HYDRA", "dcatde_name"]

DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")
GEODCATAP = Namespace("http://data.europa.eu/930/")
HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")

# http or https, with or without www, and a version in any of its spellings: 1.0, 1_0, 1.0.1, 1.1, 1.2, 2.0, 3.0
_DCATDE = re.compile(
    r"https?://(?:www\.)?dcat-ap\.de/def/dcatde/?(?:\d[\d._]*[/#])?([A-Za-z]\w*)",
    re.ASCII,
)

# names that changed between the versions
_RENAMED = {
    "geocodingText": "geocodingDescription",
    "legalbasisText": "legalBasis",
    "legalBasisText": "legalBasis",
    "qualityProcess": "qualityProcessURI",
    "contributorId": "contributorID",
}


def dcatde_name(predicate: str) -> str | None:
    """The local name of a DCAT-AP.de property in any version of the namespace, in its newest spelling; else None."""
    match = _DCATDE.fullmatch(predicate)
    return _RENAMED.get(match[1], match[1]) if match else None
