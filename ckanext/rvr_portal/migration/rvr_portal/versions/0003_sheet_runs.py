"""Imports of sheets and changes of many datasets

Revision ID: rvr_portal_0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "rvr_portal_0003"
down_revision = "rvr_portal_0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rvr_portal_sheet_run",
        sa.Column("id", sa.UnicodeText, primary_key=True),
        sa.Column("kind", sa.UnicodeText, nullable=False),
        sa.Column("user_id", sa.UnicodeText, nullable=False, index=True),
        sa.Column("owner_org", sa.UnicodeText, nullable=False, index=True),
        sa.Column("label", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("lang", sa.UnicodeText, nullable=False, server_default="de"),
        sa.Column("state", sa.UnicodeText, nullable=False),
        sa.Column("reason", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("created", sa.DateTime(timezone=True), nullable=False, index=True),
        sa.Column("changed", sa.DateTime(timezone=True), nullable=False),
        *(sa.Column(name, JSONB, nullable=False) for name in ("options", "content", "items", "undo")),
    )


def downgrade() -> None:
    op.drop_table("rvr_portal_sheet_run")
