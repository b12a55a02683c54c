"""What texts about conditions say: licence, attribution, access. For all records that have no field for a licence."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from ckanext.rvr_portal.shared import vocabulary

from ..domain.geo_terms import license_spellings

__all__ = ["Rights", "known_license", "read_rights"]

_OBJECT = re.compile(r"\{[^{}]*\}", re.DOTALL)
_CURLY = re.compile("[“”„‟]")  # quotation marks that a word processor made of straight ones
_SOURCE = re.compile(r"^(?:quellenvermerk|quelle|namensnennung|attribution)\s*:\s*", re.IGNORECASE)
# terms of INSPIRE that say nothing a licence would say
_SAYS_NOTHING = re.compile(
    r"/ConditionsApplyingToAccessAndUse/|^(?:no conditions apply|conditions unknown|keine|none|unbekannt|unknown|-)\W*$"
    r"|^(?:nutzungs)?bedingungen unbekannt|^es gelten keine bedingungen\W*$",
    re.IGNORECASE,
)
_NO_LIMITS = re.compile(
    r"/LimitationsOnPublicAccess/noLimitations|^no limitations|^keine (?:zugriffs|zugangs)?beschränkungen"
    r"|^es gelten keine (?:zugriffs|zugangs)beschränkungen",
    re.IGNORECASE,
)
_LIMITS = re.compile(r"/LimitationsOnPublicAccess/INSPIRE_Directive_Article13", re.IGNORECASE)
_MAX_LICENSE = 200


@dataclass(frozen=True, slots=True)
class Rights:
    """`license` is an address of DCAT-AP.de's list where the texts name one of it, else what they name; `texts` is
    what else they say.
    """

    license: str = ""
    attribution: str = ""
    access_rights: str = ""
    texts: tuple[str, ...] = ()


def read_rights(use: Iterable[str], access: Iterable[str] = (), remarks: Iterable[str] = ()) -> Rights:
    """What the texts say.

    :param use: conditions of use; one of them may be the JSON that GDI-DE writes ({"id", "name", "url", "quelle"})
    :param access: restrictions of access
    :param remarks: further limitations of use; a licence is looked for in them, too
    """
    use, access, remarks = list(use), list(access), list(remarks)
    coded = [entry for text in (*use, *remarks, *access) for entry in _objects(text)]
    attribution = next((value for entry in coded if (value := _value(entry, "quelle"))), "")
    plain = [text for text in dict.fromkeys((*use, *remarks)) if not _objects(text)]
    attribution = attribution or next((_SOURCE.sub("", text) for text in plain if _SOURCE.match(text)), "")
    said = [_value(entry, key) for entry in coded for key in ("id", "url", "name")]
    license = known_license([*said, *plain, *access])
    if not license:
        likely = (text for text in use if not _objects(text) and not _SOURCE.match(text))
        license = next((text for text in (*said, *likely) if _may_be_license(text)), "")
    rest = (text for text in plain if text != license and not _SOURCE.match(text) and _says_more(text))
    return Rights(license, attribution, _access(access), tuple(rest))


def known_license(texts: Iterable[str]) -> str:
    """Address of the first licence of DCAT-AP.de's list that the texts name, or ""."""
    terms = vocabulary("license")
    for text in texts:
        for spelling in license_spellings(text):
            if term := terms.lookup(spelling):
                return term.uri
    return ""


def _says_more(text: str) -> bool:
    """Whether it is more than the name of a licence, or that there are no conditions."""
    if _SAYS_NOTHING.search(text) or _NO_LIMITS.search(text):
        return False
    return len(text) > _MAX_LICENSE or not known_license([text])


def _may_be_license(text: str) -> bool:
    return bool(text) and len(text) <= _MAX_LICENSE and not _SAYS_NOTHING.search(text)


def _access(texts: Iterable[str]) -> str:
    terms = vocabulary("access_right")
    for pattern, key in ((_NO_LIMITS, "PUBLIC"), (_LIMITS, "RESTRICTED")):
        if any(pattern.search(text) for text in texts) and (term := terms.get(key)):
            return term.uri
    return ""


def _objects(text: str) -> list[dict[str, Any]]:
    """JSON objects in a text that name a licence."""
    if "{" not in text:
        return []
    found = []
    for match in _OBJECT.finditer(_CURLY.sub('"', text[:10_000])):
        try:
            entry = json.loads(match[0])
        except (ValueError, RecursionError):
            continue
        if isinstance(entry, dict) and entry.keys() & {"id", "name", "url", "quelle"}:
            found.append(entry)
    return found


def _value(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key)
    return value.strip() if isinstance(value, str) else ""
