"""The addresses of the catalogue: formats, pages, what changed since, 304, and what never stands in it."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, Namespace

HYDRA = Namespace("http://www.w3.org/ns/hydra/core#")
PARSERS = {"ttl": "turtle", "n3": "turtle", "rdf": "xml", "xml": "xml", "jsonld": "json-ld"}
TYPES = {"ttl": "text/turtle", "n3": "text/n3", "rdf": "application/rdf+xml", "xml": "application/rdf+xml",
         "jsonld": "application/ld+json"}  # fmt: skip


@pytest.fixture
def scene(app: Any, fill_once: Any, make_dataset: Any, make_organization: Any) -> Any:
    fill_once(_fill, make_dataset, make_organization)
    return app


def _fill(make_dataset: Any, make_organization: Any) -> None:
    import ckan.plugins.toolkit as tk

    bochum = make_organization(name="bochum", title="Stadt Bochum")["id"]
    for number in range(5):
        make_dataset(name=f"baeume-{number}", title=f"Bäume {number}", owner_org=bochum,
                     resources=[{"url": "https://example.org/a.csv", "format": "CSV"}])  # fmt: skip
    make_dataset(name="geheim", title="Geheimes", owner_org=bochum, private=True)
    make_dataset(name="geloescht", title="Gelöschtes", owner_org=bochum)
    tk.get_action("package_delete")({"ignore_auth": True, "user": _somebody()}, {"id": "geloescht"})
    make_dataset(
        name="vorhaben",
        title="Vorhaben",
        owner_org=bochum,
        type="smart-city-project",
        field_of_action="energy",
        phase="pilot",
        places=["05911000"],
        summary="Ein Vorhaben.",
    )
    make_dataset(name="quelle", title="Anderswo", resources=[])


def _somebody() -> str:
    import ckan.plugins.toolkit as tk

    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]


def _read(answer: Any, format: str = "ttl") -> Graph:
    assert answer.status_code == 200, answer.text[:300]
    return Graph().parse(data=answer.body, format=PARSERS[format])


def _titles(graph: Graph) -> set[str]:
    return {str(title) for one in graph.subjects(RDF.type, DCAT.Dataset) for title in graph.objects(one, DCTERMS.title)}


BAEUME = {f"Bäume {number}" for number in range(5)}


@pytest.mark.parametrize("format", PARSERS)
def test_the_catalogue_stands_in_every_format(scene: Any, format: str) -> None:
    answer = scene.get(f"/catalog.{format}")
    assert answer.headers["Content-Type"].startswith(TYPES[format])
    graph = _read(answer, format)
    assert _titles(graph) == BAEUME | {"Anderswo"}
    catalog = graph.value(None, RDF.type, DCAT.Catalog)
    for predicate in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher):
        assert graph.value(catalog, predicate), predicate
    assert len(list(graph.objects(catalog, DCAT.dataset))) == 6


@pytest.mark.parametrize("format", ["ttl", "rdf", "jsonld"])
def test_an_organisation_has_a_catalogue_of_its_own(scene: Any, format: str) -> None:
    graph = _read(scene.get(f"/organization/bochum.{format}"), format)
    assert _titles(graph) == BAEUME
    assert "Stadt Bochum" in str(graph.value(graph.value(None, RDF.type, DCAT.Catalog), DCTERMS.title))
    assert scene.get("/organization/unbekannt.ttl", status=404)


@pytest.mark.parametrize("page", ["/", "/dataset/baeume-1", "/organization/bochum"])
def test_a_normal_page_answers_with_rdf_who_prefers_it(scene: Any, page: str) -> None:
    answer = scene.get(page, headers={"Accept": "text/turtle, text/html;q=0.5"})
    assert "Bäume 1" in _titles(_read(answer))
    assert "Accept" in answer.headers["Vary"]
    for accept in ("text/html,application/xhtml+xml,*/*;q=0.8", "*/*", "text/html, text/turtle"):
        answer = scene.get(page, headers={"Accept": accept})
        assert answer.headers["Content-Type"].startswith("text/html")
        assert "Accept" in answer.headers["Vary"]


@pytest.mark.parametrize("address", ["/catalog.ttl", "/organization/bochum.rdf", "/dataset/baeume-1.jsonld"])
def test_what_did_not_change_is_not_sent_again(scene: Any, address: str) -> None:
    first = scene.get(address)
    assert first.headers["Last-Modified"]
    again = scene.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert (again.status_code, again.body) == (304, "")
    assert again.headers["ETag"] == first.headers["ETag"]
    other = scene.get(address + "?profiles=dcat_ap_de_2", headers={"If-None-Match": first.headers["ETag"]})
    assert other.status_code == 200


@pytest.mark.parametrize("address", ["/catalog.ttl", "/organization/bochum.rdf", "/dataset/baeume-1.jsonld"])
def test_a_document_is_packed_for_who_takes_it_so(scene: Any, address: str) -> None:
    packed = scene.get(address, headers={"Accept-Encoding": "br, gzip"})
    plain = scene.get(address, headers={"Accept-Encoding": "gzip;q=0"})
    assert (packed.headers["Content-Encoding"], plain.headers.get("Content-Encoding")) == ("gzip", None)
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) < len(plain.data) / 2
    assert packed.headers["ETag"] == plain.headers["ETag"]
    for answer in (packed, plain):
        assert "Accept-Encoding" in answer.headers["Vary"]
        assert int(answer.headers["Content-Length"]) == len(answer.data)
    again = scene.get(address, headers={"Accept-Encoding": "gzip", "If-None-Match": packed.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_change_a_new_name_of_the_organisation_and_a_deletion_are_seen(
    app: Any, clean_db: None, clean_index: None, make_dataset: Any, make_organization: Any
) -> None:
    import ckan.plugins.toolkit as tk

    def act(action: str, **data: Any) -> None:
        tk.get_action(action)({"ignore_auth": True, "user": _somebody()}, data)

    home = make_organization(title="Alt")
    one, other = (make_dataset(title=title, owner_org=home["id"]) for title in ("Eins", "Zwei"))
    tags = [app.get("/catalog.ttl").headers["ETag"]]
    for action, data in (
        ("package_patch", {"id": one["id"], "notes": "Neu."}),
        ("organization_patch", {"id": home["id"], "title": "Neu"}),
        ("package_delete", {"id": other["id"]}),
    ):
        act(action, **data)
        answer = app.get("/catalog.ttl", headers={"If-None-Match": tags[-1]})
        assert answer.status_code == 200, action
        tags.append(answer.headers["ETag"])
    assert len(set(tags)) == 4
    assert "Neu." in answer.text
    assert 'foaf:name "Neu"' in answer.text


@pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", 2)
def test_an_edit_moves_no_dataset_to_another_page(
    app: Any, clean_db: None, clean_index: None, make_dataset: Any
) -> None:
    import ckan.plugins.toolkit as tk

    made = [make_dataset(title=f"Nummer {number}") for number in range(5)]

    def pages() -> list[set[str]]:
        found, address = [], "/catalog.ttl"
        while address:
            graph = _read(app.get(address))
            found.append(_titles(graph))
            following = [str(one) for one in graph.objects(None, HYDRA.next)]
            address = "/" + following[0].split("/", 3)[3] if following else ""
        return found

    before = pages()
    assert [len(page) for page in before] == [2, 2, 1]
    tk.get_action("package_patch")(
        {"ignore_auth": True, "user": _somebody()}, {"id": made[4]["id"], "notes": "Anders."}
    )
    tk.get_action("package_patch")(
        {"ignore_auth": True, "user": _somebody()}, {"id": made[0]["id"], "notes": "Anders."}
    )
    assert pages() == before


def test_only_what_changed_since(scene: Any) -> None:
    assert _titles(_read(scene.get("/catalog.ttl?modified_since=2001-01-01"))) == BAEUME | {"Anderswo"}
    assert _titles(_read(scene.get("/catalog.ttl?modified_since=2999-01-01"))) == set()
    assert scene.get("/catalog.ttl?modified_since=gestern").status_code == 409


HIDDEN = ("Geheim", "geheim", "Gelöscht", "geloescht", "Vorhaben", "vorhaben")
WAYS = [
    "/catalog.{}", "/organization/bochum.{}", "/catalog.{}?q=Geheimes", "/catalog.{}?fq=capacity:private",
    "/catalog.{}?fq=state:deleted", "/catalog.{}?fq=dataset_type:smart-city-project", "/catalog.{}?q=*:*%20OR%20capacity:private",
    "/organization/bochum.{}?fq=%2Bcapacity:private", "/catalog.{}?profiles=euro_dcat_ap_3", "/catalog.{}?profiles=dcat_ap_de_2",
]  # fmt: skip


@pytest.mark.parametrize("format", ["ttl", "rdf", "jsonld"])
def test_private_deleted_and_other_things_are_in_no_catalogue(scene: Any, token_headers: Any, format: str) -> None:
    from ckan.tests import factories

    for headers in ({}, token_headers(factories.Sysadmin()["name"])):
        for way in WAYS:
            text = scene.get(way.format(format), headers=headers).text
            assert not [word for word in HIDDEN if f'"{word}' in text or f">{word}" in text], way


@pytest.mark.parametrize("name", ["geheim", "geloescht", "vorhaben"])
def test_they_have_no_document_of_their_own(scene: Any, name: str) -> None:
    unknown = scene.get("/dataset/unbekannt-17.ttl")
    answer = scene.get(f"/dataset/{name}.ttl")
    assert (answer.status_code, unknown.status_code) == (404, 404)
    asked = scene.get(f"/dataset/{name}", headers={"Accept": "text/turtle"})
    assert "text/turtle" not in asked.headers["Content-Type"]


def test_unknown_formats_pages_and_profiles_are_refused_with_a_sentence(scene: Any) -> None:
    assert scene.get("/catalog.pdf").status_code == 409
    assert scene.get("/catalog.ttl?page=0").status_code == 409
    assert scene.get("/catalog.ttl?page=zwei").status_code == 409
    assert scene.get("/catalog.ttl?profiles=unbekannt").status_code == 409
    assert _titles(_read(scene.get("/catalog.ttl?page=999"))) == set()


def test_version_2_writes_its_own_names(scene: Any) -> None:
    graph = _read(scene.get("/dataset/baeume-1.ttl?profiles=dcat_ap_de_2"))
    assert URIRef("http://purl.org/dc/terms/publisher") in set(graph.predicates())
    assert (None, URIRef("http://www.w3.org/ns/dcat#version"), None) not in graph
