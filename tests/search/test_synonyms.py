"""An operator tries a list of synonyms, uses it, and goes back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories

from ckanext.rvr_portal import synonyms
from ckanext.rvr_portal.cli_search import preview_command, reset, set_list, show
from ckanext.rvr_portal.domain.synonyms import delivered, parse

KEY = "ckanext.rvr_portal.search_synonyms"
JUDGED = '- {q: Glühwein, 3: ["stadt-a: Weihnachtsmärkte*"]}\n- {q: anderswo, 3: ["fremd: Gibt es nicht"]}\n'


@pytest.fixture
def scene(fill_once: Any) -> Any:
    fill_once(_fill)
    yield
    model.delete_system_info(KEY)
    tk.config[KEY] = ""


def _fill() -> None:
    org = factories.Organization(name="stadt-a")
    factories.Dataset(title="Weihnachtsmärkte der Stadt", notes="Text", owner_org=org["id"])
    factories.Dataset(title="Geschlossener Weihnachtsmarkt", notes="Text", owner_org=org["id"], private=True)


def _count(text: str) -> int:
    return tk.get_action("package_search")({"user": "", "auth_user_obj": None}, {"q": text})["count"]


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "woerter.txt"
    path.write_text(delivered() + "\nglühwein => weihnachtsmarkt\n", "utf-8")
    return path


def test_a_preview_shows_what_would_change_and_changes_nothing(scene: Any, cli: Any, file: Path) -> None:
    answer = cli.invoke(preview_command, [str(file)])
    assert "glühwein: 0 hits now, 1 then\n  + stadt-a: Weihnachtsmärkte der Stadt\n" in answer.output
    assert "1 of 2 queries would change." in answer.output
    assert "Geschlossen" not in answer.output
    assert _count("Glühwein") == 0


def test_a_preview_on_judged_queries_says_how_the_order_gains(scene: Any, cli: Any, file: Path) -> None:
    judged = file.with_name("fragen.yaml")
    judged.write_text(JUDGED, "utf-8")
    answer = cli.invoke(preview_command, [str(file), "--judged", str(judged)])
    assert "over 1 judged queries: 0.000 now, 1.000 then" in answer.output


def test_a_list_works_at_once_and_the_delivered_one_comes_back(scene: Any, cli: Any, file: Path) -> None:
    assert not cli.invoke(set_list, [str(file)]).exception
    assert _count("Glühwein") == 1
    assert "glühwein" in cli.invoke(show, []).output
    assert "glühwein" not in cli.invoke(show, ["--delivered"]).output
    assert not cli.invoke(reset, []).exception
    assert _count("Glühwein") == 0


def test_a_list_with_a_mistake_is_refused_with_its_line(scene: Any, cli: Any, tmp_path: Path) -> None:
    bad = tmp_path / "schlecht.txt"
    bad.write_text("kita, kindergarten\nallein\n", "utf-8")
    answer = cli.invoke(set_list, [str(bad)])
    assert answer.exit_code == 1
    assert "Line 2" in answer.output
    with pytest.raises(tk.ValidationError):
        tk.get_action("config_option_update")({"ignore_auth": True, "user": "x"}, {KEY: "allein"})


def test_only_a_sysadmin_sets_synonyms(scene: Any, app: Any) -> None:
    user = factories.User()
    with pytest.raises(tk.NotAuthorized):
        tk.get_action("config_option_update")({"user": user["name"], "ignore_auth": False}, {KEY: ""})


def test_a_broken_list_in_the_settings_does_not_stop_the_search(scene: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(tk.config, KEY, "allein")
    assert _count("Weihnachtsmarkt") == 1
    assert synonyms.current() == parse("")
