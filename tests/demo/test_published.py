"""The whole demo, as it is published: checked by a tool that is not ours, its addresses asked, its points counted."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, RDF

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "demo"), str(ROOT / "stack")]

NEXT = URIRef("http://www.w3.org/ns/hydra/core#next")


@pytest.fixture
def demo(app: Any, fill_once: Any) -> Any:
    """All catalogues of the demo, harvested; addresses asked and points counted."""
    return fill_once(_Filled(app))


class _Filled:
    def __init__(self, app: Any) -> None:
        self._app = app

    def __call__(self) -> Any:
        import catalog_server
        from portal_content import PortalContent

        server, portals = catalog_server.start_in_thread()
        with self._app.flask_app.test_request_context():
            content = PortalContent(portals.base_url)
            content.organizations()
            for name in content.catalog_names:
                content.harvest(name)
            content.quality()
        server.shutdown()
        server.server_close()
        return content

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Filled)

    def __hash__(self) -> int:
        return hash(_Filled)


@pytest.fixture
def published(demo: Any, app: Any) -> Graph:
    graph, page = Graph(), 1
    while True:
        part = Graph().parse(data=app.get(f"/catalog.ttl?page={page}").body, format="turtle")
        graph += part
        if not list(part.objects(None, NEXT)):
            return graph
        page += 1


def _datasets(content: Any) -> list[Any]:
    return [one for catalog in content.catalogs.values() for one in catalog.datasets]


def test_the_demo_is_published_whole_and_without_a_violation(published: Graph, demo: Any, dcat_check: Any) -> None:
    assert len(set(published.subjects(RDF.type, DCAT.Dataset))) == len(_datasets(demo))
    for rules in ("spec", "hvd"):
        focus = dcat_check.high_value(published) if rules == "hvd" else None
        assert focus is None or focus  # there is something to look at
        found = dcat_check.check(published, dcat_check.RULES[rules], focus)
        assert {key: number for key, number in found.items() if key[0] not in ("Warning", "Info")} == {}


def test_every_dataset_of_the_demo_names_open_nrw_as_its_contributor(published: Graph) -> None:
    contributor = URIRef("http://dcat-ap.de/def/dcatde/contributorID")
    datasets = set(published.subjects(RDF.type, DCAT.Dataset))
    assert datasets
    for dataset in datasets:
        assert list(published.objects(dataset, contributor)) == [URIRef("http://dcat-ap.de/def/contributors/openNRW")]


def test_govdata_finds_only_the_licences_that_the_catalogues_do_not_name(
    published: Graph, demo: Any, dcat_check: Any
) -> None:
    found = dcat_check.check(published, dcat_check.RULES["dashboard"])
    without = sum(len(one.files) for one in _datasets(demo) if one.flaw.get("licence") == "")
    assert without
    assert {kind: number for (kind, _text), number in found.items()} == {"no_open_license_from_list": without}


def test_most_datasets_of_the_demo_are_excellent_once_their_addresses_are_asked(demo: Any, app: Any) -> None:
    quality = app.get("/api/3/action/rvr_dcat_quality_show").json["result"]
    assert quality["datasets"] == len(_datasets(demo))
    assert quality["median"] >= 351
    # the made-up hosts of landing pages and mail are no addresses of data: nobody asks them, and none counts as broken
    links = quality["links"]
    assert (links["failing"], links["unchecked"], quality["broken"], quality["unchecked"]) == (0, 0, 0, 0)
    assert links["total"] > len(_datasets(demo))
