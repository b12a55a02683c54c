"""What a reader sees of values: words, never addresses, codes or nothing at all."""

from __future__ import annotations

import pytest

from ckanext.rvr_portal import presentation


@pytest.mark.parametrize(
    "value",
    [
        None,
        "",
        "  ",
        "None",
        "[]",
        "{}",
        True,
        [],
        {},
        '{"a": 1}',
        "['x']",
        "http://example.org/a",
        "siehe https://example.org",
        "urn:nbn:de:1",
        "mailto:a@example.org",
        "WMS_SRVC",
        "1b9d6bcd-bbfd-4b2d-9b5d-ab8dfbbd4bed",
    ],
)
def test_what_only_a_machine_can_read_is_not_shown(value: object) -> None:
    assert presentation.readable(value) == ""


@pytest.mark.parametrize(
    ("value", "shown"), [("Stadt  Bochum\n", "Stadt Bochum"), ("GEO-2024-17", "GEO-2024-17"), (7, "7"), ("WMS", "WMS")]
)
def test_words_and_numbers_are_shown(value: object, shown: str) -> None:
    assert presentation.readable(value) == shown


def test_a_long_text_is_cut_after_a_sentence() -> None:
    text = "Alle Bäume der Stadt mit Art und Lage. " + "Das Kataster wird laufend fortgeschrieben. " * 10
    short = presentation.summary(text, 100)
    assert short.endswith("fortgeschrieben.")
    assert len(short) <= 100


def test_a_text_without_sentences_is_cut_between_words() -> None:
    short = presentation.summary("Straßenbäume " * 50, 60)
    assert short.endswith("Straßenbäume …")
    assert len(short) <= 61


def test_a_number_with_a_full_stop_does_not_end_a_sentence() -> None:
    text = "Stand ist der 31. Dezember 2025 und die Daten gelten für das ganze Stadtgebiet. Mehr folgt. " * 3
    assert presentation.summary(text, 85).endswith("Stadtgebiet.")


def test_the_lead_ends_before_a_list() -> None:
    text = "Die Radwege der Stadt.\n\nSie werden beim Bau aufgenommen.\n\n* Belag\n* Breite"
    assert presentation.lead(text) == "Die Radwege der Stadt.\n\nSie werden beim Bau aufgenommen."


@pytest.mark.parametrize("code", ["WMS_SRVC", "wfs", "OGC-API", "API", "SPARQL"])
def test_services_are_told_from_files(code: str) -> None:
    assert presentation.is_service({"format": code})
    assert not presentation.is_service({"format": "CSV"})


def test_a_file_without_name_is_called_like_its_file() -> None:
    resource = {"url": "https://example.org/daten/baeume-2025.csv?x=1", "format": "CSV"}
    assert presentation.resource_name(resource, str, "Datei") == "baeume-2025.csv"
    assert presentation.resource_name({"format": "CSV"}, lambda _: "CSV-Tabelle", "Datei") == "CSV-Tabelle"
    assert presentation.resource_name({}, lambda _: "", "Datei") == "Datei"


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://www.essen.de/a", "essen.de"),
        ("kein Link", ""),
        (None, ""),
        ("http://[kaputt", ""),
        ("ftp://x.de", "x.de"),
    ],
)
def test_the_host_of_an_address_is_found_or_empty(address: object, host: str) -> None:
    assert presentation.host_of(address) == host
