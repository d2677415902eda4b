"""A notice fires once, waits in its lane, and ends with a reason."""

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.domain.delivery import DeliveryState, Outgoing
from daemon.domain.message import Lane
from daemon.domain.notice import Notice, NoticeState
from daemon.store import Store, StoreConflict

MAKE = Callable[..., Notice]
OBLIGATION = "SC-1/invite-list/icpc-1"


def test_a_notice_comes_back_as_it_went_in(store: Store, notice: MAKE) -> None:
    whole = notice(
        agency="police", after_due=True, detail="as at 5pm", refs=("SC-1", "SC-2"), lane=Lane.URGENT
    )

    with store.write() as tx:
        assert tx.notices.insert([whole]) == [whole]
        assert tx.notices.get([whole.key]) == [whole]


def test_the_same_notice_fires_once_whatever_else_is_said_of_it(store: Store, notice: MAKE) -> None:
    first, second = notice(), notice(because="another pass", message="another-text")
    others = [
        notice(rung="due"),
        notice(occurrence=1),
        notice(person="bob"),
        notice(channel="teams"),
        notice("SC-2/r/case"),
    ]

    with store.write() as tx:
        together = tx.notices.insert([first, second, *others])
    with store.write() as tx:
        again = tx.notices.insert([second, *others])

    assert together == [first, *others]
    assert again == []


def test_a_thousand_notices_fire_in_one_go(store: Store, notice: MAKE) -> None:
    many = [notice(person=f"p{number}") for number in range(2500)]

    with store.write() as tx:
        tx.notices.insert(many[1000:1500])
    with store.write() as tx:
        inserted = tx.notices.insert(many)

    assert inserted == many[:1000] + many[1500:]


@pytest.mark.parametrize(
    "words",
    [
        pytest.param('she said "no" \\ and \\u0041', id="quotes and backslashes"),
        pytest.param("\\u0000 in words, and \\\\u0000", id="a NUL spelt out"),
        pytest.param(
            "Zoë 🙂 \u2028 %s :name {x}\n", id="other letters, and what means something elsewhere"
        ),
    ],
)
def test_any_words_go_in_and_come_back(store: Store, notice: MAKE, words: str) -> None:
    whole = [notice(because=words), notice(person=words, detail=words)]

    with store.write() as tx:
        inserted = tx.notices.insert(whole)
        found = tx.notices.get([one.key for one in whole])

    assert inserted == whole
    assert sorted(found, key=lambda one: one.detail) == whole


def test_a_nul_among_many_keeps_none_of_them_back(store: Store, notice: MAKE, backend: str) -> None:
    whole = [notice(because="due \0 and \\\0"), notice(person="bob")]
    kept = "due \0 and \\\0" if backend == "sqlite" else "due \ufffd and \\\ufffd"

    with store.write() as tx:
        tx.notices.insert(whole)
        found = tx.notices.get([one.key for one in whole])

    assert {one.because for one in found} == {kept, whole[1].because}


def test_urgent_waits_behind_nothing_and_the_oldest_goes_first(
    store: Store, notice: MAKE, now: datetime
) -> None:
    hour = timedelta(hours=1)
    bulk = notice(person="bulk", lane=Lane.BULK, at=now - 9 * hour)
    late = notice(person="late", at=now - hour)
    early = notice(person="early", at=now - 2 * hour)
    urgent = notice(person="urgent", lane=Lane.URGENT, at=now)
    future = notice(person="future", lane=Lane.URGENT, at=now + hour)
    with store.write() as tx:
        tx.notices.insert([bulk, late, early, urgent, future])

    with store.write() as tx:
        everything = tx.notices.waiting(None, now, 10)
        first = tx.notices.waiting(None, now, 2)
        routine = tx.notices.waiting(Lane.ROUTINE, now, 10)
        oldest = tx.notices.oldest_waiting(now, Lane.ROUTINE)

    assert everything == [urgent, early, late, bulk]
    assert first == [urgent, early]
    assert routine == [early, late]
    assert oldest == early.at


def test_a_message_takes_what_waits_for_one_person_channel_and_family(
    store: Store, notice: MAKE, now: datetime
) -> None:
    mine = [notice(), notice("SC-2/invite-list/icpc-1")]
    no_family = notice("SC-3/invite-list/icpc-1", family=None)
    family, alone = ("ann", "email", "F-1"), ("ann", "email", None)
    others = [notice(person="bob"), notice(channel="teams"), notice("SC-9/r/case", family="F-2")]
    with store.write() as tx:
        tx.notices.insert([*mine, *others, no_family])

    with store.write() as tx:
        found = tx.notices.waiting_for([family, alone, ("cas", "email", "F-1")], now)
        too_soon = tx.notices.waiting_for([family, alone], now - timedelta(seconds=1))

    assert found == {family: mine, alone: [no_family]}
    assert too_soon == {}


