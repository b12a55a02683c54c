"""From an uploaded file to a table in the DataStore, with real services and a real worker."""

from __future__ import annotations

import datetime
import io
import os
import signal
import zipfile
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import jobs
from ckan.tests import factories, helpers
from ckanext.datastore.backend.postgres import get_read_engine, get_write_engine
from openpyxl import Workbook
from werkzeug.datastructures import FileStorage

from ckanext.rvr_portal.tables import store
from ckanext.rvr_portal.tables.load import load_table

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "with_plugins")

CSV = "AGS;Ort;Einwohner;Fläche;Stand\n05113000;Essen;582.415;210,34;31.12.2023\n05911000;Bochum;366.385;145,66;31.12.2023\n"


def upload(content: bytes | str, name: str = "einwohner.csv", **fields: Any) -> dict[str, Any]:
    """A resource with an uploaded file, as a steward makes it."""
    data = content.encode() if isinstance(content, str) else content
    if "package_id" not in fields and "id" not in fields:
        fields["package_id"] = factories.Dataset(
            owner_org=factories.Organization()["id"], notes="x", private=fields.pop("private", False)
        )["id"]
    action = "resource_update" if "id" in fields else "resource_create"
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return helpers.call_action(action, {"user": user}, upload=FileStorage(io.BytesIO(data), name), url="", **fields)


def work() -> None:
    """What the worker would do with all that waits."""
    with model.ensure_engine().connect() as connection:
        waiting = connection.execute(
            sa.text("SELECT resource_id, version FROM rvr_portal_table_load WHERE state = 'waiting'")
        ).all()
    for resource_id, version in waiting:
        load_table(resource_id, version)


def rows_of(resource_id: str) -> list[list[Any]]:
    found = helpers.call_action("datastore_search", resource_id=resource_id)
    names = [field["id"] for field in found["fields"] if field["id"] != "_id"]
    return [[record[name] for name in names] for record in found["records"]]


def types_of(resource_id: str) -> dict[str, str]:
    found = helpers.call_action("datastore_search", resource_id=resource_id, limit=0)
    return {field["id"]: field["type"] for field in found["fields"] if field["id"] != "_id"}


def findings_of(resource_id: str) -> list[str]:
    row = store.find(resource_id)
    assert row
    return [finding["code"] for finding in row["report"].get("findings", [])]


def test_a_german_table_is_read_as_it_is_meant_and_the_file_stays_as_it_is(app: Any) -> None:
    resource = upload(CSV.encode("cp1252"))
    work()
    assert types_of(resource["id"]) == {
        "AGS": "text", "Ort": "text", "Einwohner": "numeric", "Fläche": "numeric", "Stand": "date"
    }  # fmt: skip
    first = rows_of(resource["id"])[0]
    assert first[:2] == ["05113000", "Essen"]
    assert [float(value) for value in first[2:4]] == [582415, 210.34]
    assert first[4] == "2023-12-31"
    assert app.get(resource["url"].partition("test.ckan.net")[2]).data == CSV.encode("cp1252")


def test_a_real_worker_makes_the_table() -> None:
    jobs.get_queue("default").empty()  # what other tests have asked for
    resource = upload(CSV)
    assert store.find(resource["id"])["state"] == "waiting"
    jobs.Worker(["default"]).work(burst=True)
    assert store.find(resource["id"])["state"] == "done"
    assert len(rows_of(resource["id"])) == 2


# What follows a file ------------------------------------------------------------------------------


def has_table(resource_id: str) -> bool:
    from ckanext.datastore.backend import DatastoreBackend

    return DatastoreBackend.get_active_backend().resource_exists(resource_id)


def test_a_replaced_file_takes_its_table_with_it() -> None:
    resource = upload(CSV)
    work()
    upload("Jahr;Zahl\n2024;1,5\n", id=resource["id"], name="neu.csv")
    assert store.find(resource["id"])["state"] == "waiting"
    work()
    assert rows_of(resource["id"]) == [[2024, 1.5]] or [str(v) for v in rows_of(resource["id"])[0]] == ["2024", "1.5"]


def test_a_broken_replacement_leaves_no_old_table_behind() -> None:
    resource = upload(CSV)
    work()
    upload("a;b\n1;2;3\n", id=resource["id"])
    work()
    assert store.find(resource["id"])["state"] == "failed"
    assert not has_table(resource["id"])
    assert helpers.call_action("resource_show", id=resource["id"])["datastore_active"] is False


