"""One transaction, with a gateway for each group of tables."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from daemon.domain.message import Lane
from daemon.domain.times import EVER
from daemon.store.cases.answers import Answers
from daemon.store.cases.cases import Cases
from daemon.store.cases.conferences import Conferences, Numbers
from daemon.store.cases.feeds import Feeds, FeedState, Quarantine, Quarantined
from daemon.store.cases.fragments import Fragments
from daemon.store.cases.silenced import Silenced
from daemon.store.cases.waivers import Waivers
from daemon.store.ground.words import Dictionary, Words
from daemon.store.journal.evidence import Evidence
from daemon.store.journal.journal import Journal, Silent
from daemon.store.keeping.holdings import Holdings
from daemon.store.keeping.holds import Holds
from daemon.store.keeping.purging import Purging
from daemon.store.leases import Leases, Marks
from daemon.store.looking.ledger import Ledger
from daemon.store.looking.lists import Lists
from daemon.store.people.people import Links, People, Promises
from daemon.store.people.sessions import Sessions
from daemon.store.rules.editions import Editions
from daemon.store.rules.rulebooks import Rulebooks
from daemon.store.telling.aside import Aside
from daemon.store.telling.drafts import Drafts
from daemon.store.telling.invitations import Invitations
from daemon.store.telling.messages import Messages
from daemon.store.telling.notices import Notices
from daemon.store.telling.obligations import Obligations


@dataclass(frozen=True, slots=True)
class Summary:
    """How everything stands, for `status`: counts by state, and what waits or is wrong."""

    cases: int
    obligations: dict[str, int]
    overdue_since: datetime | None
    notices: dict[str, int]
    messages: dict[str, dict[str, int]]
    next_at: datetime | None
    feeds: dict[str, FeedState]
    quarantine: list[Quarantined]
    directory_read_at: datetime | None
    journal_head: tuple[int, str]
    journal_unsealed: int
    invitations: Mapping[str, int]


class Tx:
    """What can be read and written together, for one authority."""

    def __init__(
        self,
        connection: Connection,
        authority: str,
        shared: Dictionary,
        records_of: str | None = None,
    ) -> None:
        """`records_of`: a shadow decides on that authority's records and people, and journals nothing."""
        self.authority, real = authority, records_of or authority
        self.has_rivals = connection.dialect.name != "sqlite"  # others may write at the same time
        self.words = Words(connection, authority, shared)
        self.fragments = Fragments(connection, real)
        self.answers = Answers(connection, real)
        self.drafts = Drafts(connection, authority)
        self.silenced = Silenced(connection, authority)
        self.waivers = Waivers(connection, authority)
        self.cases = Cases(connection, authority)
        self.numbers = Numbers(connection, authority)
        self.conferences = Conferences(connection, authority)
        self.obligations = Obligations(connection, authority, self.words)
        self.lists = Lists(connection, authority, self.words)
        self.notices = Notices(connection, authority)
        self.messages = Messages(connection, authority)
        self.aside = Aside(connection, authority)
        self.purging = Purging(connection, authority)
        self.holdings = Holdings(connection, authority)
        self.holds = Holds(connection, authority)
        self.invitations = Invitations(connection, authority)
        self.people = People(connection, real)
        self.promises = Promises(connection, authority)
        self.links = Links(connection, authority)
        self.sessions = Sessions(connection, authority)
        self.feeds = Feeds(connection, real)
        self.quarantine = Quarantine(connection, authority)
        self.rulebooks = Rulebooks(connection, authority)
        self.editions = Editions(connection, authority)
        self.leases = Leases(connection, authority)
        self.marks = Marks(connection, authority)
        self.ledger = Ledger(connection, authority, self.words)
        self.journal = (Silent if records_of else Journal)(connection, authority)
        self.evidence = Evidence(connection, authority, self.journal)

    @contextmanager
    def as_one(self) -> Iterator[None]:
        """Have a part of the transaction happen as a whole, or not at all where it raises."""
        with self.words.connection.begin_nested():
            yield

    def due(self, lane: Lane, now: datetime, most: int, *, since: datetime = EVER) -> int:
        """Return how many messages can be sent in a lane now, counted up to about `most`.

        What fired, or was first taken, before `since` is not counted.
        """
        again = self.messages.many_due(lane, now, most, since=since)
        return again + self.notices.many_waiting(lane, now, most, since=since)

    def oldest_unsent(self, now: datetime, lane: Lane, since: datetime = EVER) -> datetime | None:
        """Return since when something of a lane is due and not accepted, None where all is.

        What fired, or was first taken, before `since` is not looked at.
        """
        found = (
            self.notices.oldest_waiting(now, lane, since),
            self.messages.oldest_unsent(lane, since),
        )
        return min((at for at in found if at is not None), default=None)

    def summary(self, now: datetime) -> Summary:
        """Return how everything stands at that moment."""
        return Summary(
            cases=self.cases.count(),
            obligations=self.obligations.counts(now),
            overdue_since=self.obligations.overdue_since(now),
            notices=self.notices.counts(),
            messages=self.messages.counts(),
            next_at=self.obligations.next_at(),
            feeds=self.feeds.all(),
            quarantine=self.quarantine.open(),
            directory_read_at=self.people.read_at(),
            journal_head=self.journal.head(),
            journal_unsealed=self.journal.unsealed(),
            invitations=self.invitations.counts(now),
        )
