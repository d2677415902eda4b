"""The ports: what the line needs of the outside world. Adapters are synchronous and retry nothing.

A vendor's exception never escapes: senders raise Temporary, Permanent or Unknown, readers raise
Unreadable. Timeouts are constructor arguments in seconds. `daemon.testing` holds a suite for each
port, which every adapter's test inherits.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from daemon.domain.errors import Problem
from daemon.domain.event import Arrival, AutomaticReply, Bounce, Reply
from daemon.domain.letter import Letter
from daemon.domain.message import Message, Receipt
from daemon.domain.person import Person, Scope

Clock = Callable[[], datetime]  # the present moment, UTC


class Unreadable(Exception):
    """A source could not be read at all; the last good state stands. The text is one plain sentence."""


class Outdated(Unreadable):
    """A source shows what is older than what it showed before: nothing is taken, and `problems` are listed.

    `cursor` is handed back at the next reading: another one than before, so that what follows is news.
    None: the old one is.
    """

    def __init__(self, *problems: Problem, cursor: str | None = None) -> None:
        super().__init__("; ".join(map(str, problems)))
        self.problems, self.cursor = problems, cursor


class Denied(Exception):
    """Whoever called has not shown that they may tell us anything. Its text, if any, is a reason for the log."""


@dataclass(frozen=True, slots=True)
class Fragment:
    """What one feed knows of one case: a body in the JSON form of DOMAIN section 2.

    `place` is where it was read (`conference.csv:14`, `ssd_person/1234`): shown with problems,
    never with the data.
    """

    body: Mapping[str, Any]
    place: str


@dataclass(frozen=True, slots=True)
class Page:
    """One reading of a source. `whole`: this is the full set, so that what is missing has vanished.

    `as_known_at` is the moment up to which the source's own data is known; `cursor` is handed
    back at the next reading, and stays as it is where nothing was read. `problems` are all that is wrong with
    what the source shows now, those of earlier readings included that it would not show again. `parts` are the
    rows of each table, sheet or list, where a source has several: one that is empty is seen by them alone.
    """

    records: Sequence[Fragment]
    problems: Sequence[Problem]
    cursor: str | None
    whole: bool
    read_at: datetime
    as_known_at: datetime
    rows: int = 0
    parts: Mapping[str, int] = field(default_factory=dict)


class CaseSource(Protocol):
    """A feed.

    One that knows which facts it can ever carry says so in `carries`, a set of their names; rules
    that nothing carried can meet are then left out and listed. Without it, any fact may come. One that
    shows whether people have answered their invitations has `invitee.response` among them. One that
    has lost the place in which people write that something is done says so in `lacking(elsewhere)`, a
    warning each, but for the facts that other feeds carry.
    One that others call has `told(proof, key, body)`: it returns a page of what they posted, without a
    cursor, and raises Denied unless they have shown who they are, Unreadable where that cannot be known
    now, ValueError for what cannot be read. Its `read` is handed the moment, in ISO form, up to which it
    was told what is so.
    """

    def read(self, cursor: str | None) -> Page:
        """Return what is known now; raises Unreadable (Outdated where that is older), never a vendor's exception."""
        ...


class Channel(Protocol):
    """A way to reach a person.

    One whose yes does not even say that the next server has the message says so: `is_proof` is False.
    It is never the only channel of a step that a document demands. One that knows whom it cannot reach
    says `reaches(person)`, asking nobody: who is not reached is told by the next way, without an attempt.
    One that may carry less to some people has `most(to)`, the level that it stops at, or None; one that
    an administrator should know more of has `explain()`, a sentence each.
    """

    def send(self, message: Message, to: Person, key: str) -> Receipt:
        """Hand the message over once; `key` is the same on every retry. Raises a WireError."""
        ...

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send; raises Unsupported where nothing can tell.

        Raises Unsettled where nothing is seen of it that may be on its way still: whether it is, only
        the moment of the last attempt tells, and that stands in the outbox.
        """
        ...


class Calendar(Channel, Protocol):
    """A way into a person's calendar: the channel of the word `calendar`.

    Every message that it is handed carries an event. It makes the entry of that uid, changes it where
    the revision has risen, or cancels it; handing over the same revision twice changes nothing.
    """


class Courier(Protocol):
    """Whoever prints and posts letters. Nothing goes this way but what a person has looked at and sent.

    One whose letters get their look elsewhere says `is_likeness`: what it prints here has the same words
    alone. One that an administrator should know more of has `explain()`, a sentence each.
    """

    def print(self, letter: Letter) -> bytes:
        """Return the letter as it will be printed, a PDF; raises Permanent where it cannot be."""
        ...

    def send(self, letter: Letter, key: str) -> Receipt:
        """Hand the letter over once; `key` is the same on every retry. Raises a WireError."""
        ...

    def find(self, key: str) -> Receipt | None:
        """Return the receipt of an earlier send; raises a WireError."""
        ...


@dataclass(frozen=True, slots=True)
class InboxPage:
    """What one reading of a mailbox brought; `cursor` is handed back at the next reading.

    What matches nothing of ours is among `problems`, by its place, never by its words.
    """

    replies: Sequence[Reply] = ()
    bounces: Sequence[Bounce] = ()
    arrivals: Sequence[Arrival] = ()
    automatic: Sequence[AutomaticReply] = ()
    problems: Sequence[Problem] = ()
    cursor: str | None = None


class Inbox(Protocol):
    """Where answers, bounces and automatic replies come back.

    One that the other side may call, too, has `told(authorization, body)`: it returns a page without a
    cursor, and raises Denied unless the caller has shown who it is, ValueError for what cannot be read.
    """

    def read(self, cursor: str | None) -> InboxPage:
        """Return what has come since; raises Unreadable, never a vendor's exception.

        Reading again with the same cursor returns the same: what was read is kept until the next
        reading confirms it.
        """
        ...


class Directory(Protocol):
    """Who holds which role."""

    def people(self) -> Sequence[Person]:
        """Return everybody that the directory knows; raises Unreadable."""
        ...

    def holders(self, role: str, scope: Scope) -> Sequence[Person]:
        """Return the holders of a role in a scope; empty is an answer."""
        ...


class Vault(Protocol):
    """Where an authority keeps its secrets."""

    def read(self, name: str) -> str:
        """Return a secret as it stands now; raises Unreadable, without a word of it."""
        ...

    def close(self) -> None:
        """Let go of what is held; closing twice is no error."""
        ...
