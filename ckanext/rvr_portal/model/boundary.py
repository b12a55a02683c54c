"""Boundaries of places, loaded by an operator."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["RvrPortalBoundary"]


class RvrPortalBoundary(tk.BaseModel):  # type: ignore[name-defined,misc]
    """GeoJSON geometry (EPSG:4326 lon/lat) of one place of the register."""

    __tablename__ = "rvr_portal_boundary"

    key: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    geometry: Mapped[dict[str, Any]] = mapped_column(JSONB)
    source: Mapped[str] = mapped_column(UnicodeText, default="")
    loaded_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
