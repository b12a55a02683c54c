"""Tables of records, pages and runs

Revision ID: 0001_rvr_harvest
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0001_rvr_harvest"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.UnicodeText
    op.create_table(
        "rvr_harvest_record",
        sa.Column("source_id", text, primary_key=True),
        sa.Column("guid", text, primary_key=True),
        sa.Column("package_id", text, index=True),
        sa.Column("fingerprint", text, nullable=False),
        sa.Column("page_url", text, nullable=False),
        sa.Column("url", text, nullable=False),
        sa.Column("state", text, nullable=False),
        sa.Column("missing_runs", sa.Integer, nullable=False),
        sa.Column("needs_index", sa.Boolean, nullable=False),
        sa.Column("created", sa.DateTime, nullable=False),
        sa.Column("changed", sa.DateTime, nullable=False),
        sa.Column("findings", JSONB, nullable=False),
    )
    op.create_index("ix_rvr_harvest_record_guid", "rvr_harvest_record", ["guid"])
    op.create_table(
        "rvr_harvest_page",
        sa.Column("source_id", text, primary_key=True),
        sa.Column("url", text, primary_key=True),
        sa.Column("body_hash", text, nullable=False),
        sa.Column("mapping", text, nullable=False),
        sa.Column("next_url", text),
        sa.Column("expected", sa.Integer),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_table(
        "rvr_harvest_run",
        sa.Column("id", text, primary_key=True),
        sa.Column("source_id", text, nullable=False, index=True),
        sa.Column("job_id", text, nullable=False, index=True),
        sa.Column("started", sa.DateTime, nullable=False),
        sa.Column("finished", sa.DateTime),
        sa.Column("status", text, nullable=False),
        sa.Column("report", JSONB, nullable=False),
    )


def downgrade() -> None:
    for table in ("rvr_harvest_run", "rvr_harvest_page", "rvr_harvest_record"):
        op.drop_table(table)
