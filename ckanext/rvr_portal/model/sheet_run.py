"""Imports of sheets and changes of many datasets: what was asked for, what would come of it, what became of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["RvrPortalSheetRun"]


class RvrPortalSheetRun(tk.BaseModel):  # type: ignore[name-defined,misc]
    """One upload or one change of many datasets, from its check to its end.

    `content` is what was asked for (columns and rows by dataset), `items` what would come or came of it, one for each
    dataset, `undo` the rows of a sheet that brings the old values back. Times are UTC.
    """

    __tablename__ = "rvr_portal_sheet_run"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    kind: Mapped[str] = mapped_column(UnicodeText)
    user_id: Mapped[str] = mapped_column(UnicodeText, index=True)
    owner_org: Mapped[str] = mapped_column(UnicodeText, index=True)
    label: Mapped[str] = mapped_column(UnicodeText, default="")
    lang: Mapped[str] = mapped_column(UnicodeText, default="de")
    state: Mapped[str] = mapped_column(UnicodeText)
    reason: Mapped[str] = mapped_column(UnicodeText, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    changed: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    options: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    content: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    items: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    undo: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
