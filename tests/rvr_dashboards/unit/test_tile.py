from __future__ import annotations

import csv
import io
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import ckanext.rvr_dashboards.domain.tile_file as tile_file
from ckanext.rvr_dashboards.domain import export, picture
from ckanext.rvr_dashboards.domain.tile import Tile, compose, shorten
from ckanext.rvr_portal.shared import Measure, MeasureRow

NOW = datetime(2026, 11, 23, 13, 5, 7, 123, tzinfo=UTC)
OVERVIEW = Path(tile_file.__file__).parent.parent / "data" / "ueberblick.yaml"
SPECS = {tile.id: tile for tile in tile_file.parse(OVERVIEW.read_text("utf-8"), OVERVIEW.name).tiles}


def german(value: int) -> str:
    return f"{value:,}".replace(",", ".")


def measure(*rows: tuple[str, int], total: int | None = None) -> Measure:
    made = tuple(
        MeasureRow(label.lower(), label, value, f"/dataset/?organization={label.lower()}") for label, value in rows
    )
    return Measure(
        id="rvr_portal.datasets_by_member_body", title="Titel", unit=("Datensatz", "Datensätze"), rows=made, as_of=NOW,
        computed_at=NOW, sources=({"dataset_id": None, "title": "Katalog", "licence": None, "publisher": "Portal", "modified": None},),
        n_records=sum(row.value for row in made) if total is None else total, n_suppressed=0, query_url="/dataset/",
    )  # fmt: skip


def tile(*rows: tuple[str, int], spec: str = "mitglieder", total: int | None = None, lang: str = "de") -> Tile:
    return compose(SPECS[spec], measure(*rows, total=total), lang, german)


def test_the_sentence_names_the_total_and_the_largest():
    assert tile(("Dortmund", 1310), ("Bochum", 20), ("Hagen", 0)).sentence == (
        "1.330 Datensätze von 2 Herausgebern; die meisten, 1.310, stellt Dortmund bereit."
    )


def test_two_with_the_same_number_share_the_first_place():
    assert (
        "die meisten, je 7, stellen Bochum und Dortmund bereit"
        in tile(("Bochum", 7), ("Dortmund", 7), ("Herne", 1)).sentence
    )


def test_many_with_the_same_number_are_not_all_listed():
    rows = [(name, 2) for name in ("Bochum", "Bottrop", "Dortmund", "Essen", "Herne")]
    assert "stellen Bochum, Bottrop und 3 weitere bereit" in tile(*rows).sentence


def test_one_dataset_is_not_called_the_most_of_one():
    assert tile(("Bochum", 1), ("Hagen", 0)).sentence == "1 Datensatz, bereitgestellt von: Bochum."


def test_what_has_no_category_is_never_called_the_largest():
    made = tile(("none", 90), ("Umwelt", 3), ("Verkehr", 2), spec="themen")
    assert "„Umwelt“ mit 3" in made.sentence and "zu 2 Themen" in made.sentence


def test_the_sentence_is_there_in_english_too():
    assert tile(("Bochum", 3), ("Herne", 1), lang="en").sentence.startswith(
        "4 Datensätze from 2 publishers; most of them, 3,"
    )


def test_the_note_about_counting_twice_stands_only_where_something_is_counted_twice():
    assert tile(("Umwelt", 3), ("Verkehr", 2), spec="themen", total=4).note
    assert not tile(("Umwelt", 3), ("Verkehr", 2), spec="themen", total=5).note


def test_without_items_there_is_no_sentence_but_what_would_stand_here():
    made = tile(("Bochum", 0), ("Hagen", 0))
    assert made.is_empty and not made.sentence and not made.bars and "sobald der erste" in made.empty


def test_the_longest_bar_takes_all_the_room_and_rows_without_items_have_none():
    assert [bar.width for bar in tile(("Bochum", 8), ("Herne", 2), ("Hagen", 0)).bars] == [100, 25]


def test_rows_that_find_no_room_are_counted():
    made = tile(*[(f"Format {n}", 40 - n) for n in range(25)], ("Leer", 0), spec="formate")
    assert (len(made.bars), made.left_out) == (10, 15)


def test_categories_keep_their_order_colour_and_gaps():
    made = tile(("Idee", 1), ("Planung", 0), ("Umsetzung", 4), spec="projekte")
    assert [(bar.label, bar.colour, bar.width) for bar in made.bars] == [
        ("Idee", 1, 25),
        ("Planung", 2, 0),
        ("Umsetzung", 3, 100),
    ]


def test_a_long_label_is_cut_at_a_word_and_kept_whole_elsewhere():
    made = tile(("Kommunalverband der vielen langen Namen und Orte", 1), ("Bochum", 1))
    assert made.bars[0].label == "Kommunalverband der vielen…"
    assert made.bars[0].full_label.endswith("Orte")


@given(st.text(min_size=0, max_size=80), st.integers(4, 60))
def test_a_shortened_label_is_never_longer_than_allowed(text: str, length: int):
    assert len(shorten(text, length)) <= max(length, 0)


def rows_of(made: Tile) -> list[list[str]]:
    data = export.to_csv(made, ("a", "b", "c", "d", "e", "f"), lambda url: "https://ruhr.example" + url)
    assert data.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))


def test_the_csv_file_has_one_line_a_row_with_unit_date_and_list():
    assert rows_of(tile(("Bochum", 1234)))[1] == [
        "bochum", "Bochum", "1234", "Datensätze", "2026-11-23T13:05:07+00:00", "https://ruhr.example/dataset/?organization=bochum",
    ]  # fmt: skip


@pytest.mark.parametrize("label", ["=1+1", "+49", "-x", "@SUM(A1)"])
def test_a_spreadsheet_does_not_take_a_label_for_a_formula(label: str):
    assert rows_of(tile((label, 1)))[1][1] == "'" + label


@given(
    st.text(alphabet=st.characters(blacklist_categories=("Cs",), blacklist_characters="\0"), min_size=1).filter(
        lambda s: s[0] not in "=+-@\t\r"
    )
)
def test_every_label_survives_the_csv_file(label: str):
    assert rows_of(tile((label, 1)))[1][1] == label


def test_json_follows_the_data_contract():
    data = export.to_json(tile(("Bochum", 5), ("Hagen", 0)), lambda url: "https://ruhr.example" + url)
    contract = {"value", "unit", "as_of", "computed_at", "sources", "n_records", "n_suppressed", "query_url", "status"}
    assert contract <= set(data)
    assert all(contract <= set(row) for row in data["rows"])
    assert data["rows"][0]["query_url"] == "https://ruhr.example/dataset/?organization=bochum"


def test_the_fingerprint_changes_with_a_number_and_not_with_the_time():
    made = tile(("Bochum", 5))
    later = replace(made, measure=replace(made.measure, as_of=datetime(2027, 1, 1, tzinfo=UTC)))
    assert export.fingerprint(made) == export.fingerprint(later)
    assert export.fingerprint(made) != export.fingerprint(tile(("Bochum", 6)))
    assert export.fingerprint(made, "csv") != export.fingerprint(made, "json")


def test_nothing_of_the_picture_lies_outside_of_it():
    made = picture.layout(tile(*[(f"Stadt {n}", n + 1) for n in range(15)]), "Quelle: Portal")
    assert all(placed.bar_y + picture.BAR < made.source_y < made.height for placed in made.bars)
    assert all(placed.length <= made.width - 2 * made.margin for placed in made.bars)
