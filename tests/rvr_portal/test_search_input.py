"""Whatever is typed or written into an address: never an error 500, never a word of the search engine."""

from __future__ import annotations

from typing import Any

import pytest
from ckan.tests import factories

pytestmark = pytest.mark.usefixtures("with_plugins")

TYPED = [
    "Gewerbesteuer: Hebesätze", "name:", "haushalt:", 'tags:"x', "xyz:(a b", "AND", "NOT", "OR", "+", "-", "&&", "||", "!", '"',
    '"x', "[x", "{x", "(x", "/(/", "\\", "*", "?", "*a*", "~", "^5", "🚲", "\x00", "a" * 10_000, "wort " * 2_000, "a OR " * 2_000,
    "metadata_modified:foo", "metadata_modified:[x TO y]", "{!", "{!func}x", '_query_:"x"', "title:*:*", "text:[* TO *]", "x:y:z",
    "places:(", "name:/(/", "name:~", "https://example.org/?a=b&c=d", "<script>alert(1)</script>", "' OR 1=1 --",
]  # fmt: skip
OTHERS = [
    {"sort": " "}, {"sort": ","}, {"sort": "name asc,"}, {"sort": "text asc"}, {"sort": "nix asc"}, {"sort": "name"}, {"sort": "🚲"},
    {"page": "1000000000"}, {"page": "9" * 30}, {"page": "0"}, {"page": "-1"}, {"page": "abc"}, {"ext_bbox": "0,0,1e9,1e9"},
    {"ext_bbox": "x"}, {"tags": '"'}, {"tags": "\\"}, {"res_format": '"\\"'}, {"x y": "z"}, {"fq": '"'}, {"organization": "a:b"},
    {"_x": "("}, {"places": "x) OR (y"}, {"metadata_modified": "foo"}, {"state": "deleted"}, {"bbox_area": "x"},
]  # fmt: skip
INNER = (
    "org.apache",
    "SOLR returned",
    "SyntaxError",
    "ParseException",
    "permission_labels",
    "Traceback",
    "parse error",
)


@pytest.fixture
def scene(fill_once: Any, app: Any) -> Any:
    fill_once(_fill)
    return app.flask_app.test_client(use_cookies=False)


def _fill() -> None:
    org = factories.Organization(name="stadt-a")
    factories.Dataset(
        title="Gewerbesteuer: Hebesätze 2024", notes="Alle Hebesätze", owner_org=org["id"], tags=[{"name": "steuer"}]
    )
    factories.Dataset(title="Der Radweg am Fluss", notes="Verlauf", owner_org=org["id"], res_format="CSV")


def _complaints(client: Any, addresses: list[tuple[str, dict[str, str]]], allowed: tuple[int, ...]) -> list[str]:
    found = []
    for path, query in addresses:
        label = f"{path} {str(query)[:80]}"
        try:
            answer = client.get(path, query_string=query, follow_redirects=True)
        except Exception as error:  # in tests CKAN lets unexpected errors through: each is a 500 in real life
            found.append(f"{label}: {type(error).__name__} {str(error)[:100]}")
            continue
        if answer.status_code not in allowed:
            found.append(f"{label}: {answer.status_code}")
        found += [f"{label}: shows {word}" for word in INNER if word.lower() in answer.text.lower()]
    return found


@pytest.mark.parametrize("path", ["/dataset/", "/organization/stadt-a"])
def test_pages_stand_any_input(scene: Any, path: str) -> None:
    addresses = [(path, {"q": text}) for text in TYPED] + [(path, other) for other in OTHERS]
    assert "\n".join(_complaints(scene, addresses, (200, 400, 404))) == ""


@pytest.mark.parametrize("path", ["/catalog.ttl", "/feeds/custom.atom"])
def test_a_catalogue_and_a_feed_stand_any_search_text(scene: Any, path: str) -> None:
    addresses = [(path, {name: text}) for text in (" ", *TYPED) for name in ("q", "fq")]
    assert "\n".join(_complaints(scene, addresses, (200, 400, 404))) == ""


def test_catalogues_and_feeds_stand_any_input(scene: Any) -> None:
    odd = [
        {"page": "1000000000"}, {"page": "x"}, {"page": "0"}, {"page": "-1"}, {"page": "9" * 30}, {"fq": '"'}, {"sort": ","},
        {"tags": '"'}, {"modified_since": "gestern"}, {"modified_since": "9" * 20}, {"modified_since": "2024-01-01T00:00:00+01:00"},
        {"profiles": "x y"}, {"profiles": "dcat_ap_de_3", "q": "a b"}, {"name": " "}, {"_x": "("},
    ]  # fmt: skip
    paths = [f"/catalog.{form}" for form in ("ttl", "rdf", "xml", "n3", "jsonld")]
    paths += ["/feeds/dataset.atom", "/feeds/custom.atom", "/feeds/organization/stadt-a.atom", "/feeds/tag/steuer.atom"]
    addresses = [(path, other) for path in paths for other in odd]
    addresses += [
        ("/catalog.unsinn", {}),
        ("/dataset/unsinn.unsinn", {}),
        ("/dataset/unsinn.ttl", {}),
        ("/feeds/group/x.atom", {}),
    ]
    addresses += [("/api/action/dcat_catalog_show", {"format": form}) for form in ("unsinn", "ttl", "")]
    assert "\n".join(_complaints(scene, addresses, (200, 400, 404, 409))) == ""


