"""From how a case stands and how it stood to what changes, each change with its reason."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from daemon.decide.due.ladder import grace_from, is_seen_late, next_look, opened
from daemon.decide.due.office import Calendar
from daemon.decide.duties.explain import track_of
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


@dataclass(frozen=True, slots=True)
class _Pass:
    """What all obligations of a case are held against in one go."""

    pack: Pack
    now: datetime
    calendar: Calendar
    enforce_from: date | None

    def is_enforced(self, one: Obligation) -> bool:
        """Return whether an obligation is of our time: what is older is listed, and never escalated."""
        counts_from, since = one.due_at or one.starts_at, self.enforce_from
        return since is None or counts_from is None or day_of(counts_from) >= since

    def opened(self, track: Track, one: Obligation) -> Track:
        """Return a track on which the ladder begins now."""
        return opened(track, self.now, self.calendar, enforced=self.is_enforced(one))

    def next_look(self, track: Track, one: Obligation, rule: Rule) -> datetime | None:
        """Return when its ladder is to be looked at next; never where it is not of our time."""
        return next_look(track, rule, self.calendar) if self.is_enforced(one) else None


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
    held_against = _Pass(pack, now, calendar, enforce_from)
    decisions = []
    seen = set()
    for each in obligations:
        one = _unless_too_old(each, held_against)
        seen.add(one.id)
        before = tracks.get(one.id)
        if before is None:
            decisions.append(_first(one, family, held_against))
        elif (decision := _next(one, before, held_against)) is not None:
            decisions.append(decision)
    gone = (track for track in tracks.values() if track.id not in seen)
    decisions += [_gone(track, pack) for track in gone if track.state is State.OPEN]
    return decisions


def _gone(track: Track, pack: Pack) -> Decision:
    """Return that a duty which was open is one no longer, and why."""
    over = replace(track, state=State.WITHDRAWN, next_at=None, rest_until=None, held_since=None)
    because = "the record no longer shows what it counted from"
    if pack.rule(track.rule) is None:
        because = "its rule is no longer in force"
    if track.rule in pack.unwatched:
        because = "no feed carries what would meet it: it is not watched"
    return Decision(Change.WITHDRAWN, over, because, track)


def _unless_too_old(one: Obligation, held_against: _Pass) -> Obligation:
    """Return an obligation; over, where it lies before our time and no feed could ever show it as done.

    It would stand in every list for good, true or not.
    """
    is_known = one.rule not in held_against.pack.by_hand or one.state is not State.OPEN
    if is_known or held_against.is_enforced(one):
        return one
    return replace(one, state=State.WITHDRAWN, because=TOO_OLD)


def _first(one: Obligation, family: str | None, held_against: _Pass) -> Decision:
    """Return what an obligation is that was never seen before."""
    track = track_of(one, family, held_against.now)
    if one.state is not State.OPEN:
        return Decision(Change.RECORDED, track, one.because, obligation=one)
    begun = held_against.opened(track, one)
    return Decision(Change.OPENED, begun, one.because, obligation=one)


def _next(one: Obligation, before: Track, held_against: _Pass) -> Decision | None:
    """Return what has changed of an obligation since it was looked at last; None where nothing has."""
    if all(getattr(one, name) == getattr(before, name) for name in SHOWN):
        return None
    same = replace(
        before, starts_at=one.starts_at, due_at=one.due_at, met_at=one.met_at, late=one.late,
        is_provisional=one.is_provisional,
    )  # fmt: skip
    if one.state is not before.state:
        if one.state is State.OPEN:
            return _reopened(one, before, same, held_against)
        return _over(one, before, same)
    rule = held_against.pack.rule(one.rule)
    if one.state is State.OPEN and rule is not None:
        same = _replanned(same, one, before, rule, held_against)
    if one.state is not State.OPEN or one.due_at == before.due_at:
        return Decision(Change.RECORDED, same, one.because, before, one) if same != before else None
    if rule is None or one.due_at is None:
        return None
    return _moved(one, one.due_at, before, same, rule, held_against)


def _reopened(one: Obligation, before: Track, same: Track, held_against: _Pass) -> Decision:
    """Return that a duty which was over is open again, from the first rung of its ladder."""
    fresh = replace(
        same, state=State.OPEN, opened_at=held_against.now, occurrence=before.occurrence + 1,
        revision=before.revision + 1, fired=(), grace_until=None, rest_until=None, held_since=None,
    )  # fmt: skip
    again = held_against.opened(fresh, one)
    if _begins_anew(one, before):
        return Decision(Change.REOPENED, again, one.because, before, one)
    because = f"the record was corrected: {one.because}"
    return Decision(Change.REOPENED, again, because, before, one, correction=REOPENED)


def _over(one: Obligation, before: Track, same: Track) -> Decision:
    """Return that a duty is met, waived or withdrawn: whoever was told that it is overdue hears of it."""
    over = replace(
        same, state=one.state, revision=before.revision + 1,
        next_at=None, rest_until=None, held_since=None,
    )  # fmt: skip
    # behind us, and corrected to another way of being so
    if one.state not in MOVES[before.state]:
        return Decision(Change.RECORDED, over, one.because, before, one)
    correction = NOW_RECEIVED if one.state is State.MET else None
    return Decision(
        STATE_CHANGE[one.state], over, one.because, before, one, correction, overdue_only=True
    )


def _moved(
    one: Obligation, due_at: datetime, before: Track, same: Track, rule: Rule, held_against: _Pass
) -> Decision:
    """Return that an open duty has another due moment: the rungs that were not told move with it (DOMAIN 5.2)."""
    now, calendar = held_against.now, held_against.calendar
    told = tuple(fired for fired in before.fired if not fired.skipped)
    if due_at < now:
        is_late = is_seen_late(same, now) and not told
        grace = before.grace_until or (grace_from(now, calendar) if is_late else None)
        moved = replace(same, grace_until=grace)
    else:  # what was passed over told nobody, and moves with the due moment
        moved = replace(same, grace_until=None, fired=told)
    next_at = held_against.next_look(moved, one, rule)
    moved = replace(moved, revision=before.revision + 1, next_at=next_at)
    earlier = say(before.due_at) if before.due_at else "no date"
    because = f"due {say(due_at)} instead of {earlier}"
    return Decision(Change.MOVED, moved, because, before, one, correction=DUE_MOVED)


def _begins_anew(one: Obligation, before: Track) -> bool:
    """Return whether it was met and something has happened since that starts it again: nothing was corrected."""
    started, met = one.starts_at, before.met_at
    return started is not None and met is not None and started >= met


def _replanned(
    same: Track, one: Obligation, before: Track, rule: Rule, held_against: _Pass
) -> Track:
    """Return the track as it is planned now: anew where the rulebook or the booking has changed (DOMAIN 5.13)."""
    is_booked_now = same.is_provisional is not before.is_provisional
    if one.pack_digest == same.pack_digest and not is_booked_now:
        return same
    anew = replace(same, pack=one.pack, pack_digest=one.pack_digest)
    return replace(anew, next_at=held_against.next_look(anew, one, rule))
