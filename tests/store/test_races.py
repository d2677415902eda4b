"""Two who do it at once: whoever comes second waits, and then sees what the first has done."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Barrier
from typing import Any

import pytest

from daemon.domain.answer import Place, Said, Way
from daemon.domain.notice import Notice
from daemon.domain.person import Person, Post
from daemon.domain.track import Track
from daemon.store import (
    CaseRow,
    ConferenceRow,
    FeedState,
    FragmentRow,
    Store,
    StoreUnavailable,
    Tx,
)

HOUR = timedelta(hours=1)
HELD_UP_S = 0.3
ANN, BOB = (("ann", "email", "F-1"), ("bob", "email", "F-1"))
Meanwhile = Callable[[Callable[[Tx], Any]], Future[Any]]


@pytest.fixture
def store(store_url: str) -> Iterator[Store]:
    """Return a store that waits for others as long as a service does."""
    opened = Store.open(store_url, "stoke")
    yield opened
    opened.close()


@pytest.fixture
def meanwhile(store_url: str) -> Iterator[Meanwhile]:
    """Return what begins a transaction of somebody else's, which the one that is open holds up."""
    other = Store.open(store_url, "stoke")
    with ThreadPoolExecutor(1) as pool:

        def begin(act: Callable[[Tx], Any]) -> Future[Any]:
            def work() -> Any:
                with other.write() as tx:
                    return act(tx)

            begun = pool.submit(work)
            assert wait([begun], HELD_UP_S).not_done
            return begun

        yield begin
    other.close()


def test_a_case_that_changes_while_it_is_assessed_is_assessed_again(
    store: Store, meanwhile: Meanwhile, now: datetime
) -> None:
    with store.write() as tx:
        tx.cases.touch(["SC-1"], now)

    with store.write() as tx:
        assert tx.cases.due(now, 10) == ["SC-1"]
        touched = meanwhile(lambda tx: tx.cases.touch(["SC-1"], now + HOUR))
        tx.cases.assessed([CaseRow("SC-1")])
    touched.result()

    with store.write() as tx:
        assert tx.cases.due(now + HOUR, 10) == ["SC-1"]


def test_a_new_rulebook_is_not_overlooked_by_who_is_just_assessing(
    store: Store, meanwhile: Meanwhile, now: datetime
) -> None:
    with store.write() as tx:
        tx.cases.touch(["SC-1"], now)

    with store.write() as tx:
        tx.cases.due(now, 10)
        touched = meanwhile(lambda tx: tx.cases.touch_all(now))
        tx.cases.assessed([CaseRow("SC-1")])
    touched.result()

    with store.write() as tx:
        assert tx.cases.due(now, 10) == ["SC-1"]


def test_a_promise_and_a_rung_at_one_moment_both_count(
    store: Store, meanwhile: Meanwhile, track: Callable[..., Track], now: datetime
) -> None:
    with store.write() as tx:
        tx.obligations.save([track(next_at=now)])

    def rest(tx: Tx) -> None:
        found = tx.obligations.get(track().id, to_change=True)
        assert found is not None
        tx.obligations.save([replace(found, rest_until=now + HOUR)])

    with store.write() as tx:
        (due,) = tx.obligations.due(now, 10)
        rested = meanwhile(rest)
        tx.obligations.save([replace(due, next_at=now + 2 * HOUR)])
    rested.result()

    with store.read() as tx:
        found = tx.obligations.get(track().id)
    assert (found.next_at, found.rest_until) == (now + 2 * HOUR, now + HOUR)


def test_a_notice_goes_into_one_message_and_a_duty_that_is_met_takes_it_back(
    store: Store,
    meanwhile: Meanwhile,
    notice: Callable[..., Notice],
    outgoing: Callable[..., Any],
) -> None:
    with store.write() as tx:
        tx.notices.insert([notice(), notice(rung="due")])

    with store.write() as tx:
        assert tx.notices.claim({notice().key: "m-1"}) == {notice().key}
        tx.messages.open(outgoing("m-1"))
        second = meanwhile(lambda tx: tx.notices.claim({notice().key: "m-2"}))
    with store.write() as tx:
        tx.notices.cancel([notice(rung="due").key], "met")
        late = meanwhile(lambda tx: tx.notices.claim({notice(rung="due").key: "m-3"}))

    assert second.result() == late.result() == set()
    with store.read() as tx:
        states = {
            one.key.rung: str(one.state)
            for one in tx.notices.of_obligation(notice().key.obligation)
        }
    assert states == {"reminder": "claimed", "due": "cancelled"}


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)  # SQLite has one writer
def test_what_one_message_should_hold_is_not_shared_out_among_two(
    store: Store, notice: Callable[..., Notice], now: datetime
) -> None:
    mine = [notice(rung=rung) for rung in ("a", "b", "c")]
    with store.write() as tx:
        tx.notices.insert([*mine, notice(person="bob")])

    with store.write() as one, store.write() as two:
        first = one.notices.waiting_for([ANN], now)
        second = two.notices.waiting_for([ANN, BOB], now)

    assert first == {ANN: mine}
    assert second == {BOB: [notice(person="bob")]}


@pytest.mark.parametrize("backend", ["postgres"], indirect=True)
def test_what_is_due_is_shared_out_and_nobody_waits(
    store: Store, track: Callable[..., Track], outgoing: Callable[..., Any], now: datetime
) -> None:
    with store.write() as tx:
        tx.obligations.save([track(f"SC-{number}", next_at=now) for number in range(4)])
        tx.cases.touch([f"SC-1{number}" for number in range(4)], now)
        for number in range(4):
            tx.messages.open(outgoing(f"m-{number}", look_at=now))

    with store.write() as one, store.write() as two:
        ladders = [{each.ref for each in tx.obligations.due(now, 2)} for tx in (one, two)]
        cases = [set(tx.cases.due(now, 2)) for tx in (one, two)]
        messages = [{each.id for each in tx.messages.due(None, now, 2)} for tx in (one, two)]

    for first, second in (ladders, cases, messages):
        assert (len(first), len(second), first & second) == (2, 2, set())


