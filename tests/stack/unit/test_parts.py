"""`make test` runs every test there is, each once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
PARTS = "import json, tasks; print(json.dumps([tasks._folders(), tasks._unit_folders()]))"


def test_every_test_file_is_in_exactly_one_part() -> None:
    # in a process of its own: the modules of the stack have names that others use as well
    said = subprocess.run(
        [sys.executable, "-c", PARTS], cwd=ROOT / "stack", capture_output=True, text=True, check=True
    ).stdout
    folders, unit_folders = json.loads(said)
    with_services = [ROOT / file for files in folders.values() for file in files]
    without = [path for folder in unit_folders for path in (ROOT / folder).rglob("test_*.py")]
    assert sorted(with_services + without) == sorted((ROOT / "tests").rglob("test_*.py"))
    assert with_services
    assert without
