"""What is open for a case goes to its new social worker in one list; the old one hears nothing more."""

from collections.abc import Iterable
from datetime import datetime

from daemon.decide.people.recipients import Access
from daemon.decide.telling.handover import (
    HANDED_OVER,
    ROLE,
    given_a_day,
    has_passed,
    heirs,
    inherited,
)
from daemon.decide.trying.walk import group_of
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice
from daemon.domain.record import Record
from daemon.domain.times import day_of
from daemon.domain.track import Track
from daemon.engine.house import House
from daemon.store import CaseRow, Tx


def hand_over(
    tx: Tx, house: House, before: CaseRow | None, row: CaseRow, record: Record,
    tracks: Iterable[Track], now: datetime,
) -> list[Track]:  # fmt: skip
    """Queue the list for a case's new social worker; return the tracks that are given their day.

    The list is a notice an obligation, which travel together as one message a family; each is
    held against roles and record once more when it is claimed. What was queued for the old one is
    superseded there.
    """
    if before is None or row.access is None or row.is_closed:
        return []
    if before.access is None or not has_passed(before.access, row.access):
        return []
    open_ones = inherited(
        (track, rule) for track in tracks if (rule := house.rule_of(track, record.pathway))
    )
    told = _list(
        tx, house, (before.access, row.access), record, [track for track, _ in open_ones], now
    )
    calendar = house.deciding.calendar
    pairs = [(track, given_a_day(track, rule, now, calendar)) for track, rule in open_ones]
    given = [graced for track, graced in pairs if graced != track]
    because = "another social worker has the case: what is open is listed for them"
    tx.journal.write(
        now, "case.handed-over", row.ref, because, {"open": len(open_ones), "told": told, "given_a_day": len(given)}
    )  # fmt: skip
    return given


def _list(
    tx: Tx, house: House, passed: tuple[Access, Access], record: Record, tracks: Iterable[Track], now: datetime
) -> int:  # fmt: skip
    """Queue a notice an obligation to whoever is new; return how many went in."""
    new = heirs(*passed, house.people(tx), now)
    day = int(f"{day_of(now):%Y%m%d}")  # a case that comes back later is handed over anew
    channel = "email" if "email" in house.channels else next(iter(house.channels), None)
    notices = [
        Notice(
            Key(track.id, HANDED_OVER, day, person.id, channel), Kind.TELL, HANDED_OVER,
            house.deciding.calendar.opening(now), now, Lane.ROUTINE, ROLE, (record.ref,), group_of(record),
            because="the case is theirs from now on", after_due=False,
        )
        for track in tracks
        for person in new
        if channel
    ]  # fmt: skip
    inserted = tx.notices.insert(notices)
    for notice in inserted:
        tx.journal.write(now, "notice.fired", str(notice.key), notice.because, {"role": ROLE})
    return len(inserted)
