"""The editions that were in force, as written: what was good last stays, also across a restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Text

from daemon.store.columns import Instant, Json, table
from daemon.store.gateway import Gateway, values

editions = table(
    "editions",
    Column("digest", Text, primary_key=True),
    Column("written", Json, nullable=False),
    Column("written_by", Text, nullable=False),
    Column("in_force_from", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class EditionRow:
    """One edition: every text that it was made from, by whom, since when it was in force last."""

    digest: str
    written: Mapping[str, str]
    written_by: str
    in_force_from: datetime


COLUMNS = [editions.c[name] for name in EditionRow.__slots__]


class Editions(Gateway):
    """Editions by digest; which of them is in force is the one that came into force last."""

    def put(self, row: EditionRow) -> None:
        """Keep an edition as the one that is in force from its moment on."""
        self._upsert(editions, [{**values(row, editions), "written": dict(row.written)}])

    def latest(self) -> EditionRow | None:
        """Return the edition that is in force, None where there never was one."""
        query = self._select(editions, *COLUMNS).order_by(editions.c.in_force_from.desc()).limit(1)
        return next((EditionRow(*row) for row in self._found(query)), None)

    def latest_digest(self) -> str | None:
        """Return the digest of that one alone: asked every few seconds."""
        query = self._select(editions, editions.c.digest)
        found = self._found(query.order_by(editions.c.in_force_from.desc()).limit(1))
        return found[0][0] if found else None
