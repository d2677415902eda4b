"""Legal holds: what must be kept whatever its age, as an inquiry or a court orders."""

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Column, Text, delete

from daemon.store.ground.columns import Instant, table
from daemon.store.ground.gateway import Gateway, values

EVERYTHING = "*"

holds = table(
    "holds",
    Column("ref", Text, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("by", Text, nullable=False),
    Column("placed_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class Hold:
    """One hold: on a case, or on everything where `ref` is `*`."""

    ref: str
    reason: str
    by: str
    placed_at: datetime


HOLD = [holds.c[name] for name in Hold.__slots__]


class Holds(Gateway):
    """Holds by what they keep."""

    def place(self, hold: Hold) -> bool:
        """Keep a case from every purge; return False where it is held already."""
        return bool(self._insert(holds, [values(hold, holds)]))

    def lift(self, ref: str) -> bool:
        """Let a case be purged again; return False where it was not held."""
        gone = delete(holds).where(holds.c.authority == self.authority, holds.c.ref == ref)
        return bool(self._change(gone))

    def follow(self, old: str, new: str) -> None:
        """Have a hold on one of a case's references keep it under the other as well: what was sent stays under both."""
        every = self.all()
        for one, other in ((old, new), (new, old)):
            if one in every:
                self.place(replace(every[one], ref=other))

    def all(self) -> dict[str, Hold]:
        """Return every hold by what it keeps."""
        rows = self._found(self._select(holds, *HOLD).order_by(holds.c.ref))
        return {row[0]: Hold(*row) for row in rows}
