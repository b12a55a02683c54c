"""Numbers, dates and keys of German files: what they are read as, and what stays text."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.tables import values
from ckanext.rvr_portal.domain.tables.check import check_rows, table_rows
from ckanext.rvr_portal.domain.tables.columns import name_columns


def column(*cells, title="Wert", beside=()):
    """How a column with these cells is read, beside a column that decides how the file writes numbers."""
    width = 2 if beside else 1
    rows = [(1, [title, "Daneben"][:width])]
    rows += [(n, [cell, beside[(n - 2) % len(beside)]] if beside else [cell]) for n, cell in enumerate(cells, start=2)]
    check = check_rows(rows)
    read = [row[0] for row in table_rows(rows, check)]
    return check.columns[0], read


@pytest.mark.parametrize(
    ("cells", "type_", "read"),
    [
        (["12", "-7", "0"], "int8", ["12", "-7", "0"]),
        (["1.234,5", "12,25"], "numeric", ["1234.5", "12.25"]),
        (["1,234.5", "12.25"], "numeric", ["1234.5", "12.25"]),
        (["0.123", "1"], "numeric", ["0.123", "1"]),
        (["1.234.567", "12"], "numeric", ["1234567", "12"]),
        (["31.12.2024", "1.2.2024"], "date", ["2024-12-31", "2024-02-01"]),
        (["2024-12-31"], "date", ["2024-12-31"]),
        (["31.12.2024 08:15", "1.1.2025, 9:00 Uhr"], "timestamp", ["2024-12-31 08:15", "2025-01-01 9:00"]),
        (["2024-12-31T08:15:00"], "timestamp", ["2024-12-31T08:15:00"]),
        (["12", "", "13"], "int8", ["12", "13"]),
        (["1234567890123456789012", "1"], "numeric", ["1234567890123456789012", "1"]),
        (["1,50", "2,00"], "numeric", ["1.50", "2.00"]),
    ],
)
def test_german_and_english_numbers_and_dates_are_understood(cells, type_, read):
    found, rows = column(*cells)
    assert (found.type, rows) == (type_, read)


@pytest.mark.parametrize(
    "cells", [["05117000", "05112000"], ["007", "12"], ["+49 201 1", "+49 201 2"], ["00,5", "1,5"]]
)
def test_what_would_lose_a_sign_stays_text(cells):
    found, rows = column(*cells)
    assert found.type == "text"
    assert rows == cells


@pytest.mark.parametrize("title", ["PLZ", "Gemeindeschlüssel", "AGS", "Telefon", "Adresse PLZ"])
def test_keys_without_leading_zeros_stay_text_because_of_their_heading(title):
    found, rows = column("45127", "45128", title=title)
    assert (found.type, found.why, rows) == ("text", "key", ["45127", "45128"])


def test_one_value_that_does_not_fit_keeps_the_column_text_and_its_line_is_named():
    found, rows = column("1", "2", "k. A.", "4", "5")
    assert (found.type, found.why, found.facts["line"], found.facts["value"]) == ("text", "misfit", 4, "k. A.")
    assert rows == ["1", "2", "k. A.", "4", "5"]


def test_a_day_that_does_not_exist_is_no_date():
    found, _ = column("31.12.2024", "30.12.2024", "29.12.2024", "31.02.2024")
    assert (found.type, found.facts["line"], found.facts["kind"]) == ("text", 5, "date")


def test_what_may_be_german_or_english_follows_the_rest_of_the_file():
    assert column("1.234", "2.345")[0].why == "ambiguous"
    assert column("1.234", "2.345", beside=["0,5"])[1] == ["1234", "2345"]
    assert column("1.234", "2.345", beside=["0.5"])[1] == ["1.234", "2.345"]


def test_german_and_english_numbers_in_one_column_stay_text():
    found, rows = column("1,5", "2.25", "3")
    assert (found.type, found.why, found.facts["line"], found.facts["other_line"]) == ("text", "mixed", 2, 3)
    assert rows == ["1,5", "2.25", "3"]


def test_cells_of_a_spreadsheet_keep_what_they_are():
    assert column(1, 2.5)[0].type == "numeric"
    assert column(1, 2)[0].type == "int8"
    assert column(1234.567, 2)[1] == ["1234.567", "2"]
    assert column(1e-7, 2)[1] == ["0.0000001", "2"]
    assert column(datetime.fromisoformat("2024-12-31"), date(2025, 1, 1))[1] == ["2024-12-31", "2025-01-01"]
    assert column("05117", "05112")[1] == ["05117", "05112"]
    assert column(True, False)[1] == ["true", "false"]


german = st.decimals(allow_nan=False, allow_infinity=False, places=3, min_value=-(10**12), max_value=10**12)


def _german(number: Decimal) -> str:
    return f"{number:,.3f}".translate(str.maketrans(",.", ".,"))


@given(st.lists(german, min_size=1, max_size=20))
def test_every_german_number_comes_back_as_itself(numbers):
    found, read = column(*[_german(number) for number in numbers], "0,5")
    assert found.type == "numeric"
    assert [Decimal(text) for text in read[:-1]] == numbers


@given(st.lists(german, min_size=1, max_size=20))
def test_every_english_number_comes_back_as_itself(numbers):
    found, read = column(*[f"{number:,.3f}" for number in numbers], "0.5")
    assert found.type == "numeric"
    assert [Decimal(text) for text in read[:-1]] == numbers


@given(st.lists(st.dates(), min_size=1, max_size=20))
def test_every_german_day_comes_back_as_itself(days):
    found, read = column(*[f"{day.day}.{day.month}.{day.year:04}" for day in days])
    assert found.type == "date"
    assert [date.fromisoformat(text) for text in read] == days


@given(st.lists(st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=80), min_size=1))
def test_a_text_is_never_changed(cells):
    """Whatever is read as text comes out as it went in; whatever is typed means the same."""
    found, read = column(*cells)
    filled = [cell for cell in cells if cell.strip()]
    if found.type == "text":
        assert read == filled
    else:
        assert len(read) == len(filled)


@given(st.text(max_size=70))
def test_looking_at_a_cell_never_fails(text):
    mask = values.readings(text)
    assert mask == values.EMPTY or mask & values.TEXT


@given(st.lists(st.text(max_size=80), min_size=1, max_size=40))
def test_names_of_columns_are_what_the_database_takes(titles):
    names, _ = name_columns(titles)
    assert len(set(names)) == len(titles)
    for name in names:
        assert 0 < len(name.encode()) <= 63
        assert name == name.strip()
        assert not name.startswith("_")
        assert '"' not in name


def test_what_happened_to_a_name_is_said():
    names, findings = name_columns(["Ort", "", "Ort", "_id", 'Zoll "'])
    assert names == ["Ort", "Spalte 2", "Ort (2)", "id", "Zoll '"]
    assert [finding.code for finding in findings] == [
        "column_unnamed",
        "column_repeated",
        "column_renamed",
        "column_renamed",
    ]
