"""Sheets of datasets: export, edit, import; everything is checked first and written together or not at all."""

from __future__ import annotations

import io
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import ckan.plugins.toolkit as tk
import openpyxl
import pytest
from ckan.lib.jobs import get_queue
from ckan.tests import factories, helpers
from sheet_steward import LICENSES, Steward, age, changed_and_new, everything, show

from ckanext.rvr_portal.sheets import jobs, runs, store
from ckanext.rvr_portal.sheets.exceptions import SheetError
from ckanext.rvr_portal.sheets.export import export
from ckanext.rvr_portal.sheets.table import write_table
from ckanext.rvr_portal.sheets.words import speaking
from ckanext.rvr_portal.sheets.write import SearchDownError

pytestmark = pytest.mark.usefixtures("with_plugins")


@pytest.fixture
def steward(clean_db: None, clean_index: None) -> Steward:
    return Steward()


@pytest.mark.parametrize("form", ["xlsx", "csv"])
def test_an_export_imported_without_a_change_changes_nothing(steward: Steward, form: str) -> None:
    before = [show(steward.dataset()["id"]), show(steward.dataset(title="Zweiter", resources=[], tags=[])["id"])]
    run = steward.upload(export(form, steward.organization["id"], "de"))
    assert [item["problems"] for item in run["items"]] == [[], []]
    assert run["actions"] == {"create": 0, "change": 0, "same": 2, "conflict": 0, "refuse": 0}
    assert [show(one["id"]) for one in before] == before


def test_another_name_of_a_body_takes_with_it_what_the_sheet_does_not_show_and_the_old_values_bring_it_back(
    steward: Steward,
) -> None:
    body = {"name": "Stadt Hattingen", "email": "h@example.org", "uri": "https://example.org/h", "identifier": "h-1"}
    before = show(steward.dataset(publisher=[body])["id"])
    rows = steward.exported()
    rows[0]["publisher.name"] = "Stadt Herne"
    run = steward.rows(rows, keys={"id", "stamp", "publisher.name"})
    assert {one["column"] for one in run["items"][0]["changes"]} == {
        "Herausgeber: Name", "Herausgeber: Kennung", "Herausgeber: Adresse der Stelle",
    }  # fmt: skip
    done = steward.confirm(run)
    # the table has no column for the mailbox
    assert show(before["id"])["publisher"] == [{"name": "Stadt Herne", "email": "h@example.org"}]
    columns, old = runs.undo_rows(store.get(done["id"]))
    steward.confirm(steward.upload(write_table("xlsx", columns, old, "de")))
    assert show(before["id"])["publisher"] == before["publisher"]


def test_a_body_of_which_nothing_is_left_to_see_goes_whole_and_one_that_never_showed_anything_stays(
    steward: Steward,
) -> None:
    emptied = show(steward.dataset()["id"])
    unseen = show(steward.dataset(title="Zweiter", publisher=[{"uri": "https://example.org/u"}])["id"])
    rows = steward.exported()
    for row in rows:
        row["publisher.name"] = ""
    steward.confirm(steward.rows(rows))
    assert not show(emptied["id"]).get("publisher")
    assert show(unseen["id"])["publisher"] == unseen["publisher"]


def test_one_changed_cell_changes_that_field_only(steward: Steward) -> None:
    before = show(steward.dataset()["id"])
    rows = steward.exported()
    rows[0]["license_id"] = "Datenlizenz Deutschland – Namensnennung – Version 2.0"
    run = steward.rows(rows)
    assert [item["changes"] for item in run["items"]] == [[{
        "line": 2, "column": "Lizenz", "file": "",
        "old": "Datenlizenz Deutschland – Zero – Version 2.0", "new": "Datenlizenz Deutschland – Namensnennung – Version 2.0",
    }]]  # fmt: skip
    done = steward.confirm(run)
    assert (done["state"], done["outcomes"]["changed"]) == ("done", 1)
    after = show(before["id"])
    assert after["license_id"] == LICENSES + "dl-by-de/2.0"
    volatile = {"license_id", "license_title", "license_url", "isopen", "metadata_modified"}
    assert {k: v for k, v in after.items() if k not in volatile} == {
        k: v for k, v in before.items() if k not in volatile
    }


