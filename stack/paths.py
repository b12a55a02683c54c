"""Where things of the local stack lie."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# another folder than .stack is for the tests of the stack itself
STACK = Path(os.environ.get("RVR_STACK_FOLDER") or ROOT / ".stack")
VENV = STACK / "venv"
BIN = VENV / "bin"
PEERS_VENV = STACK / "peers-venv"
