"""Cells of sheets: what an export writes, an import understands – also after Excel has had it in its hands."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.sheet import neutral, restored
from ckanext.rvr_portal.domain.sheet_columns import (
    KEEP,
    LONGEST,
    Cell,
    CellError,
    Column,
    Kind,
    clean,
    joined,
    read,
    render,
    same,
    split,
)


def column(kind: Kind, vocabulary: str = "", **more: Any) -> Column:
    return Column("x", kind, {"de": "X"}, field="x", vocabulary=vocabulary, **more)


@given(st.text(alphabet=st.one_of(st.sampled_from("'=+-@\t\r\n \uff1dab"), st.characters())))
def test_a_text_that_looks_like_a_formula_is_made_harmless_and_comes_back(text: str) -> None:
    harmless = neutral(text)
    assert restored(harmless) == text
    assert not harmless.lstrip().startswith(("=", "+", "-", "@"))


@given(
    st.lists(st.text(alphabet=st.one_of(st.sampled_from("|\\ a"), st.characters()), min_size=1).map(clean).filter(bool))
)
def test_several_values_in_a_cell_come_back_one_by_one(values: list[str]) -> None:
    values = [value for value in values if "\n" not in value]
    assert split(joined(values)) == values


@pytest.mark.parametrize(
    ("stored", "cell"),
    [
        ("2024", Cell("2024")),
        ("2024-06", Cell("06.2024")),
        ("2024-06", Cell("Jun 24")),
        ("2024-03", Cell("Mrz 24")),
        ("2024-12-31", Cell("31.12.2024")),
        ("2024-12-31", Cell("2024-12-31", is_date=True)),
        ("2024-05-01T10:00:00+02:00", Cell("2024-05-01T10:00:00+02:00")),
    ],
)
def test_dates_as_excel_leaves_them_are_no_change(stored: str, cell: Cell) -> None:
    assert same(column("date"), cell, render(column("date"), stored))


def test_a_changed_date_is_a_change() -> None:
    assert not same(column("date"), Cell("30.12.2024"), render(column("date"), "2024-12-31"))
    assert not same(column("date"), Cell("2024"), render(column("date"), "2024-06"))


@pytest.mark.parametrize(
    ("stored", "cell", "is_same"),
    [
        ("05911000", "5911000", True),
        ("123456789012", "1,23457E+11", True),
        ("5911000", "05911000", False),
        ("100", "1", False),
        ("123456789012", "1,33457E+11", False),
        ("A05", "A5", False),
    ],
)
def test_digits_that_excel_took_for_a_number_are_no_change(stored: str, cell: str, is_same: bool) -> None:
    assert same(column("text"), Cell(cell), render(column("text"), stored)) is is_same


def test_a_text_that_no_cell_can_hold_is_left_alone() -> None:
    rendered = render(column("text"), "a" * (LONGEST + 1))
    assert rendered == KEEP
    assert same(column("text"), Cell(KEEP), rendered)


@pytest.mark.parametrize(
    ("text", "number"),
    [("1.234.567", "1234567"), ("1.234,5", "1234.5"), ("12,5", "12.5"), ("1234", "1234"), ("viel", "viel")],
)
def test_numbers_are_read_as_german_writes_them(text: str, number: str) -> None:
    assert read(column("number"), Cell(text)) == number


def test_a_misspelt_entry_of_a_list_is_refused_with_the_nearest_one() -> None:
    with pytest.raises(CellError) as caught:
        read(column("term", "license"), Cell("Datenlizenz Deutschland Zero Version 2.1"))
    assert caught.value.reason == "near"
    assert caught.value.params["near"] == "Datenlizenz Deutschland – Zero – Version 2.0"


def test_an_address_that_is_not_in_the_list_is_taken_as_it_is() -> None:
    assert read(column("term", "license"), Cell("https://example.org/terms")) == "https://example.org/terms"


def test_a_date_in_a_column_of_texts_is_told() -> None:
    with pytest.raises(CellError, match="turned_into_date"):
        read(column("text"), Cell("2026-05-01", is_date=True))
