"""What an operator decides on the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

TITLES = ["Bäume", "Bäder", "Brücken", "Parks"]


@pytest.fixture
def command(cli: Any) -> Callable[..., str]:
    """Run a command of rvr-harvest; its output."""

    def run(*arguments: str, typed: str = "", code: int = 0) -> str:
        from ckan import model

        from ckanext.rvr_harvest.cli import rvr_harvest

        result = cli.invoke(rvr_harvest, list(arguments), input=typed)
        assert result.exit_code == code, result.output
        model.Session.remove()
        return str(result.output)

    return run


@pytest.fixture
def asked(harvest: Any, portal: Any, turtle: Any) -> Callable[[], dict[str, Any]]:
    """A source from which three of four datasets are missing, which is too many; harvests it again, whole."""
    url = portal.put("/catalog", turtle(*TITLES), "text/turtle")
    harvest(url)
    portal.put("/catalog", turtle(TITLES[0]), "text/turtle")
    assert [harvest(url)["held"] for _run in range(2)] == [0, 3]
    portal.put("/catalog", turtle(*TITLES), "text/turtle")
    return lambda: harvest(url)


def _titles(found: Callable[[], list[dict[str, Any]]]) -> set[str]:
    return {one["title"] for one in found()}


def test_what_is_confirmed_is_named_and_archived_and_removed_only_by_a_command_of_its_own(
    asked: Any, command: Any, datasets: Any
) -> None:
    from ckan import model

    told = command("confirm", "quelle")
    assert "3 Datensätze wurden archiviert." in told
    assert all(title in told for title in TITLES[1:])
    assert _titles(datasets) == {"Bäume"}
    assert model.Package.get("baeder").state == "archived"
    command("purge", "quelle", typed="n\n", code=1)
    assert model.Package.get("baeder").state == "archived"
    assert "3 archivierte Datensätze wurden gelöscht." in command("purge", "quelle", "--yes")
    assert model.Package.get("baeder") is None
    assert _titles(datasets) == {"Bäume"}
    assert asked()["added"] == 3
    assert _titles(datasets) == set(TITLES)


def test_what_is_rejected_stays(asked: Any, command: Any, datasets: Any) -> None:
    assert "3 Datensätze bleiben." in command("reject", "quelle")
    assert "Es wartet keine Entscheidung." in command("reject", "quelle")
    assert "Es wartet keine Entscheidung." in command("confirm", "quelle")
    assert _titles(datasets) == set(TITLES)
    assert asked()["unchanged"] == 4


@pytest.mark.parametrize(("answer", "words"), [("confirm", "behält seine Adresse"), ("reject", "gilt als neu")])
def test_a_dataset_under_a_new_identifier_is_joined_or_not(
    harvest: Any, portal: Any, turtle: Any, command: Any, datasets: Any, answer: str, words: str
) -> None:
    url = portal.put("/catalog", turtle("Bäume"), "text/turtle")
    harvest(url)
    before = datasets()[0]["id"]
    portal.put("/catalog", turtle("Bäume", base="https://example.org/neu/"), "text/turtle")
    harvest(url)
    assert words in command(answer, "quelle", "--moved")
    harvest(url)
    assert ([one["id"] for one in datasets()] == [before]) is (answer == "confirm")


@pytest.mark.parametrize("name", ["confirm", "reject"])
def test_an_unknown_source_is_said_to_be_unknown(harvest: Any, command: Any, name: str) -> None:
    assert "unbekannt" in command(name, "unbekannt", code=1)
