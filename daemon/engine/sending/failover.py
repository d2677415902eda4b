"""What a way refused goes on to its person by the next one, else to the duty mailbox; there is no "gave up"."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from daemon.domain.delivery import Answer, DeliveryState, Outgoing
from daemon.domain.notice import Key, Kind, Notice, NoticeState
from daemon.domain.times import day_of
from daemon.engine.conference.entries import is_event
from daemon.engine.conference.heard import note_bounced
from daemon.engine.house import House
from daemon.engine.sending.refused import BEGUN, UNDELIVERABLE, UNDELIVERABLE_LIST, is_same_step
from daemon.engine.telling.operator import is_machines, tell_operator
from daemon.engine.telling.ways import EMAIL, next_way
from daemon.store import Tx

UNSURE_MOST = 5  # attempts without a clear answer; then the next way is taken, where there is one
UNSURE = "unsure-too-often"
OURS_MOST = 5  # attempts that something of ours stood in the way of; then the same


def give_up_on(tx: Tx, house: House, message: Outgoing, answer: Answer, now: datetime) -> Answer:
    """Return an answer as it counts: a way that stays unsure, or that we have shut ourselves, has refused.

    The first only where another way may be asked, the second only where its person is surely told by one.
    """
    is_unsure = answer.outcome is DeliveryState.UNKNOWN
    if is_unsure and message.ambiguous + 1 >= UNSURE_MOST and house.failover.get(message.channel):
        return replace(answer, outcome=DeliveryState.REFUSED, reason=UNSURE)
    if answer.is_ours and message.attempts >= OURS_MOST and has_next(tx, house, message, now):
        return replace(answer, outcome=DeliveryState.REFUSED)
    return answer


def has_next(tx: Tx, house: House, message: Outgoing, now: datetime) -> bool:
    """Return whether all that a message carries can go to its person by another way, and has not gone there yet."""
    carried = tx.notices.of_message(message.id)
    notices = [one for one in carried if one.state is NoticeState.CLAIMED]
    if not notices or any(map(is_event, notices)):
        return False
    heirs = by_next_way(tx, house, notices, "", now, [message.channel])
    keys = [one.key for one in heirs if one is not None]
    return len(keys) == len(notices) and not tx.notices.get(keys)


def pass_on(tx: Tx, house: House, message: Outgoing, reason: str, now: datetime) -> bool:
    """Give what was refused to its person by the next way, else to the duty mailbox, and tell the operator.

    What went by another way anyhow is not sent again. Return whether there is something that
    cannot be given to anybody.
    """
    carried = tx.notices.of_message(message.id)
    notices = [one for one in carried if one.state is NoticeState.CLAIMED]
    events = [one for one in notices if is_event(one)]
    others = [one for one in notices if not is_event(one)]
    tx.notices.fail([one.key for one in notices], reason)
    heirs = [heir for one in events for heir in note_bounced(tx, house, one, reason, now)]
    by_next = by_next_way(tx, house, others, f"by {message.channel} it was refused ({reason})", now)
    left = [one for one, heir in zip(others, by_next, strict=True) if heir is None]
    moved = [heir for heir in by_next if heir is not None]
    fallen = to_fallback(tx, house, left, reason, now)
    inserted = insert(tx, [*heirs, *fallen, *moved], now)
    theirs = [one for one in (*events, *left) if not is_machines(one)]
    if moved and not left and not events:
        _tell_of_failover(tx, house, message, reason, now)
    elif theirs or any(one.key.person != house.terms.operator for one in notices):
        tell_operator(
            tx, house, now, f"undelivered/{message.id}", "operator-undelivered",
            f"a message by {message.channel} was refused ({reason}); it stands in status, and {_what_now(reason)}",
            message.attempts, "undelivered",
        )  # fmt: skip
    return len(inserted) - sum(one in moved for one in inserted) < len(theirs)


def _what_now(reason: str) -> str:
    if reason == BEGUN:
        return "is not sent any more: whoever sends it has been told that it did not arrive"
    return "goes out with `daykeeper release refused` once the cause is mended"


def to_fallback(
    tx: Tx, house: House, notices: Sequence[Notice], reason: str, now: datetime
) -> list[Notice]:
    """Return what tells the duty mailbox of notices that reached nobody; the machine's own and its own are left out.

    Of a list it learns that there was one: its rows are for whom they were gathered for.
    """
    fallback = house.people(tx).fallback()
    rulebook = house.deciding.rulebook
    role = rulebook.packs[rulebook.base].fallback
    heirs = []
    for one in notices:
        if fallback is None or is_machines(one) or one.key.person == fallback.id:
            continue
        whom = one.role.replace("_", " ")
        detail = f"could not be delivered to {whom} ({reason})"
        heir = heir_of(one, fallback.id, EMAIL, detail, now)
        heir = replace(heir, message=UNDELIVERABLE, role=role, detail=detail)
        if one.kind is Kind.DIGEST:
            of_list = f"It was for the {whom} ({reason}): {one.because}."
            heir = replace(heir, kind=Kind.TELL, message=UNDELIVERABLE_LIST, detail=of_list)
        heirs.append(heir)
    return heirs


def insert(tx: Tx, heirs: Sequence[Notice], now: datetime) -> list[Notice]:
    """Queue what is told instead; return what was not queued before."""
    inserted = tx.notices.insert(heirs)
    for heir in inserted:
        told = {"role": heir.role, "channel": heir.key.channel}
        tx.journal.write(now, "notice.fired", str(heir.key), heir.because, told)
    return inserted


def by_next_way(
    tx: Tx, house: House, notices: Sequence[Notice], why: str, now: datetime,
    shut: Sequence[str] = (),
) -> list[Notice | None]:  # fmt: skip
    """Return each notice as its own person is told of it by the next way, None where none is left.

    `shut`: ways that are as good as refused.
    """
    people = house.people(tx)
    kin = tx.notices.of_obligations({one.key.obligation for one in notices})

    def moved(notice: Notice) -> Notice | None:
        person = people.get(notice.key.person)
        is_sign_of_life = is_machines(notice) and notice.key.person != house.terms.operator
        if person is None or is_sign_of_life:
            return None
        failed = [
            one.key.channel for one in kin.get(notice.key.obligation, ())
            if is_same_step(one, notice) and one.state is NoticeState.FAILED
            and one.key.person == notice.key.person
        ] + [*shut]  # fmt: skip
        way = next_way(house, person, failed, failed)
        return heir_of(notice, person.id, way, why, now) if way else None

    return [moved(one) for one in notices]


def heir_of(notice: Notice, person: str, channel: str, why: str, now: datetime) -> Notice:
    """Return a notice as it is told to this person by this way instead."""
    key = Key(notice.key.obligation, notice.key.rung, notice.key.occurrence, person, channel)
    return replace(
        notice, key=key, made_at=now, because=why, state=NoticeState.WAITING, message_id=None
    )


def _tell_of_failover(tx: Tx, house: House, message: Outgoing, reason: str, now: datetime) -> None:
    """Tell the operator once a day of each way that something goes on from."""
    tell_operator(
        tx, house, now, f"failover/{message.channel}", "operator-undelivered",
        f"a message by {message.channel} was refused ({reason}) and goes by the next way; it and any others stand "
        "in status; you hear of it once a day", int(f"{day_of(now):%Y%m%d}"),
    )  # fmt: skip
