"""Facets: what is counted beside a result, and how it is offered as filters.

Within a facet one value is enough, so each is counted as if its own filter were not set: the numbers of the other choices
stay. All filters of different facets must hold.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import ckan.plugins.toolkit as tk
from flask import has_request_context

from . import organizations, solr
from .domain.index_fields import ANY, NONE, OPENNESS, OTHER
from .domain.licenses import short_title
from .domain.search_request import UPDATED, SearchRequest
from .domain.solr_text import FIELDS, filters, since
from .presentation import readable
from .shared import places, vocabulary

__all__ = ["NAMES", "Facet", "Option", "label", "offered", "organization_facets", "plain", "questions"]

#: All facets, in the order of the page.
NAMES = ("places", "theme", "format", "organization", "openness", "updated", "hvd", "period")
#: From how many values on a facet has a field to find one.
SEARCHABLE_FROM = 20
_TERMS = {
    "places": ("places",),
    "theme": ("theme",),
    "format": ("format_group", "res_format"),
    "organization": ("organization",),
    "openness": ("openness",),
    "hvd": ("hvd",),
}
_LONG = 8


@dataclass(frozen=True)
class Option:
    """One choice: how many datasets there would be, whether it is chosen, and the choices inside it."""

    parameter: str
    value: str
    label: str
    count: int
    active: bool = False
    inside: tuple[Option, ...] = ()

    @property
    def is_open(self) -> bool:
        """Whether a choice inside is chosen."""
        return any(option.active or option.is_open for option in self.inside)


@dataclass(frozen=True)
class Facet:
    """A group of choices. `kind` is "many" (any number of choices), "one" or "period" (two fields to fill in)."""

    name: str
    title: str
    kind: str
    options: tuple[Option, ...] = ()
    first: str = ""
    last: str = ""

    @property
    def shown(self) -> tuple[Option, ...]:
        """The choices that stand at once: the largest, and all that are chosen."""
        if len(self.options) <= _LONG + 2 or self.name == "places":
            return self.options
        return tuple(o for n, o in enumerate(self.options) if n < _LONG or o.active or o.is_open)

    @property
    def folded(self) -> tuple[Option, ...]:
        """The other choices."""
        shown = self.shown
        return tuple(option for option in self.options if option not in shown)

    @property
    def size(self) -> int:
        """Number of choices, those inside others included."""
        return sum(1 + len(option.inside) for option in self.options)

    @property
    def searchable(self) -> bool:
        """Whether there are so many choices that one wants to find one by its name."""
        return self.size >= SEARCHABLE_FROM

    @property
    def active(self) -> bool:
        """Whether something of it is chosen."""
        return any(option.active or option.is_open for option in self.options)


def organization_facets(facets: dict[str, Any], organization_type: str, package_type: str | None) -> dict[str, Any]:
    """Facets of an organisation's own page, which CKAN's view makes."""
    facets.clear()
    facets.update(
        {
            "places": tk._("Place"),
            "rvr_theme": tk._("Theme"),
            "res_format": tk._("Format"),
            "rvr_license": tk._("Licence"),
        }
    )
    return facets


def questions(names: Iterable[str], request: SearchRequest, today: date) -> dict[str, Any]:
    """What to ask the index for these facets (JSON facet request)."""
    wanted, active = list(names), filters(request, today)
    asked: dict[str, Any] = {}
    for name in wanted:
        domain = {"domain": {"excludeTags": name}} if name in active else {}
        for parameter in _TERMS.get(name, ()):
            asked[parameter] = solr.each_value(FIELDS[parameter], **domain)
        if name == "updated":
            for age in UPDATED:
                asked[f"updated_{age}"] = {"type": "query", "q": since(age, today), **domain}
        if name == "period":
            real = 'rvr_period_start:["0001" TO *]', 'rvr_period_end:[* TO "9998"]'
            for side, query in zip(("start", "end"), real, strict=True):
                edge = f"{'min' if side == 'start' else 'max'}(rvr_period_{side})"
                asked[f"period_{side}"] = {"type": "query", "q": query, "facet": {"edge": edge}, **domain}
    return asked


def offered(names: Sequence[str], request: SearchRequest, answer: solr.FacetAnswer) -> tuple[Facet, ...]:
    """The facets with their choices in words; one that would hold no choice is left out."""
    facets = (_BUILDERS[name](request, answer) for name in NAMES if name in names)
    return tuple(facet for facet in facets if facet)


def plain(facets: Iterable[Facet]) -> dict[str, Any]:
    """The same for programs: `{facet: [{parameter, value, label, count, active, parent}]}`, the period as its two ends."""
    told: dict[str, Any] = {}
    for facet in facets:
        if facet.kind == "period":
            told[facet.name] = {"first": facet.first, "last": facet.last}
        else:
            told[facet.name] = list(_rows(facet.options, None))
    return told


def _rows(options: Iterable[Option], parent: str | None) -> Iterable[dict[str, Any]]:
    for option in options:
        yield {
            "parameter": option.parameter,
            "value": option.value,
            "label": option.label,
            "count": option.count,
            "active": option.active,
            "parent": parent,
        }
        yield from _rows(option.inside, option.value)


# Words


def label(parameter: str, value: str) -> str:
    """What a value of a filter is called; never a code or an address."""
    words = _LABELS.get(parameter)
    return (words(value) if words else "") or _plain_label(parameter, value)


def _place_label(value: str) -> str:
    place = places().get(value)
    return place.name if place else tk._("Unknown place “{name}”").format(name=readable(value)[:60])


def _theme_label(value: str) -> str:
    return tk._("No theme given") if value == NONE else tk.h.rvr_portal_label("theme", value)


def _group_label(value: str) -> str:
    words = {NONE: tk._("Without files"), OTHER: tk._("Other formats")}
    return words.get(value) or vocabulary("file_type").group_label(value, _language())


def _language() -> str:
    return (tk.h.lang() if has_request_context() else None) or "de"


def _format_label(value: str) -> str:
    return tk._("No format given") if value == NONE else tk.h.rvr_portal_label("file_type", value)


def _openness_label(value: str) -> str:
    return {
        "free": tk._("Free, without conditions"),
        "attribution": tk._("Free, the source must be named"),
        "restricted": tk._("Restricted use"),
        "unknown": tk._("Terms of use unknown"),
    }.get(value, "")


def _organization_label(value: str) -> str:
    return organizations.titles().get(value) or ""


def _hvd_label(value: str) -> str:
    return tk._("High-value datasets") if value == ANY else tk.h.rvr_portal_label("hvd_category", value)


def _updated_label(value: str) -> str:
    return {
        "week": tk._("Updated within a week"),
        "month": tk._("Updated within a month"),
        "year": tk._("Updated within a year"),
    }.get(value, "")


def _day(sentence: str, value: str) -> str:
    return sentence.format(date=tk.h.rvr_portal_date(value))


def _license_label(value: str) -> str:
    words = {NONE: tk._("No licence given"), OTHER: tk._("Other licence")}
    return words.get(value) or short_title(tk.h.rvr_portal_license(value)["title"])


def _plain_label(parameter: str, value: str) -> str:
    return readable(value)[:60] or tk._("Other")


_LABELS = {
    "places": _place_label,
    "theme": _theme_label,
    "format_group": _group_label,
    "res_format": _format_label,
    "rvr_format": _format_label,
    "openness": _openness_label,
    "organization": _organization_label,
    "hvd": _hvd_label,
    "updated": _updated_label,
    "rvr_license": _license_label,
    "license_id": _license_label,
    "period_from": lambda value: _day(tk._("Data about the time from {date}"), value),
    "period_to": lambda value: _day(tk._("Data about the time until {date}"), value),
    "bbox": lambda value: tk._("Section of the map"),
    "cell": lambda value: tk._("Spot on the map"),
    "ids": lambda value: tk._("Chosen datasets"),
}


# Building


def _places(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    counts = _counts(answer, request, "places")
    register = places()

    def option(key: str, inside: tuple[Option, ...] = ()) -> Option:
        return _option(request, "places", key, counts.get(key, 0), inside)

    bodies = []
    for body in sorted(register.member_bodies, key=lambda place: place.name):
        towns = sorted((t for t in register.municipalities if t.parent == body.key), key=lambda town: town.name)
        inside = tuple(option(town.key) for town in towns if town.key in counts)
        if inside or body.key in counts:
            bodies.append(option(body.key, inside))
    region = [option(register.region.key)] if register.region.key in counts else []
    strangers = [option(key) for key in request.places if register.get(key) is None]
    return _facet("places", tk._("Place"), [*region, *bodies, *strangers])


def _theme(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    return _facet("theme", tk._("Theme"), _largest_first(request, answer, "theme"))


def _format(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    terms = vocabulary("file_type")
    formats = _largest_first(request, answer, "res_format")
    options = []
    for group in _largest_first(request, answer, "format_group"):
        inside = tuple(o for o in formats if o.value != NONE and _group_of(terms.get(o.value)) == group.value)
        options.append(replace(group, inside=inside))
    return _facet("format", tk._("Format"), options)


def _group_of(term: Any) -> str:
    return (term.group if term else "") or OTHER


def _organization(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    return _facet("organization", tk._("Publisher"), _largest_first(request, answer, "organization"))


def _openness(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    counts = _counts(answer, request, "openness")
    options = [_option(request, "openness", value, counts[value]) for value in OPENNESS if value in counts]
    return _facet("openness", tk._("Terms of use"), options)


def _updated(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    counts = {age: answer.count(f"updated_{age}") for age in UPDATED}
    options = [
        Option("updated", age, label("updated", age), number, request.updated == age)
        for age, number in counts.items()
        if number or request.updated == age
    ]
    return _facet("updated", tk._("Up to date"), options, "one")


def _hvd(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    options = _largest_first(request, answer, "hvd")
    options.sort(key=lambda option: option.value != ANY)
    return _facet("hvd", tk._("High value for society and economy"), options)


def _period(request: SearchRequest, answer: solr.FacetAnswer) -> Facet | None:
    ends = [answer.facets.get(f"period_{side}", {}).get("edge") or "" for side in ("start", "end")]
    if not any(ends) and not (request.period_from or request.period_to):
        return None
    return Facet("period", tk._("Period the data are about"), "period", (), str(ends[0])[:4], str(ends[1])[:4])


_BUILDERS = {
    "places": _places,
    "theme": _theme,
    "format": _format,
    "organization": _organization,
    "openness": _openness,
    "updated": _updated,
    "hvd": _hvd,
    "period": _period,
}


def _facet(name: str, title: str, options: list[Option], kind: str = "many") -> Facet | None:
    return Facet(name, title, kind, tuple(options)) if options else None


def _largest_first(request: SearchRequest, answer: solr.FacetAnswer, parameter: str) -> list[Option]:
    counts = _counts(answer, request, parameter)
    options = [_option(request, parameter, value, number) for value, number in counts.items()]
    return sorted(options, key=lambda o: (o.value in (NONE, OTHER), -o.count, o.label.casefold()))


def _counts(answer: solr.FacetAnswer, request: SearchRequest, parameter: str) -> Mapping[str, int]:
    """Amounts by value; a chosen value that nothing has stays a choice, so that it can be taken away again."""
    return dict.fromkeys(getattr(request, parameter), 0) | answer.counts(parameter)


def _option(request: SearchRequest, parameter: str, value: str, number: int, inside: tuple[Option, ...] = ()) -> Option:
    return Option(parameter, value, label(parameter, value), number, value in getattr(request, parameter), inside)
