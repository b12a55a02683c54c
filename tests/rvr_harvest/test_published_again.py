"""Two catalogues as German cities publish them, harvested and published again: checked by a tool that is not ours."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from rdflib import Graph, URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF, Namespace

DATA = Path(__file__).resolve().parents[3] / "shared/data/catalogs"
CATALOGS = {"bremen": ("bremen.rdf", 153, 237), "rostock": ("rostock.rdf", 100, 773)}  # datasets, distributions
DCATDE = Namespace("http://dcat-ap.de/def/dcatde/")

pytestmark = pytest.mark.skipif(not DATA.exists(), reason="the two catalogues are not on this machine")


@pytest.mark.parametrize("name", CATALOGS)
def test_a_real_catalogue_is_published_without_a_violation(published: Any, dcat_check: Any, name: str) -> None:
    from ckanext.rvr_dcat.site import this_site

    graph = published(name)
    assert len(set(graph.subjects(RDF.type, DCAT.Dataset))) == CATALOGS[name][1]
    assert len(set(graph.subjects(RDF.type, DCAT.Distribution))) == CATALOGS[name][2]
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
def test_govdata_finds_only_what_the_source_does_not_hold(published: Any, dcat_check: Any, name: str) -> None:
    found = dcat_check.check(published(name), dcat_check.RULES["dashboard"])
    kinds = {severity for severity, _message in found}
    assert kinds <= {"no_literal_keyword", "no_license_from_list", "no_open_license_from_list"}
    source = Graph().parse(DATA / CATALOGS[name][0], format="xml")
    bare = [one for one in source.subjects(RDF.type, DCAT.Dataset) if not list(source.objects(one, DCAT.keyword))]
    assert sum(number for (kind, _), number in found.items() if kind == "no_literal_keyword") == len(bare)


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
def test_what_the_source_said_is_still_said(published: Any, name: str) -> None:
    source = Graph().parse(DATA / CATALOGS[name][0], format="xml")
    graph = published(name)
    for dataset in source.subjects(RDF.type, DCAT.Dataset):
        assert set(map(str, source.objects(dataset, DCTERMS.identifier))) == set(
            map(str, graph.objects(dataset, DCTERMS.identifier))
        )
        assert set(source.objects(dataset, DCAT.distribution)) == set(graph.objects(dataset, DCAT.distribution))
