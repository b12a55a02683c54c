"""The region's portals, brought in at once, and nobody contacted before a dry run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

OTHER = """
region: Anderswo
organizations:
- {name: anderswo, title: Stadt Anderswo}
sources:
- {name: anderswo, title: Anderswo, url: "{portal}/catalog", kind: rvr_dcat_rdf, organization: anderswo, plan: weekly mon 03:00}
- {name: fremd, title: Fremd, url: "{portal}/x", kind: rvr_unbekannt, organization: anderswo}
- {name: herrenlos, title: Herrenlos, url: "{portal}/y", kind: rvr_ckan, organization: fehlt}
"""


def _sources(cli: Any, *arguments: str) -> Any:
    from ckanext.rvr_harvest.cli import rvr_harvest

    return cli.invoke(rvr_harvest, ["sources", *arguments])


def test_the_portals_of_the_region_are_brought_in_once_and_all_wait_for_a_dry_run(
    cli: Any, clean_db: None, clean_index: None
) -> None:
    from ckanext.rvr_portal.cli import rvr_portal

    cli.invoke(rvr_portal, ["organizations", "create"])
    first = _sources(cli, "load", "ruhr")
    assert first.exit_code == 0, first.output
    lines = first.output.strip().splitlines()
    assert len(lines) == 12
    assert all(line.endswith("angelegt") for line in lines), first.output
    assert all(line.endswith("vorhanden") for line in _sources(cli, "load", "ruhr").output.strip().splitlines())
    rows = json.loads(_sources(cli, "list", "--json").output)
    assert {row["state"] for row in rows} == {"neu: erst Probelauf"}
    kinds = {row["name"]: row["kind"] for row in rows}
    assert (kinds["dortmund"], kinds["essen"], kinds["herne"]) == ("rvr_opendatasoft", "rvr_data_json", "rvr_csw")
    refused = _sources(cli, "activate", "essen")
    assert refused.exit_code == 1
    assert "Probelauf" in refused.output or "dry run" in refused.output


def test_another_region_brings_its_own_file_and_a_bad_entry_does_not_stop_the_others(
    cli: Any, clean_db: None, clean_index: None, portal: Any, turtle: Any, tmp_path: Path
) -> None:
    from ckan import model

    from ckanext.rvr_harvest import harvester

    portal.put("/catalog", turtle("Bäume"), "text/turtle")
    path = tmp_path / "anderswo.yaml"
    path.write_text(OTHER.replace("{portal}", portal.url), encoding="utf-8")
    said = _sources(cli, "load", str(path)).output
    assert "angelegt" in said.splitlines()[0]
    assert "„rvr_unbekannt“ gibt es hier nicht" in said
    assert "„fehlt“ fehlt" in said
    assert portal.asked == []
    source: Any = model.Package.get("anderswo")
    harvester.dry_run(source.id)
    model.Session.remove()
    done = _sources(cli, "activate", "anderswo")
    assert done.exit_code == 0, done.output
    assert "03:00" in done.output
    row = json.loads(_sources(cli, "list", "--json").output)[0]
    assert (row["state"], row["plan"]) == ("eingeschaltet", "jeden Montag um 03:00 Uhr")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("sources: [", "kein lesbares YAML"),
        ("a: 1", "„sources“"),
        ("sources: [{name: a}]", "Es fehlt title"),
        ("sources: [{name: A B, title: t, url: 'https://x', kind: k, organization: o}]", "Kleinbuchstaben"),
        ("sources: [{name: ab, title: t, url: 'ftp://x', kind: k, organization: o}]", "keine Internetadresse"),
        ("sources: [{name: ab, title: t, url: 'https://x', kind: k, organization: o, plan: oft}]", "kein Zeitplan"),
        ("sources: [{name: ab, title: t, url: 'https://x', kind: k, organization: o, extra: 1}]", "Unbekannt"),
    ],
)
def test_a_list_that_cannot_be_used_says_where_and_why(text: str, words: str, tmp_path: Path) -> None:
    from ckanext.rvr_harvest.domain.source_list import SourceListError, read_list

    with pytest.raises(SourceListError, match=words):
        read_list(text)
