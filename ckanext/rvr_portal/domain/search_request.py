"""What a search asks for: one value behind the page, the action, the exports and the feeds.

It is read from the parameters of an address or of an action and written back as an address. Within a filter one value is
enough, all filters together must hold. A value that is not known stays in the request, where it finds nothing: leaving
it out would show what nobody asked for; it is reported as a problem besides.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from .index_fields import ANY, NONE, OPENNESS, OTHER
from .map_position import is_cell
from .places import register
from .vocabulary import load

__all__ = ["LISTS", "SORTS", "UPDATED", "Problem", "SearchRequest", "is_filter", "read_box", "read_request"]

MAX_VALUES = 60
MAX_VALUE = 200
MAX_QUERY = 10_000
MAX_IDS = 1_000
MAX_START = 1_000_000

#: Filters with several values, in the order of an address.
LISTS = ("places", "theme", "format_group", "res_format", "openness", "organization", "hvd", "ids")
#: Days that "updated" reaches back.
UPDATED = {"week": 7, "month": 31, "year": 366}
#: Orders by name; the first is that of a search without one.
SORTS = {
    "relevance": "score desc, metadata_modified desc",
    "newest": "metadata_created desc",
    "changed": "metadata_modified desc",
    "title": "title_string asc",
    "title_desc": "title_string desc",
}
_SORTS_AS_WRITTEN = {text: name for name, text in SORTS.items()} | {
    "rank": "relevance", "score desc": "relevance", "name asc": "title", "name desc": "title_desc",
}  # fmt: skip
_BOOLEANS = {"1": True, "true": True, "yes": True, "0": False, "false": False, "no": False, "": False}

# Names in addresses of before, and of ckanext-spatial.
_OLD_NAMES = {"rvr_theme": "theme", "ext_bbox": "bbox", "rvr_format_group": "format_group", "rvr_hvd": "hvd"}
# Fields that CKAN's list takes as a filter, one value after the other; any other name is no filter (utm_source, fbclid).
_STOCK = frozenset(
    "author author_email creator_user_id frequency groups id language license license_id maintainer maintainer_email name "
    "notes owner_org res_description res_name res_type res_url rvr_format rvr_license tags title title_string "
    "url version".split()
)
_STOCK_PREFIXES = ("vocab_", "extras_", "res_extras_")
_FIELD = re.compile(r"[A-Za-z_][\w\-]{0,99}\Z")
_DAY = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?\Z")
_ID = re.compile(r"[\w\-]{2,100}\Z")


@dataclass(frozen=True, slots=True)
class Problem:
    """A parameter that could not be read: its name, its value, what is wrong ("unknown", "date", "box", "number", …)."""

    name: str
    value: str
    kind: str


@dataclass(frozen=True, slots=True)
class SearchRequest:
    """What is looked for. Places are keys of the register; `period_*` are years, months or days (ISO 8601).

    `bbox` is west, south, east, north in EPSG:4326 (degrees), `cell` a cell of the map
    (`map_position`); `other` are CKAN's own filters as (field, value), all of
    which must hold. `literal` means that places in `q` are words like all others.
    """

    q: str = ""
    literal: bool = False
    places: tuple[str, ...] = ()
    theme: tuple[str, ...] = ()
    format_group: tuple[str, ...] = ()
    res_format: tuple[str, ...] = ()
    openness: tuple[str, ...] = ()
    organization: tuple[str, ...] = ()
    hvd: tuple[str, ...] = ()
    ids: tuple[str, ...] = ()
    updated: str = ""
    period_from: str = ""
    period_to: str = ""
    bbox: tuple[float, float, float, float] | None = None
    cell: str = ""
    other: tuple[tuple[str, str], ...] = ()
    sort: str = ""

    @property
    def filters(self) -> list[tuple[str, str]]:
        """Every filter as (parameter, value), as they stand in an address."""
        pairs = [(name, value) for name in LISTS for value in getattr(self, name)]
        pairs += [
            (name, getattr(self, name)) for name in ("updated", "period_from", "period_to") if getattr(self, name)
        ]
        if self.bbox:
            pairs.append(("bbox", ",".join(f"{number:.6g}" for number in self.bbox)))
        if self.cell:
            pairs.append(("cell", self.cell))
        return [*pairs, *self.other]

    @property
    def pairs(self) -> list[tuple[str, str]]:
        """The whole request as parameters of an address; what is empty or the default is left out."""
        pairs = [("q", self.q)] if self.q else []
        pairs += self.filters
        pairs += [("literal", "1")] if self.literal else []
        return [*pairs, ("sort", self.sort)] if self.sort else pairs

    def without(self, name: str, value: str | None = None) -> SearchRequest:
        """The request without a filter, or without one of its values."""
        if name in LISTS:
            kept = tuple(one for one in getattr(self, name) if value is not None and one != value)
            return replace(self, **{name: kept})
        if name == "period":
            return replace(self, period_from="", period_to="")
        if name == "bbox":
            return replace(self, bbox=None)
        if name in ("updated", "period_from", "period_to", "cell", "q"):
            return replace(self, **{name: ""})
        return replace(
            self, other=tuple(pair for pair in self.other if pair[0] != name or value not in (None, pair[1]))
        )

    def with_value(self, name: str, value: str) -> SearchRequest:
        """The request with one more value of a filter, or with the value of a filter that has only one."""
        if name in LISTS:
            return replace(self, **{name: tuple(dict.fromkeys([*getattr(self, name), value]))})
        return replace(self, **{name: value})

    def without_filters(self) -> SearchRequest:
        """The words alone."""
        return SearchRequest(q=self.q, literal=self.literal, sort=self.sort)


def read_request(pairs: Iterable[tuple[str, str]]) -> tuple[SearchRequest, list[Problem]]:
    """A request from (parameter, value) pairs of untrusted origin, and what of them could not be read."""
    reader = _Reader()
    for name, value in pairs:
        reader.take(_OLD_NAMES.get(name, name), str(value))
    return reader.request(), reader.problems


def is_filter(name: str) -> bool:
    """Whether a parameter is part of a request; all others are none (`utm_source`, `page`)."""
    name = _OLD_NAMES.get(name, name)
    return name == "q" or name in LISTS or name in _SINGLE or _is_stock(name)


def read_box(text: str) -> tuple[float, float, float, float] | None:
    """West, south, east, north, from the way ckanext-spatial writes it; none unless it is a box on earth."""
    try:
        west, south, east, north = (float(part) for part in text.split(","))
    except ValueError:
        return None
    if not all(map(math.isfinite, (west, south, east, north))):
        return None
    return (west, south, east, north) if -180 <= west <= east <= 180 and -90 <= south <= north <= 90 else None


class _Reader:
    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self._lists: dict[str, list[str]] = {name: [] for name in LISTS}
        self._single: dict[str, Any] = {}
        self._other: list[tuple[str, str]] = []

    def request(self) -> SearchRequest:
        lists = {name: tuple(dict.fromkeys(values)) for name, values in self._lists.items()}
        return SearchRequest(**lists, **self._single, other=tuple(dict.fromkeys(self._other)))

    def take(self, name: str, value: str) -> None:
        value = "".join(char for char in value if char.isprintable()) if name != "q" else value
        value = value.strip()
        if name == "q":
            self._single["q"] = " ".join(value[:MAX_QUERY].split())
        elif not value:
            return
        elif name in self._lists:
            self._take_list(name, value)
        elif reader := getattr(self, f"_take_{name}", None) if name in _SINGLE else None:
            reader(value)
        elif _is_stock(name) and len(self._other) < MAX_VALUES:
            self._other.append((name, value[:MAX_VALUE]))

    def _take_list(self, name: str, value: str) -> None:
        values = value.split(",") if name == "ids" else [value]
        limit = MAX_IDS if name == "ids" else MAX_VALUES
        for one in values:
            text = one.strip()[:MAX_VALUE]
            if not text:
                continue
            known = _KNOWN[name](text)
            if len(self._lists[name]) >= limit:
                self._problem(name, text, "many")
                return
            if known is None:
                self._problem(name, text, "unknown")
            self._lists[name].append(known or text)

    def _take_updated(self, value: str) -> None:
        if value in UPDATED:
            self._single["updated"] = value
        else:
            self._problem("updated", value, "unknown")

    def _take_period_from(self, value: str) -> None:
        self._take_day("period_from", value)

    def _take_period_to(self, value: str) -> None:
        self._take_day("period_to", value)

    def _take_day(self, name: str, value: str) -> None:
        if _DAY.match(value) and value[5:7] != "00" and value[5:7] <= "12" and value[8:] <= "31":
            self._single[name] = value
        else:
            self._problem(name, value, "date")

    def _take_bbox(self, value: str) -> None:
        box = read_box(value)
        if box:
            self._single["bbox"] = box
        else:
            self._problem("bbox", value, "box")

    def _take_cell(self, value: str) -> None:
        if is_cell(value):
            self._single["cell"] = value
        else:
            self._problem("cell", value, "unknown")

    def _take_literal(self, value: str) -> None:
        self._single["literal"] = _BOOLEANS.get(value.lower(), True)

    def _take_sort(self, value: str) -> None:
        text = " ".join(value.split()).lower()
        name = text if text in SORTS else _SORTS_AS_WRITTEN.get(text)
        if name is None:
            self._problem("sort", value, "unknown")
        elif name != "relevance":
            self._single["sort"] = name

    def _problem(self, name: str, value: str, kind: str) -> None:
        self.problems.append(Problem(name, value[:MAX_VALUE], kind))


_SINGLE = frozenset({"updated", "period_from", "period_to", "bbox", "cell", "literal", "sort"})


def _is_stock(name: str) -> bool:
    return name in _STOCK or (name.startswith(_STOCK_PREFIXES) and bool(_FIELD.match(name)))


def _place(value: str) -> str | None:
    place = register().get(value) or register().find(value)
    return place.key if place else None


def _theme(value: str) -> str | None:
    term = load("theme").lookup(value)
    return term.key if term else (NONE if value == NONE else None)


def _hvd(value: str) -> str | None:
    term = load("hvd_category").lookup(value)
    return term.key if term else (ANY if value.lower() in (ANY, "true", "1", "yes") else None)


def _format_group(value: str) -> str | None:
    return value if value in {*load("file_type").groups, NONE, OTHER} else None


def _format(value: str) -> str:
    # files of a kind that the vocabulary does not know are found by their own word
    term = load("file_type").lookup(value)
    return term.key if term else value


def _openness(value: str) -> str | None:
    return value if value in OPENNESS else None


def _organization(value: str) -> str | None:
    return value if _ID.match(value) else None


_KNOWN = {
    "places": _place,
    "theme": _theme,
    "format_group": _format_group,
    "res_format": _format,
    "openness": _openness,
    "organization": _organization,
    "hvd": _hvd,
    "ids": _organization,
}
