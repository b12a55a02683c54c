"""Where things of the local stack lie."""

from __future__ import annotations

from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STACK = ROOT / ".stack"
VENV = STACK / "venv"
BIN = VENV / "bin"
