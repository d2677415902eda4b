"""How feeds stand, what is quarantined, which rulebooks were in force, and who holds what."""

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from daemon.domain.errors import Problem, Severity
from daemon.domain.rules import Applies
from daemon.store import FeedState, Quarantined, RulebookRow, Store

HOUR = timedelta(hours=1)
GOOD = FeedState("conference_diary", cursor="17", rows=40, whole=True, problems=2)


def test_a_failed_reading_leaves_the_last_good_one_standing(store: Store, now: datetime) -> None:
    good = replace(GOOD, read_at=now, as_known_at=now - HOUR)
    with store.write() as tx:
        tx.feeds.saw("diary", good)
        tx.feeds.failed("diary", now + HOUR, "the folder cannot be read")
        failed = tx.feeds.get("diary")
        tx.feeds.saw("diary", good)

    with store.read() as tx:
        assert failed == replace(
            good, ok=False, failure="the folder cannot be read", failed_at=now + HOUR
        )
        assert tx.feeds.all() == {"diary": good}


def test_a_feed_that_never_worked_is_known_too(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.feeds.failed("diary", now, "no such folder")

        assert tx.feeds.get("diary") == FeedState(
            "", ok=False, failure="no such folder", failed_at=now
        )
        assert tx.feeds.get("cases") is None


def test_only_what_is_newly_wrong_is_news(store: Store, now: datetime) -> None:
    bad_date = Problem("diary.csv:4", "31 February is no date", "write a date")
    no_ref = Problem("diary.csv:9", "the case has no reference", "give it", Severity.WARNING)
    with store.write() as tx:
        first = tx.quarantine.put("diary", [bad_date, bad_date], now)
        second = tx.quarantine.put("diary", [bad_date, no_ref], now + HOUR)
        elsewhere = tx.quarantine.put("cases", [bad_date], now)
        mended = tx.quarantine.put("diary", [no_ref], now + 2 * HOUR)
        still_open = tx.quarantine.open()
        again = tx.quarantine.put("diary", [bad_date], now + 3 * HOUR)

    assert (first, second, elsewhere, mended) == ([bad_date], [no_ref], [bad_date], [])
    assert still_open == [
        Quarantined("cases", bad_date, now),
        Quarantined("diary", no_ref, now + HOUR),
    ]
    assert again == [bad_date]


def test_what_is_wrong_with_other_rows_stands(store: Store, now: datetime) -> None:
    ours, other = (
        Problem(f"SC-{number}: ref", "is odd", "mend it", Severity.WARNING) for number in (1, 2)
    )
    mended = Problem("SC-1: facts", "31 February is no date", "write a date")
    with store.write() as tx:
        tx.quarantine.put("posted", [mended, other], now)
        tx.quarantine.put("diary", [mended], now)

        new = tx.quarantine.amend("posted", lambda one: one.where.startswith("SC-1"), [ours], now)

        open_now = [(one.feed, one.problem) for one in tx.quarantine.open()]
        assert (new, tx.quarantine.count("posted")) == ([ours], 2)
    assert open_now == [("diary", mended), ("posted", ours), ("posted", other)]


def test_a_rulebook_is_kept_as_it_was_written_for_ever(store: Store, now: datetime) -> None:
    texts = {"rules/icpc.yaml": "rule: icpc\n"}
    with store.write() as tx:
        assert tx.rulebooks.put("aaa", "stoke", texts, now, Applies.OPEN_CASES, now)
        assert not tx.rulebooks.put("aaa", "stoke", {}, now, Applies.NEW_CASES, now + HOUR)
        tx.rulebooks.put("bbb", "stoke", {}, now + HOUR, Applies.NEW_CASES, now)
        tx.rulebooks.put("ccc", "devon", {}, now + 2 * HOUR, Applies.NEW_CASES, now)

    with store.read() as tx:
        kept = RulebookRow("stoke", "aaa", texts, now, Applies.OPEN_CASES, now)
        latest = tx.rulebooks.latest("stoke")
        assert tx.rulebooks.get("aaa") == kept
        assert latest is not None
        assert latest.digest == "bbb"
        assert tx.rulebooks.get("zzz") is None
        assert tx.rulebooks.latest("leeds") is None


TAKES = [
    pytest.param("one", 0, 1, id="its holder renews it"),
    pytest.param("two", 0, None, id="nobody else gets it"),
    pytest.param("two", 31, 2, id="after its end anybody gets it, under a new epoch"),
    pytest.param("one", 31, 2, id="and so does its holder"),
]


@pytest.mark.parametrize(("holder", "later_s", "epoch"), TAKES)
def test_a_lease_has_one_holder(
    store: Store, now: datetime, holder: str, later_s: int, epoch: int | None
) -> None:
    with store.write() as tx:
        assert tx.leases.take("leader", "one", now, 30) == 1

        assert tx.leases.take("leader", holder, now + timedelta(seconds=later_s), 30) == epoch


def test_a_lease_that_was_given_back_is_free_at_once(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.leases.take("leader", "one", now, 30)

        assert not tx.leases.release("leader", "two", now)
        assert tx.leases.release("leader", "one", now)
        assert tx.leases.take("leader", "two", now, 30) == 2


def test_a_mark_keeps_what_was_put_there_last(store: Store, now: datetime) -> None:
    with store.write() as tx:
        assert tx.marks.moment("summary/stoke") is None
        tx.marks.put("summary/stoke", now)
        tx.marks.put("summary/stoke", now + HOUR)

        assert tx.marks.moment("summary/stoke") == now + HOUR
        tx.marks.put("audit/missed", 3)
        assert tx.marks.get("audit/missed") == 3
        assert tx.marks.get("audit/never") is None


def test_the_summary_tells_how_everything_stands(store: Store, now: datetime) -> None:
    with store.write() as tx:
        tx.feeds.saw("diary", GOOD)
        tx.cases.touch(["SC-1"], now)
        tx.quarantine.put("diary", [Problem("diary.csv:4", "no date", "write one")], now)
        tx.journal.write(now, "feed.read", "diary", "its time had come")

    with store.read() as tx:
        summary = tx.summary(now)
    assert summary.cases == 1
    assert summary.feeds == {"diary": GOOD}
    assert len(summary.quarantine) == 1
    assert summary.journal_unsealed == 1
    assert summary.next_at is summary.directory_read_at is None
