"""The outlook on a conference that is near: what its list says, and that it is told again where it changes.

A conference that has moved waits for its moment again: what was told of the former day says nothing of the new one.
"""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from hashlib import sha256
from typing import Any

from daemon.decide.case.invited import is_named
from daemon.decide.conference.foresight import Foresight, foresee
from daemon.decide.due.ladder import next_look
from daemon.decide.due.plan import planned
from daemon.decide.duties.moves import Change, Decision
from daemon.decide.inviting.invitations import conference_of
from daemon.domain.notice import Notice, NoticeState
from daemon.domain.obligation import State
from daemon.domain.record import Invitee, Meeting, Record, Status
from daemon.domain.rules import Pack, Rule
from daemon.domain.track import Track
from daemon.engine.house import House, canonical
from daemon.engine.sending.bundle import Bundle
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
    found = _with_list(record, found)
    return foresee([found], attendance.quorum if attendance else None, house.deciding.words)


def _with_list(record: Record, meeting: Meeting) -> Meeting:
    """Return a meeting with its list: while it has none, that of the attempt before, with the answers to this one."""
    before = next((one for one in record.meetings if one.rearranged_to == meeting.id), None)
    if before is None or any(map(is_named, meeting.invitees)):
        return meeting
    ours = {one.id: one for one in meeting.invitees}
    everybody = (
        replace(one, attendance=None, facts=(), **_answered(ours.get(one.id, Invitee(one.id))))
        for one in before.invitees
    )
    return replace(meeting, invitees=tuple(everybody))


def _answered(one: Invitee) -> dict[str, Any]:
    return {name: getattr(one, name) for name in ("invited_at", "delivered", "response")}


def list_of(
    house: House, notice: Notice, bundle: Bundle, now: datetime
) -> tuple[tuple[str, str], ...] | None:
    """Return the list that a message brings; None where it should bring one and there is nothing to say."""
    if notice.message not in WHO_COMES:
        return ()
    record, track = bundle.records[notice.refs[0]], bundle.tracks.get(notice.key.obligation)
    rule = house.rule_of(track, record.pathway) if track else None
    meeting = _meeting(record, rule.subject, now) if rule else None
    pack, _ = house.deciding.pack_for(record)
    seen = outlook(house, record, pack, meeting.id) if meeting else None
    return seen.lines if seen else None


def wait_again(tx: Tx, house: House, record: Record, decision: Decision, now: datetime) -> Decision:
    """Return a decision whose ladder brings its list anew, where its conference has moved and the moment is ahead."""
    track = decision.track
    rule = house.rule_of(track, record.pathway)
    if rule is None or decision.change is not Change.MOVED:
        return decision
    calendar = house.deciding.calendar
    ahead = {
        rung.name
        for rung, at in planned(track, rule, calendar).rungs
        if rung.message in WHO_COMES and at > now
    }
    if ahead.isdisjoint(one.rung for one in track.fired):
        return decision
    lists = [one for one in tx.notices.of_obligation(track.id) if one.message in WHO_COMES]
    waiting = [one.key for one in lists if one.state is NoticeState.WAITING]
    tx.notices.cancel(waiting, "its conference has moved: it waits for its moment again")
    occurrence = max([track.occurrence, *(one.key.occurrence for one in lists)]) + 1
    fired = tuple(one for one in track.fired if one.rung not in ahead)
    again = replace(track, fired=fired, occurrence=occurrence)
    again = replace(again, next_at=next_look(again, rule, calendar))
    return replace(decision, track=again)


def tell_again(
    tx: Tx, house: House, record: Record, pack: Pack, tracks: Iterable[Track], now: datetime
) -> None:
    """Tell whoever was told of an outlook that it has changed since; nobody before its moment or once it has begun."""
    again: list[Notice] = []
    for track in tracks:
        rule = house.rule_of(track, record.pathway)
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
        is_told = any(_is_list(rule, one.rung) and not one.skipped for one in track.fired)
        told = tx.notices.told(track.id) if before is not None and is_told else []
        last = {one.key.person: one for one in told if one.message in WHO_COMES}
        occurrence = max((one.key.occurrence for one in last.values()), default=0) + 1
        again += [
            replace(
                one, key=replace(one.key, occurrence=occurrence), at=now, made_at=now, message_id=None,
                state=NoticeState.WAITING, because="who comes has changed since they were told",
            )
            for one in told
            if one.message in WHO_COMES and one.key.occurrence == occurrence - 1
        ]  # fmt: skip
    for notice in tx.notices.insert(again):
        tx.journal.write(
            now, "notice.fired", str(notice.key), notice.because, {"role": notice.role}
        )


def _is_list(rule: Rule, name: str) -> bool:
    rung = rule.rung(name)
    return rung is not None and rung.message in WHO_COMES


def _meeting(record: Record, kind: str, now: datetime) -> Meeting | None:
    """Return the next meeting of a kind: one that the diary calls off only where there is no other."""
    ahead = [
        one
        for one in record.meetings
        if ("icpc" if one.is_initial else one.kind) == kind
        and one.scheduled
        and one.scheduled[0] > now
        and not (one.failed or one.held)
    ]
    firm = [one for one in ahead if one.status is not Status.CANCELLED]
    return min(
        firm or ahead, key=lambda one: one.scheduled[0] if one.scheduled else now, default=None
    )