def test_an_older_reading_that_comes_late_changes_nothing(
    store: Store, meanwhile: Meanwhile, now: datetime
) -> None:
    def row(word: str, known_at: datetime) -> FragmentRow:
        return FragmentRow("SC-1", {"word": word}, word, "diary:1", known_at)

    def read_late(tx: Tx) -> bool:
        tx.fragments.save("diary", [row("old", now)], now)
        return tx.feeds.saw("diary", FeedState("conference_diary", now, now))

    with store.write() as tx:
        tx.fragments.save("diary", [row("first", now - HOUR)], now)
    with store.write() as tx:
        tx.fragments.save("diary", [row("new", now + HOUR)], now)
        tx.feeds.saw("diary", FeedState("conference_diary", now, now + HOUR))
        late = meanwhile(read_late)

    assert late.result() is False
    with store.read() as tx:
        assert tx.fragments.of(["SC-1"])["SC-1"][0].body == {"word": "new"}
        assert tx.feeds.get("diary").as_known_at == now + HOUR


def test_siblings_that_are_assessed_at_once_keep_their_conference(
    store: Store, meanwhile: Meanwhile, now: datetime
) -> None:
    with store.write() as tx:
        tx.conferences.save([ConferenceRow("M-1", "icpc", "F-1", now, None, ("SC-1",))])
        sibling = meanwhile(
            lambda tx: tx.conferences.save(
                [ConferenceRow("M-1", "icpc", "F-1", now, None, ("SC-2",))]
            )
        )
    sibling.result()

    with store.read() as tx:
        assert tx.conferences.get("M-1").refs == ("SC-1", "SC-2")


def test_the_directory_is_one_reading_or_the_other_and_never_both(
    store: Store, meanwhile: Meanwhile, now: datetime
) -> None:
    def person(name: str) -> Person:
        return Person(name, {"email": f"{name}@council.example"}, posts=(Post("social_worker"),))

    with store.write() as tx:
        tx.people.replace([person("old")], now)
    with store.write() as tx:
        tx.people.replace([person("ann"), person("bob")], now)
        second = meanwhile(lambda tx: tx.people.replace([person("cas")], now + HOUR))
    second.result()

    with store.read() as tx:
        assert tx.people.all() == [person("cas")]


def test_one_of_two_leads(store: Store, meanwhile: Meanwhile, now: datetime) -> None:
    with store.write() as tx:
        first = tx.leases.take("leader", "one", now, 15)
        second = meanwhile(lambda tx: tx.leases.take("leader", "two", now, 15))

    assert (first, second.result()) == (1, None)


@pytest.mark.parametrize("rounds", [25])
def test_of_many_who_take_a_lease_each_time_it_ends_one_gets_each_epoch(
    store_url: str, now: datetime, rounds: int
) -> None:
    stores = [Store.open(store_url, "stoke") for _ in range(4)]
    together = Barrier(len(stores))

    def contend(at: int) -> list[int]:
        epochs = []
        for turn in range(rounds):
            together.wait(30)
            with stores[at].write() as tx:
                epochs.append(tx.leases.take("leader", f"{at}", now + turn * HOUR, 15))
        return [epoch for epoch in epochs if epoch]

    with ThreadPoolExecutor(len(stores)) as pool:
        taken = list(pool.map(contend, range(len(stores))))
    for each in stores:
        each.close()

    assert sorted(epoch for each in taken for epoch in each) == list(range(1, rounds + 1))


def test_the_same_notices_and_words_written_by_many_at_once_are_written_once(
    store_url: str, notice: Callable[..., Notice], track: Callable[..., Track]
) -> None:
    stores = [Store.open(store_url, "stoke") for _ in range(4)]
    together = Barrier(len(stores))
    many = [notice(person=f"p{number:03}") for number in range(100)]

    def fire(each: Store) -> int:
        together.wait(30)
        for _ in range(20):  # a deadlock is told to try again
            try:
                with each.write() as tx:
                    tx.obligations.save([track(rule=f"rule-{number}") for number in range(20)])
                    return len(tx.notices.insert(many))
            except StoreUnavailable:
                continue
        return 0

    with ThreadPoolExecutor(len(stores)) as pool:
        fired = list(pool.map(fire, stores))
    with stores[0].read() as tx:
        rules = {one.rule for one in tx.obligations.of(["SC-1"])["SC-1"]}
    for each in stores:
        each.close()

    assert sum(fired) == len(many)
    assert rules == {f"rule-{number}" for number in range(20)}


def test_whoever_answers_about_one_case_at_once_sees_what_the_first_has_answered(
    store: Store, meanwhile: Meanwhile, now: datetime
) -> None:
    def answer(tx: Tx, name: str) -> list[str]:
        place = Place("SC-1", "M-1", "icpc", "I-1")
        said = Said(name, place, "attendance", now, now, "chris", Way.SIGNED_IN, "present")
        tx.answers.add([said])
        return [one.id for one in tx.answers.of(["SC-1"])["SC-1"]]

    with store.write() as tx:
        answer(tx, "b")
        waits = meanwhile(lambda tx: answer(tx, "a"))

    assert waits.result() == ["b", "a"]
