"""The editions that were in force, as written: what was good last stays, also across a restart."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Text

from daemon.store.ground.columns import Instant, Json, table
from daemon.store.ground.gateway import Gateway, values

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
    """Editions by digest; a mark says which of them is in force."""

    def put(self, row: EditionRow) -> None:
        """Keep an edition; one that comes back is in force from its new moment on."""
        self._upsert(editions, [{**values(row, editions), "written": dict(row.written)}])

    def get(self, digest: str) -> EditionRow | None:
        """Return an edition as it was written."""
        query = self._select(editions, *COLUMNS).where(editions.c.digest == digest)
        return next((EditionRow(*row) for row in self._found(query)), None)
