"""What the chair says of a conference on a later day than its own."""

from daemon.domain.times import day_of
from daemon.testing.world import at
from tests.doors.entrance import nonce_in
from tests.doors.signed_in.stage import CHRIS, meeting
from tests.doors.signed_in.test_room import EXPECTED, record

HELD = {"here-0": "represented", "effective": "yes"}


def test_it_was_held_on_its_own_day_whenever_the_chair_says_so(place, world, provider):
    """What follows from it counts from that day, not from when the page was saved."""
    provider.claims = CHRIS
    for ref in ("SC-1", "SC-2"):
        with world.case(ref) as body:
            body["meetings"] = [meeting()]
            body["meetings"][0]["invitees"][0]["attendance"] = None
    world.clock.now = at("2026-03-23 09:00")
    world.turn()

    with place.browser() as browser:
        browser.get("/")
        page = browser.get(EXPECTED)
        browser.post(EXPECTED, data={"nonce": nonce_in(page), **HELD})

    for ref in ("SC-1", "SC-2"):
        stood = record(world, ref).meetings[0]
        assert stood.invitees[0].attendance == "represented"
        assert day_of(stood.held[0]).isoformat() == "2026-03-20"