def test_metadata_can_be_edited_without_loading_again() -> None:
    resource = upload(CSV)
    work()
    before = store.find(resource["id"])["requested_at"]
    helpers.call_action("resource_patch", {"user": site_user()}, id=resource["id"], name="Anderer Titel")
    assert store.find(resource["id"])["requested_at"] == before


@pytest.mark.parametrize("way", ["resource_delete", "package_update", "link", "format", "purge"])
def test_the_table_of_a_file_that_is_gone_is_gone(way: str) -> None:
    resource = upload(CSV)
    work()
    assert has_table(resource["id"])
    context = {"user": site_user()}
    if way == "resource_delete":
        helpers.call_action(way, context, id=resource["id"])
    elif way == "package_update":
        package = helpers.call_action("package_show", id=resource["package_id"])
        helpers.call_action(way, context, **{**package, "resources": []})
    elif way == "link":
        helpers.call_action("resource_patch", context, id=resource["id"], url="https://example.org/x.csv", url_type="")
    elif way == "format":
        helpers.call_action("resource_patch", context, id=resource["id"], format="TXT")
    else:
        helpers.call_action("dataset_purge", context, id=resource["package_id"])
    assert not has_table(resource["id"])
    assert store.find(resource["id"]) is None


def test_a_table_pushed_through_the_api_is_left_alone() -> None:
    resource = upload(b"%PDF-1.7", "bericht.pdf")
    helpers.call_action(
        "datastore_create", {"user": site_user()}, resource_id=resource["id"], force=True, records=[{"a": 1}]
    )
    helpers.call_action("resource_patch", {"user": site_user()}, id=resource["id"], format="CSV")
    work()
    assert rows_of(resource["id"]) == [[1]]


def test_a_job_for_a_file_that_has_changed_since_does_nothing() -> None:
    resource = upload(CSV)
    old = store.find(resource["id"])["version"]
    upload("Jahr\n2024\n2025\n", id=resource["id"], name="neu.csv")
    load_table(resource["id"], old)
    assert store.find(resource["id"])["state"] == "waiting"
    work()
    assert rows_of(resource["id"]) == [[2024], [2025]]


# What is wrong with a file ------------------------------------------------------------------------


def site_user() -> str:
    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]


def test_a_broken_file_is_published_and_the_line_is_named_to_its_stewards_only(app: Any) -> None:
    owner = factories.UserWithToken()
    organization = factories.Organization(users=[{"name": owner["name"], "capacity": "editor"}])
    package = factories.Dataset(owner_org=organization["id"], notes="x")
    lines = "Ort;" + ";".join(f"s{n}" for n in range(7)) + "\n" + "x;1;2;3;4;5;6;7\n" * 15 + "x;1;2;3;4;5;6;7;8\n"
    resource = upload(lines, package_id=package["id"])
    work()
    address = f"/dataset/{package['name']}/resource/{resource['id']}"
    anonymous = app.get(address).body
    assert "Zeile 17" not in anonymous
    steward = app.get(address, headers={"Authorization": owner["token"]}).body
    assert "Zeile 17 hat 9 statt 8 Spalten." in steward
    assert "Tabelle neu laden" in steward
    assert app.get(resource["url"].partition("test.ckan.net")[2]).data == lines.encode()


@pytest.mark.usefixtures("with_request_context")
def test_a_value_that_does_not_fit_is_named() -> None:
    resource = upload("Ort;Wert\nA;1\nB;2\nC;k. A.\nD;4\n")
    work()
    assert types_of(resource["id"])["Wert"] == "text"
    status = helpers.call_action("rvr_portal_table_status", {"user": site_user()}, resource_id=resource["id"])
    assert [finding["text"] for finding in status["findings"]] == [
        "Die Spalte „Wert“ bleibt Text: In Zeile 4 steht „k. A.“, 3 andere Werte sind Zahlen."
    ]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"\n\n", "empty_table"),
        (b"a;b\n1;2;3\n", "width"),
        (b'a;b\n"1;2\n3;4\n', "quote_open"),
        (b"x" * (4 * 1024 * 1024 + 10), "line_too_long"),
        (";".join(f"s{n}" for n in range(1001)).encode() + b"\n", "too_many_columns"),
    ],
)
def test_what_cannot_be_a_table_says_why(content: bytes, code: str) -> None:
    resource = upload(content)
    work()
    assert store.find(resource["id"])["state"] == "failed"
    assert findings_of(resource["id"]) == [code]
    assert not has_table(resource["id"])


