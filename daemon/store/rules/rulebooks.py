"""The rulebooks that were ever in force, as written: an obligation pins the one it opened under."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Column, Select, Text

from daemon.domain.rules import Applies
from daemon.store.ground.columns import Choice, Instant, Json, table
from daemon.store.ground.gateway import Gateway

rulebooks = table(
    "rulebooks",
    Column("pack", Text, primary_key=True),
    Column("digest", Text, primary_key=True),
    Column("texts", Json, nullable=False),
    Column("in_force_from", Instant, nullable=False),
    Column("applies", Choice(Applies), nullable=False),
    Column("kept_at", Instant, nullable=False),
)


@dataclass(frozen=True, slots=True)
class RulebookRow:
    """One pack at one digest; `texts` maps each of its files to what was written in it."""

    pack: str
    digest: str
    texts: Mapping[str, str]
    in_force_from: datetime
    applies: Applies
    kept_at: datetime


COLUMNS = [rulebooks.c[name] for name in RulebookRow.__slots__]


class Rulebooks(Gateway):
    """Rulebooks by pack and digest."""

    def put(
        self,
        digest: str,
        pack: str,
        texts: Mapping[str, str],
        in_force_from: datetime,
        applies: Applies,
        now: datetime,
    ) -> bool:
        """Keep a rulebook; return False where it was kept before, in which case nothing changes."""
        row = RulebookRow(pack, digest, dict(texts), in_force_from, applies, now)
        return bool(
            self._insert(rulebooks, [{name: getattr(row, name) for name in RulebookRow.__slots__}])
        )

    def get(self, digest: str) -> RulebookRow | None:
        """Return a rulebook by its digest."""
        return self._first(self._select(rulebooks, *COLUMNS).where(rulebooks.c.digest == digest))

    def latest(self, pack: str) -> RulebookRow | None:
        """Return the rulebook of a pack that came into force last."""
        c = rulebooks.c
        query = self._select(rulebooks, *COLUMNS).where(c.pack == pack)
        return self._first(query.order_by(c.in_force_from.desc(), c.kept_at.desc()).limit(1))

    def _first(self, query: Select[Any]) -> RulebookRow | None:
        return next((RulebookRow(*row) for row in self._found(query)), None)
