"""Engine: which cases a manager has silenced."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "silenced",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("since_at", sa.BigInteger(), nullable=False),
        sa.Column("until_at", sa.BigInteger(), nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "ref", name="pk_silenced"),
    )
