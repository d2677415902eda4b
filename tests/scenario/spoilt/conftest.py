"""An authority just before everybody is told, in whose database something is then spoilt."""

import pytest

from daemon.testing.world import at

OTHERS = ["SC-2"] * 2 + ["SC-3"] * 2  # of each, two people are reminded


@pytest.fixture
def world(story):
    """Return an authority with three cases of which all are to be told on Thursday morning."""
    made = story()
    for ref in ("SC-1", "SC-2", "SC-3"):
        made.opens(ref)
    made.until("2026-03-05 08:59")
    made.clock.now = at("2026-03-05 09:00")
    made.line.decide()
    return made


def told(world):
    """Return the cases of which people, but for the operator, were told."""
    with world.store.read() as tx:
        return sorted(
            ref
            for one in world.email.sent
            for notice in tx.notices.of_message(one.message.id)
            for ref in notice.refs
        )
