"""Tables of the plugin."""

from __future__ import annotations

from .boundary import RvrPortalBoundary

__all__ = ["RvrPortalBoundary"]
