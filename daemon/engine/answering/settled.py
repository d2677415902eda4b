"""A question that somebody has answered: who else was asked hears so once, and whoever answered nothing of it."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from daemon.decide.duties.moves import NOW_RECEIVED
from daemon.decide.duties.standing import ENDS_EVERYTHING
from daemon.domain.message import Lane
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.domain.obligation import State
from daemon.domain.question import Asked
from daemon.domain.track import Track
from daemon.domain.who import Who
from daemon.engine.house import House
from daemon.store import Tx

SETTLED = "settled"  # the message; its rung is that of what is done


def tell_others(tx: Tx, house: House, who: Who, asked: Iterable[Asked], now: datetime) -> None:
    """Tell who else was asked that a question is settled, and by whom, in the transaction that has settled it.

    Those who were told that it was overdue have heard by then, like everybody else. What was answered stands
    in the case file, and nothing goes out by itself after a death (READINGS section 2, 3 and 9).
    """
    person = house.people(tx).get(who.person)
    by = person.addresses.get("email", person.id) if person else who.person
    for one in asked:
        track = tx.obligations.get(one.obligation)
        record = house.record(tx, one.place.ref)
        if track is None or track.state is State.OPEN or record is None:
            continue
        every = tx.notices.of_obligation(track.id)
        done = [
            n.key for n in every if (n.key.rung, n.key.occurrence) == (NOW_RECEIVED, track.revision)
        ]
        if any(fact.name in ENDS_EVERYTHING for fact in record.facts):
            continue
        heard = {who.person, *(key.person for key in done)}
        others = [n for n in _asked(tx, track) if n.key.person not in heard]
        new = {(n := _as_settled(other, track, by, now)).key: n for other in others}
        for notice in tx.notices.insert(list(new.values())):
            tx.journal.write(
                now, "notice.fired", str(notice.key), notice.because, {"kind": "correct"}
            )


def _asked(tx: Tx, track: Track) -> list[Notice]:
    """Return what put the question to somebody since it was opened, and arrived, or may have."""
    told = tx.notices.told(track.id)
    return [one for one in told if one.kind is Kind.ASK and one.made_at >= track.opened_at]


def _as_settled(told: Notice, track: Track, by: str, now: datetime) -> Notice:
    key = Key(track.id, NOW_RECEIVED, track.revision, told.key.person, told.key.channel)
    return replace(
        told, key=key, kind=Kind.CORRECT, message=SETTLED, at=now, made_at=now, lane=Lane.ROUTINE,
        because="somebody else has answered what they were asked", after_due=False,
        detail=f"{by} has answered", state=NoticeState.WAITING, message_id=None,
    )  # fmt: skip
