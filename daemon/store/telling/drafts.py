"""What people wrote into messages that were drafted for them: their words, until they are purged."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Text

from daemon.store.ground.columns import Instant, table
from daemon.store.ground.gateway import Gateway, batches, values

drafts = table(
    "drafts",
    Column("id", Text, primary_key=True),
    Column("obligation", Text, nullable=False),
    Column("message", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("clear", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A drafted message as a person sent it: `lead` and `clear` are its two paragraphs."""

    id: str
    obligation: str
    message: str
    lead: str
    clear: str
    by: str
    at: datetime


class Drafts(Gateway):
    """Drafts by their id."""

    def add(self, row: DraftRow) -> None:
        """Keep one."""
        self._append(drafts, [values(row, drafts)])

    def get(self, ids: Collection[str]) -> dict[str, DraftRow]:
        """Return those of these ids that there are."""
        columns = [drafts.c[name] for name in DraftRow.__slots__]
        return {
            row[0]: DraftRow(*row)
            for batch in batches(ids)
            for row in self._found(self._select(drafts, *columns).where(drafts.c.id.in_(batch)))
        }
