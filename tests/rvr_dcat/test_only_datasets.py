"""Nothing but datasets gets into the catalogue: a package of a type that nobody here knows is in no exit and no count."""

from __future__ import annotations

import json
from typing import Any

import pytest
from ckan.tests import factories, helpers

from ckanext.rvr_dcat import rating

WORD = "zq18fremd"

RDF = [
    *(f"/catalog.{ending}" for ending in ("ttl", "rdf", "xml", "jsonld", "n3")),
    "/catalog.ttl?profiles=dcat_ap_de_2", f"/catalog.ttl?q={WORD}", "/catalog.ttl?fq=dataset_type:wetterkarte",
    "/catalog.ttl?fq=*:*", "/catalog.ttl?modified_since=2000-01-01",
    *(f"/organization/hattingen.{ending}" for ending in ("ttl", "rdf", "jsonld")),
    *(f"/dataset/{WORD}.{ending}" for ending in ("ttl", "rdf", "xml", "jsonld", "n3")),
    f"/api/3/action/dcat_dataset_show?id={WORD}", "/api/3/action/dcat_catalog_show",
    f"/api/3/action/dcat_catalog_search?q={WORD}",
]  # fmt: skip
LISTS = [
    "/", "/dataset/", "/dataset/?tags=" + WORD, "/datasets.csv", "/datasets.geojson", "/datasets.atom", "/datasets.json",
    "/organization/hattingen", "/organization/", "/map", "/map/clusters.json?zoom=9&bbox=6,50,9,53", "/sitemap.xml",
    "/sitemap-pages.xml", "/sitemap-datasets-1.xml", "/feeds/dataset.atom", "/feeds/organization/hattingen.atom",
    "/feeds/tag/" + WORD + ".atom", "/feeds/custom.atom?q=" + WORD, "/quality/organization/hattingen", "/quality/datasets",
    "/quality/datasets.csv", "/quality/datasets.ttl", f"/quality/dataset/{WORD}",
    "/api/3/action/rvr_search?rows=50", "/api/3/action/rvr_dcat_quality_show",
]  # fmt: skip


class Scene:
    """A dataset, and a package of another type with telling words, both of one organisation and public."""

    def __init__(self, app: Any) -> None:
        self.client = app.flask_app.test_client(use_cookies=False)
        user = factories.Sysadmin()["name"]
        organization = factories.Organization(name="hattingen", title="Stadt Hattingen", places=["05954016"])
        common = {"owner_org": organization["id"], "notes": "Beschreibung"}
        factories.Dataset(name="offen", title="Offen", resources=[{"url": "https://example.org/a.csv"}], **common)
        self.package = helpers.call_action(
            "package_create", {"user": user}, name=WORD, type="wetterkarte", title=f"{WORD} Titel",
            tags=[{"name": WORD}], resources=[{"url": f"https://{WORD}.example/a.csv", "format": "CSV"}], **common,
        )  # fmt: skip

    def get(self, path: str, **headers: str) -> Any:
        return self.client.get(path, headers=headers, follow_redirects=True)


@pytest.fixture
def here(fill_once: Any, app: Any) -> Scene:
    return fill_once(Scene, app)


def test_the_package_is_really_there(here: Scene) -> None:
    shown = here.get(f"/api/3/action/package_show?id={WORD}").json["result"]
    assert (shown["type"], shown["state"], shown["private"]) == ("wetterkarte", "active", False)


@pytest.mark.parametrize("path", RDF + LISTS)
def test_no_exit_of_the_catalogue_names_it(here: Scene, path: str) -> None:
    answer = here.get(path)
    assert answer.status_code in (200, 400, 404, 409), answer.status_code
    text = answer.text.replace(path, "").replace(f"={WORD}", "").replace(f'value="{WORD}"', "")
    assert not [word for word in (f"{WORD} Titel", f"{WORD}.example", here.package["id"]) if word in text]
    if path in ("/catalog.ttl", "/datasets.csv", "/sitemap-datasets-1.xml", "/datasets.atom", "/feeds/dataset.atom"):
        assert "offen" in text.lower()


@pytest.mark.parametrize("accept", ["text/turtle", "application/rdf+xml", "application/ld+json"])
def test_content_negotiation_gives_no_description_of_it(here: Scene, accept: str) -> None:
    for path in (f"/dataset/{WORD}", f"/wetterkarte/{WORD}", f"/dataset/{here.package['id']}"):
        answer = here.get(path, Accept=accept)
        assert answer.mimetype == "text/html" or answer.status_code == 404, path
        assert "dcat#Dataset" not in answer.text
        assert "schema.org" not in answer.text, path


def test_no_count_counts_it(here: Scene) -> None:
    def result(action: str) -> Any:
        return here.get(f"/api/3/action/{action}").json["result"]

    rating.update()
    assert result("rvr_search?rows=0")["count"] == 1
    assert result("rvr_dcat_quality_show")["datasets"] == 1
    assert "1 Datensatz" in here.get("/organization/hattingen").text
    assert json.loads(here.get("/datasets.json").text)["items"][0]["title"] == "Offen"
    assert (
        'hydra:totalItems "1"' in here.get("/catalog.ttl").text or "hydra:totalItems 1" in here.get("/catalog.ttl").text
    )