@pytest.mark.parametrize(
    ("content", "rows", "codes"),
    [
        (b"a;b\n1\0;2\r\n3;4\n", [[1, 2], [3, 4]], ["zeros_removed", "mixed_ends"]),
        (b"a\n1\n", [[1]], []),
        (b"a;a;;_id\n1;2;3;4\n", [[1, 2, 3, 4]], ["column_repeated", "column_unnamed", "column_renamed"]),
        (b"a;b\n", [], ["header_only"]),
        ("ä;ö\nü;ß\n".encode("utf-16"), [["ü", "ß"]], []),
        ("ä;ö\nü;ß\n".encode("utf-8-sig"), [["ü", "ß"]], []),
        (b"a;b\n=1+1;2\n", [["=1+1", 2]], ["formula"]),
        (b"100%;a'b;a\\b;ctid\n1;2;x\\y;4\n", [[1, 2, "x\\y", 4]], ["column_renamed"]),
        (b'a;b\n"x\ny\tz";2\n', [["x\ny\tz", 2]], []),
    ],
)
def test_odd_files_become_tables_and_what_was_done_is_said(content: bytes, rows: list[Any], codes: list[str]) -> None:
    resource = upload(content)
    work()
    assert store.find(resource["id"])["state"] == "done", store.find(resource["id"])["report"]
    assert rows_of(resource["id"]) == rows
    assert findings_of(resource["id"]) == codes


def test_a_thousand_columns_are_loaded() -> None:
    names = [f"spalte {n}" for n in range(1000)]
    resource = upload(";".join(names) + "\n" + ";".join(["1"] * 1000) + "\n")
    work()
    assert store.find(resource["id"])["state"] == "done", store.find(resource["id"])["report"]
    assert len(types_of(resource["id"])) == 1000


def test_rows_too_wide_for_the_database_are_a_finding_not_a_failure_of_the_worker() -> None:
    names = [f"spalte {n}" for n in range(1000)]
    resource = upload(";".join(names) + "\n" + ";".join(["zwanzig Zeichen Text"] * 1000) + "\n")
    work()
    assert (store.find(resource["id"])["state"], findings_of(resource["id"])) == ("failed", ["row_too_big"])


def test_very_long_cells_are_loaded_even_where_their_words_cannot_be_indexed() -> None:
    words = " ".join(f"wort{n}" for n in range(200_000))
    resource = upload(f"a;b\n{words};1\n")
    work()
    assert findings_of(resource["id"]) == ["not_searchable"]
    assert rows_of(resource["id"])[0][0] == words


# Excel --------------------------------------------------------------------------------------------


def workbook(**sheets: list[list[Any]]) -> bytes:
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def test_the_first_sheet_is_shown_and_another_can_be_chosen() -> None:
    data = workbook(
        Daten=[["AGS", "Wert", "Stand"], ["05113000", 1234.5, datetime.date(2024, 12, 31)], ["05911000", 2, None]],
        Legende=[["Kürzel", "Bedeutung"], ["AGS", "Schlüssel"]],
    )
    resource = upload(data, "daten.xlsx")
    assert resource["format"] == "XLSX"
    work()
    assert types_of(resource["id"]) == {"AGS": "text", "Wert": "numeric", "Stand": "date"}
    assert findings_of(resource["id"]) == ["sheets"]
    helpers.call_action("rvr_portal_table_load", {"user": site_user()}, resource_id=resource["id"], sheet="Legende")
    work()
    assert rows_of(resource["id"]) == [["AGS", "Schlüssel"]]


def _archive(**parts: bytes) -> bytes:
    """A workbook in which parts are replaced: `sheet1`, `sharedStrings`."""
    places = {"sheet1": "xl/worksheets/sheet1.xml", "sharedStrings": "xl/sharedStrings.xml"}
    replaced = {places[name]: content for name, content in parts.items()}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(A=[["x", "y"], [1, 2]]))) as source:
        kept = {name: source.read(name) for name in source.namelist()}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name, content in (kept | replaced).items():
            target.writestr(name, content)
    return out.getvalue()


BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData><row r="1">'
    b'<c r="A1" t="inlineStr"><is><t>&b;</t></is></c></row></sheetData></worksheet>'
)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (lambda: _archive(sheet1=BOMB), "workbook_hostile"),
        (lambda: _archive(sheet1=b"<worksheet>" + b" " * (40 * 1024 * 1024)), "workbook_too_large"),
        (lambda: _archive(sharedStrings=b"x" * (33 * 1024 * 1024)), "workbook_too_large"),
        (lambda: _archive(sheet1=b"no xml"), "workbook_broken"),
        (lambda: workbook(A=[["x", "y"], [1, 2]])[:-200], "workbook_broken"),
    ],
)
def test_hostile_and_damaged_workbooks_are_a_sentence_and_nothing_more(data: Any, code: str) -> None:
    resource = upload(data(), "mappe.xlsx", format="XLSX")
    work()
    assert (store.find(resource["id"])["state"], findings_of(resource["id"])) == ("failed", [code])


