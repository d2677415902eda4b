"""Evidence: what must be kept whatever its age, and a journal whose old words can go while its chain stands."""

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0012"
down_revision = "0011"
WORDS = ("id", "authority", "at", "kind", "about", "because", "data")
STANDS = ("id", "authority", "number", "at", "kind", "sealed_at", "hash")
# the one change that a sealed entry may see
PURGE = (
    "OLD.number IS NOT NULL AND OLD.kind <> 'journal.purged' "
    "AND NEW.about = '' AND NEW.because = '' AND NEW.data = '{}' AND "
    + " AND ".join(f"NEW.{name} = OLD.{name}" for name in STANDS)
)
SAYS = "BEGIN SELECT RAISE(ABORT, 'the journal is append-only'); END"


def upgrade() -> None:
    """Make the table, and have the triggers let a purge through."""
    op.create_table(
        "holds",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("ref", TEXT, nullable=False),
        sa.Column("reason", TEXT, nullable=False),
        sa.Column("by", TEXT, nullable=False),
        sa.Column("placed_at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "ref", name="pk_holds"),
    )
    op.create_table(
        "purged",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("number", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("purge", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "number", name="pk_purged"),
    )
    is_sqlite = op.get_bind().dialect.name == "sqlite"
    on = "" if is_sqlite else " ON journal"
    for name in ("journal_keeps_words", "journal_keeps_seals"):
        op.execute(f"DROP TRIGGER {name}{on}")
    words = f"BEFORE UPDATE OF {', '.join(WORDS)} ON journal"
    seals = "BEFORE UPDATE ON journal"
    for name, when, unless in (
        ("journal_keeps_words", words, f"NOT ({PURGE})"),
        ("journal_keeps_seals", seals, f"OLD.number IS NOT NULL AND NOT ({PURGE})"),
    ):
        rows = "" if is_sqlite else " FOR EACH ROW"
        does = SAYS if is_sqlite else "EXECUTE FUNCTION journal_is_append_only()"
        op.execute(f"CREATE TRIGGER {name} {when}{rows} WHEN ({unless}) {does}")
