"""Fakes at the five ports: what tests hand to the line instead of the world."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from daemon.domain.errors import Unsupported
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person, Scope, holders_among
from daemon.ports import Clock, Fragment, InboxPage, Page, Unreadable


@dataclass(slots=True)
class HandClock:
    """A clock that stands until it is moved."""

    now: datetime

    def __call__(self) -> datetime:
        """Return the moment at which it stands."""
        return self.now


@dataclass(slots=True)
class FakeSource:
    """A feed whose cases a test writes. It knows everything up to the moment it is read, unless told otherwise.

    It may carry any fact unless `carries` names them.
    """

    clock: Clock
    bodies: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    known_at: datetime | None = None
    broken: str | None = None
    reads: int = 0
    carries: frozenset[str] | None = None

    def read(self, cursor: str | None) -> Page:
        """Return every case; raises Unreadable while `broken` says why."""
        self.reads += 1
        if self.broken:
            raise Unreadable(self.broken)
        records = [Fragment(body, f"fake/{ref}") for ref, body in self.bodies.items()]
        now = self.clock()
        return Page(
            records,
            (),
            None,
            whole=True,
            read_at=now,
            as_known_at=self.known_at or now,
            rows=len(records),
        )


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that a fake channel took."""

    at: datetime
    to: str
    channel: str
    message: Message


@dataclass(slots=True)
class FakeChannel:
    """A channel that keeps what it is given. `answers` are raised, one a send, before it takes anything."""

    word: str
    clock: Clock
    sent: list[Sent] = field(default_factory=list)
    answers: list[Exception] = field(default_factory=list)

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Keep the message, or raise the next answer that a test has put ready."""
        if self.answers:
            raise self.answers.pop(0)
        self.sent.append(Sent(self.clock(), to.id, self.word, message))
        return Receipt(f"fake-{key}")

    def find(self, key: str) -> Receipt | None:
        """Tell nothing, as SMTP does."""
        raise Unsupported("fake-cannot-tell")


@dataclass(slots=True)
class FakeInbox:
    """A mailbox into which a test puts what came back; it gives everything at each reading until the next."""

    page: InboxPage = field(default_factory=InboxPage)
    broken: str | None = None

    def read(self, cursor: str | None) -> InboxPage:
        """Return what the test has put in; raises Unreadable while `broken` says why."""
        if self.broken:
            raise Unreadable(self.broken)
        return self.page


@dataclass(slots=True)
class FakeDirectory:
    """A directory that a test writes."""

    everybody: list[Person] = field(default_factory=list)

    def people(self) -> Sequence[Person]:
        """Return everybody."""
        return list(self.everybody)

    def holders(self, role: str, scope: Scope) -> Sequence[Person]:
        """Return the holders of a role in a team, else of the whole authority."""
        return holders_among(self.everybody, role, scope)
