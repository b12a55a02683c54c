"""Datasets for looking at the search with a browser; made once (`fill_once(fill)`) for all tests that only read."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
FREE = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
NAMED = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
HVD = "http://data.europa.eu/bna/c_b79e35eb"  # mobility
#: Publishers beside those of the rows: the facet has more than fifty.
STELLEN = 52

PERIOD = [{"start": "2019", "end": "2021"}]
ROWS: list[dict[str, Any]] = [
    {"title": "Radwege der Stadt", "org": "herne", "format": "CSV", "theme": "TRAN", "temporal_coverage": PERIOD},
    {"title": "Spielplätze der Stadt", "org": "herne", "format": "PDF", "theme": "REGI", "temporal_coverage": PERIOD},
    {"title": "Radwege des Kreises", "org": "ennepe-ruhr-kreis", "format": "CSV", "theme": "TRAN", "temporal_coverage": PERIOD},
    {"title": "Wälder des Kreises", "org": "ennepe-ruhr-kreis", "format": "GEOJSON", "theme": "ENVI", "temporal_coverage": PERIOD},
    {"title": "Ladesäulen", "org": "essen", "format": "WMS_SRVC", "theme": "ENER", "license": NAMED, "hvd_category": [HVD],
     "modified": datetime.now(UTC).date().isoformat()},
    {"title": "Essen in Kantinen", "org": "stelle-0", "format": "ODS", "theme": "AGRI", "places": ["ruhr"]},
]  # fmt: skip


def fill() -> None:
    from ckan.tests import factories

    organizations = {
        name: factories.Organization(name=name, title=title)["id"]
        for name, title in (
            ("herne", "Stadt Herne"), ("ennepe-ruhr-kreis", "Ennepe-Ruhr-Kreis"), ("essen", "Stadt Essen"),
            *((f"stelle-{number}", f"Stelle {number}") for number in range(STELLEN)),
        )
    }  # fmt: skip
    for row in ROWS:
        values = {"modified": "2026-01-02", **row}
        file = {"url": "https://x.example/a", "format": values.pop("format"), "license": values.pop("license", FREE)}
        factories.Dataset(
            **{
                **values, "notes": f"Beschreibung: {row['title']}.", "owner_org": organizations[values.pop("org")],
                "theme": [THEME + row["theme"]], "resources": [file],
            }
        )  # fmt: skip
    for number in range(STELLEN):
        factories.Dataset(
            title=f"Liste {number}", notes="Eine Liste.", owner_org=organizations[f"stelle-{number}"], places=["ruhr"]
        )
