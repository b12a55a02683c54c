"""What kind of file it is, and what is not accepted."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.tables.kinds import file_kind

ZIP = b"PK\x03\x04rest"


@pytest.mark.parametrize(
    ("name", "head", "members", "key"),
    [
        ("einwohner.csv", b"Ort;Zahl\nEssen;1\n", (), "CSV"),
        ("einwohner.CSV", "Größe;x".encode("utf-16"), (), "CSV"),
        ("bericht.csv", b"%PDF-1.7", (), "PDF"),
        ("tabelle.xlsx", ZIP, ("[Content_Types].xml", "xl/workbook.xml"), "XLSX"),
        ("tabelle.csv", ZIP, ("[Content_Types].xml", "xl/workbook.xml"), "XLSX"),
        ("brief.docx", ZIP, ("[Content_Types].xml", "word/document.xml"), "DOCX"),
        ("strassen.zip", ZIP, ("s.shp", "s.dbf", "s.prj"), "SHP"),
        ("fahrplan.zip", ZIP, ("stops.txt", "routes.txt", "trips.txt"), "GTFS"),
        ("archiv.zip", ZIP, ("a.csv",), "ZIP"),
        ("karte.json", b'{"type": "FeatureCollection", "features": []}', (), "GEOJSON"),
        ("liste.json", b'[{"a": 1}]', (), "JSON"),
        ("karte.xml", b'<?xml version="1.0"?>\n<kml xmlns="http://www.opengis.net/kml/2.2">', (), "KML"),
        ("bild.svg", b'<!-- c --><!DOCTYPE svg PUBLIC "x" "y">\n<svg xmlns="http://www.w3.org/2000/svg">', (), "SVG"),
        ("seite", b"<!doctype HTML><p>Hallo", (), "HTML"),
        ("bild.txt", b"\x89PNG\r\n\x1a\n", (), "PNG"),
        ("daten.ttl", b"@prefix dct: <http://purl.org/dc/terms/> .", (), "RDF_TURTLE"),
        ("karte.gpkg", b"SQLite format 3\0" + b"\0" * 52 + b"GPKG", (), "GPKG"),
        ("alt.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", (), "XLS"),
        ("notiz.txt", b"Hallo", (), "TXT"),
        ("x.unbekannt", b"\0\1\2\3" * 50, (), ""),
    ],
)
def test_the_kind_of_a_file_is_told_by_its_content_first(name, head, members, key):
    kind = file_kind(name, head, members)
    assert (kind.key, kind.refused) == (key, "")


def test_an_open_document_says_itself_what_it_is():
    assert file_kind("t.ods", ZIP, ("mimetype",), "application/vnd.oasis.opendocument.spreadsheet").key == "ODS"


def test_a_name_that_promises_something_else_is_noticed():
    assert file_kind("bericht.csv", b"%PDF-1.7").named == "CSV"
    assert file_kind("karte.json", b'{"type": "FeatureCollection"}').named == ""


@pytest.mark.parametrize(
    ("name", "head", "members", "why"),
    [
        ("setup.exe", b"MZ\x90\0", (), "program"),
        ("tabelle.csv", b"MZ\x90\0\3\0\0\0\4", (), "program"),
        ("tabelle.csv.exe", b"a;b", (), "program"),
        ("tabelle.csv.", b"\x7fELF\2\1", (), "program"),
        ("lauf.bat", b"del *", (), "program"),
        ("tabelle.csv", b"#!/bin/sh\nrm", (), "program"),
        ("seite.php", b"<?php", (), "program"),
        ("skript.js", b"alert(1)", (), "program"),
        ("lib.zip", ZIP, ("META-INF/MANIFEST.MF", "a/B.class"), "program"),
        ("app.zip", ZIP, ("AndroidManifest.xml", "classes.dex"), "program"),
        ("tabelle.xlsx", ZIP, ("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"), "macros"),
        ("brief.docx", ZIP, ("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
    ],
)
def test_what_a_computer_would_run_is_refused_whatever_it_is_called(name, head, members, why):
    assert file_kind(name, head, members).refused == why


def test_a_table_that_begins_like_a_program_is_a_table():
    assert file_kind("mz.csv", b"MZ;Wert\n1;2\n").refused == ""
    assert file_kind("raute.csv", b"#!Kommentar\n1;2\n").refused == ""


@given(st.text(max_size=30), st.binary(max_size=300), st.lists(st.text(max_size=20), max_size=4))
def test_no_file_breaks_the_look_at_it(name, head, members):
    file_kind(name, head, members)
