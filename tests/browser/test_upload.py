"""A steward uploads files in a real browser, with and without scripts."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from in_browser import PASSWORD, follow, log_in, picture

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins", "clean_db", "clean_index")]

GOOD = "AGS;Ort;Einwohner;Fläche;Stand\n" + "05113000;Essen;582.415;210,34;31.12.2023\n" * 30
BROKEN = "a;b;c;d;e;f;g;h\n" + "1;2;3;4;5;6;7;8\n" * 15 + "1;2;3;4;5;6;7;8;9\n"


@pytest.fixture
def dataset() -> dict[str, Any]:
    user = factories.User(name="redaktion", password=PASSWORD)
    organization = factories.Organization(title="Stadt Essen", users=[{"name": user["name"], "capacity": "editor"}])
    return factories.Dataset(name="einwohner", title="Einwohner", notes="Ein Datensatz.", owner_org=organization["id"])


@pytest.fixture
def steward(new_page: Callable[..., Any], live_server: Any) -> Callable[..., Any]:
    """A page of somebody who may edit."""

    def make(**options: Any) -> Any:
        return log_in(new_page(**options), live_server.url, "redaktion")

    return make


def work() -> None:
    """What a worker does with all that waits; here in this process, as a browser does not outlive a fork."""
    from ckanext.rvr_portal.tables.load import load_table

    with model.ensure_engine().connect() as connection:
        waiting = connection.execute(sa.text("SELECT resource_id, version FROM rvr_portal_table_load")).all()
    for resource_id, version in waiting:
        load_table(resource_id, version)


def _file(folder: Path, content: str | bytes, name: str = "einwohner.csv") -> Path:
    path = folder / name
    path.write_bytes(content if isinstance(content, bytes) else content.encode("cp1252"))
    return path


def _save(page: Any) -> None:
    follow(page.locator("button[name=save][value=go-metadata], button[name=save][value=go-dataset-complete]").last)


def test_a_file_is_looked_at_when_chosen_and_its_table_appears_by_itself(
    dataset: dict[str, Any], steward: Any, live_server: Any, axe: Any, tmp_path: Path
) -> None:
    page = steward()
    page.goto(live_server.url + "/dataset/einwohner/resource/new")
    page.set_input_files("#field-resource-upload", _file(tmp_path, GOOD))
    check = page.locator("#file-check")
    check.get_by_text("CSV-Tabelle").wait_for()
    assert "Windows-1252" in check.inner_text()
    assert "5 Spalten: AGS, Ort, Einwohner, Fläche, Stand" in check.inner_text()
    assert page.input_value("#field-format") == "CSV"
    assert axe(page) == []
    picture(page, "upload-form")
    page.fill("#field-name", "Einwohner je Gemeinde")
    _save(page)
    follow(page.locator("a", has_text="Einwohner je Gemeinde").first)
    page.get_by_text("Die Tabelle dieser Datei wartet").wait_for()
    picture(page, "upload-waiting")
    assert axe(page) == []
    work()
    page.locator("#table-part table").wait_for()
    assert page.locator("#table-news").inner_text() == "Die Tabelle ist da."
    assert "582415" in page.locator("#table-part table").inner_text()
    assert "31.12.2023" in page.locator("#table-part table").inner_text()
    page.locator("summary", has_text="So wurde die Datei gelesen").click()
    picture(page, "upload-done")
    assert axe(page) == []


def test_a_broken_file_is_advice_in_the_form_and_a_finding_on_its_page(
    dataset: dict[str, Any], steward: Any, live_server: Any, axe: Any, tmp_path: Path
) -> None:
    page = steward(width=320)
    page.goto(live_server.url + "/dataset/einwohner/resource/new")
    page.set_input_files("#field-resource-upload", _file(tmp_path, BROKEN))
    page.locator("#file-check").get_by_text("Zeile 17 hat 9 statt 8 Spalten.").wait_for()
    picture(page, "upload-broken-320")
    assert axe(page) == []
    _save(page)
    work()
    follow(page.locator("a", has_text=re.compile("einwohner.csv|CSV")).first)
    page.get_by_text("Zeile 17 hat 9 statt 8 Spalten.").wait_for()
    picture(page, "upload-failed-320")
    assert axe(page) == []
    page.get_by_role("button", name="Tabelle neu laden").click()
    page.get_by_text("Die Tabelle dieser Datei wartet").wait_for()


@pytest.mark.parametrize("javascript", [True, False])
def test_a_program_is_refused_beside_the_field_and_the_rest_is_kept(
    dataset: dict[str, Any], steward: Any, live_server: Any, tmp_path: Path, javascript: bool
) -> None:
    page = steward(javascript=javascript)
    page.goto(live_server.url + "/dataset/einwohner/resource/new")
    page.fill("#field-name", "Mein Titel")
    page.set_input_files("#field-resource-upload", _file(tmp_path, b"MZ\x90\0\3\0\0\0", "tabelle.csv"))
    if javascript:
        page.locator("#file-check").get_by_text("Diese Datei ist ein Programm oder Skript.").wait_for()
    _save(page)
    assert "Diese Datei ist ein Programm oder Skript." in page.locator("#field-resource-upload-error").inner_text()
    assert page.input_value("#field-name") == "Mein Titel"
    picture(page, f"upload-refused-{javascript}")


def test_without_scripts_a_file_is_uploaded_and_its_table_is_one_link_away(
    dataset: dict[str, Any], steward: Any, live_server: Any, tmp_path: Path
) -> None:
    page = steward(javascript=False)
    page.goto(live_server.url + "/dataset/einwohner/resource/new")
    page.set_input_files("#field-resource-upload", _file(tmp_path, GOOD))
    page.fill("#field-name", "Einwohner je Gemeinde")
    _save(page)
    follow(page.locator("a", has_text="Einwohner je Gemeinde").first)
    assert "Die Tabelle dieser Datei wartet" in page.inner_text("#table-part")
    work()
    follow(page.get_by_role("link", name="Stand neu anzeigen"))
    assert "582415" in page.locator("#table-part table").inner_text()
