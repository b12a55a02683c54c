"""Which pages may be taken for unchanged."""

from __future__ import annotations

import pytest

from ckanext.rvr_harvest.domain.pages import whole_pages
from ckanext.rvr_harvest.domain.values import KnownPage, KnownRecord


def _record(guid: str, page: str) -> KnownRecord:
    return KnownRecord(guid, guid, "x", page, "active", 0)


@pytest.mark.parametrize(
    ("standing_there", "is_whole"), [(["1", "2"], True), (["1"], False), (["1", "2", "3"], False), ([], False)]
)
def test_a_page_whose_records_have_moved_is_read_again_even_if_it_is_the_same(
    standing_there: list[str], is_whole: bool
) -> None:
    page = KnownPage("/2", "hash", None, 3, 2)
    records = [_record(guid, "/2") for guid in standing_there] + [_record("9", "/1")]
    assert ("/2" in whole_pages({"/2": page}, records)) is is_whole


def test_a_page_that_only_leads_on_is_whole_without_records() -> None:
    page = KnownPage("/1", "hash", "/export", 3, 0)
    assert whole_pages({"/1": page}, [_record("1", "/export")]) == {"/1": page}
