"""Tables of `rvr_harvest`. They name sources, jobs and datasets by id only: those tables belong to others."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column

__all__ = ["HarvestBatch", "HarvestPage", "HarvestRecord", "HarvestRun"]


class HarvestRecord(tk.BaseModel):  # type: ignore[name-defined]
    """What is remembered of one record of one source: (source, guid) owns a dataset."""

    __tablename__ = "rvr_harvest_record"

    source_id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    guid: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    package_id: Mapped[str | None] = mapped_column(sa.UnicodeText, index=True)
    fingerprint: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    page_url: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    url: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    # active: has a dataset; refused: has none; archived: vanished at the source;
    # duplicate: the dataset `twin_id` comes from a source with priority; moved: probably the dataset `twin_id` under a
    # new guid, which a person has to confirm
    state: Mapped[str] = mapped_column(sa.UnicodeText, default="active")
    missing_runs: Mapped[int] = mapped_column(default=0)
    needs_index: Mapped[bool] = mapped_column(default=False)
    created: Mapped[datetime] = mapped_column(sa.DateTime)
    changed: Mapped[datetime] = mapped_column(sa.DateTime)
    findings: Mapped[list[dict[str, Any]]] = mapped_column(JSONB, default=list)
    title: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    identifier: Mapped[str] = mapped_column(sa.UnicodeText, default="", index=True)
    # hash of title, publisher and links: by it a dataset is recognised whose guid has changed
    likeness: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    twin_id: Mapped[str] = mapped_column(sa.UnicodeText, default="")


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
    etag: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    last_modified: Mapped[str] = mapped_column(sa.UnicodeText, default="")


class HarvestRun(tk.BaseModel):  # type: ignore[name-defined]
    """One run of one source. While it runs, its process renews `heartbeat`; `done` of `expected` records were seen.

    A run that holds datasets back (see `guard`) waits for a person: `decision` is then `waiting`, later `confirmed`
    or `rejected`.
    """

    __tablename__ = "rvr_harvest_run"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    source_id: Mapped[str] = mapped_column(sa.UnicodeText, index=True)
    job_id: Mapped[str] = mapped_column(sa.UnicodeText, index=True)
    started: Mapped[datetime] = mapped_column(sa.DateTime)
    finished: Mapped[datetime | None] = mapped_column(sa.DateTime)
    # running, complete, incomplete, failed
    status: Mapped[str] = mapped_column(sa.UnicodeText, default="running")
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    # harvest, or dry: nothing is written
    kind: Mapped[str] = mapped_column(sa.UnicodeText, default="harvest")
    # reading, writing, finishing; empty at the end
    phase: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    heartbeat: Mapped[datetime | None] = mapped_column(sa.DateTime)
    done: Mapped[int] = mapped_column(default=0)
    expected: Mapped[int | None]
    decision: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    decided: Mapped[datetime | None] = mapped_column(sa.DateTime)
    decided_by: Mapped[str] = mapped_column(sa.UnicodeText, default="")


class HarvestBatch(tk.BaseModel):  # type: ignore[name-defined]
    """Up to a hundred drafts of one run, to be written by whichever process takes them first.

    Who works on it holds `token` and renews `lease_until`; when that has passed, another one may take it over.
    """

    __tablename__ = "rvr_harvest_batch"

    id: Mapped[str] = mapped_column(sa.UnicodeText, primary_key=True)
    run_id: Mapped[str] = mapped_column(sa.UnicodeText, index=True)
    number: Mapped[int]
    # waiting, running, done
    state: Mapped[str] = mapped_column(sa.UnicodeText, default="waiting")
    token: Mapped[str] = mapped_column(sa.UnicodeText, default="")
    lease_until: Mapped[datetime | None] = mapped_column(sa.DateTime)
    attempts: Mapped[int] = mapped_column(default=0)
    payload: Mapped[bytes | None] = mapped_column(sa.LargeBinary)
    outcome: Mapped[dict[str, Any] | None] = mapped_column(JSONB)
