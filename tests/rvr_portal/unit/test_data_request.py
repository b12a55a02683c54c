"""Requests for data: which mail addresses are taken, how typed text stands in a mail, which network counts."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ckanext.rvr_portal.domain.data_request import clean_lines, mail_address, network_of, pause, quoted


@pytest.mark.parametrize(
    ("typed", "address"),
    [
        ("anna@example.org", "anna@example.org"),
        ("  anna.b+daten@mail.example.org ", "anna.b+daten@mail.example.org"),
        ("anna@müller.example", "anna@xn--mller-kva.example"),
    ],
)
def test_a_mail_address_is_taken_as_a_server_knows_it(typed: str, address: str) -> None:
    assert mail_address(typed) == address


@pytest.mark.parametrize(
    "typed",
    [
        "", "anna", "anna@localhost", "@example.org", "anna@", "anna@example.org\nBcc: x@example.org", "a@b.example, c@d.example",
        "a@b.example;c@d.example", "Anna <anna@example.org>", "änna@example.org", '"a b"@example.org', "a@b@example.org",
        "a" * 65 + "@example.org", "a@" + "b." * 130 + "example", "a@-.\x00", "a@\u2028example.org", "a@..example", "a\r@b.example",
    ],
)  # fmt: skip
def test_what_is_no_single_mail_address_is_none(typed: str) -> None:
    assert mail_address(typed) == ""


@given(st.text(max_size=80))
def test_no_mail_address_can_end_a_header(typed: str) -> None:
    address = mail_address(typed)
    assert address == "" or (address.isascii() and address.isprintable() and not set(address) & set(' ,;<>"()\\'))


@given(st.text())
def test_every_line_that_was_typed_is_a_quotation(typed: str) -> None:
    assert all(line.startswith(">") for line in quoted(clean_lines(typed)).split("\n"))


def test_control_characters_are_no_text() -> None:
    assert clean_lines("  a\x00b\x07\r\n\r\n\r\n\r\nc\u202e\u2028 ") == "ab\n\nc"


def test_connections_count_by_their_network() -> None:
    assert network_of("192.0.2.7") == network_of("::ffff:192.0.2.7") == "192.0.2.7"
    assert network_of("2001:db8:1:2::1") == network_of("2001:db8:1:2:ffff::9") != network_of("2001:db8:1:3::1")
    assert network_of("no address") == "unknown"


def test_a_mail_that_fails_is_tried_less_and_less_often_but_several_times_a_day() -> None:
    assert [pause(tries) for tries in (1, 2)] == [timedelta(minutes=4), timedelta(minutes=8)]
    assert pause(10_000) == timedelta(hours=6)
