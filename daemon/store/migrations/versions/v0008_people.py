"""People: several posts with their dates, several absences, part-time days, shared mailboxes."""

import json
from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa
from alembic import op

from daemon.store.migrations import TEXT

revision = "0008"
down_revision = "0007"
KEPT = ("authority", "id", "addresses", "manager", "delegate", "read_at")
OLD = ("roles", "team", "agency", "area", "absent_from", "absent_to")


def upgrade() -> None:
    """Make the table anew; everybody in it keeps what they hold, until the directory is read again."""
    connection = op.get_bind()
    old = sa.table("people", *map(sa.column, (*KEPT, *OLD)))
    rows = [_wider(row) for row in connection.execute(sa.select(old)).mappings()]
    op.drop_table("people")
    people = op.create_table(
        "people",
        sa.Column("authority", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("addresses", TEXT, nullable=False),
        sa.Column("manager", TEXT),
        sa.Column("delegate", TEXT),
        sa.Column("read_at", sa.BigInteger(), nullable=False),
        sa.Column("posts", TEXT, nullable=False),
        sa.Column("absences", TEXT, nullable=False),
        sa.Column("works", TEXT, nullable=False),
        sa.Column("opened_by", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("authority", "id", name="pk_people"),
    )
    if rows:
        op.bulk_insert(people, rows)


def _wider(row: Mapping[Any, Any]) -> dict[str, Any]:
    place = {name: row[name] for name in ("team", "agency", "area") if row[name]}
    is_away = row["absent_from"] and row["absent_to"]
    return {name: row[name] for name in KEPT} | {
        "posts": json.dumps([{"role": role, **place} for role in json.loads(row["roles"])]),
        "absences": json.dumps(
            [[str(row["absent_from"]), str(row["absent_to"])]] if is_away else []
        ),
        "works": "[]",
        "opened_by": "[]",
    }