# What is private ----------------------------------------------------------------------------------


def test_nothing_of_a_private_file_is_told(app: Any) -> None:
    resource = upload(CSV, private=True)
    work()
    assert has_table(resource["id"])
    assert app.get(f"/rvr/table/{resource['id']}", headers={"HX-Request": "true"}, status=404)
    assert app.post(f"/rvr/table/{resource['id']}/load", status=404)
    assert app.post("/rvr/file-check", status=403)
    for action in ("rvr_portal_table_status", "rvr_portal_table_load"):
        known = app.post(f"/api/3/action/{action}", json={"resource_id": resource["id"]}, status=404).json
        unknown = app.post(f"/api/3/action/{action}", json={"resource_id": "unbekannt"}, status=404).json
        assert known["error"]["__type"] == unknown["error"]["__type"] == "Not Found Error"
    answer = app.get(f"/api/3/action/datastore_search?resource_id={resource['id']}", expect_errors=True)
    assert answer.status_code in (403, 404)
    assert app.get(f"/datastore/dump/{resource['id']}", status=404)


def test_only_those_who_may_edit_load_a_table_again(app: Any) -> None:
    resource = upload(CSV)
    visitor = factories.UserWithToken()
    headers = {"Authorization": visitor["token"]}
    app.post("/api/3/action/rvr_portal_table_load", json={"resource_id": resource["id"]}, headers=headers, status=403)
    app.post(f"/rvr/table/{resource['id']}/load", headers=headers, status=403)
    status = app.get(f"/api/3/action/rvr_portal_table_status?resource_id={resource['id']}", headers=headers).json[
        "result"
    ]
    assert "findings" not in status


# Workers that stop -------------------------------------------------------------------------------


def _age(resource_id: str, state: str, minutes: int) -> None:
    with model.ensure_engine().begin() as connection:
        connection.execute(
            sa.text(
                "UPDATE rvr_portal_table_load SET state = :state, updated_at = now() - make_interval(mins => :minutes) "
                "WHERE resource_id = :id"
            ),
            {"state": state, "minutes": minutes, "id": resource_id},
        )


@pytest.mark.parametrize(
    ("state", "minutes", "interrupted"),
    [("loading", 1, False), ("loading", 3, True), ("checking", 3, True), ("waiting", 3, False), ("waiting", 11, True)],
)
def test_a_worker_that_is_gone_is_told_and_the_table_can_be_loaded_again(
    app: Any, state: str, minutes: int, interrupted: bool
) -> None:
    resource = upload(CSV)
    _age(resource["id"], state, minutes)
    status = helpers.call_action("rvr_portal_table_status", {"user": site_user()}, resource_id=resource["id"])
    assert (status["state"], status["interrupted"]) == (state, interrupted)
    page = app.get(f"/rvr/table/{resource['id']}", headers={"HX-Request": "true"}).body
    assert ("hx-get" in page) is not interrupted
    helpers.call_action("rvr_portal_table_load", {"user": site_user()}, resource_id=resource["id"])
    work()
    assert len(rows_of(resource["id"])) == 2


def test_a_worker_killed_in_the_middle_leaves_no_half_table() -> None:
    """The rows are one transaction: after the kill there is an empty table, and loading again fills it."""
    resource = upload("a;b\n" + "1;2\n" * 200_000)
    worker = os.fork()
    if not worker:
        for engine in (model.ensure_engine(), get_write_engine(), get_read_engine()):
            engine.dispose(close=False)
        load_table(resource["id"], store.find(resource["id"])["version"])
        os._exit(0)
    while store.find(resource["id"])["state"] != "loading":
        assert not os.waitpid(worker, os.WNOHANG)[0], "the worker ended before it loaded anything"
    os.kill(worker, signal.SIGKILL)
    os.waitpid(worker, 0)
    assert store.find(resource["id"])["state"] == "loading"
    load_table(resource["id"], store.find(resource["id"])["version"])
    assert store.find(resource["id"])["state"] == "done"
    assert helpers.call_action("datastore_search", resource_id=resource["id"], limit=0)["total"] == 200_000
