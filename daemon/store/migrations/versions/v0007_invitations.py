"""Invitations: what stands in whose calendar, and for which children."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "invitations",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("uid", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("conference", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("via", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("agency", TEXT),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("sender", TEXT, nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("place", TEXT),
        sa.Column("link", TEXT),
        sa.Column("mode", TEXT),
        sa.Column("is_apart", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("dated_revision", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("told_revision", sa.Integer()),
        sa.Column("told_in", TEXT),
        sa.Column("invited_at", sa.BigInteger()),
        sa.Column("delivered", sa.Boolean()),
        sa.Column("response", TEXT, nullable=False),
        sa.Column("response_at", sa.BigInteger()),
        sa.Column("response_revision", sa.Integer()),
        sa.PrimaryKeyConstraint("authority", "uid", name="pk_invitations"),
    )
    op.create_index("ix_invitations_conference", "invitations", ["authority", "conference"])
    op.create_index("ix_invitations_starts", "invitations", ["authority", "starts_at"])
    op.create_table(
        "seats",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("uid", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("meeting", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("invitee", TEXT, nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("starts_at", sa.BigInteger(), nullable=False),
        sa.Column("ends_at", sa.BigInteger(), nullable=False),
        sa.Column("place", TEXT),
        sa.Column("link", TEXT),
        sa.Column("mode", TEXT),
        sa.Column("changed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "uid", "ref", name="pk_seats"),
        sa.ForeignKeyConstraint(
            ["authority", "uid"],
            ["invitations.authority", "invitations.uid"],
            name="fk_seats_invitations",
            ondelete="CASCADE",
        ),
    )
    op.create_index("ix_seats_ref", "seats", ["authority", "ref"])
