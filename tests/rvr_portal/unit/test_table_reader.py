"""Archives and workbooks whose parts are too many or too large are not unpacked."""

from __future__ import annotations

import io
import zipfile

import pytest

reader = pytest.importorskip("ckanext.rvr_portal.tables.reader")


def archive(parts):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as target:
        for name in parts:
            target.writestr(name, b"")
    return out


def test_the_parts_of_an_archive_are_named():
    assert reader.archive_members(archive(["a.shp", "a.dbf"])) == (["a.shp", "a.dbf"], "")


def test_a_list_of_parts_that_would_fill_the_memory_is_not_read():
    data = archive(["x" * 60_000 + str(number) for number in range(80)])
    assert reader.archive_members(data) == ([], "")


def test_what_only_begins_like_an_archive_has_no_parts():
    assert reader.archive_members(io.BytesIO(b"PK\x03\x04" + b"x" * 100_000)) == ([], "")
