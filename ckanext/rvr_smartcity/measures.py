"""Projects by phase and by field of action; every row leads to the list with exactly that many projects."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ckanext.rvr_portal.shared import Measure, MeasureRow

from . import search
from .domain.project import FIELDS_OF_ACTION, PHASES


def all_measures() -> dict[str, Callable[[], Measure]]:
    """Measures by id."""
    return {
        "rvr_smartcity.projects_by_phase": partial(_measure, "projects_by_phase", "phase", PHASES),
        "rvr_smartcity.projects_by_field_of_action": partial(
            _measure, "projects_by_field_of_action", "field_of_action", FIELDS_OF_ACTION
        ),
    }


def front_numbers() -> list[tuple[int, str, str]]:
    """How many projects there are, with the list of them."""
    count = search.overview().count
    return [(count, tk.ungettext("project", "projects", count), tk.url_for("rvr_smartcity.index"))] if count else []


def _measure(name: str, facet: str, order: Sequence[str]) -> Measure:
    found = search.overview()
    counts = found.facets[facet]
    titles = {"phase": tk._("Projects by phase"), "field_of_action": tk._("Projects by field of action")}
    now, address = datetime.now(UTC), tk.url_for("rvr_smartcity.index")
    return Measure(
        id=f"rvr_smartcity.{name}",
        title=titles[facet],
        unit=(tk._("project"), tk._("projects")),
        rows=tuple(
            MeasureRow(key, search.label(facet, key), counts.get(key, 0), f"{address}?{urlencode({facet: key})}")
            for key in order
        ),
        as_of=now,
        computed_at=now,
        sources=(
            {
                "dataset_id": None,
                "title": tk._("Project register of this portal"),
                "licence": None,
                "publisher": tk.config.get("ckan.site_title"),
                "modified": None,
            },
        ),
        n_records=found.count,
        n_suppressed=0,
        query_url=address,
    )
