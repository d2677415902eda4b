"""A case under a new reference: what was told under an old one is not told again (DOMAIN section 2, `formerly`)."""

from dataclasses import replace
from datetime import datetime

from daemon.decide.trying.walk import group_of
from daemon.domain.notice import UNSENT, Notice
from daemon.domain.obligation import State
from daemon.domain.record import Record
from daemon.domain.track import Track
from daemon.engine.telling.quiet import is_asleep
from daemon.store import Tx

MARK = "renamed/"


def renames(tx: Tx) -> dict[str, str]:
    """Return the references that are no longer used, each with the one that took its place."""
    return {name.removeprefix(MARK): str(new) for name, new in tx.marks.starting(MARK).items()}


def now_called(tx: Tx, ref: str) -> str:
    """Return the reference under which a case goes on: the same where it was never renamed."""
    took, been = renames(tx), {ref}
    while (new := took.get(ref)) and new not in been:
        been.add(ref := new)
    return ref


def names_of(tx: Tx, ref: str) -> list[str]:
    """Return every reference that a case has or has had, the one that is asked for first."""
    took = renames(tx)
    found, look = [ref], [ref]
    while look:
        one = look.pop()
        near = [old for old, new in took.items() if new == one] + [took.get(one, one)]
        look += (fresh := [each for each in dict.fromkeys(near) if each not in found])
        found += fresh
    return found


def former_ids(track: Track, record: Record) -> list[str]:
    """Return the ids that an obligation had under the case's older references."""
    return [f"{old}/{track.rule}/{track.subject}" for old in record.formerly]


def take_over(
    tx: Tx, record: Record, old: str, own: dict[str, Track], now: datetime
) -> list[Track]:
    """Move what stood under `old` to the record's reference; return the tracks to save.

    `own` gains the ladders as they stand, with what has fired. What still waits to be sent goes on
    under the new reference; under the old one everything ends.
    """
    saved = []
    for track in tx.obligations.of([old]).get(old, []):
        moved = replace(
            track, id=f"{record.ref}/{track.rule}/{track.subject}", ref=record.ref, family=record.family,
            next_at=now if is_asleep(track) else track.next_at,  # another family may not be held
        )  # fmt: skip
        if moved.id not in own:
            own[moved.id] = moved
            saved.append(moved)
            waiting = [one for one in tx.notices.of_obligation(track.id) if one.state in UNSENT]
            tx.notices.insert([_under(one, moved, record) for one in waiting])
        tx.notices.cancel(track.id, f"the case is now {record.ref}")
        state = State.WITHDRAWN if track.state is State.OPEN else track.state
        saved.append(replace(track, state=state, next_at=None, rest_until=None, held_since=None))
    given = {(one.kind, one.number) for one in tx.numbers.of([record.ref]).get(record.ref, [])}
    for one in tx.numbers.of([old]).get(old, []):
        if (one.kind, one.number) not in given:
            tx.numbers.save(record.ref, one.kind, one.anchor_on, one.number)
    tx.silenced.rename(old, record.ref)
    tx.holds.follow(old, record.ref)
    tx.invitations.rename(old, record.ref)
    tx.marks.put(f"{MARK}{old}", record.ref)
    tx.journal.write(now, "case.renamed", record.ref, f"formerly {old}", {"formerly": old})
    return saved


def _under(notice: Notice, track: Track, record: Record) -> Notice:
    key = replace(notice.key, obligation=track.id)
    return replace(notice, key=key, refs=(record.ref,), family=group_of(record))
