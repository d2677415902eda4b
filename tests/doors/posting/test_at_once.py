"""Many posts at once, on either database: each is answered, none is lost, and no older one wins."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from daemon.testing.world import World
from tests.doors.conftest import Door
from tests.doors.posting.stage import ENQUIRY, Post, kept, states, verdicts
from tests.small import SMALL

AT_ONCE = 8


@pytest.fixture
def world(tmp_path: Path, make_url: Callable[[], str]) -> Iterator[World]:
    """Return an authority whose database is of either kind."""
    made = World(tmp_path, "2026-03-06 17:30", url=make_url(), policies=SMALL)
    yield made
    made.close()


def test_a_record_is_kept_decided_purged_and_replayed(world: World, post: Post) -> None:
    first = post({"ref": "SC-9", "facts": ENQUIRY, "excluded": ["sw9"]}, key="k-1")
    world.turn()
    opened = states(world, "SC-9")
    world.clock.now += timedelta(minutes=1)
    purged = post({"ref": "SC-9", "purge": True}, key="k-2")
    again = post({"ref": "SC-9", "facts": ENQUIRY, "excluded": ["sw9"]}, key="k-1")
    world.turn()

    assert [verdicts(one) for one in (first, purged, again)] == [["changed"], ["purged"], ["older"]]
    assert opened == {"open"}
    assert states(world, "SC-9") == {"withdrawn"}
    assert kept(world, "SC-9") == {"ref": "SC-9", "facts": {}, "excluded": ["sw9"]}


def test_posts_that_come_at_once_are_each_answered_and_none_is_lost(
    world: World, post: Post
) -> None:
    def one(number: int) -> httpx.Response:
        records = [{"ref": f"SC-{number * 100 + index}", "facts": ENQUIRY} for index in range(20)]
        records[0]["forename"] = "left out, and listed"
        return post(*records, {"ref": "SC-1", "facts": ENQUIRY}, key=f"k-{number}")

    with ThreadPoolExecutor(AT_ONCE) as senders:
        answers = list(senders.map(one, range(1, AT_ONCE * 3 + 1)))

    assert {len(verdicts(one)) for one in answers} == {21}
    assert {verdict for one in answers for verdict in verdicts(one)[:20]} == {"changed"}
    with world.store.read() as tx:
        assert len(tx.fragments.fingerprints("posted")) == AT_ONCE * 3 * 20 + 1
        state = tx.feeds.get("posted")
        assert (state.rows, state.problems) == (AT_ONCE * 3 * 20 + 1, tx.quarantine.count("posted"))
        assert tx.quarantine.count("posted") == AT_ONCE * 3


def test_of_one_key_at_once_one_body_is_taken(world: World, door: Door, post: Post) -> None:
    def one(number: int) -> httpx.Response:
        return post({"ref": f"SC-{number % 2}", "facts": ENQUIRY}, key="the-same")

    with ThreadPoolExecutor(AT_ONCE) as senders:
        answers = list(senders.map(one, range(AT_ONCE)))

    assert sorted(one.status_code for one in answers) == [200] * (AT_ONCE // 2) + [409] * (
        AT_ONCE // 2
    )
    assert (kept(world, "SC-0") is None) != (kept(world, "SC-1") is None)


def test_of_one_case_at_once_the_newest_stands(world: World, post: Post) -> None:
    moments = [f"2026-03-06T15:{minute:02}:00Z" for minute in range(AT_ONCE * 2)]

    def one(moment: str) -> httpx.Response:
        facts = {"strategy_discussion_held": {"at": moment}}
        return post({"ref": "SC-9", "facts": facts}, as_known_at=moment)

    with ThreadPoolExecutor(AT_ONCE) as senders:
        found = {v for answer in senders.map(one, reversed(moments)) for v in verdicts(answer)}

    assert found <= {"changed", "older"}
    assert kept(world, "SC-9")["facts"]["strategy_discussion_held"]["at"] == moments[-1]
