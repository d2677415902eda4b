"""What people answered to us, one row an answer: nothing is changed or deleted."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, Index, Integer, Text, func

from daemon.domain.answer import Place, Said, Way
from daemon.store.ground.columns import Choice, Instant, table
from daemon.store.ground.gateway import Gateway, batches

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
    Column("number", Integer, nullable=False),
    Index("ix_answers_ref", "authority", "ref", "number"),
)
PLACE = [answers.c[name] for name in Place.__slots__]
REST = [answers.c[name] for name in Said.__slots__ if name != "place"]


class Answers(Gateway):
    """Answers in the order in which they were given: each case's are numbered, for clocks tie and step back."""

    def add(self, said: Sequence[Said]) -> None:
        """Keep new answers in their order; one that is there already stays as it is.

        Whoever answers about the same cases waits until this transaction ends, and then sees them.
        """
        refs = sorted({one.place.ref for one in said})
        for ref in refs:
            self._one_at_a_time(f"answers/{ref}")
        last = self._last(refs)
        rows = []
        for one in said:
            last[one.place.ref] += 1
            rows.append(_row(one) | {"number": last[one.place.ref]})
        self._insert(answers, rows)

    def of(self, refs: Collection[str]) -> dict[str, list[Said]]:
        """Return everything that was answered about these cases."""
        found: dict[str, list[Said]] = defaultdict(list)
        for batch in batches(refs):
            query = self._select(answers, *PLACE, *REST).where(answers.c.ref.in_(batch))
            for row in self._found(query.order_by(answers.c.number)):
                found[row[0]].append(_said(row))
        return dict(found)

    def _last(self, refs: Collection[str]) -> defaultdict[str, int]:
        found: defaultdict[str, int] = defaultdict(int)
        for batch in batches(refs):
            query = self._select(answers, answers.c.ref, func.max(answers.c.number))
            query = query.where(answers.c.ref.in_(batch)).group_by(answers.c.ref)
            found.update((ref, number) for ref, number in self._found(query))
        return found


def _row(said: Said) -> dict[str, Any]:
    place = {name: getattr(said.place, name) for name in Place.__slots__}
    return place | {column.name: getattr(said, column.name) for column in REST}


def _said(row: Sequence[Any]) -> Said:
    cut = len(PLACE)
    values = dict(zip((column.name for column in REST), row[cut:], strict=True))
    return Said(place=Place(*row[:cut]), **values)
