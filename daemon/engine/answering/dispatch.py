"""A letter that a person has read and sends: who gets it, whether it would arrive, and by which way it goes.

A letter that may say nothing of what it is about is not sent, and nothing counts from it.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple
from uuid import uuid4

from daemon.decide.people.recipients import Access, Why, resolve, seat
from daemon.decide.telling.letters import on_day_at
from daemon.decide.trying.walk import group_of
from daemon.domain.message import Lane, Level
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.person import Person
from daemon.domain.question import Asked, Question
from daemon.domain.rules import Rung
from daemon.domain.times import day_of
from daemon.domain.who import Who
from daemon.engine.house import House
from daemon.engine.wording.levels import level_for
from daemon.rulebook.language.private import misworded
from daemon.store import DraftRow, Tx

CONTACT = "invited_person"  # whoever of the agency stands on the conference's list
NOBODY = Access(restricted=True)
MOST_WORDS = 4000  # characters of one paragraph of a draft


class Came(StrEnum):
    """What came of a decision; each has its page."""

    DONE = "done"
    GONE = "gone"  # it is no longer open, or was never this person's
    NO_REASON = "no-reason"
    NO_CASE = "no-case"  # none of its cases was chosen
    SAME_PERSON = "same-person"  # two people must agree
    NOBODY = "nobody"  # the draft has no reader
    UNSAID = "unsaid"  # to none of its readers may it say what it is about
    NOT_THEN = "not-then"  # it cannot have been sent by hand on that day
    TOO_LONG = "too-long"
    BAD_DATE = "bad-date"  # it is past, no working day, or goes with another answer than yes
    MISWORDED = "misworded"  # it says what no message may


@dataclass(frozen=True, slots=True)
class Draft:
    """What a person sends in the words of a draft: its two paragraphs, as they left them.

    `contact`: the id of somebody else of the agency to whom it goes. `by_hand_on`: they have sent it
    themselves on that day, by another way; its words are theirs, and not kept.
    """

    lead: str
    clear: str
    contact: str = ""
    by_hand_on: date | None = None

    def amiss(self) -> tuple[str, str] | None:
        """Return what of it no message may say, and how to mend it; None where there is nothing."""
        parts = (self.lead, self.clear)
        return next((one for part in parts for one in misworded(part, outside=True)), None)


class Reader(NamedTuple):
    """Somebody to whom a draft would go, in which role; `is_told`: it may say there what it is about."""

    role: str
    person: Person
    is_told: bool


def readers_of(
    tx: Tx, house: House, question: Question, asked: Sequence[Asked], now: datetime
) -> Iterator[Reader]:
    """Yield whoever holds one of the draft's roles; nobody stands in as a fallback for what a person writes."""
    roles = question.draft.offer_to if question.draft else ()
    yield from _reached(tx, house, question, roles, asked, now)


def contacts_of(
    tx: Tx, house: House, question: Question, asked: Sequence[Asked], now: datetime
) -> Iterator[Reader]:
    """Yield who else of the agency can be written to: people on the conference's list.

    Only where none of the draft's own readers may be told what it is about.
    """
    if question.agency and not any(
        one.is_told for one in readers_of(tx, house, question, asked, now)
    ):
        others = _reached(tx, house, question, (CONTACT,), asked, now)
        yield from (one for one in others if one.is_told)


def dispatch(
    tx: Tx, house: House, who: Who, question: Question, asked: Sequence[Asked], draft: Draft | None, now: datetime
) -> Came | None:  # fmt: skip
    """Queue a drafted message to each of its readers; None where that is done, or was done by hand."""
    rung = question.draft
    if draft is None or rung is None or rung.offer is None:
        return Came.GONE
    if draft.by_hand_on:
        is_so = question.may_go_by_hand and sent_at(question, draft, now) is not None
        return None if is_so else Came.NOT_THEN
    if max(len(draft.lead), len(draft.clear)) > MOST_WORDS:
        return Came.TOO_LONG
    if draft.amiss():
        return Came.MISWORDED
    row = DraftRow(
        uuid4().hex, asked[0].obligation, rung.offer, draft.lead, draft.clear, who.person, now
    )
    found = {one.obligation: list(_chosen(tx, house, question, one, draft, now)) for one in asked}
    notices = {
        notice.key: notice
        for one in asked
        for reader in found[one.obligation]
        if reader.is_told
        for notice in [_notice(tx, house, question, rung, one, reader, row)]
    }
    if not notices:
        return Came.UNSAID if any(found.values()) else Came.NOBODY
    tx.drafts.add(row)
    for notice in tx.notices.insert(list(notices.values())):
        tx.journal.write(
            now, "notice.fired", str(notice.key), notice.because,
            {"by": who.person, "role": notice.role},
        )  # fmt: skip
    return None


def sent_at(question: Question, draft: Draft | None, now: datetime) -> datetime | None:
    """Return when a letter counts as sent: now, or when it was sent by hand; None where that cannot be."""
    on = draft.by_hand_on if draft else None
    return on_day_at(on, question.asked_at, now) if on else now


def _chosen(
    tx: Tx, house: House, question: Question, asked: Asked, draft: Draft, now: datetime
) -> Iterator[Reader]:
    if not draft.contact:
        yield from readers_of(tx, house, question, [asked], now)
        return
    others = contacts_of(tx, house, question, [asked], now)
    yield from (one for one in others if one.person.id == draft.contact)


def _reached(
    tx: Tx, house: House, question: Question, roles: Sequence[str], asked: Sequence[Asked], now: datetime
) -> Iterator[Reader]:  # fmt: skip
    people = house.people(tx)
    ours = {Why.FALLBACK, Why.NOBODY, Why.BARRED, *([Why.AWAY] if question.agency else [])}
    seen = set()
    for one in asked:
        record = house.record(tx, one.place.ref)
        access = house.deciding.access(record) if record else NOBODY
        for role in roles if record else ():
            found = resolve(seat(role, one.obligation), access, people, day_of(now))
            for person in () if found.why in ours else found.people:
                if (role, person.id) not in seen:
                    seen.add((role, person.id))
                    level, _ = level_for(house, person, "email")
                    yield Reader(role, person, level not in (None, Level.L0))


def _notice(
    tx: Tx, house: House, question: Question, rung: Rung, asked: Asked, reader: Reader, row: DraftRow
) -> Notice:  # fmt: skip
    record = house.record(tx, asked.place.ref)
    key = Key(asked.obligation, f"{rung.offer}/{row.id[:8]}", 0, reader.person.id, "email")
    return Notice(
        key, Kind.SEND, row.message, row.at, row.at, Lane.URGENT if rung.urgent else Lane.ROUTINE,
        reader.role, (asked.place.ref,), f"{group_of(record) if record else ''}+{row.id}",
        "a person has read the draft and sent it", question.agency, detail=row.id,
    )  # fmt: skip