def test_rows_without_a_key_become_new_datasets_with_their_files(steward: Steward) -> None:
    run = steward.rows([
        {"title": "Bäume in Hattingen", "license_id": "dl-de/by-2-0", "issued": "31.12.2024", "resource.url": "https://example.org/b.csv", "resource.size": "1.234"},
        {"resource.url": "https://example.org/b.geojson", "resource.name": "Karte"},
        {"title": "Bänke", "tags": "Bank | Park", "places": "Hattingen | 5911000"},
    ])  # fmt: skip
    assert [item["problems"] for item in run["items"]] == [[], []]
    assert run["actions"]["create"] == 2
    done = steward.confirm(run)
    assert done["state"] == "done", done["reason"]
    trees, benches = (show(item["id"]) for item in done["items"])
    assert trees["name"] == "baeume-in-hattingen"
    assert trees["issued"] == "2024-12-31"
    assert [(one["url"], one.get("size")) for one in trees["resources"]] == [
        ("https://example.org/b.csv", 1234), ("https://example.org/b.geojson", None)]  # fmt: skip
    assert benches["places"] == ["05954016", "05911000"]
    found = helpers.call_action("package_search", fq=f"owner_org:{steward.organization['id']}")
    assert found["count"] == 2
    activities = helpers.call_action("package_activity_list", id=trees["id"])
    assert [(one["activity_type"], one["user_id"]) for one in activities] == [("new package", steward.user["id"])]


def test_the_same_sheet_a_second_time_changes_nothing(steward: Steward) -> None:
    before = steward.dataset()
    rows = steward.exported()
    rows[0]["title"] = "Radzählung, neu"
    rows.append({"id": before["id"], "resource.url": "https://example.org/neu.csv"})
    steward.confirm(steward.rows(rows))
    again = steward.rows([{**row, "stamp": ""} for row in rows])
    assert (again["actions"]["same"], again["items"][0]["problems"]) == (1, [])
    assert len(show(before["id"])["resources"]) == 3


def test_new_datasets_are_not_made_twice(steward: Steward) -> None:
    sheet = [{"title": "Bänke"}, {"title": "Bäume"}, {"title": "bäume"}]
    first = steward.confirm(steward.rows(sheet[:2]))
    assert first["outcomes"]["created"] == 2
    again = steward.rows(sheet)
    assert again["actions"]["refuse"] == 3
    assert "baenke" in again["items"][0]["problems"][0]["text"]
    assert "Zeile 3" in again["items"][2]["problems"][0]["text"]


def test_a_steward_changes_nothing_of_another_organisation(steward: Steward) -> None:
    foreign, hidden = Steward().dataset(title="Fremd"), Steward().dataset(title="Geheim", private=True)
    run = steward.rows(
        [
            {"id": foreign["id"], "title": "Meins"},
            {"id": hidden["id"], "title": "Meins"},
            {"id": "gibt-es-nicht", "title": "x"},
        ]
    )
    texts = [item["problems"][0]["text"].replace(item_id, "?") for item, item_id in zip(
        run["items"], (foreign["id"], hidden["id"], "gibt-es-nicht"), strict=True)]  # fmt: skip
    assert len(set(texts)) == 1
    assert "den Sie ändern dürfen" in texts[0]
    assert "Geheim" not in str(run)
    with pytest.raises(tk.ValidationError):
        helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run["id"])


def test_new_datasets_go_only_to_organisations_that_allow_it(steward: Steward) -> None:
    other = factories.Organization(title="Stadt Herne")
    run = steward.rows([{"title": "Kuckucksei", "owner_org": "Stadt Herne"}])
    assert [one["column"] for one in run["items"][0]["problems"]][:1] == ["Bereitgestellt von"]
    mine = steward.dataset()
    moved = steward.rows([{"id": mine["id"], "owner_org": other["name"]}])
    assert moved["actions"]["refuse"] == 1


def test_runs_are_seen_by_their_owner_only(steward: Steward, app: Any) -> None:
    run = steward.rows([{"title": "Geheimes Vorhaben"}])
    for name in ("show", "confirm", "retry", "delete"):
        with pytest.raises(tk.ObjectNotFound):
            helpers.call_action(f"rvr_portal_sheet_run_{name}", Steward().context(), id=run["id"])
    for path in ("", "/progress", "/report.csv", "/old-values.csv"):
        answer = app.get(f"/sheet-run/{run['id']}{path}", status=404)
        assert "Geheimes Vorhaben" not in answer.text
    for path in ("", "/datasets.csv", "/datasets.xlsx", "/change"):
        app.get(f"/sheets/{steward.organization['name']}{path}", status=403)


