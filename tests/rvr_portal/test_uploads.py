"""What may be uploaded, what is filled in for it, and how it is handed out again."""

from __future__ import annotations

import io
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests import factories, helpers
from werkzeug.datastructures import FileStorage

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "with_plugins")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def site_user() -> str:
    return tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]


def upload(content: bytes, name: str, **fields: Any) -> dict[str, Any]:
    if "id" not in fields:
        fields.setdefault("package_id", factories.Dataset(owner_org=factories.Organization()["id"], notes="x")["id"])
    action = "resource_update" if "id" in fields else "resource_create"
    return helpers.call_action(
        action, {"user": site_user()}, **{"url": "", "upload": FileStorage(io.BytesIO(content), name), **fields}
    )


def refusal(content: bytes, name: str, **fields: Any) -> str:
    with pytest.raises(tk.ValidationError) as error:
        upload(content, name, **fields)
    return error.value.error_dict["upload"][0]


def path_of(resource: dict[str, Any]) -> str:
    return resource["url"].partition("test.ckan.net")[2]


# Format and media type ----------------------------------------------------------------------------


def test_format_media_type_and_size_are_filled_from_the_file() -> None:
    resource = upload(b"a;b\n1;2\n", "Tabelle.CSV")
    assert (resource["format"], resource["mimetype"], resource["size"]) == ("CSV", "text/csv", 8)


def test_what_is_given_counts_more_than_what_was_found() -> None:
    resource = upload(b"Ort\tZahl\nEssen\t1\n", "liste.txt", format="TSV")
    assert (resource["format"], resource["mimetype"]) == ("TSV", "text/tab-separated-values")


def test_a_replacement_of_another_kind_brings_its_own_format() -> None:
    first = upload(b"a;b\n1;2\n", "tabelle.csv", hash="abc", hash_algorithm="sha1")
    second = upload(b"%PDF-1.7", "bericht.pdf", id=first["id"], format="CSV", mimetype="text/csv", hash="abc")
    assert (second["format"], second["mimetype"], second["size"]) == ("PDF", "application/pdf", 8)
    assert not second.get("hash")


def test_a_file_nobody_knows_keeps_the_format_that_was_named() -> None:
    resource = upload(b"\0\1\2\3" * 100, "messung.qqq", format="Eigenes Messformat")
    assert (resource["format"], resource["mimetype"]) == ("Eigenes Messformat", "application/octet-stream")


# What is refused ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "leer.csv", "leer"),
        (b"MZ\x90\0\3\0\0\0", "tabelle.csv", "Programm"),
        (b"a;b", "tabelle.csv.exe", "Programm"),
        (b"x" * (1024 * 1024 + 1), "gross.csv", "1 MB"),
    ],
)
@pytest.mark.ckan_config("ckan.max_resource_size", 1)
@pytest.mark.usefixtures("with_request_context")
def test_a_refusal_says_why_in_a_sentence(content: bytes, name: str, words: str) -> None:
    assert words in refusal(content, name)


def test_a_refused_file_leaves_nothing_behind() -> None:
    package = factories.Dataset(owner_org=factories.Organization()["id"], notes="x")
    refusal(b"MZ\x90\0\3\0\0\0", "a.csv", package_id=package["id"])
    assert helpers.call_action("package_show", id=package["id"])["resources"] == []


def test_a_refused_replacement_leaves_the_file_as_it_was(app: Any) -> None:
    resource = upload(b"a;b\n1;2\n", "tabelle.csv")
    refusal(b"MZ\x90\0\3\0\0\0", "a.csv", id=resource["id"])
    assert app.get(path_of(resource)).data == b"a;b\n1;2\n"


def test_a_dataset_saved_whole_cannot_bring_a_program_either() -> None:
    package = factories.Dataset(owner_org=factories.Organization()["id"], notes="x")
    bad = {"url": "", "upload": FileStorage(io.BytesIO(b"\x7fELF\2\1"), "a.csv")}
    with pytest.raises(tk.ValidationError):
        helpers.call_action("package_update", {"user": site_user()}, **{**package, "resources": [bad]})


@pytest.mark.ckan_config("ckanext.rvr_portal.upload_formats", "CSV PY EXE")
def test_the_operators_choose_what_may_be_uploaded() -> None:
    assert upload(b"a;b\n", "a.csv")["format"] == "CSV"
    assert upload(b"print(1)\n", "a.py")["format"] == "PY"
    assert "PDF" not in refusal(b"%PDF-1.7", "a.pdf")
    refusal(b"MZ\x90\0\3\0\0\0", "a.exe")


# Names --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("../../etc/passwd.csv", "passwd.csv"),
        ("Straßen & Plätze 2024.csv", "strassen-plaetze-2024.csv"),
        ('x"><script>.csv', "xscript.csv"),
        ("a\r\nSet-Cookie: b.csv", "a-set-cookie-b.csv"),
        ("x" * 300 + ".csv", None),
    ],
)
def test_names_of_files_are_cleaned(name: str, cleaned: str | None, app: Any) -> None:
    resource = upload(b"a;b\n1;2\n", name)
    stored = resource["url"].rpartition("/")[2]
    assert len(stored) <= 100
    assert stored.endswith(".csv")
    assert cleaned is None or stored == cleaned
    assert app.get(path_of(resource)).status_code == 200


def test_a_link_to_the_own_download_stays_the_uploaded_file() -> None:
    resource = upload(b"a;b\n1;2\n", "tabelle.csv")
    kept = helpers.call_action(
        "resource_update", {"user": site_user()}, id=resource["id"], url=resource["url"], url_type=""
    )
    assert kept["url_type"] == "upload"


# Handing out --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("content", "name", "mimetype"),
    [
        (b"<!doctype html><script>alert(1)</script>", "seite.html", None),
        (b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', "bild.svg", None),
        (b'<x><h:script xmlns:h="http://www.w3.org/1999/xhtml">alert(1)</h:script></x>', "daten.xml", None),
        (b'<rdf:RDF xmlns:rdf="x"><h:script xmlns:h="http://www.w3.org/1999/xhtml"/></rdf:RDF>', "daten.rdf", None),
        (b"harmlos", "text.txt", "text/html"),
        (b"harmlos", "text.txt", "application/x-unbekannt+xml"),
        (b"harmlos", "text.txt", "text/xsl"),
    ],
)
def test_what_could_run_in_a_browser_is_only_downloaded(
    app: Any, content: bytes, name: str, mimetype: str | None
) -> None:
    resource = upload(content, name, **({"mimetype": mimetype} if mimetype else {}))
    answer = app.get(path_of(resource))
    assert answer.data == content
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    ("content", "name"), [(b"%PDF-1.7", "a.pdf"), (b"a;b\n", "a.csv"), (b"\x89PNG\r\n\x1a\n", "a.png")]
)
def test_what_cannot_run_is_shown_by_the_browser(app: Any, content: bytes, name: str) -> None:
    answer = app.get(path_of(upload(content, name)))
    assert not answer.headers.get("Content-Disposition", "").startswith("attachment")


def test_a_table_is_exported_without_formulas(app: Any) -> None:
    from ckanext.rvr_portal.tables import store
    from ckanext.rvr_portal.tables.load import load_table

    resource = upload(b'a;b\n=1+1;-5\n@x;"  +y"\n', "a.csv")
    load_table(resource["id"], store.find(resource["id"])["version"])
    text = app.get(f"/datastore/dump/{resource['id']}").data.decode()
    assert text.splitlines()[1:] == ["1,'=1+1,-5", "2,'@x,'  +y"]
