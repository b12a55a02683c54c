"""Encoding, separator, quotation marks, headings and widths of text files."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.tables.check import check_rows, table_rows
from ckanext.rvr_portal.domain.tables.dialect import detect_dialect, read_rows
from ckanext.rvr_portal.domain.tables.finding import TableError
from ckanext.rvr_portal.domain.tables.text import detect_encoding

TEXT = "Ort;Größe\nEssen;1\nMülheim;2\n"


def rows_of(text):
    return list(read_rows(io.StringIO(text, newline=""), detect_dialect(text)))


def checked(text):
    return check_rows(rows_of(text))


@pytest.mark.parametrize(
    ("codec", "name"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8 (BOM)"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("cp1252", "Windows-1252"),
    ],
)
def test_the_encoding_of_a_german_file_is_found(codec, name):
    data = TEXT.encode(codec)
    found = detect_encoding([data])
    assert found.name == name
    assert data.decode(found.codec).removeprefix("\ufeff") == TEXT


def test_bytes_that_windows_does_not_know_make_it_latin_1():
    assert detect_encoding([b"a\x81\xfc"]).codec == "latin-1"


def test_a_character_cut_between_two_pieces_is_whole():
    data = ("ü" * 100).encode()
    assert detect_encoding([data[:51], data[51:]]).codec == "utf-8"
    assert detect_encoding([data[:51]], whole=False) == detect_encoding([data])


def test_one_broken_byte_in_a_utf_8_file_does_not_make_it_another_encoding():
    found = detect_encoding([("ä" * 50).encode() + b"\xff" + ("ö" * 50).encode()])
    assert (found.codec, found.broken) == ("utf-8", 1)


# a NUL after UTF-16's mark reads as the mark of UTF-32
@given(
    st.text(st.characters(codec="cp1252", exclude_characters="\0"), min_size=1),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_what_was_encoded_is_decoded(text, codec):
    data = text.encode(codec)
    assert data.decode(detect_encoding([data]).codec).removeprefix("\ufeff") == text.removeprefix("\ufeff")


cell = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)


@given(
    st.sampled_from(";,\t|"),
    st.integers(2, 6).flatmap(
        lambda n: st.lists(
            st.lists(st.from_regex(r"\A[A-Za-zäöü0-9]{1,8}\Z"), min_size=n, max_size=n), min_size=2, max_size=20
        )
    ),
)
def test_the_separator_of_a_plain_table_is_found(separator, rows):
    text = "\r\n".join(separator.join(row) for row in rows)
    assert detect_dialect(text).separator == separator
    assert [row for _, row in rows_of(text)] == rows


@given(st.integers(2, 5).flatmap(lambda n: st.lists(st.lists(cell, min_size=n, max_size=n), min_size=1, max_size=10)))
def test_a_quoted_table_comes_back_as_it_was_written(rows):
    out = io.StringIO()
    csv.writer(out, delimiter=";", quoting=csv.QUOTE_ALL).writerows(rows)
    assert [row for _, row in rows_of(out.getvalue())] == rows


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("a;b\n1,5;2,5\n2,5;3,5\n", ";"),
        ("Name,Wert\nx,1\ny,2\n", ","),
        ("a\tb\n1,5\t2\n", "\t"),
        ("sep=|\na|b\n", "|"),
        ("Name;Anschrift\nA;Weg 1, Essen\nB;Weg 2, Bochum\n", ";"),
    ],
)
def test_the_separator_of_german_files_is_found(text, separator):
    assert detect_dialect(text).separator == separator


def test_excels_hint_in_the_first_line_is_no_row_and_lines_keep_their_numbers():
    assert rows_of("sep=;\na;b\n1;2\n") == [(2, ["a", "b"]), (3, ["1", "2"])]


def test_a_cell_over_two_lines_does_not_shift_the_numbers_of_lines():
    assert [line for line, _ in rows_of('a;b\n"x\ny";1\nz;2\n')] == [1, 2, 4]


@pytest.mark.parametrize(
    ("text", "code", "line"), [('a;b\n1;2\n"3;4\n5;6\n', "quote_open", 3), ('a;b\n"1"x;2\n', "quote_misplaced", 2)]
)
def test_a_quotation_mark_in_the_wrong_place_is_named_with_its_line(text, code, line):
    with pytest.raises(TableError) as error:
        rows_of(text)
    assert (error.value.finding.code, error.value.finding.line) == (code, line)


def test_a_line_with_another_number_of_columns_is_named():
    text = "a;b;c\n" + "1;2;3\n" * 15 + "1;2;3;4\n" + "1;2\n"
    check = checked(text)
    assert [(f.code, f.line, f.facts["found"], f.facts["expected"]) for f in check.findings] == [
        ("width", 17, 4, 3),
        ("width", 18, 2, 3),
    ]
    assert check.broken


def test_only_the_first_twenty_lines_are_named_and_the_rest_is_counted():
    check = checked("a;b\n" + "1;2\n" * 40 + "1;2;3\n" * 30)
    assert [f.code for f in check.findings].count("width") == 20
    assert check.findings[-1].facts == {"number": 10}


def test_empty_cells_behind_the_last_column_and_empty_lines_do_no_harm():
    check = checked("a;b;;\n1;2;;\n\n3;4;;\n")
    assert not check.broken
    assert [column.name for column in check.columns] == ["a", "b"]
    assert check.rows == 2


def test_a_title_above_the_table_is_left_out():
    text = "Einwohner;;\n;;\nOrt;Jahr;Zahl\nEssen;2024;1\nHamm;2024;2\n"
    check = checked(text)
    assert (check.header, [column.name for column in check.columns], check.rows) == (3, ["Ort", "Jahr", "Zahl"], 2)
    assert "lines_above" in [finding.code for finding in check.findings]
    assert list(table_rows(rows_of(text), check)) == [["Essen", "2024", "1"], ["Hamm", "2024", "2"]]


def test_a_file_without_headings_keeps_its_first_row():
    text = "1;2,5\n2;3,5\n"
    check = checked(text)
    assert (check.header, check.rows, [column.name for column in check.columns]) == (0, 2, ["Spalte 1", "Spalte 2"])
    assert list(table_rows(rows_of(text), check)) == [["1", "2.5"], ["2", "3.5"]]


def test_years_are_headings():
    assert checked("2022;2023\n1;2\n").header == 1


def test_headings_only_one_column_and_nothing_at_all():
    assert [f.code for f in checked("a;b\n").findings] == ["header_only"]
    check = checked("Straße\nA-Weg\nB-Weg\n")
    assert (check.width, check.rows) == (1, 2)
    for nothing in ("", "\n\n", " ; \n"):
        with pytest.raises(TableError) as error:
            checked(nothing)
        assert error.value.finding.code == "empty_table"


def test_a_thousand_columns_are_read_and_more_are_refused():
    assert len(checked(";".join(f"s{n}" for n in range(1000)) + "\n" + ";".join("1" * 1000) + "\n").columns) == 1000
    with pytest.raises(TableError) as error:
        checked(";".join(f"s{n}" for n in range(1001)) + "\n")
    assert error.value.finding.facts == {"number": 1001, "limit": 1000}


def test_formulas_are_pointed_out():
    check = checked('a;b\n1;=2+3\n2;"@SUM(A1)"\n3;-\n')
    assert [(f.code, f.line, f.facts["value"]) for f in check.findings] == [("formula", 2, "=2+3")]


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r"])
def test_all_line_ends_are_read(ends):
    assert checked(ends.join(["a;b", "1;2", "3;4"])).rows == 2
