"""Template helpers of the project pages."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from . import search
from .domain.project import Project

__all__ = [
    "rvr_smartcity_date_input",
    "rvr_smartcity_facets",
    "rvr_smartcity_filter_tags",
    "rvr_smartcity_items",
    "rvr_smartcity_label",
    "rvr_smartcity_may_create",
    "rvr_smartcity_newest",
    "rvr_smartcity_partner_type",
    "rvr_smartcity_rows",
    "rvr_smartcity_url",
]

#: Facet values shown before "show all".
_FIRST = 8


def rvr_smartcity_label(field: str, value: str) -> str:
    """Label of a choice of the project schema in the language of the request."""
    return search.label(field, value)


def rvr_smartcity_url(endpoint: str, params: Sequence[tuple[str, str]] = ()) -> str:
    """Address of `index`, `on_map` or an export with the given parameters."""
    path = tk.url_for(endpoint if "." in endpoint else f"rvr_smartcity.{endpoint}")
    return f"{path}?{urlencode(params)}" if params else path


def rvr_smartcity_facets(found: search.Found, wanted: search.Filter, endpoint: str) -> list[dict[str, Any]]:
    """Facets with their values: `{name, title, items: [{label, count, url, chosen}], rest}`; empty ones left out."""
    titles = {
        "organization": tk._("Lead member body"),
        "places": tk._("Place"),
        "field_of_action": tk._("Field of action"),
        "phase": tk._("Phase"),
        "solution_type": tk._("Type of solution"),
    }
    facets = []
    for name, title in titles.items():
        items = [_facet_item(found, wanted, endpoint, name, value) for value in _facet_values(found, wanted, name)]
        items.sort(key=lambda item: (not item["chosen"], item["order"]))
        if items:
            facets.append({"name": name, "title": title, "items": items[:_FIRST], "rest": items[_FIRST:]})
    return facets


def _facet_values(found: search.Found, wanted: search.Filter, name: str) -> list[str]:
    values = [value for value in found.facets[name] if not (name == "places" and value == "ruhr")]
    return values + [value for value in wanted.chosen.get(name, ()) if value not in values]


def _facet_item(found: search.Found, wanted: search.Filter, endpoint: str, name: str, value: str) -> dict[str, Any]:
    text = search.facet_label(name, value, found.organization_titles)
    count = found.facets[name].get(value, 0)
    # Names with many values: the largest first; vocabularies keep their own order.
    rank = search.facet_order(name, value, text)
    order = rank if name in ("phase", "field_of_action") else (-count, text.casefold())
    return {
        "label": text,
        "count": count,
        "url": rvr_smartcity_url(endpoint, wanted.toggled(name, value)),
        "chosen": value in wanted.chosen.get(name, ()),
        "order": order,
    }


def rvr_smartcity_filter_tags(found: search.Found, wanted: search.Filter, endpoint: str) -> list[dict[str, str]]:
    """What is chosen now, each with the address without it: `{label, url}`."""
    tags = []
    if wanted.q:
        url = rvr_smartcity_url(endpoint, wanted.params(q=""))
        tags.append({"label": tk._("“{words}”").format(words=wanted.q), "url": url})
    for name, values in wanted.chosen.items():
        for value in values:
            text = search.facet_label(name, value, found.organization_titles)
            tags.append({"label": text, "url": rvr_smartcity_url(endpoint, wanted.toggled(name, value))})
    return tags


def rvr_smartcity_items(projects: Sequence[Project], level: int = 3) -> list[dict[str, Any]]:
    """Projects as items of the map with list, in the same order."""
    return [
        {
            "key": project.name,
            "title": project.title,
            "href": tk.url_for("rvr_smartcity.read", id=project.name),
            "lon": project.point.lon if project.point else None,
            "lat": project.point.lat if project.point else None,
            "where": ", ".join(project.place_names),
            "text": project.summary,
            "meta": meta(project),
            "project": project,
        }
        for project in projects
    ]


def meta(project: Project) -> list[str]:
    """Lead body, places, field: each once."""
    places = ", ".join(project.place_names)
    parts = [project.lead_title, "" if places == project.lead_title else places]
    return [part for part in [*parts, search.label("field_of_action", project.field_of_action)] if part]


def rvr_smartcity_newest() -> search.Found:
    """The newest projects and how many there are."""
    return search.overview()


def rvr_smartcity_may_create() -> bool:
    """Whether the current user may create a project of some organisation."""
    return bool(tk.current_user.is_authenticated and tk.h.organizations_available("create_dataset"))


def rvr_smartcity_rows(value: Any, blank: int) -> list[dict[str, Any]]:
    """Rows of a repeating field with empty ones below."""
    return [*(value or []), *({} for _ in range(blank))]


def rvr_smartcity_partner_type(value: str) -> str:
    """Label of a partner's type."""
    schema = tk.h.scheming_get_dataset_schema(search.TYPE)
    field = next(f for f in schema["dataset_fields"] if f["field_name"] == "partners")
    choices = next(sub["choices"] for sub in field["repeating_subfields"] if sub["field_name"] == "type")
    return str(tk.h.scheming_choices_label(choices, value))


def rvr_smartcity_date_input(value: Any) -> str:
    """A stored ISO date as people type it (`12.10.2026`, `10.2026`, `2026`); anything else as it came."""
    parts = str(value or "").split("-")
    if not all(part.isdecimal() for part in parts) or len(parts) > 3 or len(parts[0]) != 4:
        return str(value or "")
    return ".".join(reversed(parts)) if tk.h.lang() == "de" else "-".join(parts)
