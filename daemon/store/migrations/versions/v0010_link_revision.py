"""Whom we tell: which revision of its duty a link was made for."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Make the table anew: of a link that was sent before, nobody can tell how its duty stood."""
    op.drop_table("links")
    op.create_table(
        "links",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("token_hash", TEXT, nullable=False),
        sa.Column("message_id", TEXT, nullable=False),
        sa.Column("obligation", TEXT, nullable=False),
        sa.Column("rung", TEXT, nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("action", TEXT, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "token_hash", name="pk_links"),
    )
    op.create_index("ix_links_message", "links", ["authority", "message_id"])
