"""What the chair says of a conference at another time than its own: before it begins, and days afterwards."""

import pytest

from daemon.domain.times import day_of
from daemon.testing.world import at
from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import CHRIS, meeting
from tests.doors.signed_in.test_room import EXPECTED, record

HELD = {"here-0": "represented", "effective": "yes"}


@pytest.fixture
def says(place, world, provider):
    """Return what has the chair save the page of a conference on Friday at 10am, at some moment."""
    provider.claims = CHRIS

    def save(moment, **fields):
        for ref in ("SC-1", "SC-2"):
            with world.case(ref) as body:
                body["meetings"] = [meeting()]
                body["meetings"][0]["invitees"][0]["attendance"] = None
        world.clock.now = at(moment)
        world.turn()
        with place.browser() as browser:
            browser.get("/")
            page = browser.get(EXPECTED)
            return browser.post(EXPECTED, data={"nonce": nonce_in(page), **fields})

    return save


def test_it_was_held_on_its_own_day_whenever_the_chair_says_so(says, world):
    """What follows from it counts from that day, not from when the page was saved."""
    says("2026-03-23 09:00", **HELD)

    for ref in ("SC-1", "SC-2"):
        stood = record(world, ref).meetings[0]
        assert stood.invitees[0].attendance == "represented"
        assert day_of(stood.held[0]).isoformat() == "2026-03-20"


def test_a_slip_before_it_begins_begins_nothing(says, world):
    answered = says("2026-03-20 09:00", **HELD)

    assert (answered.status_code, "It has not begun yet" in answered.text) == (400, True)
    assert record(world).meetings[0].effective is None
