"""How far the table of an uploaded file is."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, Integer, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["RvrPortalTableLoad"]


class RvrPortalTableLoad(tk.BaseModel):  # type: ignore[name-defined,misc]
    """One uploaded file of which a table was, is or will be made.

    `state` is waiting, checking, loading, done or failed; `version` tells one upload from the next; `report` is what the
    check found (`tables.report`).
    """

    __tablename__ = "rvr_portal_table_load"

    resource_id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    package_id: Mapped[str] = mapped_column(UnicodeText, index=True)
    version: Mapped[str] = mapped_column(UnicodeText, default="")
    sheet: Mapped[str] = mapped_column(UnicodeText, default="")
    state: Mapped[str] = mapped_column(UnicodeText)
    rows_done: Mapped[int] = mapped_column(Integer, default=0)
    rows_total: Mapped[int] = mapped_column(Integer, default=0)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    requested_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    updated_at: Mapped[datetime] = mapped_column(DateTime(timezone=True))
