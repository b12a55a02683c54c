"""Batches of a run with leases, stamps of pages, twins of records, decisions about runs

Revision ID: 0002_rvr_harvest
Revises: 0001_rvr_harvest
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0002_rvr_harvest"
down_revision = "0001_rvr_harvest"
branch_labels = None
depends_on = None

_NEW = {
    "rvr_harvest_page": ("etag", "last_modified"),
    "rvr_harvest_record": ("title", "identifier", "likeness", "twin_id"),
    "rvr_harvest_run": ("kind", "phase", "decision", "decided_by"),
}


def upgrade() -> None:
    text = sa.UnicodeText
    for table, names in _NEW.items():
        for name in names:
            op.add_column(table, sa.Column(name, text, nullable=False, server_default=""))
    op.add_column("rvr_harvest_run", sa.Column("heartbeat", sa.DateTime))
    op.add_column("rvr_harvest_run", sa.Column("decided", sa.DateTime))
    op.add_column("rvr_harvest_run", sa.Column("done", sa.Integer, nullable=False, server_default="0"))
    op.add_column("rvr_harvest_run", sa.Column("expected", sa.Integer))
    op.create_index("ix_rvr_harvest_record_identifier", "rvr_harvest_record", ["identifier"])
    op.create_index("ix_rvr_harvest_record_likeness", "rvr_harvest_record", ["source_id", "likeness"])
    op.create_index("ix_rvr_harvest_run_started", "rvr_harvest_run", ["source_id", "started"])
    op.create_table(
        "rvr_harvest_batch",
        sa.Column("id", text, primary_key=True),
        sa.Column("run_id", text, nullable=False, index=True),
        sa.Column("number", sa.Integer, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("token", text, nullable=False),
        sa.Column("lease_until", sa.DateTime),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("payload", sa.LargeBinary),
        sa.Column("outcome", JSONB),
    )


def downgrade() -> None:
    op.drop_table("rvr_harvest_batch")
    op.drop_index("ix_rvr_harvest_run_started")
    op.drop_index("ix_rvr_harvest_record_likeness")
    op.drop_index("ix_rvr_harvest_record_identifier")
    for name in ("heartbeat", "decided", "done", "expected"):
        op.drop_column("rvr_harvest_run", name)
    for table, names in _NEW.items():
        for name in names:
            op.drop_column(table, name)
