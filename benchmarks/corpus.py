"""Synthetic datasets for measurements: made once in a bench instance, all invented.

A search page reads nothing but the search index: 40 datasets go through CKAN's own actions and preparation, and the
documents that come out are varied and posted to Solr until there are enough. So 10,000 take half a minute, not five.
"""

from __future__ import annotations

import json
import random
import uuid
from collections.abc import Iterator
from typing import Any

import ckan.model as model
import ckan.plugins.toolkit as tk
from ckan.lib.search.common import make_connection
from ckan.types import Context

from ckanext.rvr_portal.domain import map_position

PREFIX = "bench-"
TEMPLATES = 40
FORMATS = ["CSV", "XLSX", "PDF", "GEOJSON", "WMS_SRVC", "WFS_SRVC", "JSON", "SHP", "XML", "ZIP", "KML", "GML"]
WORDS = (
    "Radwege Bäume Spielplätze Haushalt Wahlergebnisse Luftqualität Lärmkartierung Bebauungspläne Straßen Brücken Schulen"
    " Kitas Parkplätze Ladesäulen Hundestationen Stadtbezirke Einwohner Altersstruktur Baustellen Fahrpläne Haltestellen"
    " Denkmäler Gewässer Grünflächen Solarkataster Unfälle Abfallkalender Bibliotheken Sportstätten Friedhöfe"
).split()
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
THEMES = ["AGRI", "ECON", "EDUC", "ENER", "ENVI", "GOVE", "HEAL", "JUST", "REGI", "SOCI", "TECH", "TRAN"]
LICENSES = ["http://dcat-ap.de/def/licenses/dl-zero-de/2.0", "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
            "http://dcat-ap.de/def/licenses/cc-zero", "http://dcat-ap.de/def/licenses/cc-by/4.0"]  # fmt: skip


def fill(number: int) -> int:
    """Make sure that the index holds exactly that many datasets; returns how many were made now."""
    if _indexed() == number:
        return 0
    make_connection().delete(q=f"site_id:{tk.config['ckan.site_id']} AND name:{PREFIX}*", commit=True)
    templates = [_document(package_id) for package_id in _templates()]
    connection = make_connection()
    batch: list[dict[str, Any]] = []
    for document in _varied(templates, number):
        batch.append(document)
        if len(batch) == 250:
            connection.add(batch, commit=False)
            batch = []
    connection.add(batch, commit=True) if batch else connection.commit()
    # One segment, as after a night: otherwise the first rounds pay for merging.
    connection.optimize()
    return number


def package(number: int, prefix: str, owner_org: str, resources: int = 3) -> dict[str, Any]:
    """An invented dataset in the terms of DCAT, valid for our schema and for stock ckanext-dcat's."""
    dice = random.Random(number)
    title = f"{dice.choice(WORDS)} und {dice.choice(WORDS)} {2000 + number % 26}"
    return {
        "name": f"{prefix}{number}",
        "title": title,
        "notes": f"{title}: ein erfundener Datensatz für Messungen. " + " ".join(dice.choices(WORDS, k=60)) + ".",
        "owner_org": owner_org,
        "theme": [THEME + code for code in dice.sample(THEMES, dice.choice([1, 1, 2]))],
        "tags": [{"name": word} for word in dice.sample(WORDS, 4)],
        "issued": "2024-01-01",
        "modified": "2026-11-01",
        "language": ["http://publications.europa.eu/resource/authority/language/DEU"],
        "publisher": [{"name": "Amt für Messungen", "email": "messung@example.org"}],
        "contact": [{"name": "Amt für Messungen", "email": "messung@example.org"}],
        "resources": [
            {
                "name": f"Datei {position}",
                "url": f"https://example.org/{prefix}{number}/{position}",
                "format": code,
                "license": dice.choice(LICENSES),
            }
            for position, code in enumerate(dice.sample(FORMATS, resources), 1)
        ],
    }


def organizations() -> list[str]:
    """Ids of 15 organisations named as the member bodies; made when they are not there."""
    from ckanext.rvr_portal.shared import places

    return [_organization(body.slug, body.name) for body in places().member_bodies]


def context() -> Context:
    """Context of CKAN's own user, fresh for each call as CKAN wants it."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})
    return {"user": user["name"], "ignore_auth": True}


def _organization(name: str, title: str) -> str:
    found = model.Group.get(name)
    if found:
        return found.id
    return tk.get_action("organization_create")(context(), {"name": name, "title": title})["id"]


def _indexed() -> int:
    site = tk.config["ckan.site_id"]
    return make_connection().search(f"name:{PREFIX}*", fq=[f"+site_id:{site}", "+dataset_type:dataset"], rows=0).hits


def _templates() -> list[str]:
    owners = organizations()
    ids = []
    for number in range(TEMPLATES):
        found = model.Package.get(f"{PREFIX}template-{number}")
        if found is None:
            data = package(number, f"{PREFIX}template-", owners[number % len(owners)], resources=1 + number % 4)
            found = model.Package.get(tk.get_action("package_create")(context(), data)["id"])
        assert found
        ids.append(found.id)
    # They serve as patterns only: the index holds their copies.
    make_connection().delete(id=None, q=f"name:{PREFIX}template-*", commit=True)
    return ids


def _document(package_id: str) -> dict[str, Any]:
    from ckanext.rvr_portal.index_batch import documents

    document = dict(documents([package_id]))[package_id]
    assert document
    return document


def _varied(templates: list[dict[str, Any]], number: int) -> Iterator[dict[str, Any]]:
    dice = random.Random(1)
    for position in range(number):
        template = templates[position % len(templates)]
        id_, name = str(uuid.UUID(int=dice.getrandbits(128))), f"{PREFIX}{position}"
        title = f"{template['title']} ({position})"
        document = {
            **template, "id": id_, "index_id": uuid.UUID(int=dice.getrandbits(128)).hex, "name": name, "title": title,
            "title_string": title, "metadata_modified": f"2026-{1 + position % 11:02}-{1 + position % 28:02}T10:00:00Z",
            **_spot(dice),
        }  # fmt: skip
        for field in ("data_dict", "validated_data_dict"):
            stored = json.loads(template[field])
            document[field] = json.dumps({**stored, "id": id_, "name": name, "title": title})
        yield document


def _spot(dice: random.Random) -> dict[str, Any]:
    """Somewhere in the region, as if each dataset had a geometry of its own."""
    lon, lat = round(dice.uniform(6.4, 7.9), 5), round(dice.uniform(51.2, 51.8), 5)
    return {"rvr_lon": lon, "rvr_lat": lat, "rvr_cell": map_position.cells(lon, lat)}
