"""Whom we tell, and how it went: people, notices, messages."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("addresses", TEXT, nullable=False),
        sa.Column("roles", TEXT, nullable=False),
        sa.Column("team", TEXT),
        sa.Column("agency", TEXT),
        sa.Column("area", TEXT),
        sa.Column("manager", TEXT),
        sa.Column("delegate", TEXT),
        sa.Column("absent_from", sa.Date()),
        sa.Column("absent_to", sa.Date()),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_people"),
    )
    op.create_table(
        "messages",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("family", TEXT),
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ambiguous", sa.Integer(), nullable=False),
        sa.Column("look_at", sa.BigInteger()),
        sa.Column("reason", TEXT),
        sa.Column("accepted_at", sa.BigInteger()),
        sa.Column("level", TEXT),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("html", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_messages"),
    )
    op.create_index("ix_messages_created", "messages", ["authority", "created_at"])
    op.create_index(
        "ix_messages_look",
        "messages",
        ["authority", "lane", "look_at"],
        sqlite_where=sa.text("look_at IS NOT NULL"),
        postgresql_where=sa.text("look_at IS NOT NULL"),
    )
    op.create_index("ix_messages_person", "messages", ["authority", "person"])
    op.create_table(
        "deliveries",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("outcome", TEXT),
        sa.Column("reason", TEXT),
        sa.Column("provider_id", TEXT),
        sa.Column("worker", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority", "message"],
            ["messages.authority", "messages.id"],
            name="fk_deliveries_messages",
        ),
        sa.PrimaryKeyConstraint("authority", "message", "attempt", name="pk_deliveries"),
    )
    op.create_table(
        "notices",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("obligation", TEXT, nullable=False),
        sa.Column("rung", TEXT, nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("channel", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("message", TEXT, nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("lane", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("refs", TEXT, nullable=False),
        sa.Column("family", TEXT),
        sa.Column("because", TEXT, nullable=False),
        sa.Column("agency", TEXT),
        sa.Column("after_due", sa.Boolean(), nullable=False),
        sa.Column("detail", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("message_id", TEXT),
        sa.Column("ended_because", TEXT),
        sa.ForeignKeyConstraint(
            ["authority", "message_id"],
            ["messages.authority", "messages.id"],
            name="fk_notices_messages",
            initially="DEFERRED",
            deferrable=True,
        ),
        sa.PrimaryKeyConstraint(
            "authority", "obligation", "rung", "occurrence", "person", "channel", name="pk_notices"
        ),
    )
    op.create_index(
        "ix_notices_lane",
        "notices",
        ["authority", "lane", "at"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_index("ix_notices_made", "notices", ["authority", "made_at"])
    op.create_index(
        "ix_notices_message",
        "notices",
        ["authority", "message_id"],
        sqlite_where=sa.text("message_id IS NOT NULL"),
        postgresql_where=sa.text("message_id IS NOT NULL"),
    )
    op.create_index(
        "ix_notices_person",
        "notices",
        ["authority", "person", "channel", "family"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "promises",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("obligation", TEXT, nullable=False),
        sa.Column("person", TEXT, nullable=False),
        sa.Column("rung", TEXT, nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("way", TEXT, nullable=False),
        sa.Column("broken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "authority", "obligation", "person", "rung", "occurrence", name="pk_promises"
        ),
    )
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
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "token_hash", name="pk_links"),
    )
    op.create_index("ix_links_message", "links", ["authority", "message_id"])
