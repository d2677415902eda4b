"""Calendars outlive a restore: what stands in them is never changed under a lower revision than they were told.

A calendar passes over an update whose number is not above the one that it has (RFC 5546, 2.1.5). So an older database
learns the numbers from what is kept outside of it; where that does not reach back, it leaps far ahead.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.domain.invitation import CALENDAR, TOPIC, Invitation, uid_of
from daemon.domain.notice import Kind, Notice
from daemon.domain.sent import Sent
from daemon.store import Tx

RESTORED = "restore/calendars"  # the mark with the moment since when calendars may hold what is not known here
LEAP = 1000  # more changes than any entry has


def catch_up(tx: Tx, sent: Iterable[Sent], now: datetime, *, is_all: bool) -> None:
    """Put behind entries what calendars were told of them; `is_all`: nothing else can have gone out.

    What was told and is not known here is told once more, as the records show it then.
    """
    tx.marks.put(RESTORED, now)
    told = _highest(notice for one in sent for notice in one.notices)
    rows = {one.uid: one for one in ([] if is_all else tx.invitations.ahead(now))}
    rows |= tx.invitations.get(told.keys())
    changed = []
    for row in rows.values():
        known = max(row.revision, told.get(row.uid, 0))
        revision = known if is_all else known + LEAP
        if revision != row.revision:
            is_told = row.uid not in told and row.told_revision == row.revision
            dated = row.dated_revision if is_told else revision + 1
            changed.append(replace(row, revision=revision, dated_revision=dated))
    tx.invitations.save(changed)
    seats = tx.invitations.seats([row.uid for row in changed])
    tx.cases.touch(sorted({seat.ref for each in seats.values() for seat in each}), now)


def is_to_tell(row: Invitation) -> bool:
    """Return whether a calendar was told something else than is known here."""
    return row.dated_revision > row.revision


def as_outlived(tx: Tx, row: Invitation, ref: str) -> Invitation:
    """Return a new entry as the one that stands in a calendar already, where a database that is lost had made it."""
    if tx.marks.get(RESTORED) is None:
        return row
    told = tx.notices.to_person(row.person, f"{TOPIC}{row.name}/")
    theirs = [one for one in told if one.key.channel == CALENDAR and ref in one.refs]
    known = tx.invitations.get({uid_of(one.key.obligation) for one in theirs})
    lost = [one for one in theirs if uid_of(one.key.obligation) not in known]
    stands = {uid: at for uid, at in _highest(lost).items() if not _is_off(lost, uid, at)}
    uid = row.uid if row.uid in stands else min(stands, default=None)
    if uid is None:
        return row
    revision = stands[uid] + 1
    return replace(row, uid=uid, revision=revision, dated_revision=revision)


def _highest(notices: Iterable[Notice]) -> dict[str, int]:
    """Return the last revision of each entry that some notices told a calendar."""
    found: dict[str, int] = {}
    for one in notices:
        if one.key.obligation.startswith(TOPIC) and one.key.channel == CALENDAR:
            uid = uid_of(one.key.obligation)
            found[uid] = max(found.get(uid, 0), one.key.occurrence)
    return found


def _is_off(notices: Iterable[Notice], uid: str, revision: int) -> bool:
    return any(
        one.kind is Kind.CANCEL and one.key.occurrence == revision
        for one in notices
        if uid_of(one.key.obligation) == uid
    )
