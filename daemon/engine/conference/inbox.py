"""The station that reads what came back: answers to invitations, bounces, and what machines say."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import uuid4

import structlog

from daemon.decide.people.recipients import People
from daemon.domain.answer import Way
from daemon.domain.errors import Problem, Severity
from daemon.domain.event import Reply
from daemon.domain.invitation import Invitation
from daemon.domain.times import iso
from daemon.engine.conference.heard import write
from daemon.engine.conference.posting import letter_back
from daemon.engine.conference.returned import came_back, is_elsewhere
from daemon.engine.house import House, Mailbox
from daemon.engine.telling.operator import tell_operator
from daemon.ports import Clock, Denied, InboxPage, Unreadable
from daemon.store import FeedState, Store, StoreLost, StoreUnavailable, Tx

log = structlog.get_logger("daykeeper.inbox")
ROLE = "inbox"
LASTS = timedelta(minutes=10)  # a mailbox that is busy for less is nobody's trouble
LOOK = "see who answered, and ask them to answer their own invitation"


class Listener:
    """Reads mailboxes. Hearing the same twice changes nothing; what is not understood stops nothing."""

    def __init__(self, store: Store, house: House, clock: Clock) -> None:
        self.store, self.house, self.clock = store, house, clock

    def listen(self, now: datetime) -> int:
        """Read the mailboxes that are due; return how many things were heard."""
        if not self.house.inboxes:
            return 0
        with self.store.read() as tx:
            states = tx.feeds.all()
        heard = 0
        for box in self.house.inboxes.values():
            state = states.get(name_of(box))
            if state is None or state.is_due(now, box.read_every):
                heard += self._read(box, state)
        return heard

    def _read(self, box: Mailbox, state: FeedState | None) -> int:
        try:
            page = box.inbox.read(state.cursor if state else None)
        except Unreadable as error:
            return self._failed(box, str(error), state)
        except Exception as error:  # noqa: BLE001 - one adapter's fault must not stop the line
            kind = type(error).__name__
            log.error("inbox.faulted", source=box.name, reason=kind)  # noqa: TRY400 - a traceback shows data
            return self._failed(box, f"its adapter failed ({kind}); report it to us", state)
        now = self.clock()
        with self.store.write() as tx:
            problems = [*page.problems, *self._hear(tx, box, page, now)]
            rows = sum(map(len, (page.replies, page.bounces, page.arrivals, page.automatic)))
            seen = FeedState(
                ROLE, now, now, page.cursor, rows, whole=False, ok=True, problems=len(problems)
            )
            tx.feeds.saw(name_of(box), seen)
            new = tx.quarantine.put(name_of(box), problems, now) if problems else []
            for problem in new:
                tx.journal.write(now, "inbox.doubted", problem.where, problem.what, {})
        log.info("inbox.read", source=box.name, rows=rows, problems=len(problems))
        return rows

    def told(self, name: str, authorization: str, body: bytes) -> None:
        """Hear what the other side of a mailbox calls to say.

        Raises Denied for a mailbox that nobody may call or a caller without its word, ValueError for
        what cannot be read.
        """
        box = self.house.inboxes.get(name)
        tell = getattr(box.inbox, "told", None) if box else None
        if box is None or tell is None:
            raise Denied
        page = tell(authorization, body)
        now = self.clock()
        with self.store.write() as tx:
            problems = [*page.problems, *self._hear(tx, box, page, now)]
            for problem in tx.quarantine.put(name_of(box), problems, now) if problems else ():
                tx.journal.write(now, "inbox.doubted", problem.where, problem.what, {})
        log.info("inbox.told", source=box.name, problems=len(problems))

    def _failed(self, box: Mailbox, why: str, state: FeedState | None) -> int:
        """Note that a reading failed; tell the operator once it lasts, and at once where none ever succeeded."""
        now, read_at = self.clock(), state.read_at if state else None
        is_first = state is None or state.ok
        with self.store.write() as tx:
            tx.feeds.failed(name_of(box), now, why)
            if is_first:
                tx.journal.write(now, "inbox.failed", box.name, why, {})
            patience = max(LASTS, 2 * box.read_every)
            if read_at is None or (not is_first and now - read_at >= patience):
                detail = f"the mailbox {box.name}: {why}; answers to invitations wait in it"
                outbreak = int(read_at.timestamp()) // 60 if read_at else 0
                tell_operator(
                    tx, self.house, now, f"feed/{name_of(box)}", "operator-feed", detail, outbreak
                )
        log.error("inbox.failed", source=box.name, reason="unreadable")
        return 0

    def _hear(self, tx: Tx, box: Mailbox, page: InboxPage, now: datetime) -> Iterator[Problem]:
        people = self.house.people(tx)
        rows = tx.invitations.get({one.uid for one in page.replies})
        for reply in page.replies:
            try:
                row = rows.get(reply.uid)
                what = (
                    answer(tx, row, reply, people, now)
                    if row
                    else "it answers no invitation of ours"
                )
                rows |= tx.invitations.get([row.uid]) if row else {}
            except (StoreLost, StoreUnavailable):
                raise
            except Exception:  # one answer must not stop the others
                log.exception("answer.unheard", source=box.name)
                what = "it cannot be taken in; report it to us"
            if what:
                place = sha256(f"{reply.uid}{reply.address}{reply.at}".encode()).hexdigest()[:8]
                yield Problem(f"{box.name}: answer {place}", what, LOOK, Severity.WARNING)
        for bounce in page.bounces:
            if not bounce.is_final:
                tx.journal.write(
                    now, "message.delayed", bounce.message, "it is still being tried", {}
                )
            elif not (
                letter_back(tx, self.house, bounce.message, now)
                or came_back(tx, self.house, bounce.message, now)
            ):
                what, mend = "what came back is no message of ours", "see what it is"
                place = sha256(bounce.message.encode()).hexdigest()[:8]
                yield Problem(f"{box.name}: bounce {place}", what, mend, Severity.WARNING)
        note(tx, self.house, box, page, now)


def note(tx: Tx, house: House, box: Mailbox, page: InboxPage, now: datetime) -> None:
    """Write down what answers nothing: that something was delivered, or that a machine answered for who is away."""
    for one in page.arrivals:
        if tx.notices.of_message(one.message):
            why = "whoever carried it says that it was delivered"
            tx.journal.write(now, "message.delivered", one.message, why, {})
    for reply in page.automatic:
        why = "a machine answered: they may be away, and nothing is answered by it"
        tx.journal.write(now, "answer.automatic", reply.message or box.name, why, {})
        is_elsewhere(tx, house, reply, now)


def answer(tx: Tx, row: Invitation, reply: Reply, people: People, now: datetime) -> str | None:
    """Take in an answer to an entry; return why it does not count, None where it does.

    One to an earlier date counts for that date only. Whoever answers for somebody else must be their
    delegate in the directory.
    """
    if not _is_theirs(row, reply, people):
        return "somebody answers an invitation that was not sent to them"
    if reply.revision is not None and reply.revision > row.revision:
        return "it answers a form of the invitation that was never sent"
    if not row.state.stands or row.starts_at <= now:
        return "it answers an invitation that stands no longer"
    is_present = (
        row.dated_revision == 0 if reply.revision is None else reply.revision >= row.dated_revision
    )
    if not is_present:
        why = "it answers an earlier date of the conference, and does not count for the present one"
        tx.journal.write(
            now, "invitation.answered-before", row.topic, why,
            {"revision": reply.revision, "response": str(reply.response)},
        )  # fmt: skip
        return why
    if _is_known(row, reply):
        return None
    heard = replace(
        row, response=str(reply.response), response_at=reply.at, response_revision=reply.revision
    )
    # yes, no and yes again may say one time
    mark = f"{reply.revision}/{iso(reply.at)}/{uuid4().hex}"
    write(tx, heard, {"response": str(reply.response)}, Way.REPLY, mark, now)
    tx.journal.write(
        now, "invitation.answered", row.topic, f"they answered: {reply.response}",
        {"revision": reply.revision, "response": str(reply.response)},
    )  # fmt: skip
    return None


def _is_known(row: Invitation, reply: Reply) -> bool:
    """Return whether an answer was heard before, or is overtaken by a later one.

    Some calendar programs put the invitation's own time on every answer to it: of two, the one that came last counts.
    """
    if row.response_at is None or reply.at > row.response_at:
        return False
    return reply.at < row.response_at or reply.response == row.response


def _is_theirs(row: Invitation, reply: Reply, people: People) -> bool:
    person = people.get(row.person)
    if person is None or not people.is_one_of(person, frozenset({reply.address})):
        return False
    if reply.sender is None or people.is_one_of(person, frozenset({reply.sender})):
        return True
    delegate = people.get(person.delegate) if person.delegate else None
    return delegate is not None and people.is_one_of(delegate, frozenset({reply.sender}))


def name_of(box: Mailbox) -> str:
    """Return what a mailbox is called among the feeds."""
    return f"{ROLE}/{box.name}"
