"""Answers: each case's are numbered as they were given. Engine: what is held is found without reading all else."""

from collections import Counter
from typing import Any

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0011"
down_revision = "0010"
KEPT = (
    *("authority", "id", "ref", "meeting", "kind", "invitee", "plan", "name", "value", "about"),
    *("at", "said_at", "by", "way", "reason", "question"),
)
HELD = (
    ("ix_notices_held", "notices", ("at",), "state = 'held'"),
    ("ix_obligations_held", "obligations", ("due_at",), "held_since IS NOT NULL"),
    ("ix_messages_refused", "messages", ("created_at",), "state = 'refused'"),
    (
        "ix_journal_asked", "journal", ("kind", "at"),
        "kind IN ('approval.answered', 'draft.sent', 'draft.withheld', 'obligation.moved', 'role.unheld')",
    ),
)  # fmt: skip


def upgrade() -> None:
    """Make the table anew and add the indexes."""
    _number()
    for name, table, column, where in HELD:
        only = sa.text(where)
        op.create_index(
            name, table, ["authority", *column], sqlite_where=only, postgresql_where=only
        )


def _number() -> None:
    """Make the answers anew: those that are there are numbered as they counted until now, by time, then by id."""
    connection = op.get_bind()
    old = sa.table("answers", *map(sa.column, KEPT))
    query = sa.select(old).order_by(old.c.said_at, old.c.id)
    rows = [dict(row) for row in connection.execute(query).mappings()]
    op.drop_table("answers")
    answers = op.create_table(
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
        sa.Column("number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_answers"),
    )
    op.create_index("ix_answers_ref", "answers", ["authority", "ref", "number"])
    given: Counter[Any] = Counter()
    for row in rows:
        case = row["authority"], row["ref"]
        given[case] += 1
        row["number"] = given[case]
    if rows:
        op.bulk_insert(answers, rows)
