"""Collects findings while one record is repaired."""

from __future__ import annotations

from .values import Finding, Severity

__all__ = ["Notes"]


class Notes:
    """Findings of one record, each once."""

    def __init__(self) -> None:
        self._found: dict[Finding, None] = {}

    def add(
        self,
        code: str,
        severity: Severity,
        field: str,
        value: str = "",
        repaired: str = "",
    ) -> None:
        self._found[Finding(code, severity, field, value[:500], repaired[:500])] = None

    def all(self) -> tuple[Finding, ...]:
        return tuple(self._found)
