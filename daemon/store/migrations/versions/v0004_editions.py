"""Tuning: the editions of the rules that were in force, as written."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "editions",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("written", TEXT, nullable=False),
        sa.Column("written_by", TEXT, nullable=False),
        sa.Column("in_force_from", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "digest", name="pk_editions"),
    )
