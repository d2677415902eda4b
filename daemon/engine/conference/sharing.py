"""Places on a list whose entry stands already: under the address of somebody else, or newly for its own person.

The entry of an address is one, and so is its answer: it counts for whom the entry is made. Whose it is besides is
for people to ask.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from uuid import uuid4

from daemon.decide.inviting.invitations import Item
from daemon.decide.people.recipients import People
from daemon.domain.answer import Place, Said, Way
from daemon.domain.invitation import BY_ROLE, CALENDAR, Invitation, Seat
from daemon.domain.times import iso
from daemon.engine.answering.answers import keep
from daemon.store import Tx

NONE = "none"
UNSAID = {"response": NONE}  # of which we have said nothing: what a feed heard elsewhere stands
Whose = tuple[str, str, str]


def who_is(who: str, item: Item) -> Whose:
    """Return what makes an entry one: whom it reaches, for which attempt, by which invitation."""
    return who, item.meeting, item.entry.invitation


def invite_beside(
    tx: Tx, ref: str, people: People, put: Mapping[Whose, str | None],
    beside: Sequence[tuple[str, Item]], anew: Sequence[tuple[str, Item]], now: datetime,
) -> list[str]:  # fmt: skip
    """Have a record show of those beside what became of the entry that reaches them; return the cases that changed.

    So, too, of whoever is `anew` in this record, and has had the entry before. It is held against what we have said
    of them ourselves: what a feed shows in its place is the feed's to say.
    """
    places = [*((*one, False) for one in beside), *((*one, True) for one in anew)]
    uids = {uid for who, item, _ in places if (uid := put.get(who_is(who, item)))}
    rows = tx.invitations.get(uids) if uids else {}
    if not rows:
        return []
    stood = {(one.place, one.name): one.value for one in tx.answers.of([ref]).get(ref, ())}
    said = [
        Said(uuid4().hex, place, name, now, now, row.person, Way.REPLY, value)
        for who, item, is_own in places
        if (row := rows.get(put.get(who_is(who, item)) or ""))
        and (place := Place(ref, item.meeting, item.kind, item.entry.invitee))
        for name, value in _became(row, is_own=is_own or is_one_person(row.person, people))
        if stood.get((place, name), UNSAID.get(name)) != value
    ]  # fmt: skip
    return keep(tx, said, now) if said else []


def is_anew(item: Item, before: Seat | None) -> bool:
    """Return whether a record shows somebody in another place than before, to whom an entry went.

    That is a brother's or sister's list that came later, or a meeting or a line that has another id now. A letter was
    about the children whom it was written for.
    """
    if item.entry.invitee.startswith(BY_ROLE):
        return False
    if before is None:
        return item.via == CALENDAR
    return (before.meeting, before.invitee) != (item.meeting, item.entry.invitee)


def _became(row: Invitation, *, is_own: bool) -> Iterator[tuple[str, str]]:
    """Yield what is true of everybody whom an entry reaches: nothing of a date of which nobody has been told yet."""
    is_told = row.told_revision is not None and row.told_revision >= row.dated_revision
    if is_told:
        if row.invited_at is not None:
            yield "invited_at", iso(row.invited_at)
        if row.delivered is not None:
            yield "delivered", str(row.delivered).lower()
    if is_own:  # whoever stands on a line now has not said what its last holder did
        yield "response", row.response


def is_one_person(name: str, people: People) -> bool:
    """Return whether an entry's person is known as one, so that both of their lines on a list are theirs.

    Behind an address that nobody has in the directory, or that several have, there may be two.
    """
    person = people.by_id.get(name)
    if person is None:
        return False
    return all(len(people.by_mark.get(mark, ())) == 1 for mark in person.marks)
