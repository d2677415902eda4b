"""Whom we tell, and how it went: people, notices, messages."""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "people",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("addresses", sa.Text(), nullable=False),
        sa.Column("roles", sa.Text(), nullable=False),
        sa.Column("team", sa.Text()),
        sa.Column("agency", sa.Text()),
        sa.Column("area", sa.Text()),
        sa.Column("manager", sa.Text()),
        sa.Column("delegate", sa.Text()),
        sa.Column("absent_from", sa.Date()),
        sa.Column("absent_to", sa.Date()),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_people"),
    )
    op.create_table(
        "messages",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("family", sa.Text()),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("ambiguous", sa.Integer(), nullable=False),
        sa.Column("not_before", sa.BigInteger()),
        sa.Column("lease_until", sa.BigInteger()),
        sa.Column("reason", sa.Text()),
        sa.Column("accepted_at", sa.BigInteger()),
        sa.Column("level", sa.Text()),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_messages"),
    )
    op.create_index("ix_messages_created", "messages", ["authority", "created_at"])
    op.create_index(
        "ix_messages_lane",
        "messages",
        ["authority", "lane"],
        sqlite_where=sa.text("state IN ('sending', 'will-retry', 'unknown')"),
        postgresql_where=sa.text("state IN ('sending', 'will-retry', 'unknown')"),
    )
    op.create_index("ix_messages_person", "messages", ["authority", "person"])
    op.create_table(
        "deliveries",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("attempt", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("started_at", sa.BigInteger(), nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.BigInteger()),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("provider_id", sa.Text()),
        sa.Column("worker", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["authority", "message"],
            ["messages.authority", "messages.id"],
            name="fk_deliveries_messages",
        ),
        sa.PrimaryKeyConstraint("authority", "message", "attempt", name="pk_deliveries"),
    )
    op.create_table(
        "notices",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("channel", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("message", sa.Text(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("lane", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("refs", sa.Text(), nullable=False),
        sa.Column("family", sa.Text()),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("agency", sa.Text()),
        sa.Column("after_due", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text()),
        sa.Column("ended_because", sa.Text()),
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
        ["authority", "person", "channel"],
        sqlite_where=sa.text("state = 'waiting'"),
        postgresql_where=sa.text("state = 'waiting'"),
    )
    op.create_table(
        "promises",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("made_at", sa.BigInteger(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("broken", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint(
            "authority", "obligation", "person", "rung", "occurrence", name="pk_promises"
        ),
    )
    op.create_table(
        "links",
        sa.Column("authority", sa.Text(), nullable=False),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("obligation", sa.Text(), nullable=False),
        sa.Column("rung", sa.Text(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("action", sa.Text(), nullable=False),
        sa.Column("expires_at", sa.BigInteger(), nullable=False),
        sa.Column("used_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "token_hash", name="pk_links"),
    )
    op.create_index("ix_links_message", "links", ["authority", "message_id"])
