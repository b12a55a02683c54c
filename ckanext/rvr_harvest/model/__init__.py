"""Tables of `rvr_harvest`. They name sources, jobs and datasets by id only: those tables belong to others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["HarvestPage", "HarvestRecord", "HarvestRun"]


class HarvestRecord(tk.BaseModel):  # type: ignore[name-defined]
    """What is remembered of one record of one source: (source, guid) owns a dataset."""

    __tablename__ = "rvr_harvest_record"

    source_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    guid: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    package_id: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    fingerprint: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    page_url: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    url: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    # active: has a dataset; refused: has none; archived: vanished at the source
    state: Mapped[str] = mapped_column(sa.UnicodeText, default="active")
    missing_runs: Mapped[int] = mapped_column(default=0)
    needs_index: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(sa.DateTime)
    changed: Mapped[datetime] = mapped_column(sa.DateTime)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)


class HarvestPage(tk.BaseModel):  # type: ignore[name-defined]
    """The last answer of a source under one address; only its hash, and what it led to."""

    __tablename__ = "rvr_harvest_page"

    source_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    url: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    body_hash: Mapped[str] = mapped_column(sa.UnicodeText)
    mapping: Mapped[str] = mapped_column(sa.UnicodeText)
    next_url: Mapped[str | None] = mapped_column(sa.UnicodeText)
    expected: Mapped[int | None]
    count: Mapped[int] = mapped_column(default=0)


class HarvestRun(tk.BaseModel):  # type: ignore[name-defined]
    """One run of one source."""

    __tablename__ = "rvr_harvest_run"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    source_id: Mapped[str] = mapped_column(sa.UnicodeText, index=True)
    job_id: Mapped[str] = mapped_column(sa.UnicodeText, index=True)
    started: Mapped[datetime] = mapped_column(sa.DateTime)
    finished: Mapped[datetime | None] = mapped_column(sa.DateTime)
    # running, complete, incomplete, failed
    status: Mapped[str] = mapped_column(sa.UnicodeText, default="running")
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
