"""Answers: each case's are numbered as they were given."""

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


def upgrade() -> None:
    """Make the table anew; what is there is numbered as it counted until now: by time, then by id."""
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
