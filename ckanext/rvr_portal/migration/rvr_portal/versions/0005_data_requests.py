"""Requests for data

Revision ID: rvr_portal_0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "rvr_portal_0005"
down_revision = "rvr_portal_0004"
branch_labels = None
depends_on = None

_TABLE = "rvr_portal_data_request"


def upgrade() -> None:
    texts = ("owner_org", "package_id", "message", "purpose", "place", "search", "name", "email", "lang", "state")
    text = {name: sa.Column(name, sa.UnicodeText, nullable=False, server_default="") for name in texts}
    moment = {
        name: sa.Column(name, sa.DateTime(timezone=True), nullable=name in ("mailed", "confirmed"))
        for name in ("created", "changed", "mailed", "confirmed", "try_again")
    }
    op.create_table(
        _TABLE,
        sa.Column("id", sa.UnicodeText, primary_key=True),
        *text.values(),
        *moment.values(),
        sa.Column("tries", sa.Integer, nullable=False, server_default="0"),
    )
    for name in ("owner_org", "created"):
        op.create_index(f"ix_{_TABLE}_{name}", _TABLE, [name])


def downgrade() -> None:
    op.drop_table(_TABLE)
