"""Four processes that do the same to the same rows at the same moment: none hears of a rule that it broke."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random
from threading import Barrier
from typing import Any

import pytest

from daemon.domain.delivery import Answer, DeliveryState, Outgoing, Promise
from daemon.domain.errors import Problem
from daemon.domain.message import Lane, Message
from daemon.domain.notice import Notice
from daemon.domain.person import Person
from daemon.domain.rules import Applies
from daemon.domain.track import Track
from daemon.store import (
    CaseRow,
    ConferenceRow,
    EditionRow,
    FeedState,
    FragmentRow,
    LinkRow,
    Store,
    StoreConflict,
    StoreUnavailable,
    Tx,
)

PROCESSES, TURNS = 4, 12
HOUR = timedelta(hours=1)
OVERTAKEN = {"deadlock", "overtaken", "locked"}  # it is tried again, and comes to the same
Act = Callable[[Tx], Any]


class Doings:
    """Everything that the store can be told, said of the same few rows at every turn."""

    def __init__(
        self, turn: int, now: datetime, notice: Notice, track: Track, one: Outgoing
    ) -> None:
        self.turn, self.now = turn, now + turn * HOUR
        self.notice = replace(notice, key=replace(notice.key, occurrence=turn))
        self.track, self.message = track, replace(one, id=f"m-{turn}", look_at=now)
        self.mine = [self.notice.key]

    def acts(self) -> dict[str, Act]:
        """Return each of them by name."""
        names = [name for name in vars(type(self)) if name.startswith("do_")]
        return {name.removeprefix("do_"): getattr(self, name) for name in names}

    def do_cases(self, tx: Tx) -> None:
        tx.cases.touch([f"SC-{self.turn}", "SC-1"], self.now)
        tx.cases.assessed([CaseRow(ref) for ref in tx.cases.due(self.now, 10)])

    def do_all_cases(self, tx: Tx) -> None:
        tx.cases.touch([f"SC-{self.turn}"], self.now)
        tx.cases.touch_all(self.now)

    def do_conferences(self, tx: Tx) -> None:
        tx.conferences.save([ConferenceRow(f"M-{self.turn}", "icpc", refs=("SC-1", "SC-2"))])

    def do_numbers(self, tx: Tx) -> None:
        tx.numbers.save("SC-1", "icpc", (self.now + 24 * self.turn * HOUR).date(), self.turn)

    def do_obligations(self, tx: Tx) -> None:
        rules = [replace(self.track, id=f"SC-1/r-{self.turn}/icpc-1", rule=f"r-{self.turn}")]
        tx.obligations.save(rules)
        tx.obligations.save(tx.obligations.due(self.now, 10))
        tx.obligations.look_again(self.now)

    def do_notices(self, tx: Tx) -> None:
        tx.notices.insert([self.notice])
        tx.notices.cancel(self.mine, "met")
        tx.notices.supersede(self.notice.key, "gone")
        tx.notices.fail(self.mine, "refused")

    def do_claims(self, tx: Tx) -> None:
        tx.notices.insert([self.notice])
        own = replace(self.message, id=f"{self.turn}-{Random().random()}")
        if tx.notices.claim({self.notice.key: own.id}):
            tx.messages.open(own)

    def do_gives_back(self, tx: Tx) -> None:
        self.do_claims(tx)
        (taken,) = tx.notices.get(self.mine)
        fresh = tx.messages.unbegun([taken.message_id] if taken.message_id else [])
        tx.notices.give_back(fresh)
        tx.messages.drop(fresh)

    def do_learns(self, tx: Tx) -> None:
        if tx.messages.add(self.message):
            tx.notices.insert([self.notice])
            tx.notices.claim({self.notice.key: self.message.id})
        tx.messages.settle(self.message.id, self.now, "known")

    def do_attempts(self, tx: Tx) -> None:
        tx.messages.add(self.message)
        due = tx.messages.due(Lane.ROUTINE, self.now, 10)
        begun = tx.messages.start(due, self.now, "worker", self.now)
        tx.messages.keep([Message(one.id, "email", "subject", "text", "html") for one in begun])
        tx.links.add([_link(one.id, self.now) for one in begun])
        answers = [Answer(one.id, one.epoch, DeliveryState.WILL_RETRY, self.now) for one in begun]
        tx.messages.finish(answers, self.now)

    def do_puts_off(self, tx: Tx) -> None:
        tx.messages.add(self.message)
        tx.messages.put_off([self.message], self.now)
        tx.messages.hold([self.message.id], self.now, "held")
        tx.messages.reopen([self.message.id], self.now)

    def do_people(self, tx: Tx) -> None:
        people = [Person(name) for name in ("ann", "bob", f"p-{self.turn}")]
        tx.people.replace(people, self.now)

    def do_promises(self, tx: Tx) -> None:
        tx.promises.add(Promise("o", "ann", "due", self.turn, self.now, self.now))
        tx.promises.mark_broken("o")

    def do_feeds(self, tx: Tx) -> None:
        tx.feeds.failed(f"feed-{self.turn}", self.now, "away")
        tx.feeds.saw(f"feed-{self.turn}", FeedState("diary", self.now, self.now))

    def do_quarantine(self, tx: Tx) -> None:
        problems = [Problem(f"row {self.turn}", "it is spoilt", "mend it")]
        tx.quarantine.put("diary", problems, self.now)
        tx.quarantine.add("diary", [Problem("row", "it is spoilt", "mend it")], self.now)

    def do_fragments(self, tx: Tx) -> None:
        row = FragmentRow(f"SC-{self.turn}", {"ref": "SC"}, f"{self.turn}", "a:1", self.now)
        tx.fragments.save("diary", [row], self.now)
        tx.fragments.missing("diary", ["SC-1"], self.now)
        tx.fragments.ask_again(["SC-1", f"SC-{self.turn}"])

    def do_rules(self, tx: Tx) -> None:
        tx.editions.put(EditionRow(f"d-{self.turn}", {}, "ann", self.now))
        tx.rulebooks.put(f"d-{self.turn}", "p", {}, self.now, Applies.OPEN_CASES, self.now)

    def do_leases(self, tx: Tx) -> None:
        tx.leases.take("worker/one", f"{Random().random()}", self.now, 0)
        tx.leases.forget("worker/", self.now)

    def do_marks(self, tx: Tx) -> None:
        tx.marks.put(f"mark/{self.turn}", self.now)

    def do_journal(self, tx: Tx) -> None:
        tx.journal.write(self.now, "notice.fired", "SC-1", "because")
        tx.journal.seal(self.now, 100)


def _link(message: str, now: datetime) -> LinkRow:
    return LinkRow(f"{Random().random()}", message, "o", "due", 0, "ann", "promise", 0, now)


@pytest.fixture
def backend() -> str:
    """Return PostgreSQL: SQLite has one writer."""
    return "postgres"


@pytest.fixture
def stores(store_url: str) -> Iterator[list[Store]]:
    opened = [Store.open(store_url, "stoke") for _ in range(PROCESSES)]
    yield opened
    for each in opened:
        each.close()


def at_once(stores: list[Store], turns: list[list[Act]]) -> set[str]:
    """Do each turn's acts in every store at the same moment; return why any was told to try again."""
    together, overtaken = Barrier(len(stores), timeout=60), set()

    def work(number: int) -> None:
        for acts in turns:
            together.wait()
            for act in acts[number:] + acts[:number]:  # some meet in the same, some in others
                try:
                    with stores[number].write() as tx:
                        act(tx)
                except StoreUnavailable as error:
                    overtaken.add(error.reason)

    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(work, range(len(stores))))
    return overtaken


