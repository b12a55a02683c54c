"""The datasets that the judged queries are about: the demo's content and the two real catalogues, as CKAN would show them.

They go into the search index without the database: the search page reads nothing else. Whoever measures another search
engine on them gets the same documents without the portal's own fields.
"""

from __future__ import annotations

import json
import logging
import re
import sys
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
CATALOGS = ROOT.parents[0] / "shared" / "data" / "catalogs"
REAL = ("bremen", "rostock")
QUERIES = Path(__file__).with_name("judged_queries.yaml")
_EU = "http://publications.europa.eu/resource/authority/"
_NAMESPACE = uuid.UUID("9a0f3e0e-8a64-4f1b-a7d7-3cf7c1a4a001")


def catalogue_folder() -> Path | None:
    """Where the two real catalogues are, if they are anywhere near this checkout."""
    for above in ROOT.parents:
        folder = above / "shared" / "data" / "catalogs"
        if all((folder / f"{name}.rdf").exists() for name in REAL):
            return folder
    return None


def judged_queries() -> list[dict[str, Any]]:
    """The queries, each {q, kind, grades: [(name of a dataset or its beginning with *, grade)]}."""
    found = []
    for entry in yaml.safe_load(QUERIES.read_text("utf-8")):
        grades = [(name, grade) for grade in (3, 2, 1) for name in entry.get(grade, [])]
        found.append({"q": str(entry["q"]), "kind": entry["kind"], "grades": grades})
    return found


@cache
def datasets() -> tuple[dict[str, Any], ...]:
    """All datasets in the shape of `package_show`, each with its judged name under "judged"."""
    return (*_demo(), *_real())


def _demo() -> Iterator[dict[str, Any]]:
    sys.path.insert(0, str(ROOT / "demo"))
    try:
        from catalog_content import load_catalogs
    finally:
        sys.path.pop(0)
    for catalog in load_catalogs().values():
        for dataset in catalog.datasets:
            files = [{"name": f"{dataset.title} ({code})", "description": "", "format": code} for code in dataset.files]
            yield _package(
                judged=f"{catalog.organization}: {dataset.title}",
                organization=(catalog.organization, catalog.title),
                publisher=catalog.publisher,
                title=dataset.title,
                notes=dataset.description,
                tags=list(dataset.tags),
                themes=[f"{_EU}data-theme/{code}" for code in dataset.themes],
                files=files,
                modified=dataset.modified or dataset.issued,
                places=[dataset.place] if dataset.place else [],
            )


def _real() -> Iterator[dict[str, Any]]:
    folder = catalogue_folder()
    if folder is None:
        return
    from rdflib import Graph
    from rdflib.namespace import DCAT, DCTERMS, FOAF, RDF

    logging.getLogger("rdflib").setLevel(logging.CRITICAL)  # dates that are none: known, and of no matter here
    for name in REAL:
        graph = Graph().parse(folder / f"{name}.rdf")
        for subject in sorted(graph.subjects(RDF.type, DCAT.Dataset)):
            files = [
                {
                    "name": _text(graph, part, DCTERMS.title),
                    "description": _text(graph, part, DCTERMS.description),
                    "format": str(graph.value(part, DCTERMS["format"]) or ""),
                    "url": str(graph.value(part, DCAT.accessURL) or ""),
                }
                for part in sorted(graph.objects(subject, DCAT.distribution))
            ]
            publisher = graph.value(subject, DCTERMS.publisher)
            title = _text(graph, subject, DCTERMS.title)
            yield _package(
                judged=f"{name}: {title}",
                organization=(name, name.title()),
                publisher=_text(graph, publisher, FOAF.name) if publisher else "",
                title=title,
                notes=_text(graph, subject, DCTERMS.description),
                tags=sorted(map(str, graph.objects(subject, DCAT.keyword))),
                themes=sorted(map(str, graph.objects(subject, DCAT.theme))),
                files=files,
                modified=_text(graph, subject, DCTERMS.modified) or _text(graph, subject, DCTERMS.issued),
                places=[],
            )


def _text(graph: Any, subject: Any, name: Any) -> str:
    return " ".join(re.sub("<[^>]*>", " ", str(graph.value(subject, name) or "")).split())


def _package(
    *, judged: str, organization: tuple[str, str], publisher: str, title: str, notes: str, tags: list[str],
    themes: list[str], files: list[dict[str, str]], modified: str, places: list[str],
) -> dict[str, Any]:  # fmt: skip
    id_ = str(uuid.uuid5(_NAMESPACE, judged + (files[0].get("url", "") if files else "")))
    name = re.sub(
        r"[^a-z0-9]+", "-", title.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    )
    owner = str(uuid.uuid5(_NAMESPACE, organization[0]))
    return {
        "id": id_, "judged": judged, "name": f"{name[:80].strip('-')}-{id_[:6]}", "title": title, "notes": notes, "type": "dataset",
        "state": "active", "private": False, "metadata_created": "2026-01-01T00:00:00", "metadata_modified": "2026-01-01T00:00:00",
        "owner_org": owner, "organization": {"id": owner, "name": organization[0], "title": organization[1]},
        "tags": [{"name": tag, "vocabulary_id": None} for tag in tags], "groups": [], "extras": [], "license_id": "",
        "resources": [{"id": f"{id_}-{number}", "url": "", **file} for number, file in enumerate(files)],
        "publisher": [{"name": publisher}], "theme": themes, "modified": modified, "places": places,
        "relationships_as_subject": [], "relationships_as_object": [],
    }  # fmt: skip


def documents() -> Iterator[dict[str, Any]]:
    """What the portal posts to Solr for each dataset, readable for everybody."""
    from ckanext.rvr_portal.index_batch import prepare

    for dataset in datasets():
        shown = {key: value for key, value in dataset.items() if key != "judged"}
        custom = dict(shown)
        default = {key: value for key, value in shown.items() if key not in ("publisher", "places")}
        default["extras"] = [{"key": "publisher_name", "value": dataset["publisher"][0]["name"]}]
        default["theme"] = json.dumps(shown["theme"])
        default |= {"places": json.dumps(shown["places"]), "publisher": json.dumps(shown["publisher"])}
        document = prepare((default, custom))
        assert document
        yield document | {"permission_labels": ["public"]}


def stock_document(document: dict[str, Any]) -> dict[str, Any]:
    """The same without what only the portal adds."""
    return {
        key: value
        for key, value in document.items()
        if not key.startswith("rvr_") and key not in ("places", "extras_places")
    }