def test_a_dataset_that_somebody_changed_since_the_export_is_not_overwritten_without_a_choice(steward: Steward) -> None:
    dataset = steward.dataset()
    rows = steward.exported()
    rows[0]["title"] = "Aus der Tabelle"
    helpers.call_action("package_patch", steward.context(), id=dataset["id"], title="Von Hand")
    run = steward.rows(rows)
    assert run["actions"]["conflict"] == 1
    with pytest.raises(tk.ValidationError):
        helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run["id"])
    assert show(dataset["id"])["title"] == "Von Hand"
    done = steward.confirm(run, overwrite=True)
    assert (done["outcomes"]["changed"], show(dataset["id"])["title"]) == (1, "Aus der Tabelle")


def test_a_dataset_that_is_changed_between_check_and_writing_is_left_out(steward: Steward) -> None:
    one, two = steward.dataset(title="Eins"), steward.dataset(title="Zwei")
    run = steward.rows([{"id": one["id"], "title": "Eins neu"}, {"id": two["id"], "title": "Zwei neu"}])
    helpers.call_action("package_patch", steward.context(), id=one["id"], title="Von Hand")
    done = steward.confirm(run)
    assert [item["outcome"] for item in done["items"]] == ["changed_meanwhile", "changed"]
    assert [show(one["id"])["title"], show(two["id"])["title"]] == ["Von Hand", "Zwei neu"]


def test_the_old_values_can_be_imported_again(steward: Steward) -> None:
    before = show(steward.dataset()["id"])
    rows = steward.exported()
    rows[0] |= {"title": "Neu", "tags": "Anders", "contact.name": "Amt 1", "temporal_coverage.end": ""}
    rows[1]["resource.remove"] = "ja"
    rows.append({"id": before["id"], "resource.url": "https://example.org/neu.csv"})
    done = steward.confirm(steward.rows(rows))
    assert [one["url"] for one in show(before["id"])["resources"]] == [
        "https://example.org/data.csv", "https://example.org/neu.csv"]  # fmt: skip
    columns, old = runs.undo_rows(store.get(done["id"]))
    run = steward.upload(write_table("csv", columns, old, "de"), "alte-werte.csv")
    assert (run["actions"]["change"], run["items"][0]["problems"]) == (1, [])
    steward.confirm(run)
    after = show(before["id"])
    assert {k: v for k, v in after.items() if k not in ("metadata_modified", "resources")} == {
        k: v for k, v in before.items() if k not in ("metadata_modified", "resources")}  # fmt: skip
    assert [one["url"] for one in after["resources"]] == [one["url"] for one in before["resources"]]


# Nothing half-written ----------------------------------------------------------------------------


def test_a_dataset_that_is_refused_late_takes_everything_back(steward: Steward) -> None:
    run = steward.rows([{"title": "Bäume"}, {"title": "Bänke", "name": "baenke"}])
    Steward().dataset(name="baenke")
    before = everything()
    done = steward.confirm(run)
    assert done["state"] == "failed"
    assert "gar nichts geschrieben" in done["reason"]
    assert everything() == before


def test_a_worker_that_is_killed_leaves_nothing_and_its_work_is_taken_up_again(steward: Steward) -> None:
    run = changed_and_new(steward)
    before = everything()
    helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run["id"])
    worker = subprocess.run([sys.executable, "-c", KILLED, run["id"]], capture_output=True, text=True, check=False)
    assert worker.returncode == -signal.SIGKILL, worker.stderr[-2000:]
    assert everything() == before
    assert steward.shown(run["id"])["state"] == "waiting"
    jobs.write(run["id"])
    done = steward.shown(run["id"])
    assert (done["state"], done["outcomes"]["created"], done["outcomes"]["changed"]) == ("done", 1, 3)
    jobs.write(run["id"])
    found = helpers.call_action("package_search", fq=f"owner_org:{steward.organization['id']}")
    assert sorted(one["title"] for one in found["results"]) == ["Ganz neu", "Neu 0", "Neu 1", "Neu 2"]


def test_the_clock_takes_up_what_the_queue_has_lost(steward: Steward) -> None:
    run = changed_and_new(steward)
    helpers.call_action("rvr_portal_sheet_run_confirm", steward.context(), id=run["id"])
    queue = get_queue()
    queue.empty()
    runs.on_tick(None)
    assert not queue.job_ids, "a job that was just taken out of the queue may be under way"
    age(run["id"])
    for _twice in range(2):
        runs.TICKED.send(None, now=datetime.now(UTC))
    assert sum(name.startswith("rvr_portal_sheet-write") for name in queue.job_ids) == 1
    queue.empty()


