"""What the page of a result shows, of all datasets or of one organisation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
from ckan.lib.helpers import Page
from ckan.lib.search import SearchError
from ckan.types import Context

from . import dataset_search, facets, rescue, search_matches, solr
from .domain.place_words import Mention, Reading
from .domain.search_request import SORTS, Problem, SearchRequest, read_request
from .facets import Facet
from .shared import Place, places

__all__ = ["SearchPage", "open_page"]


@dataclass(frozen=True)
class Chip:
    """An active filter: what it is about, its value in words, the address without it."""

    parameter: str
    value: str
    title: str
    label: str
    href: str


@dataclass
class SearchPage:
    """A result as the page shows it. `failed` is "" , "words" (they cannot be read) or "index" (no answer).

    :param action: address of the page; `fixed` are the filters that are part of it
    """

    context: Context
    action: str
    fixed: tuple[tuple[str, str], ...]
    typed: SearchRequest
    request: SearchRequest
    reading: Reading
    problems: list[Problem]
    found: dataset_search.Found | None
    facets: tuple[Facet, ...]
    page: Any
    failed: str = ""
    titles: dict[str, str] = field(default_factory=dict)

    @property
    def count(self) -> int:
        """Number of datasets."""
        return self.found.count if self.found else 0

    @property
    def hits(self) -> Sequence[dataset_search.Hit]:
        """The datasets of the page."""
        return self.found.hits if self.found else ()

    @property
    def narrowed(self) -> bool:
        """Whether anything was asked for beside the whole list."""
        return bool(self.request.q or self._own(self.request.filters))

    @property
    def own_organization(self) -> str:
        """Name of the organisation whose page it is; nothing on the page of all datasets."""
        return dict(self.fixed).get("organization", "")

    @property
    def hidden(self) -> list[tuple[str, str]]:
        """Filters without a field on the page, which its form sends along."""
        names = {option.parameter for facet in self.facets for option in facet.options}
        names |= {option.parameter for facet in self.facets for one in facet.options for option in one.inside}
        names |= {"period_from", "period_to"} if any(facet.kind == "period" for facet in self.facets) else set()
        return [pair for pair in self._own(self.request.filters) if pair[0] not in names - {"updated"}]

    @property
    def orders(self) -> list[tuple[str, str]]:
        """Orders to choose from, as (value, label); the first is that of a search without one."""
        words = {
            "relevance": tk._("Best match"),
            "newest": tk._("Newest first"),
            "changed": tk._("Last changed first"),
            "title": tk._("Title A to Z"),
            "title_desc": tk._("Title Z to A"),
        }
        return [("" if name == "relevance" else name, words[name]) for name in SORTS]

    @cached_property
    def sentence(self) -> str:
        """What the list shows: "28 datasets for “Rad”, filtered by Bochum and CSV"."""
        if self.failed:
            return tk._("This search does not work.")
        number = tk.ungettext("{number} dataset", "{number} datasets", self.count)
        text = number.format(number=tk.h.rvr_portal_number(self.count)) if self.count else tk._("No datasets")
        if self.request.q:
            text = tk._("{number} for “{query}”").format(number=text, query=self.request.q)
        labels = [chip.label for chip in self.chips]
        if labels:
            text = tk._("{sentence}, filtered by {filters}").format(sentence=text, filters=", ".join(labels))
        return text

    @cached_property
    def chips(self) -> list[Chip]:
        """All active filters."""
        return [
            Chip(
                name,
                value,
                self.titles.get(name, ""),
                facets.label(name, value),
                self.address(self.request.without(name, value)),
            )
            for name, value in self._own(self.request.filters)
        ]

    def address(self, request: SearchRequest, page: int = 1) -> str:
        """Address of another search on this page."""
        pairs = self._own(request.pairs) + ([("page", str(page))] if page > 1 else [])
        return f"{self.action}?{urlencode(pairs)}" if pairs else self.action

    @property
    def query(self) -> str:
        """What is asked for, as the parameters of an address; a page's own filters included."""
        return urlencode(self.request.pairs)

    def without_filters(self) -> str:
        """Address of the words alone."""
        return self.address(self.request.without_filters())

    def choose(self, name: str, value: str, active: bool) -> str:
        """Address with a value of a filter chosen, or taken away if it is active."""
        request = self.request.without(name, value) if active else self.request.with_value(name, value)
        return self.address(request)

    def literally(self) -> str:
        """Address of the search for the words as they were typed."""
        return self.address(replace(self.typed, literal=True))

    def at_place(self, mention: Mention) -> str:
        """Address of the search at a place that may have been meant, without its word."""
        rest = " ".join(word for word in self.request.q.split() if word not in mention.words.split())
        return self.address(replace(self.request.with_value("places", mention.place.key), q=rest))

    def instead(self, place: Place) -> str:
        """Address of the search at a place of the same name instead."""
        names = {mention.place.key for mention in self.reading.places if place.name.endswith(mention.place.name)}
        kept = tuple(key for key in self.request.places if key not in names)
        return self.address(replace(self.request, places=(*kept, place.key)))

    def why(self, hit: dataset_search.Hit) -> list[str]:
        """Where a dataset holds words that its title and description do not show, as sentences."""
        return search_matches.sentences(self._asked, hit) if self.request.q else []

    @cached_property
    def _asked(self) -> tuple[Any, ...]:
        return search_matches.asked(self.request.q)

    def whole_kreis(self, hit: dataset_search.Hit) -> str:
        """Name of the Kreis that a dataset is about as a whole, when one of its municipalities was asked for."""
        for key in self.request.places:
            place = places().get(key)
            if place and key in hit.places:
                return ""
            if place and place.kind == "municipality" and place.parent in hit.places:
                kreis = places().get(place.parent)
                return kreis.name if kreis and kreis.kind == "kreis" else ""
        return ""

    @cached_property
    def offers(self) -> list[Mention]:
        """Places that may have been meant; words that are only nearly a name when nothing was found."""
        return [mention for mention in self.reading.offers if mention.kind == "doubtful" or not self.count]

    @cached_property
    def ways(self) -> list[rescue.Way]:
        """Ways out of an empty result."""
        try:
            return rescue.other_words(self.context, self.request) + rescue.ways(self.context, self.request)
        except (solr.SearchIndexError, SearchError):
            return []

    @cached_property
    def neighbours(self) -> list[tuple[Place, list[rescue.Way]]]:
        """For chosen places without a result those near them that have one."""
        return list(rescue.neighbours(self.request, self.found.facets)) if self.found else []

    def _own(self, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        return [pair for pair in pairs if pair not in self.fixed]


def open_page(
    context: Context, pairs: Sequence[tuple[str, str]], action: str, page: int, fixed: Sequence[tuple[str, str]] = ()
) -> SearchPage:
    """Read the parameters of an address and find what the page shows.

    :param pairs: parameters as they came
    :param page: number of the page of the result, from 1
    :param fixed: filters that are part of the page itself
    """
    names = {name for name, _value in fixed}
    typed, problems = read_request([*(pair for pair in pairs if pair[0] not in names), *fixed])
    wanted = [name for name in facets.NAMES if name not in names]
    rows = int(tk.config["ckan.datasets_per_page"])
    request, reading = dataset_search.understand(typed)
    failed, found = "", None
    try:
        found = dataset_search.find(context, typed, start=(page - 1) * rows, rows=rows, facet_names=wanted, marked=True)
        request, reading = found.request, found.reading
    except solr.SearchRefusedError:
        failed = "words"
    except SearchError:
        failed = "words"
    except solr.SearchIndexError:
        failed = "index"
    offered = facets.offered(wanted, request, found.facets) if found else ()
    count = found.count if found else 0
    pages = Page(collection=[], page=page, item_count=count, items_per_page=rows, presliced_list=True)
    titles = {option.parameter: facet.title for facet in offered for option in facet.options}
    return SearchPage(
        context, action, tuple(fixed), typed, request, reading, problems, found, offered, pages, failed, titles
    )
