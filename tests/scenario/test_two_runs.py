"""Two runs on one database, awake at the same moments: every notice fires once and is sent once."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

from daemon.store import StoreUnavailable
from daemon.testing.world import at

FAMILIES, CHILDREN = 12, 2
MOMENTS = (
    "2026-03-02 16:00",
    "2026-03-05 09:00",
    "2026-03-06 09:00",
    "2026-03-06 17:00",
    "2026-03-09 09:00",
    "2026-03-09 13:00",
)
TURNS = 3  # of each run at each moment: what one is just holding, the other finds at its next turn


def show_cases(world):
    for family in range(FAMILIES):
        for child in range(CHILDREN):
            world.opens(f"SC-{family}{child}", family=f"F-{family}")


def sent(*worlds):
    """Return what was sent by all of them: when, to whom, and for what."""
    return sorted(one for world in worlds for one in world.fired())


def test_two_lines_that_turn_at_once_send_what_one_would_send(story):
    alone = story()
    first = story()
    second = story(url=first.url)
    for world in (alone, first, second):
        show_cases(world)
    together = Barrier(2, timeout=60)

    def turn(world):
        for moment in MOMENTS:
            world.clock.now = at(moment)
            for _ in range(TURNS):
                together.wait()
                try:
                    world.turn()
                except StoreUnavailable:  # a deadlock: the other goes on, and we turn again
                    continue
            together.wait()
            world.turn()  # one after the other or at once: nothing may be left
            together.wait()

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(turn, (first, second)))
    for moment in MOMENTS:
        alone.clock.now = at(moment)
        for _ in range(TURNS + 1):
            alone.turn()

    assert sent(first, second) == sent(alone)
    assert len(sent(alone)) > FAMILIES * CHILDREN * 5
    assert sorted([*first.told(), *second.told()]) == sorted(alone.told())  # one message a family
    with first.store.read() as tx:
        verdict = tx.journal.verify()
        counts = tx.messages.counts()["email"]
    assert verdict.ok
    assert counts["cancelled"] == counts["refused"] == counts["ambiguous"] == 0
