"""Letters to families: what a person is asked to write, and what they have posted.

Nothing is written to a family by the machine. Whoever the pack names writes and looks at each letter, and either
has it printed and posted or does so by hand; neither its words nor its address are kept (READINGS section 2, 1 and 4).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from threading import Lock

import structlog

from daemon.decide.people.recipients import may_know
from daemon.domain.answer import Way
from daemon.domain.errors import Temporary
from daemon.domain.invitation import LETTER, Invitation
from daemon.domain.letter import Letter
from daemon.domain.mail import safe_id
from daemon.domain.times import iso, say
from daemon.domain.who import Who
from daemon.engine.answering.questions import holds
from daemon.engine.conference.heard import write
from daemon.engine.conference.seated import role_of
from daemon.engine.house import House
from daemon.engine.telling.operator import tell_operator
from daemon.engine.telling.quiet import resting_refs
from daemon.store import Store, Tx

log = structlog.get_logger("daykeeper.posting")
KEY, HAND = "letter", "hand"
PATIENCE_S = 30.0  # a letter of another person's is on the wire
START = "Dear \n\n\n{when_and_where}\n\n\nYours sincerely\n"


@dataclass(frozen=True, slots=True)
class Task:
    """One letter about these cases: to a member of the family, by `to_role`, for a meeting of this `kind`.

    `posted`: its present form is on its way; `is_back`: it came back.
    """

    row: Invitation
    refs: tuple[str, ...]
    kind: str
    to_role: str
    posted: bool
    is_back: bool

    @property
    def id(self) -> str:
        """Its name in addresses: it says nothing of the case."""
        return self.row.uid

    @property
    def is_anew(self) -> bool:
        """An earlier form of it was posted, and what it says has changed since."""
        told = self.row.told_revision
        return told is not None and told != self.row.revision and not self.is_back

    @property
    def key(self) -> str:
        """The name under which it is posted: another for each form of it, and for each that came back."""
        tried = self.row.told_in if self.is_back and self.row.told_in else f"{self.stem}-0"
        number = (
            int(tried.rpartition("-")[2]) + 1 if self.is_back and tried.startswith(self.stem) else 1
        )
        return f"{self.stem}-{number}"

    @property
    def stem(self) -> str:
        """What all of one form's names begin with."""
        return f"{KEY}-{self.row.uid}-{self.row.revision}"


class Posting:
    """Shows people the letters that are theirs to write, and takes what they post."""

    def __init__(self, store: Store, house: House) -> None:
        self.store, self.house = store, house
        self._one_at_a_time = Lock()

    def tasks(self, who: Who, now: datetime) -> list[Task]:
        """Return the letters that are this person's to write, in order of the meetings."""
        with self.store.read() as tx:
            rows = [one for one in tx.invitations.ahead(now) if one.via == LETTER]
            found = [task for row in rows if (task := self._task(tx, who, row, now))]
        return sorted(found, key=lambda one: (one.row.starts_at, one.refs, one.id))

    def find(self, who: Who, id: str, now: datetime) -> Task | None:
        """Return one of them; None where it is not theirs, or its meeting has begun."""
        return next((one for one in self.tasks(who, now) if one.id == id), None)

    def start(self, task: Task) -> str:
        """Return what a letter begins as: when and where. The words, and what goes with it, are a person's."""
        row = task.row
        said = [("When", say(row.starts_at)), ("Where", row.place), ("To join online", row.link)]
        lines = [f"{name}: {value}" for name, value in said if value]
        return START.format(when_and_where="\n".join(lines))

    def post(self, who: Who, task: Task, letter: Letter, now: datetime) -> bool:
        """Have a letter posted; False where its form has changed, or somebody was faster.

        It is looked up before it is sent: an answer may have been lost. Raises a WireError.
        """
        post = self.house.post
        if post is None:
            return False
        if not self._one_at_a_time.acquire(timeout=PATIENCE_S):
            raise Temporary("busy")
        try:
            current = self.find(who, task.id, now)
            if current is None or current.posted or current.row.revision != task.row.revision:
                return False
            post.print(letter)
            if post.find(current.key) is None:
                post.send(letter, current.key)
            return self._told(who, current, current.key, now)
        finally:
            self._one_at_a_time.release()

    def by_hand(self, who: Who, task: Task, now: datetime) -> bool:
        """Note that a person has posted a letter; False where its form has changed, or somebody was faster."""
        current = self.find(who, task.id, now)
        if current is None or current.posted or current.row.revision != task.row.revision:
            return False
        return self._told(who, current, HAND, now)

    def _told(self, who: Who, task: Task, way: str, now: datetime) -> bool:
        with self.store.write() as tx:
            row = tx.invitations.get([task.id])[task.id]
            told = replace(
                row, told_revision=task.row.revision, told_in=way, invited_at=now, delivered=None
            )
            write(
                tx, told, {"invited_at": iso(now)}, Way.SIGNED_IN, f"{task.row.revision}/{way}", now
            )
            why = (
                "posted by hand"
                if way == HAND
                else "handed over to the post, after a person had looked at it"
            )
            tx.journal.write(
                now, "letter.posted", row.topic, why, {"by": who.person, "refs": list(task.refs)}
            )
        log.info("letter.posted", topic=row.topic, by_hand=way == HAND)
        return True

    def _task(self, tx: Tx, who: Who, row: Invitation, now: datetime) -> Task | None:
        refs, kind, to_role = [], "", ""
        people = self.house.people(tx)
        person = people.get(who.person)
        for seat in tx.invitations.seats([row.uid]).get(row.uid, ()):
            record = self.house.record(tx, seat.ref)
            case = tx.cases.get(seat.ref)
            if record is None or person is None or case is None or case.is_closed:
                continue
            if resting_refs(tx, {seat.ref: case}):
                continue
            access = self.house.deciding.access(record)
            if may_know(person, access, people) and holds(
                who, row.role, row.role, record, access, people, now
            ):
                refs.append(seat.ref)
                kind = seat.kind
                to_role = role_of(record, seat) or to_role
        is_back = row.delivered is False
        is_told = row.told_revision == row.revision
        if not refs:
            return None
        return Task(row, tuple(refs), kind, to_role, is_told and not is_back, is_back)


def letter_back(tx: Tx, house: House, reference: str, now: datetime) -> bool:
    """Have a letter that came back wait again for whoever writes it; False where it is none of ours."""
    parts = reference.split("-")
    if len(parts) != 4 or parts[0] != KEY:  # noqa: PLR2004 - letter, uid, revision, number
        return False
    row = tx.invitations.get([parts[1]]).get(parts[1])
    if row is None or row.told_in is None or safe_id(row.told_in) != reference:
        return False
    if row.delivered is False:
        return True
    write(
        tx,
        replace(row, delivered=False),
        {"delivered": "false"},
        Way.REPLY,
        f"{reference}/back",
        now,
    )
    tx.journal.write(now, "letter.returned", row.topic, "it could not be delivered", {})
    detail = (
        "a letter to a family could not be delivered; whoever wrote it finds it among their letters"
    )
    topic = f"returned/{reference}"
    tell_operator(tx, house, now, topic, "operator-undelivered", detail, group="undelivered")
    return True
