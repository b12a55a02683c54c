"""The same portal and harvest fixtures as the tests of `rvr_harvest`."""

from __future__ import annotations

import runpy
from pathlib import Path

_kit = runpy.run_path(str(Path(__file__).resolve().parents[1] / "rvr_harvest/conftest.py"))
portal, turtle, harvest, datasets = _kit["portal"], _kit["turtle"], _kit["harvest"], _kit["datasets"]
