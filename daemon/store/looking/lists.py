"""What the lists of the console are made of: thin rows in the order in which they are shown, and never all there is."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, TextClause, select

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.notice import Key, Notice
from daemon.domain.obligation import State
from daemon.domain.times import EVER
from daemon.domain.track import Track
from daemon.store.cases.conferences import ConferenceRow, conference_cases, conferences
from daemon.store.ground.gateway import batches
from daemon.store.journal.journal import ENTRY, Entry, journal
from daemon.store.telling.obligations import COLUMNS, HELD, Obligations, obligations
from daemon.store.telling.outbox import LEGIBLE, OUTGOING, messages
from daemon.store.telling.queue import COLUMNS as NOTICE
from daemon.store.telling.queue import KEY, notices
from daemon.store.telling.queue import LEGIBLE as QUEUED

MOST = 20_000  # rows that one list looks at
LAST = "\U0010ffff"  # behind every letter


class DueLine(NamedTuple):
    """One open obligation as a list shows it. `is_provisional`: its meeting is not booked."""

    ref: str
    rule: str
    subject: str
    due_at: datetime | None
    held_since: datetime | None
    is_provisional: bool

    @property
    def id(self) -> str:
        """The obligation's name."""
        return f"{self.ref}/{self.rule}/{self.subject}"


class JournalLine(NamedTuple):
    """An entry of the journal with its place in it, from which a list goes on."""

    id: int
    entry: Entry


class Lists(Obligations):
    """Reads only. Nothing here says who may see a row: that is for whoever shows it."""

    def due_until(self, end: datetime) -> list[DueLine]:
        """Return the open obligations that fall due before a moment, the longest overdue first."""
        c = obligations.c
        return self._lines(c.due_at < end)

    def waiting_for_data(self) -> list[DueLine]:
        """Return the open obligations whose next step waits for fresh data."""
        return self._lines(HELD)

    def asked(self, rules: Collection[str]) -> list[Track]:
        """Return the open obligations of some rules of which a step has been taken, the first due first."""
        c = obligations.c
        found: list[Track] = []
        for some in batches(self.words.known(frozenset(rules))):
            query = self._select(obligations, *COLUMNS).where(
                c.state == State.OPEN, c.rule.in_(some), c.fired.is_not(None)
            )
            found += self._tracks(self._found(query.order_by(c.due_at, c.ref).limit(MOST)))
        return found

    def steps_of(self, rules: Collection[str]) -> list[Track]:
        """Return the obligations of some rules of which a step was taken or that have ended, the newest first."""
        c = obligations.c
        found: list[Track] = []
        for some in batches(self.words.known(frozenset(rules))):
            query = self._select(obligations, *COLUMNS).where(c.rule.in_(some))
            query = query.where(c.fired.is_not(None) | (c.state == State.MET))
            found += self._tracks(self._found(query.order_by(c.opened_at.desc()).limit(MOST)))
        return sorted(found, key=lambda one: (one.opened_at, one.id), reverse=True)

    def sent_of(self, ref: str) -> list[Notice]:
        """Return every notice about one case by itself, the oldest first."""
        c = notices.c
        query = self._select(notices, *NOTICE).where(QUEUED)
        query = query.where(c.obligation >= f"{ref}/", c.obligation < f"{ref}/{LAST}")
        rows = self._found(query.order_by(c.made_at, c.at, c.obligation, c.rung).limit(MOST))
        return [Notice(Key(*row[: len(KEY)]), *row[len(KEY) :]) for row in rows]

    def conferences(self, first: datetime, end: datetime) -> list[ConferenceRow]:
        """Return the conferences booked from one moment on and before another, the first first, without their cases."""
        c = conferences.c
        query = self._select(conferences, *conferences.c[1:])
        query = query.where(c.scheduled_at >= first, c.scheduled_at < end)
        return [
            ConferenceRow(*row)
            for row in self._found(query.order_by(c.scheduled_at, c.id).limit(MOST))
        ]

    def conference_ids(self) -> Iterator[str]:
        """Yield what every conference is called that was ever booked."""
        c = conferences.c
        query = self._select(conferences, c.id).where(c.scheduled_at.is_not(None))
        yield from (id_ for (id_,) in self._found(query))

    def cases_of(self, ids: Sequence[str]) -> dict[str, list[str]]:
        """Return the cases of some conferences."""
        c = conference_cases.c
        found: dict[str, list[str]] = {id_: [] for id_ in ids}
        for some in batches(ids):
            query = select(c.conference, c.ref).where(
                c.authority == self.authority, c.conference.in_(some)
            )
            for id_, ref in self._found(query.order_by(c.ref)):
                found[id_].append(ref)
        return found

    def messages(
        self, states: Collection[DeliveryState] = (), since: datetime = EVER
    ) -> list[Outgoing]:
        """Return the messages made since a moment, the newest first; of some states alone, where any are named."""
        query = self._select(messages, *OUTGOING).where(LEGIBLE, messages.c.created_at >= since)
        query = query.where(messages.c.state.in_(sorted(states))) if states else query
        query = query.order_by(messages.c.created_at.desc(), messages.c.id).limit(MOST // 10)
        return [Outgoing(*row) for row in self._found(query)]

    def entries(
        self, before: int | None = None, about: str = "", limit: int = 500
    ) -> list[JournalLine]:
        """Return entries, the newest first: written before one, and about what has a name that begins so."""
        c = journal.c
        query = self._select(journal, c.id, *ENTRY)
        if before is not None:
            query = query.where(c.id < before)
        if about:
            query = query.where(c.about >= about, c.about < f"{about}{LAST}")
        rows = self._found(query.order_by(c.id.desc()).limit(limit))
        return [JournalLine(id_, Entry(*rest)) for id_, *rest in rows]

    def _lines(self, when: ColumnElement[bool] | TextClause) -> list[DueLine]:
        c = obligations.c
        columns = (c.ref, c.rule, c.subject, c.due_at, c.held_since, c.is_provisional)
        query = self._select(obligations, *columns).where(c.state == State.OPEN, when)
        rows = self._found(query.order_by(c.due_at, c.ref, c.rule, c.subject).limit(MOST))
        word = self.words.words({row[1] for row in rows})
        return [DueLine(row[0], word[row[1]], *row[2:]) for row in rows]
