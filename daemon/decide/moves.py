"""From how a case stands and how it stood to what changes, each change with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from daemon.decide.explain import track_of
from daemon.decide.ladder import grace_from, is_seen_late, next_look, opened
from daemon.decide.office import Calendar
from daemon.domain.obligation import MOVES, Obligation, State
from daemon.domain.rules import Pack, Rule
from daemon.domain.times import day_of, say
from daemon.domain.track import Track

TOO_OLD = "it was due before our time, and no feed can show whether it was done"
DUE_MOVED, NOW_RECEIVED, REOPENED = "due-moved", "now-received", "reopened"


class Change(StrEnum):
    """What happens to an obligation; each is a line in the journal."""

    OPENED = "opened"
    MOVED = "moved"
    MET = "met"
    WAIVED = "waived"
    WITHDRAWN = "withdrawn"
    REOPENED = "reopened"
    # already behind us when first seen, or a detail that tells nobody anything
    RECORDED = "recorded"


STATE_CHANGE = {
    State.MET: Change.MET,
    State.WAIVED: Change.WAIVED,
    State.WITHDRAWN: Change.WITHDRAWN,
}
SHOWN = ("state", "due_at", "met_at", "starts_at", "late", "is_provisional", "pack_digest")


@dataclass(frozen=True, slots=True)
class Decision:
    """One change.

    `correction` is the message for people who were told otherwise, `overdue_only` for those alone
    who were told that it was overdue; None where nobody needs one.
    """

    change: Change
    track: Track
    because: str
    before: Track | None = None
    obligation: Obligation | None = None
    correction: str | None = None
    overdue_only: bool = False


def moves(
    obligations: Iterable[Obligation],
    tracks: Mapping[str, Track],
    family: str | None,
    pack: Pack,
    now: datetime,
    calendar: Calendar,
    enforce_from: date | None = None,
) -> list[Decision]:
    """Return what changes at `now`; nothing where all stands as it stood.

    Source: DOMAIN section 4 (moves) and 5.1 to 5.4.
    """
    decisions = []
    seen = set()
    for each in obligations:
        one = _unless_too_old(each, pack, enforce_from)
        seen.add(one.id)
        before = tracks.get(one.id)
        decision = _first(one, family, now, calendar, enforce_from) if before is None else None
        if before is not None:
            decision = _next(one, before, pack, now, calendar, enforce_from)
        if decision is not None:
            decisions.append(decision)
    for track in tracks.values():
        if track.id not in seen and track.state is State.OPEN:
            gone = replace(
                track, state=State.WITHDRAWN, next_at=None, rest_until=None, held_since=None
            )
            because = "the record no longer shows what it counted from"
            if pack.rule(track.rule) is None:
                because = "its rule is no longer in force"
            if track.rule in pack.unwatched:
                because = "no feed carries what would meet it: it is not watched"
            decisions.append(Decision(Change.WITHDRAWN, gone, because, track))
    return decisions


def _unless_too_old(one: Obligation, pack: Pack, enforce_from: date | None) -> Obligation:
    """Return an obligation; over, where it lies before our time and no feed could ever show it as done.

    It would stand in every list for good, true or not.
    """
    is_known = one.rule not in pack.by_hand or one.state is not State.OPEN
    if is_known or _is_enforced(one, enforce_from):
        return one
    return replace(one, state=State.WITHDRAWN, because=TOO_OLD)


def _is_enforced(one: Obligation, enforce_from: date | None) -> bool:
    counts_from = one.due_at or one.starts_at
    return enforce_from is None or counts_from is None or day_of(counts_from) >= enforce_from


def _first(
    one: Obligation,
    family: str | None,
    now: datetime,
    calendar: Calendar,
    enforce_from: date | None,
) -> Decision:
    track = track_of(one, family, now)
    if one.state is not State.OPEN:
        return Decision(Change.RECORDED, track, one.because, obligation=one)
    return Decision(
        Change.OPENED,
        opened(track, now, calendar, enforced=_is_enforced(one, enforce_from)),
        one.because,
        obligation=one,
    )


def _next(
    one: Obligation,
    before: Track,
    pack: Pack,
    now: datetime,
    calendar: Calendar,
    enforce_from: date | None,
) -> Decision | None:
    if all(getattr(one, name) == getattr(before, name) for name in SHOWN):
        return None
    same = replace(
        before, starts_at=one.starts_at, due_at=one.due_at, met_at=one.met_at, late=one.late,
        is_provisional=one.is_provisional,
    )  # fmt: skip
    if one.state is not before.state:
        if one.state is State.OPEN:
            fresh = replace(
                same, state=State.OPEN, opened_at=now, occurrence=before.occurrence + 1,
                revision=before.revision + 1, fired=(), grace_until=None, rest_until=None, held_since=None,
            )  # fmt: skip
            again = opened(fresh, now, calendar, enforced=_is_enforced(one, enforce_from))
            if _begins_anew(one, before):
                return Decision(Change.REOPENED, again, one.because, before, one)
            because = f"the record was corrected: {one.because}"
            return Decision(Change.REOPENED, again, because, before, one, correction=REOPENED)
        over = replace(
            same,
            state=one.state,
            revision=before.revision + 1,
            next_at=None,
            rest_until=None,
            held_since=None,
        )
        # behind us, and corrected to another way of being so
        if one.state not in MOVES[before.state]:
            return Decision(Change.RECORDED, over, one.because, before, one)
        correction = NOW_RECEIVED if one.state is State.MET else None
        return Decision(
            STATE_CHANGE[one.state], over, one.because, before, one, correction, overdue_only=True
        )
    rule = pack.rule(one.rule)
    if one.state is State.OPEN and rule is not None:
        is_enforced = _is_enforced(one, enforce_from)
        same = _replanned(
            same, one, rule, calendar,
            was_provisional=before.is_provisional, is_enforced=is_enforced,
        )  # fmt: skip
    if one.state is not State.OPEN or one.due_at == before.due_at:
        return Decision(Change.RECORDED, same, one.because, before, one) if same != before else None
    if rule is None or one.due_at is None:
        return None
    told = tuple(fired for fired in before.fired if not fired.skipped)
    if one.due_at < now:
        is_late = is_seen_late(same, now) and not told
        grace = before.grace_until or (grace_from(now, calendar) if is_late else None)
        moved = replace(same, grace_until=grace)
    else:  # what was passed over told nobody, and moves with the due moment
        moved = replace(same, grace_until=None, fired=told)
    next_at = next_look(moved, rule, calendar) if _is_enforced(one, enforce_from) else None
    moved = replace(moved, revision=before.revision + 1, next_at=next_at)
    earlier = say(before.due_at) if before.due_at else "no date"
    return Decision(
        Change.MOVED,
        moved,
        f"due {say(one.due_at)} instead of {earlier}",
        before,
        one,
        correction=DUE_MOVED,
    )


def _begins_anew(one: Obligation, before: Track) -> bool:
    """Return whether it was met and something has happened since that starts it again: nothing was corrected."""
    started, met = one.starts_at, before.met_at
    return started is not None and met is not None and started >= met


def _replanned(
    track: Track, one: Obligation, rule: Rule, calendar: Calendar, *,
    was_provisional: bool, is_enforced: bool,
) -> Track:  # fmt: skip
    """Return the track as it is planned now: anew where the rulebook or the booking has changed (DOMAIN 5.13)."""
    is_booked_now = track.is_provisional is not was_provisional
    if one.pack_digest == track.pack_digest and not is_booked_now:
        return track
    anew = replace(track, pack=one.pack, pack_digest=one.pack_digest)
    return replace(anew, next_at=next_look(anew, rule, calendar) if is_enforced else None)
