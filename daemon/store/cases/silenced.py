"""Cases about which nothing goes out for a while, because a manager says so."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, Text, delete, select

from daemon.store.ground.columns import Instant, table
from daemon.store.ground.gateway import Gateway, values
from daemon.store.ground.prepared import OURS, Prepared

silenced = table(
    "silenced",
    Column("ref", Text, primary_key=True),
    Column("since_at", Instant, nullable=False),
    Column("until_at", Instant, nullable=False),
    Column("person", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("asked_at", Instant),
)


@dataclass(frozen=True, slots=True)
class SilencedRow:
    """One silenced case; `reason` is coded, `person` who silenced it. `asked_at`: they were asked whether it goes on.

    It is silent while it stands here, whatever the clock says.
    """

    ref: str
    since_at: datetime
    until_at: datetime
    person: str
    reason: str
    asked_at: datetime | None = None


ALL = Prepared(  # asked before every message that goes out
    lambda _: (
        select(*(silenced.c[name] for name in SilencedRow.__slots__))
        .where(silenced.c.authority == OURS)
        .order_by(silenced.c.until_at, silenced.c.ref)
    )
)


class Silenced(Gateway):
    """Silenced cases, by reference: never more than a handful."""

    def all(self) -> dict[str, SilencedRow]:
        """Return every silenced case, the first to end first."""
        return {row[0]: SilencedRow(*row) for row in self._ask(ALL)}

    def among(self, refs: Collection[str]) -> frozenset[str]:
        """Return those of some cases that are silenced."""
        return frozenset(self.all().keys() & set(refs)) if refs else frozenset()

    def put(self, row: SilencedRow) -> None:
        """Silence a case, or go on with it."""
        self._upsert(silenced, [values(row, silenced)])

    def rename(self, old: str, new: str) -> None:
        """Have a silence go on under the reference that took a case's place."""
        row = self.all().get(old)
        if row is not None and self.end(old):
            self.put(replace(row, ref=new))

    def end(self, ref: str) -> bool:
        """Let a case be heard again; False where it is not silenced."""
        mine = (silenced.c.authority == self.authority, silenced.c.ref == ref)
        return bool(self._change(delete(silenced).where(*mine)))
