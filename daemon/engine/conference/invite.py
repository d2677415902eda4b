"""Station 5, invite: what stands in calendars follows the records, in the transaction that decides a case.

One entry a person and conference, whatever number of children it is about. Each change of it is a
notice, unique by its revision, and goes the way of every other message.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from daemon.decide.duties.family import is_closed
from daemon.decide.inviting.addressed import standing_by_person
from daemon.decide.inviting.invitations import CANCELLED, Item, conference_of, wanted
from daemon.decide.inviting.uninvited import past, strangers, unreached
from daemon.domain.answer import Way
from daemon.domain.errors import Problem
from daemon.domain.invitation import LETTER, Invitation, InvitationState, Seat
from daemon.domain.notice import Kind
from daemon.engine.conference.announce import Announcer, Looked
from daemon.engine.conference.heard import write
from daemon.engine.conference.outlived import as_outlived, is_to_tell
from daemon.engine.conference.seated import (
    asked_again,
    has_gone_out,
    is_apart_by_another,
    is_line,
    meeting_of,
    refs_of,
    seat_of,
    sender_of,
)
from daemon.engine.conference.sharing import invite_beside, is_anew, who_is
from daemon.engine.house import House
from daemon.store import Tx


class Inviter:
    """Keeps one case's share of the entries. Done twice, it changes nothing."""

    def __init__(self, house: House) -> None:
        self.house, self.announcer = house, Announcer(house)

    def seats(self, tx: Tx, refs: Collection[str]) -> Mapping[str, Sequence[Seat]]:
        """Return why entries stand for some cases, for `keep`."""
        return tx.invitations.of_cases(refs)

    def keep(
        self, tx: Tx, looked: Looked, seats: Sequence[Seat], now: datetime
    ) -> tuple[Problem, ...]:
        """Bring the entries to what the record shows, and return what is wrong with its lists.

        Of a child who has died nothing changes until a person releases it (READINGS section 2, 3).
        """
        record, pack = looked.record, looked.pack
        if is_closed(record, now) or not (pack.invitations or seats):
            return ()
        people, words = self.house.people(tx), self.house.deciding.words
        items, beside, doubts = standing_by_person(
            wanted(looked.case, pack, people), people, record.ref
        )
        problems = (
            *doubts,
            *unreached(looked.case, pack, people, words),
            *strangers(looked.case, pack, words),
        )
        if not (items or seats):
            return *problems, *past(looked.case, pack, ())
        names = {conference_of(record, name) for _, item in items for name in item.own}
        rows = {one.uid: one for one in tx.invitations.of_conferences(names)}
        rows |= tx.invitations.get({seat.uid for seat in seats} - rows.keys())
        own = {seat.uid: seat for seat in seats}
        put = {
            who_is(who, item): self._put(tx, looked, item, who, rows, own, now)
            for who, item in items
        }
        anew = [
            (who, item)
            for who, item in items
            if is_anew(item, own.get(put[who_is(who, item)] or ""))
        ]
        looked.again.update(invite_beside(tx, record.ref, people, put, beside, anew, now))
        kept = set(put.values())
        for seat in seats:
            row = rows.get(seat.uid)
            if row and seat.uid not in kept and row.starts_at > now:
                self._take_away(tx, looked, row, seat, now)
        known = {one.conference for one in rows.values()}
        return *problems, *past(looked.case, pack, known)

    def _put(
        self, tx: Tx, looked: Looked, item: Item, who: str, rows: Mapping[str, Invitation],
        own: Mapping[str, Seat], now: datetime,
    ) -> str | None:  # fmt: skip
        """Have an entry stand as a record shows it; return its uid, None where nothing stands."""
        attempts = {conference_of(looked.record, name) for name in item.own}
        theirs = [
            one
            for one in rows.values()
            if one.name == item.entry.invitation
            and (one.person == who or is_line(tx, self.house, one, own.get(one.uid), item, who))
        ]
        ahead = [
            one
            for one in theirs
            if one.starts_at > now
            and (one.conference in attempts or meeting_of(own, one) == item.meeting)
        ]
        row = max(ahead, key=lambda one: (one.state.stands, one.revision), default=None)
        if not item.is_firm:
            if row is None or not row.state.stands:
                return None
            self.announcer.ask_whether_it_is_off(tx, looked, row, now)
        elif row is not None:
            self._follow(tx, looked, row, item, own.get(row.uid), now)
        elif item.via == LETTER and item.is_only_agreed:
            return None
        else:
            over = [one for one in theirs if one.conference in attempts and one.state.stands]
            row = self._invite(tx, looked, item, who, over, now)
        return row.uid

    def _invite(
        self, tx: Tx, looked: Looked, item: Item, who: str, over: Sequence[Invitation],
        now: datetime,
    ) -> Invitation:  # fmt: skip
        """Have a first entry stand in the place of those that are `over`."""
        row = as_outlived(tx, self._begin(looked, item, who), looked.record.ref)
        superseded = [replace(one, state=InvitationState.SUPERSEDED) for one in over]
        tx.invitations.save([*superseded, row])
        tx.invitations.seat([seat_of(row.uid, looked.record, item, now)])
        self.announcer.fire(tx, looked, row, Kind.INVITE, now)
        return row

    def _follow(
        self, tx: Tx, looked: Looked, row: Invitation, item: Item, before: Seat | None,
        now: datetime,
    ) -> None:  # fmt: skip
        """Bring an entry to what the record shows now; `before`: why it stood there, by this record."""
        record, seat = looked.record, seat_of(row.uid, looked.record, item, now)
        is_new_word = before is None or replace(before, changed_at=now) != seat
        if is_new_word:
            tx.invitations.seat([seat])
        if before is None:  # a brother's or sister's: what has not gone out yet is about both
            tx.notices.speak_of(row.topic, refs_of(tx, row, record))
        fresh = replace(
            row, role=item.role, agency=item.agency, message=item.message,
            is_apart=item.is_apart or is_apart_by_another(tx, self.house, row, record),
            conference=conference_of(record, item.meeting) if is_new_word else row.conference,
        )  # fmt: skip
        again = asked_again(tx, row, fresh, record, before)
        is_elsewhere = is_new_word and row.when_and_where != item.when_and_where
        if not row.state.stands:
            self._change(tx, looked, fresh, item, InvitationState.INVITED, Kind.INVITE, now)
        elif is_to_tell(row) or again or is_elsewhere:
            kind, what = again or (Kind.MOVE, "")
            self._change(tx, looked, fresh, item, InvitationState.CHANGED, kind, now, what)
        elif fresh != row:
            tx.invitations.save([fresh])

    def _begin(self, looked: Looked, item: Item, who: str) -> Invitation:
        conference = conference_of(looked.record, item.meeting)
        made = f"{item.entry.invitation}\0{conference}\0{who}\0{item.scheduled_at.isoformat()}"
        return Invitation(
            sha256(made.encode()).hexdigest()[:32], item.entry.invitation, conference, who, item.via,
            item.role, item.agency, item.message, sender_of(looked.pack, item.entry.invitation),
            item.scheduled_at, item.ends_at or item.scheduled_at, item.place, item.link, item.mode,
            item.is_apart,
        )  # fmt: skip

    def _change(
        self, tx: Tx, looked: Looked, row: Invitation, item: Item, state: InvitationState, kind: Kind,
        now: datetime, what: str = "",
    ) -> None:  # fmt: skip
        """Write down a change; an answer to another time than the present one counts no longer.

        `what` of it is new, where that is none of when and where.
        """
        is_dated = not row.state.stands or is_to_tell(row) or row.starts_at != item.scheduled_at
        revision = row.revision + 1
        changed = replace(
            row, revision=revision, state=state, starts_at=item.scheduled_at,
            ends_at=item.ends_at or item.scheduled_at, place=item.place, link=item.link, mode=item.mode,
        )  # fmt: skip
        if is_dated:
            changed = replace(
                changed, dated_revision=revision, response="none", response_at=None,
                response_revision=None,
            )  # fmt: skip
        forgotten = {"response": "none"} if is_dated and row.response != "none" else {}
        looked.again.update(write(tx, changed, forgotten, Way.REPLY, f"{revision}/dated", now))
        self.announcer.fire(tx, looked, changed, kind, now, changed.new_since(row) or what)

    def _take_away(
        self, tx: Tx, looked: Looked, row: Invitation, seat: Seat, now: datetime
    ) -> None:
        """Note that a record wants an entry no longer; it is cancelled where none does."""
        tx.invitations.unseat(row.uid, looked.record.ref)
        if tx.invitations.seats([row.uid]) or not row.state.stands:
            return
        gone = replace(row, revision=row.revision + 1, state=InvitationState.CANCELLED)
        tx.invitations.save([gone])
        tx.journal.write(
            now, "invitation.cancelled", row.topic, CANCELLED, {"meeting": seat.meeting}
        )
        if has_gone_out(tx, row):
            self.announcer.fire(tx, looked, gone, Kind.CANCEL, now)
        else:
            tx.notices.cancel(row.topic, "it was never sent, and is not wanted any more")
