"""The outlook on a conference that is near: what its list says, and that it is told again where it changes."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from daemon.decide.deadlines import rung_at
from daemon.decide.foresight import Foresight, foresee
from daemon.decide.invitations import conference_of
from daemon.domain.notice import Notice, NoticeState
from daemon.domain.obligation import State
from daemon.domain.record import Meeting, Record
from daemon.domain.rules import Pack, Rule
from daemon.domain.track import Track
from daemon.engine.claim import Bundle
from daemon.engine.house import House, canonical
from daemon.store import Tx

WHO_COMES = frozenset({"who-comes", "review-who-comes"})  # the messages that carry the list
MARK = "outlook/"


def outlook(house: House, record: Record, pack: Pack, meeting: str | None) -> Foresight | None:
    """Return the outlook on one meeting of a record, None where it is not there."""
    found = next((one for one in record.meetings if one.id == meeting), None)
    if found is None:
        return None
    kind = "icpc" if found.is_initial else found.kind
    attendance = pack.attendance.get(kind)
    return foresee([found], attendance.quorum if attendance else None, house.deciding.words)


def list_of(
    house: House, notice: Notice, bundle: Bundle, now: datetime
) -> tuple[tuple[str, str], ...] | None:
    """Return the list that a message brings; None where it should bring one and there is nothing to say."""
    if notice.message not in WHO_COMES:
        return ()
    record, track = bundle.records[notice.refs[0]], bundle.tracks.get(notice.key.obligation)
    rule = house.rule_of(track) if track else None
    meeting = _meeting(record, rule.subject, now) if rule else None
    pack, _ = house.deciding.pack_for(record)
    seen = outlook(house, record, pack, meeting.id) if meeting else None
    return seen.lines if seen else None


def tell_again(
    tx: Tx, house: House, record: Record, pack: Pack, tracks: Iterable[Track], now: datetime
) -> None:
    """Tell whoever was told of an outlook that it has changed since; nobody once the meeting has begun."""
    again: list[Notice] = []
    for track in tracks:
        rule = house.rule_of(track)
        if (
            rule is None
            or track.state is not State.OPEN
            or not any(r.message in WHO_COMES for r in rule.ladder)
        ):
            continue
        meeting = _meeting(record, rule.subject, now)
        seen = outlook(house, record, pack, meeting.id) if meeting else None
        if meeting is None or meeting.scheduled is None or seen is None:
            continue
        said = canonical(
            {"at": meeting.scheduled[0].isoformat(), "rows": [list(row) for row in seen.lines]}
        )
        mark = sha256(said.encode()).hexdigest()[:16]
        name = f"{MARK}{conference_of(record, meeting.id)}/{record.ref}"
        before = tx.marks.get(name)
        if before == mark:
            continue
        tx.marks.put(name, mark)
        told = tx.notices.told(track.id)
        last = {one.key.person: one for one in told if one.message in WHO_COMES}
        occurrence = max((one.key.occurrence for one in last.values()), default=0) + 1
        at = max(now, _told_at(house, track, rule))
        again += [
            replace(
                one, key=replace(one.key, occurrence=occurrence), at=at, made_at=now, message_id=None,
                state=NoticeState.WAITING, because="who comes has changed since they were told",
            )
            for one in told
            if one.message in WHO_COMES and one.key.occurrence == occurrence - 1
        ]  # fmt: skip
    for notice in tx.notices.insert(again):
        tx.journal.write(
            now, "notice.fired", str(notice.key), notice.because, {"role": notice.role}
        )


def _told_at(house: House, track: Track, rule: Rule) -> datetime:
    """Return when the outlook is told first: one on a later date waits for its own two days."""
    rung = next(one for one in rule.ladder if one.message in WHO_COMES)
    due_at = track.due_at or track.opened_at
    calendar = house.deciding.calendar
    return rung_at(rung.at, due_at, track.opened_at, calendar, urgent=rung.urgent)


def _meeting(record: Record, kind: str, now: datetime) -> Meeting | None:
    ahead = [
        one
        for one in record.meetings
        if ("icpc" if one.is_initial else one.kind) == kind
        and one.scheduled
        and one.scheduled[0] > now
        and not (one.failed or one.held)
    ]
    return min(ahead, key=lambda one: one.scheduled[0] if one.scheduled else now, default=None)
