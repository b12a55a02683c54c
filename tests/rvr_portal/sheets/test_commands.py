"""`ckan rvr-portal sheet …`: what the web pages do, on the command line."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from ckan.tests import factories, helpers
from click.testing import CliRunner, Result
from sheet_steward import Steward, everything, show

from ckanext.rvr_portal.cli import rvr_portal
from ckanext.rvr_portal.sheets import store
from ckanext.rvr_portal.sheets.columns import all_columns
from ckanext.rvr_portal.sheets.table import read_table, write_table

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.fixture
def steward(clean_db: None, clean_index: None) -> Steward:
    return Steward()


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(rvr_portal, ["sheet", *map(str, arguments)])


def file_of(path: Path, rows: list[dict[str, str]]) -> Path:
    keys = {key for row in rows for key in row}
    columns = [column for column in all_columns() if column.key in keys]
    path.write_bytes(write_table(path.suffix[1:], columns, rows, "de", explained=False))
    return path


def test_the_real_command_exports_what_it_imports(steward: Steward, tmp_path: Path) -> None:
    before = show(steward.dataset()["id"])
    name, table = steward.organization["name"], tmp_path / "tabelle.xlsx"

    def ckan(*arguments: Any) -> subprocess.CompletedProcess[str]:
        command = ["ckan", "-c", os.environ["CKAN_INI"], "rvr-portal", "sheet", *map(str, arguments)]
        # the site's id as in test.ini: the index shows a site only what it wrote itself
        return subprocess.run(
            command, env={**os.environ, "CKAN_SITE_ID": "test"}, capture_output=True, text=True, check=False
        )

    done = ckan("export", name, table)
    assert done.returncode == 0, done.stderr[-2000:]
    rows = read_table(table.read_bytes(), all_columns(), 2**24, 100).rows
    assert rows[1].text("title") == "Radzählung"
    result = run("import", name, table, "--user", steward.user["name"])
    assert (result.exit_code, "There is nothing to write." in result.output) == (0, True), result.output
    assert show(before["id"]) == before
    new = file_of(tmp_path / "neu.csv", [{"id": before["id"], "title": "Gezählte Räder"}, {"id": "", "title": "Bäume"}])
    done = ckan("import", name, new, "--user", steward.user["name"])
    assert done.returncode == 0, done.stderr[-2000:]
    assert "1 created, 1 changed, 0 left out." in done.stdout
    assert "Titel: Radzählung → Gezählte Räder" in done.stdout
    found = helpers.call_action("package_search", fq=f"owner_org:{steward.organization['id']}")
    assert sorted(one["title"] for one in found["results"]) == ["Bäume", "Gezählte Räder"]


@pytest.mark.parametrize(("form", "lang", "heading"), [("xlsx", "de", "Titel"), ("csv", "en", "Title")])
def test_the_template_is_written_in_both_forms_and_languages(
    steward: Steward, tmp_path: Path, form: str, lang: str, heading: str
) -> None:
    file = tmp_path / f"vorlage.{form}"
    result = run("template", file, "--lang", lang)
    assert result.exit_code == 0, result.output
    assert file.read_bytes()[:2] == (b"PK" if form == "xlsx" else b"\xef\xbb")
    if form == "csv":
        assert f";{heading};" in file.read_text("utf-8-sig").splitlines()[0]


def test_a_dry_run_says_what_would_change_and_leaves_nothing_behind(steward: Steward, tmp_path: Path) -> None:
    dataset = steward.dataset()
    file = file_of(tmp_path / "a.csv", [{"id": dataset["id"], "title": "Neu"}])
    before = everything()
    result = run("import", steward.organization["name"], file, "--user", steward.user["name"], "--dry-run")
    assert result.exit_code == 0, result.output
    assert "Titel: Radzählung → Neu" in result.output
    assert everything() == before
    assert store.of_user(steward.user["id"]) == []


def test_one_bad_row_keeps_all_from_being_written_unless_it_may_be_skipped(steward: Steward, tmp_path: Path) -> None:
    file = file_of(tmp_path / "a.csv", [{"title": "Bäume", "issued": "2024"}, {"title": "Bänke", "issued": "gestern"}])
    arguments = ("import", steward.organization["name"], file, "--user", steward.user["name"])
    before = everything()
    result = run(*arguments)
    assert result.exit_code == 1
    assert "row 3: Veröffentlicht am:" in result.output
    assert "--skip-invalid" in result.output
    assert everything() == before
    result = run(*arguments, "--skip-invalid")
    assert result.exit_code == 0, result.output
    assert "1 created, 0 changed, 0 left out." in result.output


def test_what_somebody_changed_since_the_export_is_overwritten_only_when_asked(
    steward: Steward, tmp_path: Path
) -> None:
    dataset = steward.dataset()
    rows = [{"id": dataset["id"], "stamp": "2020-01-01T00:00:00", "title": "Aus der Tabelle"}]
    arguments = (
        "import",
        steward.organization["name"],
        file_of(tmp_path / "a.csv", rows),
        "--user",
        steward.user["name"],
    )
    result = run(*arguments)
    assert result.exit_code == 1
    assert "--overwrite" in result.output
    assert show(dataset["id"])["title"] == "Radzählung"
    assert store.of_user(steward.user["id"]) == []
    result = run(*arguments, "--overwrite")
    assert (result.exit_code, show(dataset["id"])["title"]) == (0, "Aus der Tabelle"), result.output


def test_what_is_not_there_or_not_allowed_is_said_in_a_sentence(steward: Steward, tmp_path: Path) -> None:
    file = file_of(tmp_path / "a.csv", [{"title": "Bäume"}])
    broken = tmp_path / "kaputt.xlsx"
    broken.write_bytes(b"PK\x03\x04 kein Archiv")
    gone = factories.User()
    helpers.call_action("user_delete", id=gone["id"])
    name, user = steward.organization["name"], steward.user["name"]
    asked: list[tuple[tuple[Any, ...], str]] = [
        (("export", "gibt-es-nicht", tmp_path / "x.csv"), "There is no organisation “gibt-es-nicht”."),
        (("export", name, tmp_path / "kein/ordner.csv"), "cannot be written"),
        (("import", "gibt-es-nicht", file, "--user", user), "There is no organisation"),
        (("import", name, file, "--user", "niemand"), "There is no user “niemand”."),
        (("import", name, file, "--user", gone["name"]), "There is no user"),
        (("import", name, file, "--user", factories.User()["name"]), "may not change datasets"),
        (("import", name, broken, "--user", user), "kann nicht gelesen werden"),
    ]
    before = everything()
    for arguments, words in asked:
        result = run(*arguments)
        assert result.exit_code == 1, arguments
        assert words in result.output
        assert isinstance(result.exception, SystemExit), result.exception
    assert everything() == before
