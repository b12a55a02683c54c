"""Tables of the plugin."""

from __future__ import annotations

from .boundary import RvrPortalBoundary
from .table_load import RvrPortalTableLoad

__all__ = ["RvrPortalBoundary", "RvrPortalTableLoad"]
