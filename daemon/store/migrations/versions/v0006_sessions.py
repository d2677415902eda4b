"""Doors: who is signed in."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "sessions",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("attempt_hash", TEXT, nullable=False),
        sa.Column("id_hash", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("team", TEXT),
        sa.Column("signed_in_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "attempt_hash", name="pk_sessions"),
        sa.UniqueConstraint("authority", "id_hash", name="uq_sessions_authority_id_hash"),
    )
    op.create_index("ix_sessions_ends", "sessions", ["authority", "ends_at"])