@pytest.fixture
def doings(
    now: datetime, notice: Callable[..., Notice], track: Callable[..., Track], outgoing: Callable[..., Outgoing]
) -> list[Doings]:  # fmt: skip
    made = partial(Doings, now=now, notice=notice(), track=track(), one=outgoing())
    return [made(turn) for turn in range(TURNS)]


@pytest.mark.parametrize("name", [one.removeprefix("do_") for one in vars(Doings) if "do_" in one])
def test_the_same_thing_done_by_all_at_once_breaks_no_rule(
    stores: list[Store], doings: list[Doings], name: str
) -> None:
    overtaken = at_once(stores, [[each.acts()[name]] for each in doings])

    assert overtaken <= OVERTAKEN


def test_everything_done_by_all_at_once_breaks_no_rule(
    stores: list[Store], doings: list[Doings]
) -> None:
    overtaken = at_once(stores, [list(each.acts().values()) for each in doings])

    with stores[0].read() as tx:
        verdict = tx.journal.verify()
    assert overtaken <= OVERTAKEN
    assert verdict.ok


def test_what_breaks_a_rule_all_the_same_may_be_tried_again(
    stores: list[Store], now: datetime
) -> None:
    with stores[0].write() as tx:
        tx.numbers.save("SC-1", "icpc", now.date(), 1)

    with pytest.raises(StoreConflict, match="numbers") as refused, stores[1].write() as tx:
        tx.numbers.save("SC-1", "icpc", (now + 24 * HOUR).date(), 1)

    assert isinstance(refused.value, StoreUnavailable)
