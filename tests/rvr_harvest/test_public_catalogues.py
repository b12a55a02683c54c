"""Two catalogues as German cities publish them arrive whole, and a second run touches nothing."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from rdflib import URIRef
from rdflib.namespace import DCAT, DCTERMS, RDF

from ckanext.rvr_portal.shared import vocabulary


def _in_our_terms(licenses: Counter[str]) -> Counter[str]:
    """The same licences under the addresses of the DCAT-AP.de list; an unknown one stays as it is."""
    counted: Counter[str] = Counter()
    for came, number in licenses.items():
        term = vocabulary("license").lookup(came)
        counted[term.uri if term else came] += number
    return counted


def _extra(dataset: dict[str, Any], key: str) -> Any:
    return next((extra["value"] for extra in dataset.get("extras", []) if extra["key"] == key), None)


def test_the_same_catalogue_as_two_sources_makes_two_sets_of_datasets(
    harvest: Any, datasets: Any, real_catalog: Any
) -> None:
    url = real_catalog("bremen.rdf")
    harvest(url, "eins")
    report = harvest(url + "?", "zwei", organization="essen")
    one, two = datasets("eins"), datasets("zwei")
    assert (len(one), len(two)) == (153, 153)
    assert len({dataset["name"] for dataset in (*one, *two)}) == 306
    assert {dataset["organization"]["name"] for dataset in one} == {"dortmund"}
    assert {dataset["organization"]["name"] for dataset in two} == {"essen"}
    assert {"foreign_guid"} <= {finding["code"] for finding in report["findings"]}


@pytest.mark.parametrize(
    ("name", "datasets_in", "distributions_in", "status"),
    [("bremen", 153, 237, "complete"), ("rostock", 100, 773, "incomplete")],
)
def test_a_real_catalogue_arrives_whole(
    real_catalogues: Any,
    datasets: Any,
    source_graph: Any,
    name: str,
    datasets_in: int,
    distributions_in: int,
    status: str,
) -> None:
    report, said = real_catalogues.reports[name], source_graph(name)
    arrived = datasets(name)
    identifiers = dict(said.subject_objects(DCTERMS.identifier))

    assert report["status"] == status
    assert (report["added"], report["refused"]) == (datasets_in, 0)
    assert {_extra(one, "guid") for one in arrived} == set(map(str, said.subjects(RDF.type, DCAT.Dataset)))
    assert sum(len(one["resources"]) for one in arrived) == distributions_in
    assert len(set(said.subjects(RDF.type, DCAT.Distribution))) == distributions_in
    licenses = Counter(resource["license"] for one in arrived for resource in one["resources"])
    assert licenses == _in_our_terms(Counter(map(str, said.objects(None, DCTERMS.license))))
    assert all(vocabulary("license").lookup(came) for came in licenses)
    for one in arrived:
        told = identifiers.get(URIRef(_extra(one, "guid")))
        assert one.get("identifier") == (str(told) if told is not None else None)


@pytest.mark.parametrize(("name", "number"), [("bremen", 153), ("rostock", 100)])
def test_all_datasets_of_a_real_catalogue_are_in_the_search(real_catalogues: Any, name: str, number: int) -> None:
    import ckan.plugins.toolkit as tk

    found = tk.get_action("package_search")({}, {"q": "*:*", "fq": f"organization:{name}", "rows": 0})
    assert found["count"] == number


def test_a_catalogue_whose_next_page_is_missing_is_incomplete_and_loses_nothing(
    real_catalogues: Any, datasets: Any
) -> None:
    report = real_catalogues.reports["rostock"]
    assert (report["expected"], report["seen"], report["complete"]) == (217, 100, False)
    assert "Seite 2" in report["sentences_de"][0]
    assert "217" in report["sentences_de"][0]
    assert len(datasets("rostock")) == 100


@pytest.mark.parametrize(("name", "number"), [("bremen", 153), ("rostock", 100)])
def test_the_second_run_of_a_real_catalogue_writes_nothing(
    real_catalogues: Any, harvest_here: Any, real_catalog: Any, counting: Any, name: str, number: int
) -> None:
    with counting() as counted:
        again = harvest_here(real_catalog(f"{name}.rdf"), name, organization=name)
    assert (again["added"], again["changed"], again["unchanged"]) == (0, 0, number)
    assert (counted.packages, counted.solr) == (0, 0)
