"""What somebody typed into a form and has not saved yet."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, UnicodeText
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["RvrPortalFormDraft"]


class RvrPortalFormDraft(tk.BaseModel):  # type: ignore[name-defined,misc]
    """The fields of one form of one account; nobody else ever sees them."""

    __tablename__ = "rvr_portal_form_draft"

    user_id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    place: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    title: Mapped[str] = mapped_column(UnicodeText, default="")
    fields: Mapped[list[list[str]]] = mapped_column(JSONB)
    saved: Mapped[datetime] = mapped_column(DateTime)
