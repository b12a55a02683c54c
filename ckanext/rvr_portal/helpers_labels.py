"""Template helpers that turn codes, addresses, dates and numbers into words."""

from __future__ import annotations

__all__: list[str] = []
