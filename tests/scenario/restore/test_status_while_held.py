"""What status says of a database that was put back: that it is held, and what to do; not that nobody leads it."""

import pytest

from daemon.engine.standing.overview import standing
from daemon.engine.standing.presence import Presence
from tests.scenario.restore.conftest import FRIDAY


@pytest.mark.parametrize("is_there", [True, False], ids=["a run waits", "no run is at work"])
def test_it_says_that_it_is_held_and_what_to_do_and_asks_for_no_run_that_is_there(
    begun, restored, is_there
):
    world = restored(begun, FRIDAY)
    world.turn()
    if is_there:
        Presence(world.store, "one", {}, is_run=True).begin(world.clock())

    first, *others = standing(world.store, world.clock(), {}, None, [])["attention"]

    assert first.startswith("nothing is sent: this is an older database")
    assert first.endswith("then let it go on with `daykeeper release --yes`")
    assert [one for one in others if one.startswith("no run is at work: start one")] == others
    assert len(others) == (0 if is_there else 1)
