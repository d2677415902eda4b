"""Answers: what people answer to us, wrote into drafted messages, and say is not required."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "answers",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("meeting", TEXT),
        sa.Column("kind", TEXT),
        sa.Column("invitee", TEXT),
        sa.Column("plan", TEXT),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT),
        sa.Column("about", TEXT),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("said_at", sa.BigInteger(), nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("way", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("question", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_answers"),
    )
    op.create_index("ix_answers_question", "answers", ["authority", "question"])
    op.create_index("ix_answers_ref", "answers", ["authority", "ref"])
    op.create_table(
        "drafts",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("obligation", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("lead", TEXT, nullable=False),
        sa.Column("clear", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_drafts"),
    )
    op.create_table(
        "waivers",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("obligation", TEXT, nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("asked_at", sa.BigInteger(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "obligation", "occurrence", name="pk_waivers"),
    )
