"""Sheets of datasets in a real browser: from the organisation's page to the report, with and without JavaScript."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from in_browser import PASSWORD, follow, log_in

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("with_plugins")]

ZERO, BY = "Datenlizenz Deutschland – Zero – Version 2.0", "Datenlizenz Deutschland – Namensnennung – Version 2.0"


def _fill() -> dict[str, Any]:
    from ckan.tests import factories

    factories.User(name="tabellenpflege", fullname="Tabellenpflege", password=PASSWORD)
    users = [{"name": "tabellenpflege", "capacity": "editor"}]
    essen = factories.Organization(name="essen", title="Stadt Essen", users=users)
    for number in range(1, 4):
        factories.Dataset(
            title=f"Zählung {number}",
            owner_org=essen["id"],
            license_id="http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
            contact=[{"name": "Amt 61", "email": "amt61@example.org"}],
            resources=[{"url": f"https://example.org/{number}.csv", "name": f"Tabelle {number}", "format": "CSV"}],
        )
    return essen


def work(page: Any, name: str) -> None:
    """Do what a worker would do for the run that the page shows."""
    from ckan import model

    from ckanext.rvr_portal.sheets import jobs

    model.Session.remove()
    getattr(jobs, name)(page.url.rstrip("/").rpartition("/")[2])
    page.reload()


@pytest.mark.parametrize("javascript", [True, False])
def test_the_whole_way_of_a_sheet(
    live_server: Any,
    new_page: Any,
    axe: Any,
    clean_db: None,
    clean_index: None,
    tmp_path: Path,
    *,
    javascript: bool,
) -> None:
    _fill()
    page = new_page(javascript=javascript, accept_downloads=True)
    shots = os.environ.get("RVR_SHOTS")

    def look(name: str) -> None:
        for width in (320, 1280) if javascript else (320,):
            page.set_viewport_size({"width": width, "height": 900})
            if shots:
                page.screenshot(path=f"{shots}/{name}-{width}{'' if javascript else '-plain'}.png", full_page=True)
            if javascript:  # without it nothing can be asked of the page
                page.evaluate("() => document.fonts.ready.then(() => true)")
                assert page.evaluate("document.documentElement.scrollWidth") <= width, name
                assert axe(page) == [], name

    log_in(page, live_server.url, "tabellenpflege")
    page.goto(live_server.url + "/dashboard/datasets")
    follow(page.get_by_role("link", name="Datensätze als Tabelle"))
    look("mine")
    follow(page.get_by_role("link", name="Stadt Essen"))
    look("organization")

    with page.expect_download() as download:
        page.get_by_role("link", name="Datensätze als Excel-Tabelle (XLSX)").click()
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    sheet = book["Datensätze"]
    heads = [cell.value for cell in sheet[1]]
    license_at, title_at = heads.index("Lizenz") + 1, heads.index("Titel") + 1
    assert sheet.cell(3, license_at).value == ZERO
    sheet.cell(3, license_at).value = BY
    sheet.cell(4, license_at).value = "Datenlizenz Deutschland – Namensnenung"
    sheet.cell(6, title_at).value = "Ein neuer Datensatz"
    book.save(tmp_path / "bearbeitet.xlsx")

    page.get_by_label("Excel-Tabelle (XLSX) oder CSV-Datei").set_input_files(tmp_path / "bearbeitet.xlsx")
    follow(page.get_by_role("button", name="Datei prüfen"))
    assert "/sheet-run/" in page.url
    assert "Wird geprüft" in page.content()
    look("checking")
    work(page, "check")
    text = page.locator(".rvr-sheets").inner_text()
    assert "Zeile 4, Lizenz:" in text
    assert "Meinten Sie" in text
    look("checked")
    follow(page.get_by_role("button", name="2 Datensätze schreiben"))
    work(page, "write")
    assert "1 angelegt, 1 geändert." in page.locator(".rvr-sheets").inner_text()
    look("done")

    page.goto(live_server.url + "/sheets/essen")
    follow(page.get_by_role("link", name="Datensätze auswählen"))
    look("choose")
    follow(page.get_by_role("button", name="Weiter zum neuen Wert"))
    assert "Bitte wählen Sie mindestens einen Datensatz." in page.content()
    page.get_by_label("Zählung 1").check()
    page.get_by_label("Zählung 3").check()
    page.get_by_label("Welches Feld?").select_option(label="Themen")
    follow(page.get_by_role("button", name="Weiter zum neuen Wert"))
    page.get_by_label("Zu den vorhandenen Werten hinzufügen").check()
    page.get_by_label("Verkehr").check()
    look("value")
    follow(page.get_by_role("button", name="Zeigen, was sich ändern würde"))
    assert "/sheet-run/" in page.url
    work(page, "check")
    look("bulk")
    follow(page.get_by_role("button", name="2 Datensätze schreiben"))
    work(page, "write")
    assert "0 angelegt, 2 geändert." in page.locator(".rvr-sheets").inner_text()
