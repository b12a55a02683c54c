"""Finding projects: one set of filters for the list, the map and the exports, and what the index holds of a project."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk
import flask
from werkzeug.datastructures import MultiDict

from ckanext.rvr_portal.shared import places

from .domain.project import FIELDS_OF_ACTION, PHASES, Project, from_package
from .language import in_words

TYPE = "smart-city-project"
PAGE_SIZE = 20
#: Projects shown on the front page.
NEWEST = 3
#: Most items on one map and in one export; far above the number of projects to be expected.
MAX_ITEMS = 1000

#: Parameter in the address → field of the index, in reading order.
FILTERS = {
    "organization": "organization",
    "places": "places",
    "field_of_action": "rvr_field_of_action",
    "phase": "rvr_phase",
    "solution_type": "rvr_solution_type",
}
SORTS = {"new": "metadata_modified desc, name asc", "title": "title_string asc, name asc"}

# What has a meaning in Solr's query language and none for a reader.
_QUERY_SYNTAX = re.compile(r"[:\"(){}\[\]^~*?\\/+!|&<>=]")
_ASKS_FOR_PROJECTS = re.compile(rf'\btype:[("]*{TYPE}|\bdataset_type:[("]*[^)]*{TYPE}')
# Parts of a project that are of no use as index fields of their own: nested, long, or only for its page.
_NOT_INDEXED = (
    "partners",
    "links",
    "related_datasets",
    "notes",
    "summary",
    "status_reason",
    "funding",
    "transfer_needs",
)


@dataclass(frozen=True)
class Filter:
    """What a visitor asked for."""

    q: str = ""
    chosen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: str = ""

    @classmethod
    def from_args(cls, args: MultiDict[str, str]) -> Filter:
        """The filter in the address; unknown parameters are ignored."""
        chosen = {name: tuple(dict.fromkeys(v for v in args.getlist(name) if v)) for name in FILTERS}
        sort = args.get("sort", "")
        return cls(
            q=args.get("q", "").strip()[:300],
            chosen={name: values for name, values in chosen.items() if values},
            sort=sort if sort in SORTS else "",
        )

    def params(self, **changes: str) -> list[tuple[str, str]]:
        """Parameters of an address with this filter; `changes` replace or, if empty, remove single ones."""
        pairs = [("q", self.q), *((name, value) for name, values in self.chosen.items() for value in values)]
        pairs.append(("sort", self.sort))
        kept = [(name, value) for name, value in pairs if name not in changes]
        return [(name, value) for name, value in [*kept, *changes.items()] if value]

    def toggled(self, name: str, value: str) -> list[tuple[str, str]]:
        """Parameters with one facet value more, or without it if it was chosen."""
        pairs = self.params()
        return [pair for pair in pairs if pair != (name, value)] if (name, value) in pairs else [*pairs, (name, value)]

    @property
    def is_active(self) -> bool:
        return bool(self.q or self.chosen)


@dataclass(frozen=True)
class Found:
    """Projects of one answer and how many there are in all."""

    count: int
    projects: tuple[Project, ...]
    facets: Mapping[str, Mapping[str, int]]
    organization_titles: Mapping[str, str]


def find(wanted: Filter, rows: int = PAGE_SIZE, start: int = 0) -> Found:
    """Projects that the current user may see.

    Private ones are found only by members of their organisation: CKAN's permission labels decide, as for datasets.
    """
    answer = tk.get_action("package_search")(
        {},
        {
            "q": _QUERY_SYNTAX.sub(" ", wanted.q).strip() or "*:*",
            "fq_list": [f"+dataset_type:{TYPE}", *_clauses(wanted)],
            "facet.field": json.dumps(list(FILTERS.values())),
            "facet.limit": 200,
            "facet.mincount": 1,
            "rows": rows,
            "start": start,
            "sort": SORTS.get(wanted.sort or ("" if wanted.q else "new")),
            "include_private": True,
        },
    )
    organizations = answer["search_facets"].get("organization", {}).get("items", [])
    return Found(
        count=answer["count"],
        projects=tuple(from_package(package, places().get) for package in answer["results"]),
        facets={name: answer["facets"].get(index_field, {}) for name, index_field in FILTERS.items()},
        organization_titles={item["name"]: item["display_name"] for item in organizations},
    )


def overview() -> Found:
    """All projects: how many, by what, and the newest few; asked once in a request, which often shows several of these."""
    if not flask.has_request_context():
        return find(Filter(), rows=NEWEST)
    environ = flask.request.environ
    if "rvr_smartcity.overview" not in environ:
        environ["rvr_smartcity.overview"] = find(Filter(), rows=NEWEST)
    return environ["rvr_smartcity.overview"]


def _clauses(wanted: Filter) -> list[str]:
    return [f'+{FILTERS[name]}:"{_escape(value)}"' for name, values in wanted.chosen.items() for value in values]


def _escape(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"')


def label(name: str, value: str) -> str:
    """Label of a choice of the schema in the language of the request; the value itself if it is unknown."""
    schema = tk.h.scheming_get_dataset_schema(TYPE)
    for entry in schema["dataset_fields"] if schema else ():
        if entry["field_name"] == name:
            labels = {choice["value"]: choice["label"] for choice in entry.get("choices", [])}
            return in_words(labels.get(value)) or value
    return value


def facet_label(name: str, value: str, organization_titles: Mapping[str, str]) -> str:
    """Label of a facet value; never a bare key if there is a name."""
    if name == "organization":
        return organization_titles.get(value) or value
    if name == "places":
        place = places().get(value)
        return place.name if place else value
    return label(name, value)


def facet_order(name: str, value: str, text: str) -> tuple[int, str]:
    """Sort key of a facet value: the order of the vocabulary, else by label."""
    order = {"phase": PHASES, "field_of_action": FIELDS_OF_ACTION}.get(name, ())
    return (order.index(value) if value in order else len(order), text.casefold())


def before_dataset_index(doc: dict[str, Any]) -> dict[str, Any]:
    """Facets and free text of a project; documents of other types are not touched."""
    if doc.get("type") != TYPE and doc.get("dataset_type") != TYPE:
        return doc
    package = json.loads(doc["validated_data_dict"])
    keys = package.get("places") or []
    chain = [place.key for key in keys for place in places().ancestors(key)]
    for name in _NOT_INDEXED:
        if name != "notes":
            doc.pop(name, None)
    doc |= {
        "places": list(dict.fromkeys(chain)),
        "rvr_phase": [package["phase"]] if package.get("phase") else [],
        "rvr_field_of_action": [package["field_of_action"]] if package.get("field_of_action") else [],
        "rvr_solution_type": package.get("solution_type") or [],
    }
    for name in ("phase", "field_of_action", "solution_type", "lon", "lat"):
        doc.pop(name, None)
    return doc


def before_dataset_search(params: dict[str, Any]) -> dict[str, Any]:
    """Keep projects out of every search that does not ask for them: datasets, counts, feeds, the DCAT catalogue."""
    asked = (params.get("q"), params.get("fq"), *(params.get("fq_list") or ()))
    if any(_ASKS_FOR_PROJECTS.search(str(part)) for part in asked if part):
        return params
    return {**params, "fq_list": [*(params.get("fq_list") or ()), f"-dataset_type:{TYPE}"]}
