"""Sources of the stock harvesters are taken over: harvested by theirs first, then by ours, and nothing comes twice."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest


@pytest.fixture
def stock(clean_db: None, clean_index: None, app: Any) -> Iterator[Any]:
    """Make a source of a stock harvester and harvest it as ckanext-harvest does; returns the source's id."""
    import ckan.plugins as p
    import ckan.plugins.toolkit as tk
    from ckan import model
    from ckan.tests import factories
    from ckanext.harvest import utils

    plugins = ("ckan_harvester", "dcat_rdf_harvester")
    organization = factories.Organization(name="moers", title="Stadt Moers", description="")["id"]

    def harvest(kind: str, url: str, config: str = "") -> str:
        user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
        data = {
            "name": "alt", "title": "Alt", "url": url, "source_type": kind, "owner_org": organization,
            "frequency": "WEEKLY", "config": config,
        }  # fmt: skip
        made = tk.get_action("harvest_source_create")({"user": user, "ignore_auth": True}, data)
        utils.run_test_harvester("alt", None)
        model.Session.remove()
        return made["id"]

    p.load(*plugins)
    yield harvest
    p.unload(*plugins)


def _facts(found: list[dict[str, Any]]) -> set[tuple[str, str, str]]:
    return {(one["id"], one["name"], one["title"]) for one in found}


def _adopt(cli: Any, *arguments: str) -> Any:
    from ckanext.rvr_harvest.cli import rvr_harvest

    return cli.invoke(rvr_harvest, ["adopt", *arguments])


def _run(cli: Any) -> dict[str, Any]:
    from ckan import model

    from ckanext.rvr_harvest.cli import rvr_harvest

    result = cli.invoke(rvr_harvest, ["run", "alt", "--json"])
    model.Session.remove()
    return json.loads(result.output[result.output.index("{") :])


def _kind() -> tuple[str, str, dict[str, Any]]:
    from ckan import model
    from ckanext.harvest.model import HarvestSource

    model.Session.remove()
    package: Any = model.Package.get("alt")
    source: Any = HarvestSource.get(package.id)
    return source.type, source.frequency, json.loads(source.config or "{}")


def test_an_rdf_source_of_the_stock_harvester_goes_on_with_the_same_datasets(
    stock: Any, portal: Any, turtle: Any, datasets: Any, cli: Any
) -> None:
    nameless = """
[] a dcat:Dataset ; dct:title "Ohne Adresse" ; dct:identifier "nur-kennung" .
[] a dcat:Dataset ; dct:title "Ohne alles" ; dct:description "Nur ein Titel." .
"""
    url = portal.put("/catalog.ttl", turtle("Bäume", "Bäder", extra=nameless), "text/turtle")
    stock("dcat_rdf", url, '{"rdf_format": "turtle", "default_extras": {"a": "b"}}')
    before = _facts(datasets())
    assert len(before) == 4

    told = _adopt(cli, "alt", "--dry-run")
    assert "4 Datensätze behalten Kennung, Namen und Adresse" in told.output
    assert "default_extras" in told.output
    assert _kind()[0] == "dcat_rdf"

    assert _adopt(cli, "--all").exit_code == 0
    kind, frequency, config = _kind()
    assert (kind, frequency) == ("rvr_dcat_rdf", "MANUAL")
    assert config == {"plan": "weekly mon", "stock": {"default_extras": {"a": "b"}}}
    report = _run(cli)
    assert (report["added"], report["vanished"], report["changed"], report["refused"]) == (0, 0, 4, 0)
    assert _facts(datasets()) == before
    assert _run(cli)["unchanged"] == 4
    assert "schon übernommen" in _adopt(cli, "alt").output


def test_a_ckan_source_of_the_stock_harvester_goes_on_with_the_same_datasets(
    stock: Any, second_site: Any, datasets: Any, cli: Any
) -> None:
    stock("ckan", second_site.url, json.dumps({"force_all": True, "clean_tags": True}))
    before = _facts(datasets())
    assert len(before) >= 3
    assert _adopt(cli, "alt").exit_code == 0
    assert _kind() == ("rvr_ckan", "MANUAL", {"plan": "weekly mon"})
    report = _run(cli)
    missed = 12 - len(before)  # what the stock harvester could not store
    assert (report["added"], report["vanished"], report["refused"]) == (missed, 0, 0)
    assert before <= _facts(datasets())
    assert len(datasets()) == 12
