"""What the feeds show, and what follows from it: cases and their obligations."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "words",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("word", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name="pk_words"),
        sa.UniqueConstraint("authority", "word", name="uq_words_authority_word"),
    )
    op.create_table(
        "feeds",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("feed", TEXT, nullable=False),
        sa.Column("role", TEXT, nullable=False),
        sa.Column("read_at", sa.BigInteger()),
        sa.Column("as_known_at", sa.BigInteger()),
        sa.Column("cursor", TEXT),
        sa.Column("rows", sa.Integer(), nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("ok", sa.Boolean(), nullable=False),
        sa.Column("failure", TEXT),
        sa.Column("problems", sa.Integer(), nullable=False),
        sa.Column("failed_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "feed", name="pk_feeds"),
    )
    op.create_table(
        "quarantine",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("feed", TEXT, nullable=False),
        sa.Column("where", TEXT, nullable=False),
        sa.Column("what", TEXT, nullable=False),
        sa.Column("mend", TEXT, nullable=False),
        sa.Column("severity", TEXT, nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("gone_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "feed", "where", "what", name="pk_quarantine"),
    )
    op.create_table(
        "fragments",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("feed", TEXT, nullable=False),
        sa.Column("fingerprint", TEXT, nullable=False),
        sa.Column("as_known_at", sa.BigInteger(), nullable=False),
        sa.Column("seen_at", sa.BigInteger(), nullable=False),
        sa.Column("missing_since", sa.BigInteger()),
        sa.Column("place", TEXT, nullable=False),
        sa.Column("body", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "ref", "feed", name="pk_fragments"),
    )
    op.create_index("ix_fragments_feed", "fragments", ["authority", "feed", "ref", "fingerprint"])
    op.create_table(
        "cases",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("family", TEXT),
        sa.Column("pathway", TEXT),
        sa.Column("team", TEXT),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("access", TEXT),
        sa.Column("assess_at", sa.BigInteger()),
        sa.Column("problems", TEXT),
        sa.PrimaryKeyConstraint("authority", "ref", name="pk_cases"),
    )
    op.create_index(
        "ix_cases_assess",
        "cases",
        ["authority", "assess_at"],
        sqlite_where=sa.text("assess_at IS NOT NULL"),
        postgresql_where=sa.text("assess_at IS NOT NULL"),
    )
    op.create_index("ix_cases_family", "cases", ["authority", "family"])
    op.create_table(
        "numbers",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("anchor_on", sa.Date(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "ref", "kind", "anchor_on", name="pk_numbers"),
        sa.UniqueConstraint(
            "authority", "ref", "kind", "number", name="uq_numbers_authority_ref_kind_number"
        ),
    )
    op.create_table(
        "conferences",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("family", TEXT),
        sa.Column("scheduled_at", sa.BigInteger()),
        sa.Column("held_at", sa.BigInteger()),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_conferences"),
    )
    op.create_table(
        "conference_cases",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("conference", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.ForeignKeyConstraint(
            ["authority", "conference"],
            ["conferences.authority", "conferences.id"],
            name="fk_conference_cases_conferences",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("authority", "conference", "ref", name="pk_conference_cases"),
    )
    op.create_index("ix_conference_cases_ref", "conference_cases", ["authority", "ref"])
    op.create_table(
        "rulebooks",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("pack", TEXT, nullable=False),
        sa.Column("digest", TEXT, nullable=False),
        sa.Column("texts", TEXT, nullable=False),
        sa.Column("in_force_from", sa.BigInteger(), nullable=False),
        sa.Column("applies", TEXT, nullable=False),
        sa.Column("kept_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "pack", "digest", name="pk_rulebooks"),
    )
    op.create_table(
        "obligations",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("rule", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("family", TEXT),
        sa.Column("pack", sa.Integer(), nullable=False),
        sa.Column("pack_digest", sa.Integer(), nullable=False),
        sa.Column("state", TEXT, nullable=False),
        sa.Column("opened_at", sa.BigInteger(), nullable=False),
        sa.Column("starts_at", sa.BigInteger()),
        sa.Column("due_at", sa.BigInteger()),
        sa.Column("met_at", sa.BigInteger()),
        sa.Column("late", sa.Boolean()),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("grace_until", sa.BigInteger()),
        sa.Column("rest_until", sa.BigInteger()),
        sa.Column("held_since", sa.BigInteger()),
        sa.Column("next_at", sa.BigInteger()),
        sa.Column("is_provisional", sa.Boolean(), nullable=False),
        sa.Column("fired", TEXT),
        sa.PrimaryKeyConstraint("authority", "ref", "rule", "subject", name="pk_obligations"),
    )
    op.create_index(
        "ix_obligations_next",
        "obligations",
        ["authority", "next_at"],
        sqlite_where=sa.text("next_at IS NOT NULL"),
        postgresql_where=sa.text("next_at IS NOT NULL"),
    )
