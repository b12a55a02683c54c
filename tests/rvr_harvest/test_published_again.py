"""Two catalogues as German cities publish them, harvested and published again: checked by a tool that is not ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rdflib import URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, Namespace

DATA = Path(__file__).resolve().parents[3] / "shared/data/catalogs"
CATALOGS = {"bremen": (153, 237), "rostock": (100, 773)}  # datasets, distributions
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the two catalogues are not on this machine")


@pytest.mark.parametrize("name", CATALOGS)
def test_a_real_catalogue_is_published_without_a_violation(published: Any, dcat_check: Any, name: str) -> None:
    from ckanext.rvr_dcat.site import this_site

    graph = published(name)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == CATALOGS[name][0]
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == CATALOGS[name][1]
    for rules in ("spec", "hvd"):
        found = dcat_check.check(
            graph, dcat_check.RULES[rules], dcat_check.high_value(graph) if rules == "hvd" else None
        )
        assert {key: number for key, number in found.items() if key[0] not in ("Warning", "Info")} == {}
        assert not [message for severity, message in found if "Deprecated" in message]
    for dataset in graph.subjects(RDF.type, DCAT.Dataset):
        known = set(map(str, graph.objects(dataset, DCATDE.contributorID))) & this_site().contributors
        assert len(known) == 1


@pytest.mark.parametrize("name", CATALOGS)
def test_govdata_finds_only_what_the_source_does_not_hold(
    published: Any, source_graph: Any, dcat_check: Any, name: str
) -> None:
    found = dcat_check.check(published(name), dcat_check.RULES["dashboard"])
    kinds = {severity for severity, _message in found}
    assert kinds <= {"no_literal_keyword", "no_license_from_list", "no_open_license_from_list"}
    told = _told_to_stewards(name)
    assert told["keyword_missing"] == _number(found, "no_literal_keyword")
    assert told["license_missing"] + told["license_not_listed"] == _number(found, "no_license_from_list")
    assert told["license_not_open"] + _number(found, "no_license_from_list") == _number(
        found, "no_open_license_from_list"
    )
    source = source_graph(name)
    bare = [one for one in source.subjects(RDF.type, DCAT.Dataset) if not list(source.objects(one, DCAT.keyword))]
    assert _number(found, "no_literal_keyword") == len(bare)


def _number(found: Counter[tuple[str, str]], wanted: str) -> int:
    return sum(number for (kind, _text), number in found.items() if kind == wanted)


def _told_to_stewards(name: str) -> Counter[str]:
    """Findings by code, as they stand on the pages of the datasets for those who may change them."""
    import ckan.plugins.toolkit as tk

    query = {"fq": f"organization:{name} +dataset_type:dataset", "rows": 1000}
    site = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    found: Counter[str] = Counter()
    for package in tk.get_action("package_search")({"ignore_auth": True}, query)["results"]:
        shown = tk.get_action("rvr_dcat_dataset_quality_show")(
            {"user": site, "ignore_auth": True}, {"id": package["id"]}
        )
        found.update(one["code"] for one in shown["findings"])
    return found


@pytest.mark.parametrize("name", CATALOGS)
def test_all_formats_say_the_same(published: Any, name: str) -> None:
    graphs = [published(name, format) for format in ("ttl", "rdf", "jsonld")]
    counted = [Counter((str(p), str(o)) for _s, p, o in graph if isinstance(o, URIRef)) for graph in graphs]
    for counts in counted:
        for key in [key for key in counts if "organization" in key[1] and "page=" in key[1]]:
            del counts[key]
    assert counted[0] == counted[1] == counted[2]
    assert len({len(graph) for graph in graphs}) == 1


@pytest.mark.parametrize("name", CATALOGS)
def test_what_the_source_said_is_still_said(published: Any, source_graph: Any, name: str) -> None:
    source = source_graph(name)
    graph = published(name)
    for dataset in source.subjects(RDF.type, DCAT.Dataset):
        assert set(map(str, source.objects(dataset, DCTERMS.identifier))) == set(
            map(str, graph.objects(dataset, DCTERMS.identifier))
        )
        assert set(source.objects(dataset, DCAT.distribution)) == set(graph.objects(dataset, DCAT.distribution))


def test_the_page_of_its_points_says_where_a_harvested_dataset_is_mended(real_catalogues: Any, app: Any) -> None:
    query = {"fq": "organization:bremen +dataset_type:dataset", "rows": 1}
    name = app.get("/api/3/action/package_search", query_string=query).json["result"]["results"][0]["name"]
    page = app.get(f"/quality/dataset/{name}").body
    assert "Der Datensatz stammt aus „Bremen“. Bitte verbessern Sie ihn dort" in page
