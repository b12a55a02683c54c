"""The lists of what is tested (README.md beside the tests) name tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

TESTS = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("folder", ["harvest_faults", "browser"])
def test_every_test_that_a_list_names_is_there(folder: str) -> None:
    named = set(re.findall(r"`(test_\w+)`", (TESTS / folder / "README.md").read_text(encoding="utf-8")))
    text = "".join(path.read_text("utf-8") for path in (TESTS / folder).glob("test_*.py"))
    there = set(re.findall(r"^def (test_\w+)", text, re.MULTILINE))
    assert named
    assert named <= there, named - there
