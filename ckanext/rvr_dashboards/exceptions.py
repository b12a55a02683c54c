"""Failures of the dashboards."""

from __future__ import annotations

__all__ = ["TileFileError"]


class TileFileError(Exception):
    """A tile file cannot be used. The text names file, line and tile, and says what is wrong."""
