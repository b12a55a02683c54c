"""Numbers about the catalogue: datasets by member body, theme, format and place, each with the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import flask

from . import organizations, solr
from .domain.measure import Measure, MeasureRow
from .domain.places import register as places
from .domain.vocabulary import load as vocabulary

__all__ = ["catalogue_counts", "catalogue_measures", "datasets_by_place"]

NONE = "none"
_PROVISIONAL = "OP_DATPRO"
_FIELDS = ("organization", "rvr_theme", "res_format", "rvr_format", "places")


def catalogue_measures() -> dict[str, Callable[[], Measure]]:
    """The measures this plugin offers (see `IRvrMeasures`)."""
    return {
        "rvr_portal.datasets_by_member_body": datasets_by_member_body,
        "rvr_portal.datasets_by_theme": datasets_by_theme,
        "rvr_portal.datasets_by_format": datasets_by_format,
        "rvr_portal.datasets_by_place": datasets_by_place,
    }


def catalogue_counts() -> solr.FacetAnswer:
    """All counts of the catalogue in one question to the index, asked once in a request.

    :raises SearchIndexError: the index does not answer
    """
    if not flask.has_request_context():
        return solr.count_by(_FIELDS)
    environ = flask.request.environ
    if "rvr_portal.catalogue_counts" not in environ:
        environ["rvr_portal.catalogue_counts"] = solr.count_by(_FIELDS)
    return environ["rvr_portal.catalogue_counts"]


def datasets_by_member_body() -> Measure:
    """Datasets by publishing organisation: all 15 member bodies, also without datasets, and whoever else publishes."""
    counts = catalogue_counts().counts("organization")
    bodies = {place.slug: place.name for place in places().member_bodies}
    titles = organizations.titles()
    # The name stands where the organisation is not there yet; a link would lead nowhere else than to an empty list.
    rows = [
        _row(name, titles.get(name) or bodies.get(name) or name, counts.get(name, 0), "organization")
        for name in {**bodies, **counts}
    ]
    return _measure("rvr_portal.datasets_by_member_body", tk._("Datasets by member body"), rows)


def datasets_by_theme() -> Measure:
    """Datasets by theme of the EU's list; a dataset may have several. Those without a theme are a row of their own."""
    counts = catalogue_counts().counts("rvr_theme")
    terms = vocabulary("theme").terms
    rows = [_row(term.key, term.label(_language()), counts.pop(term.key, 0), "rvr_theme") for term in terms]
    # "Provisional data" is a value of the list but no theme: it stands here only where somebody uses it.
    rows = [row for row in rows if row.value or row.key != _PROVISIONAL]
    without = counts.pop(NONE, 0)
    rows += [_row(key, key, value, "rvr_theme") for key, value in counts.items()]
    rows += [_row(NONE, tk._("Without theme"), without, "rvr_theme")] if without else []
    return _measure("rvr_portal.datasets_by_theme", tk._("Datasets by theme"), rows)


def datasets_by_format() -> Measure:
    """Datasets by format of their files; a dataset may have several. Those without a file are a row of their own."""
    answer = catalogue_counts()
    terms = vocabulary("file_type")
    rows = [
        _row(code, terms.label(code, _language()) or code, value, "res_format")
        for code, value in answer.counts("res_format").items()
        if code != NONE
    ]
    without = answer.counts("rvr_format").get(NONE, 0)
    rows += [_row(NONE, tk._("Without file"), without, "rvr_format")] if without else []
    return _measure("rvr_portal.datasets_by_format", tk._("Datasets by format"), rows)


def datasets_by_place() -> Measure:
    """Datasets by municipality, and those that are about the whole of a Kreis or of the region as the index has them."""
    counts = catalogue_counts().counts("places")
    rows = [_row(place.key, place.name, counts.get(place.key, 0), "places") for place in places().municipalities]
    return _measure("rvr_portal.datasets_by_place", tk._("Datasets by municipality"), rows)


def _measure(id_: str, title: str, rows: Iterable[MeasureRow]) -> Measure:
    now = datetime.now(UTC)
    return Measure(
        id=id_,
        title=title,
        unit=(tk._("dataset"), tk._("datasets")),
        rows=tuple(sorted(rows, key=_largest_first)),
        # The index is counted as it stands: the state of the data is the moment of counting.
        as_of=now,
        computed_at=now,
        sources=(_catalogue(),),
        n_records=catalogue_counts().total,
        n_suppressed=0,
        query_url=tk.url_for("dataset.search"),
    )


def _row(key: str, label: str, value: int, field: str) -> MeasureRow:
    return MeasureRow(key, label, value, _list_url({field: key}))


def _list_url(fields: Mapping[str, str]) -> str:
    # The list page puts the value between quotation marks as it is.
    escaped = {name: value.replace("\\", "\\\\").replace('"', '\\"') for name, value in fields.items()}
    return tk.url_for("dataset.search", **escaped)


def _largest_first(row: MeasureRow) -> tuple[bool, int, str]:
    return row.key == NONE, -row.value, row.label.casefold()


def _catalogue() -> dict[str, Any]:
    return {
        "dataset_id": None,
        "title": tk._("Catalogue of this portal"),
        "licence": None,
        "publisher": tk.config.get("ckan.site_title"),
        "modified": None,
    }


def _language() -> str:
    return tk.h.lang() or "de"
