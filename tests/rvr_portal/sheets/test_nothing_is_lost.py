"""Whatever a dataset holds, a sheet that nobody changed changes nothing, and one that was filled in says what it said."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from typing import Any

import openpyxl
import pytest
from generated_datasets import call, comparable, datasets, entries, harvest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from sheet_steward import Steward, show

from ckanext.rvr_portal.domain.sheet import neutral
from ckanext.rvr_portal.domain.sheet_rows import dataset_rows, value_of
from ckanext.rvr_portal.sheets.columns import all_columns
from ckanext.rvr_portal.sheets.export import export, template

pytestmark = pytest.mark.usefixtures("clean_db", "clean_index", "with_plugins")

FORMS = pytest.mark.parametrize("form", ["xlsx", "csv"])
# shrinking a dataset takes longer than reading one
few = settings(max_examples=7, deadline=None, suppress_health_check=list(HealthCheck), phases=[Phase.generate])


def test_no_dataset_changes_by_an_export_and_import_without_a_change() -> None:
    steward = Steward()
    made = [call("package_create", name=f"satz-{n}", title=f"Satz {n}", owner_org=steward.organization["id"]) for n in range(2)]  # fmt: skip

    @few
    @given(st.lists(datasets(), min_size=2, max_size=2), st.sampled_from(["de", "en"]))
    def check(stored: list[dict[str, Any]], lang: str) -> None:
        for old, new in zip(made, stored, strict=True):
            harvest("package_update", **new, id=old["id"], name=old["name"], owner_org=old["owner_org"])
        before = [_whole(one["id"]) for one in made]
        for form in ("xlsx", "csv"):
            # the import is in German, whatever language the export was in
            run = steward.upload(export(form, steward.organization["id"], lang))
            assert [(one["action"], one["problems"], one["changes"]) for one in run["items"]] == [("same", [], [])] * 2
            assert run["notes"] == []
        assert [_whole(one["id"]) for one in made] == before

    check()


@FORMS
def test_one_changed_cell_changes_nothing_else_whatever_the_dataset_holds(form: str) -> None:
    steward = Steward()
    made = call("package_create", name="satz", title="Satz", owner_org=steward.organization["id"])
    numbers = iter(range(1, 10_000))

    @few
    @given(datasets())
    def check(stored: dict[str, Any]) -> None:
        harvest("package_update", **stored, id=made["id"], name="satz", owner_org=made["owner_org"])
        before = show(made["id"])
        title = f"Neuer Titel {next(numbers)}"
        run = steward.upload(_changed(form, export(form, steward.organization["id"], "de"), "Titel", title))
        assert [(one["action"], one["problems"]) for one in run["items"]] == [("change", [])]
        assert [one["column"] for one in run["items"][0]["changes"]] == ["Titel"]
        done = steward.confirm(run)
        assert done["state"] == "done", done["reason"]
        assert comparable(show(made["id"])) == comparable(before) | {"title": title}

    check()


@FORMS
def test_what_is_entered_into_the_template_is_what_the_datasets_hold(form: str) -> None:
    steward = Steward()
    columns = all_columns()
    numbers = iter(range(1, 10_000))
    # made by the portal itself where nothing is entered
    own = {"id", "stamp", "name", "owner_org", "private", "resource.id", "resource.format", "resource.mimetype"}

    @few
    @given(st.lists(entries(), min_size=1, max_size=3))
    def check(entered: list[dict[str, Any]]) -> None:
        given_datasets = [{**one, "title": f"Satz {next(numbers)}"} for one in entered]
        rows = [row for one in given_datasets for row in dataset_rows(columns, one, "de")]
        run = steward.upload(_filled(form, template(form, "de"), rows))
        assert [(one["action"], one["problems"]) for one in run["items"]] == [("create", [])] * len(entered)
        done = steward.confirm(run)
        assert done["state"] == "done", done["reason"]
        for item, wanted in zip(done["items"], given_datasets, strict=True):
            found = show(item["id"])
            for column in columns:
                pairs = (
                    [(wanted, found)]
                    if not column.of_resource
                    else list(zip(wanted["resources"], found["resources"], strict=True))
                )
                for old, new in pairs:
                    expected, stored = value_of(column, old), value_of(column, new)
                    if column.kind == "tags":
                        expected, stored = sorted(expected), sorted(stored)
                    if expected in (None, "", []) and (column.key in own or stored in (None, "", [])):
                        continue
                    assert stored == expected, column.key

    check()


def _whole(package_id: str) -> dict[str, Any]:
    """A dataset with the moment of its last change."""
    shown = show(package_id)
    return comparable(shown) | {"metadata_modified": shown["metadata_modified"]}


def _changed(form: str, data: bytes, heading: str, text: str) -> bytes:
    """The file after somebody has typed into the first cell under a heading."""

    def change(cells: list[list[str]]) -> None:
        cells[2][cells[0].index(heading)] = text

    return _edited(form, data, change)


def _filled(form: str, data: bytes, rows: list[dict[str, str]]) -> bytes:
    """The template after somebody has typed the rows into it; in a CSV an apostrophe says that a text is no formula."""
    columns = all_columns()
    typed = neutral if form == "csv" else str

    def change(cells: list[list[str]]) -> None:
        assert len(cells[0]) == len(columns)
        cells += [[typed(row[column.key]) for column in columns] for row in rows]

    return _edited(form, data, change)


def _edited(form: str, data: bytes, change: Callable[[list[list[str]]], None]) -> bytes:
    """A file opened, changed and saved by another program than ours."""
    if form == "csv":
        cells = list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline=""), delimiter=";"))
        change(cells)
        out = io.StringIO()
        csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(cells)
        return ("\ufeff" + out.getvalue()).encode()
    book = openpyxl.load_workbook(io.BytesIO(data))
    page: Any = book["Datensätze"]
    cells = [[cell.value or "" for cell in row] for row in page.iter_rows()]
    change(cells)
    for line, at, text in _texts(cells):
        cell = page.cell(line, at)
        cell.value, cell.data_type = text, "s"
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def _texts(cells: list[list[str]]) -> Iterator[tuple[int, int, str]]:
    for line, row in enumerate(cells, 1):
        for at, text in enumerate(row, 1):
            if text:
                yield line, at, text
