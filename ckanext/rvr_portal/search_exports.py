"""The datasets of a result as rows and features, in the words a reader sees."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk

from .dataset_search import Hit
from .domain.index_fields import geometry, listed, updated
from .domain.sheet import sheet
from .shared import places

__all__ = ["features", "table"]


def table(hits: Iterable[Hit]) -> Iterator[bytes]:
    """The datasets as CSV, a part at a time, for a spreadsheet of today."""
    headings = [
        tk._("Title"), tk._("Publisher"), tk._("Places"), tk._("Themes"), tk._("Formats"), tk._("Licence"),
        tk._("Updated"), tk._("Period covered"), tk._("Description"), tk._("Address"), tk._("Identifier"),
    ]  # fmt: skip
    yield sheet(headings, [])
    for hit in hits:
        # the byte order mark and the headings stand at the top only
        yield sheet([], [_row(hit)]).split(b"\r\n", 1)[1]


def features(hits: Iterable[Hit]) -> Iterator[bytes]:
    """The datasets as a GeoJSON FeatureCollection (RFC 7946), a part at a time.

    A dataset's own geometry, else the centre of the one place it is about; `position` says which ("area", "place"), and
    none is null.
    """
    yield b'{"type": "FeatureCollection", "features": ['
    for number, hit in enumerate(hits):
        text = json.dumps(_feature(hit), ensure_ascii=False)
        yield (f",\n{text}" if number else f"\n{text}").encode()
    yield b"\n]}\n"


def _row(hit: Hit) -> list[str]:
    package, card = hit.package, tk.h.rvr_portal_card(hit.package)
    themes = [link["title"] for link in tk.h.rvr_portal_theme_links(package)]
    return [
        card["title"], card["publisher"], ", ".join(_place_names(hit)), ", ".join(themes), ", ".join(card["formats"]),
        tk.h.rvr_portal_license_words(package), _updated(package), tk.h.rvr_portal_period(package),
        tk.h.rvr_portal_short_text(package, 500), _address(package), package["id"],
    ]  # fmt: skip


def _feature(hit: Hit) -> dict[str, Any]:
    package, card = hit.package, tk.h.rvr_portal_card(hit.package)
    shape, position = geometry(listed(package.get("spatial_coverage"))), "area"
    if shape is None:
        shape, position = _centre(hit), "place"
    return {
        "type": "Feature",
        "id": package["id"],
        "geometry": shape,
        "properties": {
            "title": card["title"],
            "publisher": card["publisher"],
            "places": _place_names(hit),
            "formats": card["formats"],
            "licence": tk.h.rvr_portal_license_words(package),
            "updated": _updated(package),
            "position": position if shape else None,
            "url": _address(package),
        },
    }


def _updated(package: dict[str, Any]) -> str:
    """Day on which the data were changed last (ISO 8601), the one a card shows in words."""
    return updated(*(package.get(name) for name in ("modified", "issued", "metadata_modified")))


def _centre(hit: Hit) -> dict[str, Any] | None:
    place = places().get(hit.places[0]) if len(hit.places) == 1 else None
    return {"type": "Point", "coordinates": [place.lon, place.lat]} if place else None


def _place_names(hit: Hit) -> list[str]:
    return [place.name for place in map(places().get, hit.places) if place]


def _address(package: dict[str, Any]) -> str:
    return tk.url_for("dataset.read", id=package["name"], _external=True)
