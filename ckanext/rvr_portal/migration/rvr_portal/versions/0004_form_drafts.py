"""Unsaved entries of forms

Revision ID: rvr_portal_0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "rvr_portal_0004"
down_revision = "rvr_portal_0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "rvr_portal_form_draft",
        sa.Column("user_id", sa.UnicodeText, primary_key=True),
        sa.Column("place", sa.UnicodeText, primary_key=True),
        sa.Column("title", sa.UnicodeText, nullable=False, server_default=""),
        sa.Column("fields", JSONB, nullable=False),
        # UTC without offset, like all moments of CKAN
        sa.Column("saved", sa.DateTime, nullable=False),
    )


def downgrade() -> None:
    op.drop_table("rvr_portal_form_draft")
