"""Numbers about the catalogue: datasets by member body, theme, format and place, each with the list behind it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import flask

from . import organizations, solr
from .domain.measure import Measure, MeasureRow
from .domain.places import register as places
from .domain.vocabulary import load as vocabulary

__all__ = ["catalogue_counts", "catalogue_measures", "datasets_by_place", "public_counts"]

NONE = "none"
_PROVISIONAL = "OP_DATPRO"
_FIELDS = ("organization", "rvr_theme", "res_format", "rvr_format", "rvr_covers")
_NEWEST = solr.First(
    rows=6, fields=("id", "organization"), order="metadata_created desc, name asc", each="organization"
)


def catalogue_measures() -> dict[str, Callable[[], Measure]]:
    """The measures this plugin offers (see `IRvrMeasures`)."""
    return {
        "rvr_portal.datasets_by_member_body": datasets_by_member_body,
        "rvr_portal.datasets_by_theme": datasets_by_theme,
        "rvr_portal.datasets_by_format": datasets_by_format,
        "rvr_portal.datasets_by_place": datasets_by_place,
    }


def catalogue_counts() -> solr.FacetAnswer:
    """All counts of the catalogue and its newest datasets in one question to the index, asked once in a request.

    :raises SearchIndexError: the index does not answer
    """
    if not flask.has_request_context():
        return solr.count_by(_FIELDS, first=_NEWEST)
    environ = flask.request.environ
    if "rvr_portal.catalogue_counts" not in environ:
        environ["rvr_portal.catalogue_counts"] = solr.count_by(_FIELDS, first=_NEWEST)
    return environ["rvr_portal.catalogue_counts"]


def public_counts() -> solr.FacetAnswer:
    """The same of what everybody sees, whoever asks.

    :raises SearchIndexError: the index does not answer
    """
    # Nobody sees less than a visitor without an account: for him both are one question.
    if not tk.current_user.is_authenticated:
        return catalogue_counts()
    return solr.count_by(_FIELDS, public_only=True, first=_NEWEST)


def datasets_by_member_body() -> Measure:
    """Datasets by publishing organisation: all 15 member bodies, also without datasets, and whoever else publishes."""
    counts = catalogue_counts().counts("organization")
    bodies = {place.slug: place.name for place in places().member_bodies}
    titles = organizations.titles()
    # The name stands where the organisation is not there yet; a link would lead nowhere else than to an empty list.
    rows = _rows(
        "organization",
        [(name, titles.get(name) or bodies.get(name) or name, counts.get(name, 0)) for name in {**bodies, **counts}],
    )
    return _measure("rvr_portal.datasets_by_member_body", tk._("Datasets by member body"), rows)


def datasets_by_theme() -> Measure:
    """Datasets by theme of the EU's list; a dataset may have several. Those without a theme are a row of their own."""
    counts = catalogue_counts().counts("rvr_theme")
    terms = vocabulary("theme").terms
    language = _language()
    found = [(term.key, term.label(language), counts.pop(term.key, 0)) for term in terms]
    # "Provisional data" is a value of the list but no theme: it stands here only where somebody uses it.
    found = [(key, label, value) for key, label, value in found if value or key != _PROVISIONAL]
    without = counts.pop(NONE, 0)
    found += [(key, key, value) for key, value in counts.items()]
    found += [(NONE, tk._("Without theme"), without)] if without else []
    rows = _rows("rvr_theme", found)
    return _measure("rvr_portal.datasets_by_theme", tk._("Datasets by theme"), rows)


def datasets_by_format() -> Measure:
    """Datasets by format of their files; a dataset may have several. Those without a file are a row of their own."""
    answer = catalogue_counts()
    terms, language = vocabulary("file_type"), _language()
    counts = answer.counts("res_format")
    counts.pop(NONE, None)
    rows = _rows("res_format", [(code, terms.label(code, language) or code, n) for code, n in counts.items()])
    without = answer.counts("rvr_format").get(NONE, 0)
    rows += _rows("rvr_format", [(NONE, tk._("Without file"), without)]) if without else []
    return _measure("rvr_portal.datasets_by_format", tk._("Datasets by format"), rows)


def datasets_by_place() -> Measure:
    """Datasets by municipality, those about the whole of its Kreis included, as the list of a municipality has them."""
    counts = catalogue_counts().counts("rvr_covers")
    rows = _rows("places", [(town.key, town.name, counts.get(town.key, 0)) for town in places().municipalities])
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


def _rows(field: str, amounts: Iterable[tuple[str, str, int]]) -> list[MeasureRow]:
    """Rows of (value of the field, label, amount), each with the address of its list."""
    address = tk.url_for("dataset.search")
    return [
        MeasureRow(key, label, value, f"{address}?{urlencode({field: _escaped(key)})}") for key, label, value in amounts
    ]


def _escaped(value: str) -> str:
    # The list page puts the value between quotation marks as it is.
    return value.replace("\\", "\\\\").replace('"', '\\"')


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
