"""What people answered to us, one row an answer: nothing is changed or deleted."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Index, Text

from daemon.domain.answer import Place, Said, Way
from daemon.store.columns import Choice, Instant, table
from daemon.store.gateway import Gateway, batches

answers = table(
    "answers",
    Column("id", Text, primary_key=True),
    Column("ref", Text, nullable=False),
    Column("meeting", Text),
    Column("kind", Text),
    Column("invitee", Text),
    Column("plan", Text),
    Column("name", Text, nullable=False),
    Column("value", Text),
    Column("about", Text),
    Column("at", Instant, nullable=False),
    Column("said_at", Instant, nullable=False),
    Column("by", Text, nullable=False),
    Column("way", Choice(Way), nullable=False),
    Column("reason", Text, nullable=False),
    Column("question", Text, nullable=False),
    Index("ix_answers_ref", "authority", "ref"),
    Index("ix_answers_question", "authority", "question"),
)
PLACE = [answers.c[name] for name in Place.__slots__]
REST = [answers.c[name] for name in Said.__slots__ if name != "place"]


class Answers(Gateway):
    """Answers, the oldest first."""

    def add(self, said: Sequence[Said]) -> None:
        """Keep new answers; one that is there already stays as it is."""
        self._insert(answers, [_row(one) for one in said])

    def of(self, refs: Collection[str]) -> dict[str, list[Said]]:
        """Return everything that was answered about these cases."""
        found: dict[str, list[Said]] = defaultdict(list)
        for batch in batches(refs):
            query = self._select(answers, *PLACE, *REST).where(answers.c.ref.in_(batch))
            for row in self._found(query.order_by(answers.c.said_at, answers.c.id)):
                found[row[0]].append(_said(row))
        return dict(found)

    def to(self, question: str) -> list[Said]:
        """Return what was answered to one question."""
        query = self._select(answers, *PLACE, *REST).where(answers.c.question == question)
        return [_said(row) for row in self._found(query.order_by(answers.c.said_at, answers.c.id))]


def _row(said: Said) -> dict[str, Any]:
    place = {name: getattr(said.place, name) for name in Place.__slots__}
    return place | {column.name: getattr(said, column.name) for column in REST}


def _said(row: Sequence[Any]) -> Said:
    cut = len(PLACE)
    values = dict(zip((column.name for column in REST), row[cut:], strict=True))
    return Said(place=Place(*row[:cut]), **values)
