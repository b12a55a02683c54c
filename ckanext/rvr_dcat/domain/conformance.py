"""Rules of DCAT-AP.de 3.0 that can be told from the dataset alone, fast enough for every save.

Sources: DCAT-AP.de 3.0 (https://www.dcat-ap.de/def/dcatde/3.0/spec/), its SHACL shapes, Implementing Regulation (EU)
2023/138, the checks of GovData's dashboard. Errors are violations of what is mandatory; warnings are for all the rest.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from .conformance_words import CODES
from .freshness import parts
from .quality import Known, access_url

__all__ = ["Finding", "as_dict", "check", "conforms"]

HVD_LAW = "http://data.europa.eu/eli/reg_impl/2023/138/oj"
Severity = Literal["error", "warning"]

_IRI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"{}|\\^`]+")
_WEB = re.compile(r"(?:https?|ftp)://[^\s<>\"{}|\\^`]+", re.IGNORECASE)
_EMAIL = re.compile(r"(?:mailto:)?[^\s@<>\"]+@[^\s@<>\"]+", re.IGNORECASE)
_TELEPHONE = re.compile(r"(?:tel:)?[+0-9(][0-9 ()/.+-]{2,}")
_ADDRESS = re.compile(r"https?://", re.IGNORECASE)
_LISTS = {
    "language": "language", "theme": "theme", "frequency": "frequency", "access_rights": "access_right",
    "availability": "availability",
}  # fmt: skip
_LISTS_OF_RESOURCES = {"language": "language", "availability": "availability", "format": "file_type"}
_ADDRESS_FIELDS = (
    "contributor_id",
    "political_geocoding_level",
    "applicable_legislation",
    "hvd_category",
    "documentation",
)
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as the rules ask; `resource` is the id of the distribution meant, `name` its title."""

    severity: Severity
    code: str
    field: str = ""
    value: str = ""
    resource: str = ""
    name: str = ""


def check(dataset: Mapping[str, Any], known: Known) -> list[Finding]:
    """All findings about a dataset dict of our schema, errors first.

    :param known: looks values up in the vocabularies, see `quality.Known`
    """
    found = [
        *_texts(dataset),
        *_agents(dataset),
        *_contacts(dataset),
        *_periods(dataset),
        *_lists(dataset, known),
        *_high_value(dataset),
        *_resources(dataset, known),
    ]
    unique = list(dict.fromkeys(found))
    return sorted(unique, key=lambda one: one.severity != "error")


def conforms(findings: Iterable[Finding]) -> bool:
    """Whether nothing mandatory is broken."""
    return all(one.severity != "error" for one in findings)


def as_dict(finding: Finding) -> dict[str, str]:
    """The finding with sentence and hint in German and English."""
    words = CODES[finding.code]
    params = {"value": finding.value, "name": finding.name or "?"}
    return {
        "severity": finding.severity,
        "code": finding.code,
        "field": finding.field,
        "value": finding.value,
        "resource": finding.resource,
        "message_de": words.de.format_map(params),
        "message_en": words.en.format_map(params),
        "hint_de": words.hint_de,
        "hint_en": words.hint_en,
    }


