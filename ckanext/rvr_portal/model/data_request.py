"""What people ask the publishers for."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, Integer, UnicodeText
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["RvrPortalDataRequest"]


class RvrPortalDataRequest(tk.BaseModel):  # type: ignore[name-defined,misc]
    """One request for data. It holds personal data and is deleted as a whole after some time.

    `owner_org` is the organisation asked, empty for the operators of the portal; `place` a key of the register; `search`
    the parameters of the search that found nothing. `mailed` and `confirmed` are when the mails went out, `tries` and
    `try_again` belong to those that did not yet. Times are UTC.
    """

    __tablename__ = "rvr_portal_data_request"

    id: Mapped[str] = mapped_column(UnicodeText, primary_key=True)
    owner_org: Mapped[str] = mapped_column(UnicodeText, default="", index=True)
    package_id: Mapped[str] = mapped_column(UnicodeText, default="")
    message: Mapped[str] = mapped_column(UnicodeText)
    purpose: Mapped[str] = mapped_column(UnicodeText, default="")
    place: Mapped[str] = mapped_column(UnicodeText, default="")
    search: Mapped[str] = mapped_column(UnicodeText, default="")
    name: Mapped[str] = mapped_column(UnicodeText, default="")
    email: Mapped[str] = mapped_column(UnicodeText)
    lang: Mapped[str] = mapped_column(UnicodeText, default="de")
    state: Mapped[str] = mapped_column(UnicodeText)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), index=True)
    changed: Mapped[datetime] = mapped_column(DateTime(timezone=True))
    mailed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    confirmed: Mapped[datetime | None] = mapped_column(DateTime(timezone=True), default=None)
    tries: Mapped[int] = mapped_column(Integer, default=0)
    try_again: Mapped[datetime] = mapped_column(DateTime(timezone=True))