@pytest.mark.parametrize(
    "path", ["/dataset/%00", "/dataset/a%00b", "/organization/%00", "/user/%00", "/smart-city-project/%00", "/catalog.%00", "/%00",
             "/dataset/a/resource/%00", "/dashboards/%00", "/harvest/%00", "/feeds/tag/%00.atom", "/dataset/%ff", "/feeds/custom.atom?q=%0c"]
)  # fmt: skip
def test_unwritable_characters_in_an_address_do_no_harm(scene: Any, path: str) -> None:
    assert scene.get(path, follow_redirects=True).status_code in (200, 400, 404)


@pytest.mark.parametrize(
    "action", ["package_show", "resource_show", "organization_show", "tag_show", "harvest_object_show"]
)
def test_unwritable_characters_in_a_parameter_do_no_harm(scene: Any, action: str) -> None:
    assert scene.get(f"/api/action/{action}?id=%00").status_code in (400, 404)


@pytest.mark.ckan_config("ckanext.dcat.datasets_per_page", "1")
def test_the_pages_of_a_catalogue_lead_to_each_other(scene: Any) -> None:
    from rdflib import Graph, Namespace
    from rdflib.namespace import DCAT, RDF

    hydra = Namespace("http://www.w3.org/ns/hydra/core#")
    address, seen = "/catalog.ttl?fq=name%3A%5B%2A%20TO%20%2A%5D", set()
    for _ in range(3):
        graph = Graph().parse(data=scene.get(address).text, format="turtle")
        seen |= set(graph.subjects(RDF.type, DCAT.Dataset))
        assert str(next(graph.objects(None, hydra.totalItems))) == "2"
        following = next(graph.objects(None, hydra.next), None)
        if following is None:
            break
        assert " " not in following
        address = str(following).partition("://")[2].partition("/")[2].join(("/", ""))
    assert len(seen) == 2
    assert str(next(graph.objects(None, hydra.previous))).endswith("page=1")


def test_the_api_stands_any_input(scene: Any) -> None:
    path = "/api/action/package_search"
    addresses = [(path, {"q": text}) for text in TYPED] + [(path, {"fq": text}) for text in TYPED]
    addresses += [
        (path, query)
        for query in (
            {"start": "1000000000"}, {"start": "99999999999"}, {"start": "-1"}, {"rows": "x"}, {"sort": "text asc"}, {"sort": ","},
            {"facet.field": '["metadata_modified"]'}, {"facet.field": '["("]'}, {"defType": "x"}, {"facet": "maybe"}, {"wt": "xml"},
            {"include_private": "maybe"}, {"use_default_schema": "x"}, {"ext_bbox": "0,0,1e9,1e9"}, {"fl": "("}, {"qf": "("}, {"mm": "x"},
            {"bf": "("}, {"boost": "("}, {"facet.limit": "x"}, {"tie": "x"}, {"unknown": "x"}, {"include_drafts": "[]"},
        )
    ]  # fmt: skip
    assert "\n".join(_complaints(scene, addresses, (200, 400, 409))) == ""


def _titles(client: Any, query: str) -> list[str]:
    answer = client.get("/api/action/package_search", query_string={"q": query, "fl": "title"})
    assert answer.status_code == 200, answer.text
    return [row["title"] for row in answer.json["result"]["results"]]


@pytest.mark.parametrize(
    "query", ["Gewerbesteuer: Hebesätze", "hebesatz", "Gewerbesteuer:", '"Gewerbesteuer: Hebesätze"', "tags:steuer"]
)
def test_a_colon_does_not_hide_what_is_there(scene: Any, query: str) -> None:
    assert _titles(scene, query) == ["Gewerbesteuer: Hebesätze 2024"]


@pytest.mark.parametrize("query", ["Radwege", "radweg", "Radwegen", "Radwege Fluss", "title:Radweg"])
def test_german_word_forms_find_each_other(scene: Any, query: str) -> None:
    assert _titles(scene, query) == ["Der Radweg am Fluss"]


def test_the_last_page_answers_for_one_far_behind_the_end(scene: Any) -> None:
    answer = scene.get("/dataset/?page=1000000000")
    assert answer.status_code == 302
    assert answer.headers["Location"].endswith("/dataset/")
    assert scene.get("/dataset/?q=gibtesnicht&page=1000000000").status_code == 200


def test_an_unreadable_order_is_left_out(scene: Any) -> None:
    answer = scene.get("/dataset/?q=rad&sort=%20")
    assert answer.status_code == 302 and answer.headers["Location"].endswith("/dataset/?q=rad")
    assert scene.get("/dataset/?sort=title_string+asc").status_code == 200
    assert scene.get("/dataset/?sort=score+desc%2C+metadata_modified+desc").status_code == 200
