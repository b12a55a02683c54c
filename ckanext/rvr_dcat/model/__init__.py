"""Tables of `rvr_dcat`. They name datasets and organisations by id only: those tables belong to CKAN."""

from __future__ import annotations

from datetime import date, datetime

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["DatasetQuality", "LinkCheck", "QualityDay"]


class DatasetQuality(tk.BaseModel):  # type: ignore[name-defined,misc]
    """The points of one dataset as last counted (see `domain.quality`), so that lists and sums are cheap."""

    __tablename__ = "rvr_dcat_quality"

    package_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    # whether everybody may see it; asked again of CKAN's own tables whenever it is shown
    public: Mapped[bool] = mapped_column(default=False)
    points: Mapped[int] = mapped_column(default=0)
    # points that only wait for an address to be checked
    unchecked: Mapped[int] = mapped_column(default=0)
    # points by dimension
    dimensions: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    # keys of indicators that are not met, and of those that wait for a check
    missing: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText), default=list)
    waiting: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText), default=list)
    # points that each repair would bring
    gains: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    errors: Mapped[int] = mapped_column(default=0)
    warnings: Mapped[int] = mapped_column(default=0)
    broken: Mapped[int] = mapped_column(default=0)
    # by when new data should have been there
    due: Mapped[date | None]
    # hashes of its addresses
    addresses: Mapped[list[str]] = mapped_column(ARRAY(sa.UnicodeText), default=list)
    # last change of the dataset that is counted here, and the version of the rules
    stamp: Mapped[datetime | None] = mapped_column(sa.DateTime)
    rules: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    computed: Mapped[datetime] = mapped_column(sa.DateTime)


class QualityDay(tk.BaseModel):  # type: ignore[name-defined,misc]
    """The public datasets of one organisation, or with an empty id of the whole portal, on one day: sums and numbers."""

    __tablename__ = "rvr_dcat_quality_day"

    day: Mapped[date] = mapped_column(primary_key=True)
    organization_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True, default="")
    datasets: Mapped[int] = mapped_column(default=0)
    points: Mapped[int] = mapped_column(default=0)
    dimensions: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    overdue: Mapped[int] = mapped_column(default=0)
    broken: Mapped[int] = mapped_column(default=0)
    errors: Mapped[int] = mapped_column(default=0)


class LinkCheck(tk.BaseModel):  # type: ignore[name-defined,misc]
    """What an address of a public dataset answered when it was last asked; times are UTC."""

    __tablename__ = "rvr_dcat_link"

    url_hash: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    url: Mapped[str] = mapped_column(sa.UnicodeText)
    # a word of `domain.links`; empty until it was asked
    outcome: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    status: Mapped[int | None]
    checked: Mapped[datetime | None] = mapped_column(sa.DateTime, index=True)
    # when the outcome became another one
    changed: Mapped[datetime | None] = mapped_column(sa.DateTime, index=True)
    failing_since: Mapped[datetime | None] = mapped_column(sa.DateTime)
