"""What a typed text may be."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.text_rules import is_harmful, problem_with_text, shorten, splittable


@pytest.mark.parametrize(
    "text",
    [
        "Anteil < 5 % und > 3 %", "a<b", "+49 (0) 2324 204-0", "-", "- ohne Angabe", "@offenedaten", "Straße & Weg",
        "x" * 500, "1 + 1 = 2", "E-Mail: a@b.de (werktags)",
    ],
)  # fmt: skip
def test_ordinary_text_is_in_order(text: str) -> None:
    assert problem_with_text(text) is None


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("x" * 501, "too_long"),
        ("<b>fett</b>", "markup"),
        ("Titel <img src=x", "markup"),
        ("</title>", "markup"),
        ("<script>alert(1)</script>", "script"),
        ("<img src=x onerror=alert(1)>", "script"),
        ("javascript:alert(1)", "script"),
        ("<SCRIPT src=//a.example>", "script"),
        ("=1+1", "formula"),
        (" =HYPERLINK(\"http://a.example\")", "formula"),
        ("＝SUM(A1)", "formula"),
        ("+SUM(A1:A9)", "formula"),
        ("-cmd|' /C calc'!A0", "formula"),
        ("@SUM(1)", "formula"),
        ("a\x00b", "control"),
    ],
)  # fmt: skip
def test_what_a_line_may_not_be_has_a_name(text: str, problem: str) -> None:
    assert problem_with_text(text) == problem


def test_prose_may_hold_simple_markup_and_lists_but_no_scripts_or_formulas() -> None:
    assert problem_with_text("<p>Text</p>\n\n- Punkt\n* Punkt", 100, prose=True) is None
    assert problem_with_text("= Überschrift", 100, prose=True) is None
    assert problem_with_text("<iframe src=a>", 100, prose=True) == "script"
    assert problem_with_text('=HYPERLINK("a")', 100, prose=True) == "formula"


def test_a_line_break_counts_as_one_character() -> None:
    assert problem_with_text("a\r\nb", 3, prose=True) is None


@pytest.mark.parametrize(
    "address",
    ["javascript:alert(1)", " JavaScript://x%0aalert(1)", "java\nscript:1", "data:text/html,x", "file:///etc"],
)
def test_addresses_that_run_code_are_harmful(address: str) -> None:
    assert is_harmful(address)


def test_web_addresses_are_not_harmful() -> None:
    assert not any(map(is_harmful, ["https://example.org", "urn:x:y", "mailto:a@example.org", "daten.csv", ""]))


def test_a_long_text_is_named_by_its_beginning() -> None:
    assert shorten("a  b\n c") == "a b c"
    assert shorten("x" * 1_000_000) == "x" * 59 + "…"


@pytest.mark.parametrize(
    ("address", "stored"),
    [
        ("http://]", "http://%5D"), ("]", "%5D"), ("http://a[b/ä", "http://a%5Bb/%C3%A4"), ("http://℀.de", "http://%E2%84%80.de"),
        ("https://example.org/[x]", "https://example.org/[x]"), ("http://[::1]/", "http://[::1]/"), ("bäume.csv", "bäume.csv"),
    ],
)  # fmt: skip
def test_only_an_address_that_cannot_be_taken_apart_is_changed(address: str, stored: str) -> None:
    assert splittable(address) == stored


@given(st.text() | st.from_regex(r"(https?:)?//[\[\]℀:a-z/@#?]{0,9}"))
def test_every_address_can_be_taken_apart_with_and_without_scheme(address: str) -> None:
    made = splittable(address)
    urlsplit(made)
    urlsplit("http://" + made.lstrip("/"))
    assert splittable(made) == made
