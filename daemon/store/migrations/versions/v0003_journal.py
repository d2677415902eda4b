"""Proof: the journal, which only grows, the leases of whoever seals it, and marks."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0003"
down_revision = "0002"

TRIGGERS = (  # a first line only: the chain is the proof
    """
    CREATE TRIGGER journal_keeps_all BEFORE DELETE ON journal
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_keeps_words
    BEFORE UPDATE OF id, authority, at, kind, about, because, data
    ON journal BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
    """
    CREATE TRIGGER journal_keeps_seals BEFORE UPDATE ON journal WHEN OLD.number IS NOT NULL
    BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END
    """,
)

GUARD = """
    CREATE FUNCTION journal_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the journal is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$
"""
WATCHED = (
    ("journal_keeps_all", "BEFORE DELETE ON journal FOR EACH ROW"),
    ("journal_keeps_whole", "BEFORE TRUNCATE ON journal FOR EACH STATEMENT"),
    (
        "journal_keeps_words",
        "BEFORE UPDATE OF id, authority, at, kind, about, because, data ON journal FOR EACH ROW",
    ),
    (
        "journal_keeps_seals",
        "BEFORE UPDATE ON journal FOR EACH ROW WHEN (OLD.number IS NOT NULL)",
    ),
)


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "journal",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite")),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("about", TEXT, nullable=False),
        sa.Column("because", TEXT, nullable=False),
        sa.Column("data", TEXT, nullable=False),
        sa.Column("sealed_at", sa.BigInteger()),
        sa.Column("hash", TEXT),
        sa.PrimaryKeyConstraint("id", name="pk_journal"),
        sa.UniqueConstraint("authority", "number", name="uq_journal_authority_number"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_journal_about", "journal", ["authority", "about"])
    op.create_index(
        "ix_journal_unsealed",
        "journal",
        ["authority", "id"],
        sqlite_where=sa.text("number IS NULL"),
        postgresql_where=sa.text("number IS NULL"),
    )
    op.create_table(
        "leases",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("holder", TEXT, nullable=False),
        sa.Column("epoch", sa.Integer(), nullable=False),
        sa.Column("until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "name", name="pk_leases"),
    )
    op.create_table(
        "marks",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("value", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "name", name="pk_marks"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for trigger in TRIGGERS:
            op.execute(trigger)
    else:
        op.execute(GUARD)
        for name, when in WATCHED:
            op.execute(f"CREATE TRIGGER {name} {when} EXECUTE FUNCTION journal_is_append_only()")
