"""The list of faults names tests that there are."""

from __future__ import annotations

import re
from pathlib import Path

FAULTS = Path(__file__).resolve().parents[2] / "harvest_faults"


def test_every_test_that_the_list_of_faults_names_is_there() -> None:
    named = set(re.findall(r"`(test_\w+)`", (FAULTS / "README.md").read_text(encoding="utf-8")))
    there = set(
        re.findall(
            r"^def (test_\w+)", "".join(path.read_text("utf-8") for path in FAULTS.glob("test_*.py")), re.MULTILINE
        )
    )
    assert named
    assert named <= there, named - there
