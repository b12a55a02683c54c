"""`ckan rvr-dcat validate`: own rules, and SHACL shapes that lie beside the portal."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

SHAPE = """
@prefix sh: <http://www.w3.org/ns/shacl#> . @prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
<urn:shape> a sh:NodeShape ; sh:targetClass dcat:Dataset ;
    sh:property [ sh:path dct:temporal ; sh:minCount 1 ; sh:message "Der Zeitraum fehlt."@de, "No period."@en ] .
"""
CATALOG = """
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix hydra: <http://www.w3.org/ns/hydra/core#> .
<urn:d%d> a dcat:Dataset . <urn:page%d> a hydra:PagedCollection %s .
"""


def make() -> None:
    from ckan.tests import factories

    for name in ("bochum", "hagen"):
        owner = factories.Organization(name=name)["id"]
        factories.Dataset(
            owner_org=owner,
            name=f"{name}-karg",
            notes="",
            resources=[{"name": "Datei", "url": "https://example.org/a"}],
        )
    factories.Dataset(owner_org=owner, name="zu", private=True, notes="")


@pytest.fixture
def scene(fill_once: Any) -> None:
    fill_once(make)


def run(cli: Any, app: Any, *arguments: str) -> Any:
    from ckanext.rvr_dcat.cli import rvr_dcat

    with app.flask_app.test_request_context():
        return cli.invoke(rvr_dcat, ["validate", *arguments])


def test_own_rules_are_told_dataset_by_dataset_and_summed(scene: None, cli: Any, app: Any) -> None:
    result = run(cli, app)
    assert result.exit_code == 1
    assert "✗ Der Datensatz hat keine Beschreibung. Bitte" in result.output
    assert "Eigene Regeln: 2 Datensätze, 4 Verstöße" in result.output
    assert "SHACL: nicht geprüft" in result.output
    assert "zu:" not in result.output


def test_one_organisation_alone_can_be_checked(scene: None, cli: Any, app: Any) -> None:
    result = run(cli, app, "--org", "hagen", "--quiet")
    assert "Eigene Regeln: 1 Datensätze, 2 Verstöße" in result.output
    assert "hagen-karg" not in result.output
    assert "Es gibt keine Organisation" in run(cli, app, "--org", "gibt-es-nicht").output


@pytest.fixture
def shapes(tmp_path: Path, scene: None, app: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from ckan.common import config

    (tmp_path / "period.ttl").write_text(SHAPE, encoding="utf-8")
    monkeypatch.setitem(config, "ckanext.rvr_dcat.shapes", [str(tmp_path)])


def test_the_shapes_of_the_settings_are_applied(scene: None, cli: Any, app: Any, shapes: None) -> None:
    result = run(cli, app, "--org", "bochum", "--quiet")
    assert "SHACL: 1 Datensätze auf 1 Seiten, 1 Verstöße" in result.output
    assert "temporal: Der Zeitraum fehlt." in result.output


def test_a_catalogue_elsewhere_is_read_page_by_page(scene: None, cli: Any, app: Any, shapes: None, web: Any) -> None:
    pages = {
        "/1": CATALOG % (1, 1, f"; hydra:next <{web.url}/2>"),
        "/2": CATALOG % (2, 2, f"; hydra:next <{web.url}/1>"),  # round in circles
    }
    web.bodies = {path: text.encode() for path, text in pages.items()}
    web.routes = {path: (200, {"Content-Type": "text/turtle"}) for path in pages}
    result = run(cli, app, "--catalog", web.url + "/1")
    assert result.exit_code == 1, result.output
    assert "SHACL: 2 Datensätze auf 2 Seiten, 2 Verstöße" in result.output


def test_what_cannot_be_read_is_said_in_a_sentence(
    scene: None, cli: Any, app: Any, shapes: None, web: Any, monkeypatch: Any
) -> None:
    from ckan.common import config

    web.routes = {"/kaputt": (200, {"Content-Type": "text/turtle"})}
    for path in ("/kaputt", "/weg"):
        result = run(cli, app, "--catalog", web.url + path)
        assert result.exit_code == 1
        assert "Error: " in result.output and "Traceback" not in result.output
    monkeypatch.setitem(config, "ckanext.rvr_dcat.shapes", ["/gibt/es/nicht.ttl"])
    assert "sind nicht lesbar" in run(cli, app, "--quiet").output
