"""Words of a dataset for the search index beside its own texts: places, publisher, kinds of data, parts of compounds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime, time
from typing import Any

from .dates import parse_date
from .german import compound_parts, words
from .index_fields import NONE, OTHER, listed
from .places import register
from .vocabulary import Term, load

__all__ = ["completeness", "divided", "kinds", "own_places", "place_names", "publishers", "updated_at"]

_MAX_DIVIDED = 400
_LANGUAGES = ("de", "en")


def own_places(keys: Iterable[str]) -> list[str]:
    """Of places and all they lie in those that no other of them lies in."""
    given = list(keys)
    above = {place.key for key in given for place in register().ancestors(key)[1:]}
    return [key for key in given if key not in above]


def place_names(keys: Iterable[str]) -> list[str]:
    """Names of places as people look for them."""
    places = (register().get(key) for key in keys)
    return [place.name for place in places if place]


def publishers(validated: Mapping[str, Any], organization_title: str) -> list[str]:
    """Names of who publishes a dataset, each once."""
    items = [item for name in ("publisher", "creator") for item in listed(validated.get(name))]
    names = [organization_title, *(item.get("name") for item in items if isinstance(item, Mapping))]
    return list(dict.fromkeys(name for name in names if isinstance(name, str) and name.strip()))


def kinds(doc: Mapping[str, Any], validated: Mapping[str, Any]) -> list[str]:
    """Themes, formats and groups of formats in words of both languages; whether it is a high-value dataset."""
    themes = [load("theme").get(code) for code in listed(doc.get("rvr_theme"))]
    formats = [load("file_type").get(code) for code in listed(doc.get("rvr_format"))]
    found = [label for term in (*themes, *formats) if term for label in _labels(term)]
    found += [code for code in listed(doc.get("rvr_format")) if isinstance(code, str) and code not in (NONE, OTHER)]
    groups = load("file_type").groups
    found += [
        groups[term.group].get(lang, "") for term in formats if term and term.group in groups for lang in _LANGUAGES
    ]
    categories = [load("hvd_category").lookup(value) for value in listed(validated.get("hvd_category"))]
    found += [label for term in categories if term for label in _labels(term)]
    if any(categories):
        found.append("hochwertiger Datensatz high-value dataset")
    return list(dict.fromkeys(text for text in found if text))


def divided(texts: Iterable[Any]) -> list[str]:
    """Every compound of the texts with its parts, as "radweg: rad weg", each once."""
    found: dict[str, None] = {}
    for text in texts:
        for word in words(text) if isinstance(text, str) else ():
            parts = compound_parts(word)
            if parts:
                found[f"{word}: {' '.join(parts)}"] = None
                if len(found) >= _MAX_DIVIDED:
                    return list(found)
    return list(found)


def updated_at(*values: Any) -> str | None:
    """The first of the values that is a date, as Solr writes a moment (UTC); none without any."""
    for value in values:
        date = parse_date(value) if isinstance(value, str) else None
        if date:
            moment = date.moment or datetime.combine(date.first_day, time(), UTC)
            moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
            return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ").rjust(20, "0")
    return None


def completeness(doc: Mapping[str, Any], validated: Mapping[str, Any]) -> float:
    """How well a dataset is described, from 0 to 1: each of these is a sixth.

    A description of some length, keywords, a file, a licence for every file, a contact, a date of the last change.
    """
    notes = doc.get("notes")
    signs = (
        isinstance(notes, str) and len(notes) >= 100,
        bool(doc.get("tags")),
        bool(doc.get("res_url")),
        NONE not in listed(doc.get("rvr_license")),
        bool(listed(validated.get("contact"))),
        bool(validated.get("modified") or validated.get("issued")),
    )
    return round(sum(signs) / len(signs), 2)


def _labels(term: Term) -> list[str]:
    return [term.label(lang) for lang in _LANGUAGES]
