"""What was refused for good: whether somebody else has it instead, and how it goes out after all."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from daemon.domain.delivery import Outgoing
from daemon.domain.notice import Kind, Notice, NoticeState
from daemon.domain.obligation import State
from daemon.domain.times import iso
from daemon.engine.telling.operator import OPERATOR
from daemon.store import Store, Tx, apart

UNDELIVERABLE, UNDELIVERABLE_LIST = "undeliverable", "undeliverable-list"
INSTEAD = frozenset({UNDELIVERABLE, UNDELIVERABLE_LIST})  # what the duty mailbox is told
BEGUN = "its meeting has begun"  # the reason of what no release can send any more
UNHEARD = "refused/unheard"  # the mark that says how many nobody has had, at the last count
MOST = 1000


@dataclass(frozen=True, slots=True)
class Refused:
    """A message that was refused, with what of it has not ended in another way.

    `is_unheard`: a person should have had it and has it by no other way, and what was sent instead was
    refused as well, or could not be sent to anybody. `is_kept_back`: it was not given to anybody else
    at all, by a fault of ours.
    """

    message: Outgoing
    notices: tuple[Notice, ...]
    is_unheard: bool
    is_kept_back: bool


def refused(tx: Tx, limit: int = MOST) -> list[Refused]:
    """Return what was refused, the newest first."""
    messages = tx.messages.refused(limit)
    carried = tx.notices.of_messages([one.id for one in messages])

    def of(message: Outgoing, state: NoticeState) -> tuple[Notice, ...]:
        return tuple(one for one in carried.get(message.id, ()) if one.state is state)

    failed = {one.id: of(one, NoticeState.FAILED) for one in messages}
    others = tx.notices.of_obligations({n.key.obligation for each in failed.values() for n in each})
    refs = {ref for each in failed.values() for n in each for ref in n.refs}
    of_cases, _ = apart(tx.obligations.of, refs, "obligations")
    tracks = {track.id: track for each in of_cases.values() for track in each}

    def is_unheard(notice: Notice) -> bool:
        if notice.role == OPERATOR or notice.message in INSTEAD:
            return False  # it counts with what it was sent for
        track = tracks.get(notice.key.obligation)
        if track is not None and track.state is not State.OPEN and notice.kind is not Kind.CORRECT:
            return False
        return not any(
            is_same_step(one, notice)
            and (one.message in INSTEAD or one.key.person == notice.key.person)
            and one.state is not NoticeState.FAILED
            for one in others.get(notice.key.obligation, ())
        )

    return [
        Refused(
            one, failed[one.id], any(map(is_unheard, failed[one.id])), bool(of(one, NoticeState.CLAIMED))
        )
        for one in messages
    ]  # fmt: skip


def is_same_step(one: Notice, other: Notice) -> bool:
    """Return whether two notices are of one firing of one rung, whoever they are for."""
    steps = [(each.key.obligation, each.key.rung, each.key.occurrence) for each in (one, other)]
    return steps[0] == steps[1]


def count_unheard(tx: Tx) -> None:
    """Note how many refused messages nobody has had instead: health is asked too often to count."""
    unheard = sum(one.is_unheard for one in refused(tx))
    if unheard != (tx.marks.get(UNHEARD) or 0):
        tx.marks.put(UNHEARD, unheard)


def reopen(
    store: Store, ids: Collection[str] | None, now: datetime, by: str, why: str
) -> list[Refused]:
    """Have refused messages tried again, all of them where `ids` is None; return which.

    What they carry is held against the record and the roles at the claim, as ever: nothing is sent
    that has ended meanwhile.
    """
    with store.write() as tx:
        found = [one for one in refused(tx) if ids is None or one.message.id in ids]
        ours = tx.messages.reopen([one.message.id for one in found], now)
        tx.notices.reopen(ours)
        done = [one for one in found if one.message.id in ours]
        for one in done:
            tx.journal.write(
                now, "message.reopened", one.message.id, f"{why}; reopened by {by}",
                {"by": by, "reason": one.message.reason, "channel": one.message.channel,
                 "notices": [str(notice.key) for notice in one.notices]},
            )  # fmt: skip
        count_unheard(tx)
    return done


def in_json(found: Sequence[Refused]) -> list[dict[str, Any]]:
    """Return refused messages as plain values, without anybody's address."""
    return [
        {
            "message": one.message.id, "channel": one.message.channel, "reason": one.message.reason,
            "at": iso(one.message.created_at), "roles": sorted({each.role for each in one.notices}),
            "about": [f"{each.key.obligation}|{each.key.rung}" for each in one.notices],
            "heard": not one.is_unheard,
        }
        for one in found
    ]  # fmt: skip
