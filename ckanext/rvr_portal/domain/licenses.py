"""Licences: the vocabulary's own way with Creative Commons addresses, and the list in the form CKAN reads."""

from __future__ import annotations

import re
from typing import Any

from .vocabulary import Term, Vocabulary, normalise

__all__ = ["Licenses", "ckan_list", "short_title"]

_NAME_IN_BRACKETS = re.compile(r"^Creative Commons .*\(([^)]+)\)$")
_BRACKETS_AT_END = re.compile(r"\s+\([^)]*\)$")

# Creative Commons writes the same licence at many addresses: kind, version, country, then the reader's language.
_CC = re.compile(
    r"^//creativecommons\.org/licenses/(?P<kind>by(?:-\w\w)*)(?:/(?P<version>\d\.\d))?(?:/(?P<country>[a-z]{2}))?"
    r"(?:/?(?:deed|legalcode)[\w.-]*)?$"
)
_CC_PUBLIC = re.compile(
    r"^//creativecommons\.org/publicdomain/(?P<kind>zero|mark)(?:/1\.0)?(?:/?(?:deed|legalcode).*)?$"
)


class Licenses(Vocabulary):
    """Licences of DCAT-AP.de. Those it does not list (CC BY-NC-SA, say) are none: a source's own address is kept."""

    def lookup(self, value: Any) -> Term | None:
        """Licence by any known spelling; Creative Commons addresses in all versions, countries and languages."""
        term = super().lookup(value)
        if term or not isinstance(value, str):
            return term
        address = normalise(value)
        if match := _CC_PUBLIC.match(address):
            return self.get("cc-zero" if match["kind"] == "zero" else "ccpdm/1.0")
        return self._creative_commons(match) if (match := _CC.match(address)) else None

    def _creative_commons(self, match: re.Match[str]) -> Term | None:
        kind, version, country = f"cc-{match['kind']}", match["version"], match["country"]
        exact = [f"{kind}-{country}/{version}", f"{kind}/{version}"] if country else [f"{kind}/{version}"]
        return next((term for key in (*exact, kind) if (term := self.get(key))), None)


def short_title(title: str) -> str:
    """The common name of a licence for narrow places: "CC BY 4.0", "Datenlizenz Deutschland – Zero 2.0"."""
    if match := _NAME_IN_BRACKETS.match(title):
        return match[1]
    return _BRACKETS_AT_END.sub("", title).replace(" – Version ", " ")


def ckan_list(vocabulary: Vocabulary, lang: str = "de") -> list[dict[str, Any]]:
    """Licences as CKAN's `licenses_group_url` expects them; ids are the addresses of DCAT-AP.de."""
    return [
        {
            "id": term.uri,
            "title": term.label(lang),
            "url": term.url,
            "status": "active",
            "domain_content": term.open,
            "domain_data": term.open,
            "domain_software": False,
            "is_generic": term.key.startswith("other-"),
            "od_conformance": "approved" if term.open else "not reviewed",
            "osd_conformance": "not reviewed",
            "family": "",
            "maintainer": "",
        }
        for term in vocabulary
    ]
