"""A dataset with an uploaded file, as a steward publishes it: the portal checks the file and makes a table of it."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins as p
from ckan import model
from werkzeug.datastructures import FileStorage

from ckanext.rvr_portal.tables import store
from ckanext.rvr_portal.tables.load import load_table

__all__ = ["FILE", "NAME", "upload"]

#: Windows-1252, semicolons, German numbers and dates: what a German Excel writes.
FILE = Path(__file__).resolve().parent / "files" / "freibad-besuche.csv"
NAME = "freibad-besuche-hattingen"
NOTES = """Besuche je Tag und Bad, mit Lufttemperatur am Mittag und Einnahmen.

Beispieldatensatz: alle Werte sind frei erfunden."""


def upload(call: Callable[[str, dict[str, Any]], Any]) -> None:
    """Publish the dataset unless it is there.

    :param call: calls an action by its name
    """
    if model.Package.get(NAME) is not None:
        return
    dataset = call("package_create", {
        "name": NAME,
        "title": "Besuche der Freibäder in Hattingen im Juni 2026",
        "notes": NOTES,
        "owner_org": "ennepe-ruhr-kreis",
        "places": ["05954016"],
        "license_id": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        "publisher": [{"name": "Stadt Hattingen, Bäderbetrieb (Beispiel)", "url": "https://hattingen.example/"}],
        "contact": [{"name": "Stadt Hattingen, Bäderbetrieb (Beispiel)", "email": "baeder@hattingen.example"}],
        "theme": ["http://publications.europa.eu/resource/authority/data-theme/SOCI"],
        "tags": [{"name": "Freibad"}, {"name": "Besuchszahlen"}],
        "temporal_coverage": [{"start": "2026-06-01", "end": "2026-06-30"}],
        "issued": "2026-07-03",
        "modified": "2026-07-03",
        "frequency": "http://publications.europa.eu/resource/authority/frequency/MONTHLY",
        "access_rights": "http://publications.europa.eu/resource/authority/access-right/PUBLIC",
    })  # fmt: skip
    file = FileStorage(io.BytesIO(FILE.read_bytes()), FILE.name)
    made = call("resource_create", {
        "package_id": dataset["id"],
        "name": "Besuche je Tag und Bad",
        "url": "",
        "upload": file,
    })  # fmt: skip
    if p.plugin_loaded("datastore"):
        # the worker is not there yet; it finds its job done
        load_table(made["id"], (store.find(made["id"]) or {})["version"])
