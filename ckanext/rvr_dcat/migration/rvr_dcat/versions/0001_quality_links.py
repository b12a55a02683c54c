"""Tables of points, their history and checked addresses

Revision ID: 0001_rvr_dcat
Revises:
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import ARRAY, JSONB

revision = "0001_rvr_dcat"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    text = sa.UnicodeText
    op.create_table(
        "rvr_dcat_quality",
        sa.Column("package_id", text, primary_key=True),
        sa.Column("public", sa.Boolean, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("unchecked", sa.Integer, nullable=False),
        sa.Column("dimensions", JSONB, nullable=False),
        sa.Column("missing", ARRAY(text), nullable=False),
        sa.Column("waiting", ARRAY(text), nullable=False),
        sa.Column("gains", JSONB, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
        sa.Column("warnings", sa.Integer, nullable=False),
        sa.Column("broken", sa.Integer, nullable=False),
        sa.Column("due", sa.Date),
        sa.Column("addresses", ARRAY(text), nullable=False),
        sa.Column("stamp", sa.DateTime),
        sa.Column("rules", text, nullable=False),
        sa.Column("computed", sa.DateTime, nullable=False),
    )
    op.create_table(
        "rvr_dcat_quality_day",
        sa.Column("day", sa.Date, primary_key=True),
        sa.Column("organization_id", text, primary_key=True),
        sa.Column("datasets", sa.Integer, nullable=False),
        sa.Column("points", sa.Integer, nullable=False),
        sa.Column("dimensions", JSONB, nullable=False),
        sa.Column("overdue", sa.Integer, nullable=False),
        sa.Column("broken", sa.Integer, nullable=False),
        sa.Column("errors", sa.Integer, nullable=False),
    )
    op.create_table(
        "rvr_dcat_link",
        sa.Column("url_hash", text, primary_key=True),
        sa.Column("url", text, nullable=False),
        sa.Column("outcome", text, nullable=False),
        sa.Column("status", sa.Integer),
        sa.Column("checked", sa.DateTime, index=True),
        sa.Column("changed", sa.DateTime, index=True),
        sa.Column("failing_since", sa.DateTime),
    )


def downgrade() -> None:
    for table in ("rvr_dcat_link", "rvr_dcat_quality_day", "rvr_dcat_quality"):
        op.drop_table(table)
