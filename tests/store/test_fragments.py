"""What feeds show: the newest wins, a replay changes nothing, and what is missing is not closed."""

from datetime import datetime, timedelta
from itertools import permutations

import pytest

from daemon.store import FragmentRow, Store, StoredFragment

HOUR = timedelta(hours=1)


def row(ref: str, word: str, as_known_at: datetime) -> FragmentRow:
    return FragmentRow(
        ref, {"ref": ref, "team": word}, f"print-of-{word}", "diary.csv:2", as_known_at
    )


def save(store: Store, *rows: FragmentRow, feed: str = "diary") -> set[str]:
    with store.write() as tx:
        return tx.fragments.save(feed, rows, max(row.as_known_at for row in rows))


def team(store: Store, ref: str = "SC-1") -> object:
    with store.read() as tx:
        return tx.fragments.of([ref])[ref][0].body["team"]


def test_each_feed_keeps_its_own_view_of_a_case(store: Store, now: datetime) -> None:
    save(store, row("SC-1", "north", now), row("SC-2", "north", now))
    save(store, row("SC-1", "south", now), feed="case-system")

    with store.read() as tx:
        found = tx.fragments.of(["SC-1", "SC-9"])

    assert found == {
        "SC-1": [
            StoredFragment("case-system", {"ref": "SC-1", "team": "south"}, now, "diary.csv:2"),
            StoredFragment("diary", {"ref": "SC-1", "team": "north"}, now, "diary.csv:2"),
        ]
    }


SECOND_READINGS = [
    pytest.param("south", HOUR, {"SC-1"}, "south", id="newer and different: it changed"),
    pytest.param(
        "south", timedelta(0), {"SC-1"}, "south", id="corrected at the same moment: it changed"
    ),
    pytest.param("north", HOUR, set(), "north", id="newer and the same: nothing"),
    pytest.param("south", -HOUR, set(), "north", id="older: nothing"),
]


@pytest.mark.parametrize(("word", "later", "changed", "stands"), SECOND_READINGS)
def test_what_a_second_reading_changes(
    store: Store, now: datetime, word: str, later: timedelta, changed: set[str], stands: str
) -> None:
    save(store, row("SC-1", "north", now))

    assert save(store, row("SC-1", word, now + later)) == changed

    assert team(store) == stands


def test_files_that_arrive_in_any_order_leave_the_newest(store: Store, now: datetime) -> None:
    files = [
        row("SC-1", "north", now),
        row("SC-1", "south", now + HOUR),
        row("SC-1", "north", now + 2 * HOUR),
    ]

    ends = set()
    for number, order in enumerate(permutations(files)):
        for each in order:
            save(store, each, feed=f"feed-{number}")
        with store.read() as tx:
            last = next(f for f in tx.fragments.of(["SC-1"])["SC-1"] if f.feed == f"feed-{number}")
            ends.add((last.body["team"], last.as_known_at))

    assert ends == {("north", now + 2 * HOUR)}


def test_a_case_that_stands_twice_in_one_reading_keeps_its_newest_row(
    store: Store, now: datetime
) -> None:
    save(store, row("SC-1", "south", now + HOUR), row("SC-1", "north", now))

    assert team(store) == "south"


def test_a_missing_case_is_named_once_stays_and_may_come_back(store: Store, now: datetime) -> None:
    save(store, row("SC-1", "north", now), row("SC-2", "north", now))

    with store.write() as tx:
        gone = tx.fragments.missing("diary", {"SC-2"}, now + HOUR)
        gone_again = tx.fragments.missing("diary", {"SC-2"}, now + 2 * HOUR)
        prints = tx.fragments.fingerprints("diary")
        kept = tx.fragments.of(["SC-1"])["SC-1"][0]
    back = save(store, row("SC-1", "north", now + 3 * HOUR))

    assert (gone, gone_again) == ({"SC-1"}, set())
    assert prints == {"SC-2": "print-of-north"}
    assert kept.missing_since == now + HOUR
    assert kept.body["team"] == "north"
    assert back == {"SC-1"}
    with store.read() as tx:
        assert tx.fragments.of(["SC-1"])["SC-1"][0].missing_since is None


def test_a_reading_of_thousands_of_cases_is_saved_and_compared(store: Store, now: datetime) -> None:
    rows = [row(f"SC-{number}", "north", now) for number in range(3000)]

    first = save(store, *rows)
    second = save(store, *rows[:-1], row("SC-2999", "south", now + HOUR))

    assert first == {each.ref for each in rows}
    assert second == {"SC-2999"}
