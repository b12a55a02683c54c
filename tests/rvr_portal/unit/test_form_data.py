"""A posted form put over what is stored: what the form does not show of a body goes with its name."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.rvr_portal.domain.form_data import merge

FIELDS: list[dict[str, Any]] = [
    {
        "field_name": "publisher",
        "repeating_subfields": [
            {"field_name": "name"},
            {"field_name": "email"},
            {"field_name": "uri", "form_snippet": "rvr_hidden.html"},
        ],
    }
]
STORED = {"name": "Amt für Umwelt", "email": "umwelt@example.org", "uri": "https://example.org/umwelt"}


@pytest.mark.parametrize(
    ("sent", "expected"),
    [
        ({"name": "Amt für Verkehr", "email": "verkehr@example.org"}, {"name": "Amt für Verkehr", "email": "verkehr@example.org"}),
        ({"name": "Amt für Verkehr", "uri": "https://example.org/v"}, {"name": "Amt für Verkehr", "uri": "https://example.org/v"}),
        ({"name": " Amt für Umwelt", "email": "neu@example.org"}, {**STORED, "email": "neu@example.org"}),
        ({"name": "", "email": "umwelt@example.org"}, {**STORED, "name": ""}),
    ],
    ids=["another name", "with an address of its own", "the same name", "no name"],
)  # fmt: skip
def test_a_body_with_another_name_does_not_keep_the_address_of_the_one_before(
    sent: dict[str, str], expected: dict[str, str]
) -> None:
    assert merge({"publisher": [STORED]}, {"publisher": [sent]}, FIELDS) == {"publisher": [expected]}