KILLED = """
import os, signal, sys
from ckan.cli import load_config
from ckan.config.middleware import make_app
make_app(load_config(os.environ["CKAN_INI"]))
from ckanext.rvr_portal.sheets import jobs, store
def progress(run_id, done, total):
    if done == 4:
        os.kill(os.getpid(), signal.SIGKILL)
store.set_progress = progress
jobs.write(sys.argv[1])
"""


def test_without_the_search_nothing_is_written_and_the_report_says_so(steward: Steward) -> None:
    run = steward.rows([{"title": "Bäume"}])
    before = everything()
    with helpers.changed_config("solr_url", "http://127.0.0.1:9/solr/nobody"):
        done = steward.confirm(run)
    assert done["state"] == "failed"
    assert done["reason"].startswith("Die Suche antwortet nicht, deshalb wurde nichts geschrieben.")
    assert everything() == before


def test_a_search_that_goes_away_after_the_writing_is_brought_up_to_date_later(
    steward: Steward, monkeypatch: pytest.MonkeyPatch
) -> None:
    run = changed_and_new(steward)

    def down(_ids: list[str]) -> None:
        raise SearchDownError

    with monkeypatch.context() as patch:
        patch.setattr(jobs, "index", down)
        done = steward.confirm(run)
    assert (done["state"], done["outcomes"]["created"], done["outcomes"]["changed"]) == ("indexing", 1, 3)
    written = everything()
    jobs.write(run["id"])
    assert steward.shown(run["id"])["state"] == "done"
    assert everything() == written
    assert helpers.call_action("package_search", q="title:Neu")["count"] == 4


# Hostile and broken input ------------------------------------------------------------------------

HTML, SCRIPT, FORMULA = "<b>fett</b>", "javascript:alert(1)", '=HYPERLINK("https://example.org")'
BOWTIE = '{"type": "Polygon", "coordinates": [[[7, 51], [7.2, 51.2], [7.2, 51], [7, 51.2], [7, 51]]]}'
UTM = '{"type": "Point", "coordinates": [374000.0, 5702000.0]}'
SWAPPED = '{"type": "Point", "coordinates": [51.48, 7.21]}'


@pytest.mark.parametrize(
    ("key", "value", "heading"),
    [
        ("title", HTML, "Titel"),
        ("title", FORMULA, "Titel"),
        pytest.param("title", "x" * 1_000_000, "Titel", id="1 MB"),
        ("notes", "<script>alert(1)</script>", "Beschreibung"),
        ("license_id", "Irgendeine", "Lizenz"),
        ("license_id", FORMULA, "Lizenz"),
        ("theme", "Verkehr | Kulinarik", "Themen"),
        ("places", "Entenhausen", "Orte"),
        ("tags", "a", "Schlagwörter"),
        ("private", "vielleicht", "Sichtbarkeit"),
        ("owner_org", "Stadt Nirgendwo", "Bereitgestellt von"),
        ("issued", "31.02.2024", "Veröffentlicht am"),
        ("modified", "gestern", "Daten zuletzt geändert am"),
        ("frequency", "manchmal", "Aktualisierung"),
        ("temporal_coverage.end", "1999", "Zeitraum: Bis"),
        ("contact.email", "keine", "Ansprechstelle: E-Mail"),
        ("contact.name", HTML, "Ansprechstelle: Name"),
        ("contact.url", SCRIPT, "Ansprechstelle: Internetseite"),
        ("url", SCRIPT, "Seite mit weiteren Informationen"),
        ("documentation", f"https://example.org | {SCRIPT}", "Dokumentation"),
        ("spatial_coverage.geom", BOWTIE, "Räumliche Ausdehnung: Geometrie"),
        ("spatial_coverage.geom", UTM, "Räumliche Ausdehnung: Geometrie"),
        ("spatial_coverage.geom", SWAPPED, "Räumliche Ausdehnung: Geometrie"),
        ("resource.url", SCRIPT, "Datei: Internetadresse"),
        ("resource.license", "frei", "Datei: Lizenz"),
        ("resource.issued", "2024-13", "Datei: Veröffentlicht am"),
        ("resource.size", "sehr groß", "Datei: Größe in Byte"),
        ("resource.size", "-5", "Datei: Größe in Byte"),
        ("resource.remove", "vielleicht", "Datei entfernen"),
        ("resource.id", "gibt-es-nicht", "Kennung der Datei"),
    ],
)
def test_bad_content_is_told_at_its_row_and_column_and_the_rest_is_kept(
    fill_once: Callable[..., Any], key: str, value: str, heading: str
) -> None:
    steward = fill_once(Steward)
    row = {
        "title": "Radzählung", "temporal_coverage.start": "2020", "resource.url": "https://example.org/x.csv",
        "contact.name": "Amt 61",
    }  # fmt: skip
    run = steward.rows([{"title": f"Gut {key}"}, {**row, key: value}], "csv")
    assert [item["action"] for item in run["items"]] == ["create", "refuse"]
    [problem] = run["items"][1]["problems"]
    assert (problem["line"], problem["column"]) == (3, heading)
    assert " the " not in problem["text"]
    assert run["items"][0]["changes"]