def test_what_is_claimed_is_frozen_into_its_message(
    store: Store, notice: MAKE, outgoing: Callable[..., Outgoing], now: datetime
) -> None:
    first, second = notice(), notice(rung="due")
    with store.write() as tx:
        tx.notices.insert([first, second])
        tx.messages.open(outgoing("m-1"))
        tx.messages.open(outgoing("m-2"))

    with store.write() as tx:
        assert tx.notices.claim({first.key: "m-1"}) == {first.key}
        assert tx.notices.claim({first.key: "m-2", second.key: "m-2"}) == {second.key}

    with store.read() as tx:
        assert tx.notices.of_message("m-1") == [
            replace(first, state=NoticeState.CLAIMED, message_id="m-1")
        ]
        assert tx.notices.waiting(None, now, 10) == []


def test_a_notice_is_never_claimed_for_a_message_that_does_not_exist(
    store: Store, notice: MAKE
) -> None:
    with pytest.raises(StoreConflict), store.write() as tx:
        tx.notices.insert([notice()])
        tx.notices.claim({notice().key: "m-lost"})

    with store.read() as tx:
        assert tx.notices.of_obligation(OBLIGATION) == []


ENDINGS = [
    pytest.param(
        lambda tx, key: tx.notices.supersede(key, "moved team"), "superseded", id="superseded"
    ),
    pytest.param(
        lambda tx, key: tx.notices.cancel([key], "met"), "cancelled", id="cancelled by key"
    ),
    pytest.param(
        lambda tx, _key: tx.notices.cancel(OBLIGATION, "met"), "cancelled", id="with its obligation"
    ),
    pytest.param(lambda tx, key: tx.notices.fail([key], "refused"), "failed", id="failed"),
]


@pytest.mark.parametrize(("end", "state"), ENDINGS)
def test_a_notice_ends_once(
    store: Store, notice: MAKE, now: datetime, end: Callable[..., object], state: str
) -> None:
    with store.write() as tx:
        tx.notices.insert([notice(), notice("SC-9/r/case")])

    with store.write() as tx:
        ended = end(tx, notice().key)
        again = end(tx, notice().key)

    with store.read() as tx:
        left = tx.notices.waiting(None, now, 10)
        counts = tx.notices.counts()
        found = tx.notices.get([notice().key])
    assert ended == [notice().key]
    assert again == []
    assert [each.state for each in found] == [state]
    assert left == [notice("SC-9/r/case")]
    assert (counts[state], counts["waiting"]) == (1, 1)


def test_what_has_failed_stands_on_the_failure_surface_with_its_reason(
    store: Store, notice: MAKE
) -> None:
    with store.write() as tx:
        tx.notices.insert([notice(), notice(person="bob")])
        tx.notices.fail([notice().key], "unknown-recipient")

    with store.read() as tx:
        assert tx.notices.failed(10) == [
            (replace(notice(), state=NoticeState.FAILED), "unknown-recipient")
        ]


TOLD = [
    pytest.param({"state": DeliveryState.ACCEPTED}, True, id="accepted"),
    pytest.param({"state": DeliveryState.UNKNOWN}, True, id="the answer was lost"),
    pytest.param(
        {"state": DeliveryState.WILL_RETRY, "ambiguous": 1}, True, id="unsure once, put off since"
    ),
    pytest.param({"state": DeliveryState.SENDING, "attempts": 1}, True, id="on the wire"),
    pytest.param({"state": DeliveryState.SENDING}, False, id="not on the wire yet"),
    pytest.param({"state": DeliveryState.WILL_RETRY, "attempts": 2}, False, id="only ever put off"),
    pytest.param({"state": DeliveryState.REFUSED, "attempts": 1}, False, id="refused"),
    pytest.param({"state": DeliveryState.CANCELLED}, False, id="cancelled"),
]


@pytest.mark.parametrize(("message", "is_told"), TOLD)
def test_who_was_told_is_who_may_have_read_it(
    store: Store,
    notice: MAKE,
    outgoing: Callable[..., Outgoing],
    message: dict[str, object],
    is_told: bool,
) -> None:
    with store.write() as tx:
        tx.notices.insert([notice(after_due=True), notice(rung="reminder-2")])
        tx.messages.open(outgoing("m-1", **message))
        tx.notices.claim({notice().key: "m-1", notice(rung="reminder-2").key: "m-1"})

    with store.read() as tx:
        told = [each.key.rung for each in tx.notices.told(OBLIGATION)]
        told_overdue = [each.key.rung for each in tx.notices.told(OBLIGATION, after_due=True)]

    assert told == (["reminder", "reminder-2"] if is_told else [])
    assert told_overdue == (["reminder"] if is_told else [])


def test_what_has_fired_since_a_moment(store: Store, notice: MAKE, now: datetime) -> None:
    old, new = notice(rung="old", made_at=now - timedelta(days=1)), notice(rung="new", made_at=now)
    with store.write() as tx:
        tx.notices.insert([new, old])

    with store.read() as tx:
        assert tx.notices.since(now) == [new]
        assert tx.notices.since(now - timedelta(days=1)) == [old, new]
