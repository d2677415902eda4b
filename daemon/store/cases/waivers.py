"""What people said is not required, until somebody who may has decided it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Integer, Text

from daemon.store.ground.columns import Instant, table
from daemon.store.ground.gateway import Gateway, values

waivers = table(
    "waivers",
    Column("obligation", Text, primary_key=True),
    Column("occurrence", Integer, primary_key=True, autoincrement=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant, nullable=False),
    Column("ended_at", Instant),
)


@dataclass(frozen=True, slots=True)
class WaiverRow:
    """Somebody who was told says that a duty is not required; `reason` is coded. `ended_at` None: undecided."""

    obligation: str
    occurrence: int
    person: str
    reason: str
    asked_at: datetime
    ended_at: datetime | None = None


class Waivers(Gateway):
    """Requests, one for each occurrence of an obligation."""

    def ask(self, row: WaiverRow) -> bool:
        """Keep a request; False where there is one for this occurrence already."""
        return bool(self._insert(waivers, [values(row, waivers)]))

    def undecided(self) -> list[WaiverRow]:
        """Return the requests that wait for a decision, the oldest first."""
        columns: Sequence[Any] = [waivers.c[name] for name in WaiverRow.__slots__]
        query = self._select(waivers, *columns).where(waivers.c.ended_at.is_(None))
        return [WaiverRow(*row) for row in self._found(query.order_by(waivers.c.asked_at))]

    def end(self, obligation: str, now: datetime) -> None:
        """Note that a request is decided."""
        mine = self._update(waivers).where(waivers.c.obligation == obligation)
        self._change(mine.where(waivers.c.ended_at.is_(None)).values(ended_at=now))