def test_a_formula_in_excel_is_text_and_never_reckoned(steward: Steward) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["Titel", "Beschreibung", "Veröffentlicht am", "Version"])
    page.append(["Bäume", "=1+1", datetime(2024, 12, 31), datetime(2026, 5, 1)])  # noqa: DTZ001
    page.append(["Bänke", "=1+1", datetime(2024, 12, 31), 2])  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    run = steward.upload(out.getvalue())
    assert [one["text"] for one in run["items"][0]["problems"]] == [
        "Excel hat daraus ein Datum gemacht (2026-05-01). Bitte stellen Sie die Zelle auf „Text“ um und schreiben Sie den Wert noch einmal."
    ]
    done = steward.confirm(run)
    made = show(done["items"][1]["id"])
    assert (made["notes"], made["issued"], made["version"]) == ("=1+1", "2024-12-31", "2")
    book = openpyxl.load_workbook(io.BytesIO(export("xlsx", steward.organization["id"], "de")))
    cells = [cell for row in book["Datensätze"].iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in cells] == ["s"] or b"=1+1" in export("xlsx", steward.organization["id"], "de")
    assert "'=1+1" in export("csv", steward.organization["id"], "de").decode("utf-8-sig")
    assert steward.upload(export("csv", steward.organization["id"], "de"))["actions"]["same"] == 1


def test_a_csv_that_a_german_excel_has_saved_is_read(steward: Steward) -> None:
    text = "Titel;Veröffentlicht am;Datei: Internetadresse;Datei: Größe in Byte;Orte\r\nBäume;31.12.2024;https://example.org/b;1.234;5954016\r\n"
    for encoding in ("cp1252", "utf-8-sig", "utf-16"):
        run = steward.upload(text.encode(encoding), "excel.csv")
        assert run["items"][0]["problems"] == []
        changes = {one["column"]: one["new"] for one in run["items"][0]["changes"]}
        assert changes == {
            "Titel": "Bäume", "Veröffentlicht am": "31.12.2024", "Datei: Internetadresse": "https://example.org/b",
            "Datei: Größe in Byte": "1234", "Orte": "Hattingen",
        }  # fmt: skip
    comma = text.replace(";", ",").encode()
    assert steward.upload(comma, "komma.csv")["actions"]["create"] == 1


def _zip(parts: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in parts.items():
            archive.writestr(name, body)
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "keine Zeilen"),
        (b"\xd0\xcf\x11\xe0" + bytes(100), "XLS"),
        (b"PK\x03\x04 kein Archiv", "kann nicht gelesen werden"),
        (b"%PDF-1.7\x00\x00", "kann nicht gelesen werden"),
        (b"a;b\r\n1;2\r\n", "Überschriften der Vorlage"),
        (b"Titel;Titel\r\nx;y\r\n", "zweimal"),
        (b"Titel\r\n", "keine Zeilen"),
        (b"Titel\r\n" + b"x\r\n" * 6000, "5000 Zeilen"),
        (b"x" * (6 * 2**20), "5 MB"),
        (_zip({"xl/worksheets/sheet1.xml": bytes(200 * 2**20)}), "5 MB"),
        (_zip({f"{number}.xml": b"" for number in range(600)}), "5 MB"),
        (_zip({"xl/workbook.xml": b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}), "Bestandteile"),
        (_zip({"xl/workbook.xml": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x><x/>'.encode("utf-16")}), "Bestandteile"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_sheet_is_refused_with_what_to_do(
    fill_once: Callable[..., Any], data: bytes, words: str
) -> None:
    steward = fill_once(Steward)
    with speaking("de"), pytest.raises(SheetError) as caught:
        runs.start_import(steward.object, steward.organization["id"], "x", data, "de")
    with speaking("de"):
        assert words in caught.value.sentence


def test_a_table_whose_last_row_is_far_away_is_read_without_counting_there(steward: Steward) -> None:
    book = openpyxl.Workbook()
    page: Any = book.active
    page.append(["Titel"])
    page.append(["Bäume"])
    page["XFD1048576"] = " "
    out = io.BytesIO()
    book.save(out)
    assert steward.upload(out.getvalue())["actions"]["create"] == 1
