"""Who is signed in: one row a browser, found by the hash of what its cookie holds."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Column, Index, Text, UniqueConstraint, delete

from daemon.store.ground.columns import Instant, Strings, table
from daemon.store.ground.gateway import Gateway, values

sessions = table(
    "sessions",
    Column("attempt_hash", Text, primary_key=True),
    Column("id_hash", Text, nullable=False),
    Column("person", Text, nullable=False),
    Column("roles", Strings, nullable=False),
    Column("team", Text),
    Column("signed_in_at", Instant, nullable=False),
    Column("seen_at", Instant, nullable=False),
    Column("ends_at", Instant, nullable=False),
    UniqueConstraint("authority", "id_hash"),
    Index("ix_sessions_ends", "authority", "ends_at"),
)


@dataclass(frozen=True, slots=True)
class SessionRow:
    """One session. `attempt_hash` is of the attempt that began it: none begins two.

    `roles` and `team` are what the provider said then. One that was ended has its end in `ends_at`.
    """

    attempt_hash: str
    id_hash: str
    person: str
    roles: tuple[str, ...]
    team: str | None
    signed_in_at: datetime
    seen_at: datetime
    ends_at: datetime


COLUMNS = [sessions.c[name] for name in SessionRow.__slots__]


class Sessions(Gateway):
    """Sessions by the hash of their id."""

    def begin(self, row: SessionRow) -> bool:
        """Keep a new session; return False where its attempt has begun one before."""
        return bool(self._insert(sessions, [values(row, sessions)]))

    def get(self, id_hash: str) -> SessionRow | None:
        """Return a session, ended ones too."""
        query = self._select(sessions, *COLUMNS).where(sessions.c.id_hash == id_hash)
        return next((SessionRow(*row) for row in self._found(query)), None)

    def see(self, id_hash: str, now: datetime) -> None:
        """Note that somebody uses it."""
        change = self._update(sessions).where(sessions.c.id_hash == id_hash)
        self._change(change.values(seen_at=now))

    def end(self, id_hash: str, now: datetime) -> bool:
        """End a session; return False where there is none, or it is over."""
        c = sessions.c
        change = self._update(sessions).where(c.id_hash == id_hash, c.ends_at > now)
        return bool(self._change(change.values(ends_at=now)))

    def end_all(self, now: datetime, person: str | None = None) -> int:
        """End every session, or every one of a person; return how many were not over."""
        c = sessions.c
        change = self._update(sessions).where(c.ends_at > now)
        if person is not None:
            change = change.where(c.person == person)
        return self._change(change.values(ends_at=now))

    def forget(self, before: datetime) -> None:
        """Delete what ended before that moment."""
        c = sessions.c
        self._change(delete(sessions).where(c.authority == self.authority, c.ends_at < before))
