from __future__ import annotations

import pytest

from ckanext.rvr_portal.shared import sheet


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "  =1", "＝1"])
def test_a_text_that_looks_like_a_formula_stays_a_text(text: str) -> None:
    cell = sheet(["Titel"], [[text]]).decode("utf-8-sig").split("\r\n", 1)[1].strip('"\r\n')
    assert cell == f"'{text}".strip("\r\n")


def test_a_table_opens_in_a_german_spreadsheet() -> None:
    written = sheet(["Titel", "Zahl"], [["Bäume; alt", -5], [None, 2.5]])
    assert written.startswith(b"\xef\xbb\xbf")
    assert written.decode("utf-8-sig") == 'Titel;Zahl\r\n"Bäume; alt";-5\r\n;2.5\r\n'