def _texts(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    if not _text(dataset.get("title")):
        yield Finding("error", "title_missing", "title")
    if not _text(dataset.get("notes")):
        yield Finding("error", "description_missing", "notes")
    if not dataset.get("tags"):
        yield Finding("warning", "keyword_missing", "tags")


def _agents(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    publishers = [row for row in _rows(dataset.get("publisher")) if any(map(_text, row.values()))]
    # the catalogue names the organisation where there is no other publisher
    if not publishers and not dataset.get("organization") and not dataset.get("owner_org"):
        yield Finding("error", "publisher_missing", "publisher")
    for field in ("publisher", "creator", "originator", "custodian"):
        for row in _rows(dataset.get(field)):
            if any(map(_text, row.values())) and not _text(row.get("name")):
                yield Finding("error", "agent_without_name", field)


def _contacts(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    ways = {"email": _EMAIL, "url": _WEB, "telephone": _TELEPHONE}
    for row in _rows(dataset.get("contact")):
        given = {way: _text(row.get(way)) for way in ways if _text(row.get(way))}
        if not given and any(map(_text, row.values())):
            yield Finding("error", "contact_unreachable", "contact", _short(row.get("name") or "?"))
        for way, value in given.items():
            if not ways[way].fullmatch(value):
                yield Finding("error", "contact_bad", "contact", _short(value))


def _periods(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    for row in _rows(dataset.get("temporal_coverage")):
        start, end = _text(row.get("start")), _text(row.get("end"))
        if not start and not end:
            yield Finding("error", "period_empty", "temporal_coverage")
        dates = {text: parts(text) for text in (start, end) if text}
        for text, read in dates.items():
            if read is None:
                yield Finding("error", "period_bad", "temporal_coverage", _short(text))
        first, last = dates.get(start), dates.get(end)
        # 2024 to 2024-03 is in order, so is 2024-03 to 2024
        if first and last and last < first[: len(last)]:
            yield Finding("warning", "period_swapped", "temporal_coverage", _short(f"{start} – {end}"))


def _lists(dataset: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    for field, vocabulary in _LISTS.items():
        for value in _values(dataset.get(field)):
            if known(vocabulary, value) is None:
                yield Finding("error", "value_not_listed", field, _short(value))
    if len(_values(dataset.get("availability"))) > 1:
        yield Finding("error", "availability_many", "availability")
    for field in _ADDRESS_FIELDS:
        for value in _values(dataset.get(field)):
            if not _IRI.fullmatch(value):
                yield Finding("error", "not_an_address", field, _short(value))
    for value in _values(dataset.get("hvd_category")):
        if _IRI.fullmatch(value) and known("hvd_category", value) is None:
            yield Finding("error", "value_not_listed", "hvd_category", _short(value))


def _high_value(dataset: Mapping[str, Any]) -> Iterator[Finding]:
    categories, laws = _values(dataset.get("hvd_category")), _values(dataset.get("applicable_legislation"))
    named = any(law.rstrip("/") == HVD_LAW for law in laws)
    if named and not categories:
        yield Finding("error", "hvd_category_missing", "hvd_category")
    if categories and not named:
        yield Finding("error", "hvd_law_missing", "applicable_legislation")


def _resources(dataset: Mapping[str, Any], known: Known) -> Iterator[Finding]:
    resources = _rows(dataset.get("resources"))
    if not resources:
        yield Finding("warning", "resource_missing", "resources")
    for number, resource in enumerate(resources, 1):
        where = {
            "resource": str(resource.get("id") or ""),
            "name": _short(resource.get("name") or access_url(resource) or f"Nr. {number}"),
        }
        address = access_url(resource)
        if not address:
            yield Finding("error", "access_url_missing", "url", **where)
        elif not _WEB.fullmatch(address) and not _IRI.fullmatch(address) and resource.get("url_type") != "upload":
            yield Finding("error", "access_url_bad", "url", _short(address), **where)
        yield from _license(resource, dataset, known, where)
        yield from _lists_of(resource, known, where)
        for service in _rows(resource.get("access_services")):
            if not _text(service.get("title")) or not service.get("endpoint_url"):
                yield Finding("error", "service_incomplete", "access_services", **where)


def _license(
    resource: Mapping[str, Any], dataset: Mapping[str, Any], known: Known, where: dict[str, str]
) -> Iterator[Finding]:
    license_ = _text(resource.get("license") or dataset.get("license_id"))
    if not license_ or license_ == "notspecified":
        yield Finding("error", "license_missing", "license", **where)
        return
    term = known("license", license_)
    if term is None:
        yield Finding("warning", "license_not_listed", "license", _short(license_), **where)
    elif not term.open:
        yield Finding("warning", "license_not_open", "license", _short(license_), **where)
    elif term.attribution and not _text(resource.get("license_attribution_by_text")):
        yield Finding("warning", "attribution_missing", "license_attribution_by_text", **where)


def _lists_of(resource: Mapping[str, Any], known: Known, where: dict[str, str]) -> Iterator[Finding]:
    for field, vocabulary in _LISTS_OF_RESOURCES.items():
        for value in _values(resource.get(field)):
            if known(vocabulary, value) is None:
                # a format in words is published as words; only a wrong address breaks the rule
                weight: Severity = "warning" if field == "format" and not _ADDRESS.match(value) else "error"
                yield Finding(weight, "value_not_listed", field, _short(value), **where)


def _values(value: Any) -> list[str]:
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            value = json.loads(value)
        except ValueError:
            value = [value]
    if not isinstance(value, (list, tuple)):
        value = [value]
    return [text for one in value if (text := _text(one))]


def _rows(value: Any) -> list[Mapping[str, Any]]:
    if isinstance(value, str) and value:
        try:
            value = json.loads(value)
        except ValueError:
            return []
    if isinstance(value, Mapping):
        return [value]
    return [one for one in value if isinstance(one, Mapping)] if isinstance(value, (list, tuple)) else []


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else "" if value is None else str(value)


def _short(value: Any) -> str:
    text = _text(value)
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
