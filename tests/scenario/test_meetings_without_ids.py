"""A source that gives its meetings no ids: the day's page shows each family's own, and what is said of it counts."""

import pytest

from daemon.domain.who import Who
from daemon.engine.conference.room import Told
from daemon.testing.world import at

CHRIS = Who("chris", frozenset({"cp_chair"}))
POLICE = {"agency": "police", "role": "police_officer", "person": "petra", "key": True}
NURSE = {"agency": "health", "role": "health_visitor", "person": "hv@health.example", "key": True}


def icpc(clock="10:00", **more):
    return {
        "kind": "icpc", "status": "booked", "scheduled_at": f"2026-03-20T{clock}",
        "facts": {}, "invitees": [POLICE, NURSE], **more,
    }  # fmt: skip


STRATEGY = {"kind": "strategy", "held_on": "2026-03-02", "facts": {}}


@pytest.fixture
def room(stoke):
    """Two brothers and a child of another family, on the morning of their conferences."""
    chair = {"cp_chair": ["chris"]}
    stoke.opens("SC-1", family="F-1", roles=chair, meetings=[icpc()])
    stoke.opens("SC-2", family="F-1", roles=chair, meetings=[STRATEGY, icpc()])
    stoke.opens("SC-9", family="F-9", roles=chair, meetings=[icpc("14:00")])
    stoke.turn()
    stoke.clock.now = at("2026-03-20 10:20")
    stoke.turn()
    return stoke


def initial(world, ref):
    with world.store.read() as tx:
        record = world.house.record(tx, ref)
    return [one for one in record.meetings if one.kind == "icpc"]


def test_each_family_has_its_own_conference_and_brothers_and_sisters_share_theirs(room):
    found = room.line.room.conferences(CHRIS, room.clock())

    assert [one.refs for one in found] == [("SC-1", "SC-2"), ("SC-9",)]
    assert [one.meeting.scheduled[0].hour for one in found] == [10, 14]


def test_what_the_chair_says_counts_for_that_conference_and_no_other(room):
    ours, _ = room.line.room.conferences(CHRIS, room.clock())
    police, nurse = (seat.invitee.id for seat in ours.seats)
    said = Told({police: "absent", nurse: "present"}, effective=False, without=("police",))

    assert room.line.room.tell(CHRIS, ours.id, said, room.clock())

    for ref in ("SC-1", "SC-2"):
        (one,) = initial(room, ref)
        assert one.effective is False
        assert [each.attendance for each in one.invitees] == ["absent", "present"]
    (other,) = initial(room, "SC-9")
    assert other.effective is None
    assert [each.attendance for each in other.invitees] == [None, None]


def test_it_counts_still_when_the_source_shows_the_meeting_again(room):
    ours, _ = room.line.room.conferences(CHRIS, room.clock())
    room.line.room.tell(CHRIS, ours.id, Told({}, effective=False), room.clock())

    with room.case("SC-1") as body:
        body["meetings"] = [STRATEGY, icpc(venue="Civic Centre")]
    room.turn()

    (one,) = initial(room, "SC-1")
    assert (one.effective, one.venue) == (False, "Civic Centre")


def test_a_meeting_that_is_moved_while_it_lies_ahead_stays_the_same_one(stoke):
    stoke.opens("SC-1", family="F-1", meetings=[icpc(scheduled_at="2026-03-24T10:00")])
    stoke.turn()
    before = initial(stoke, "SC-1")

    with stoke.case("SC-1") as body:
        body["meetings"] = [icpc(scheduled_at="2026-03-27T10:00")]
    stoke.turn()

    after = initial(stoke, "SC-1")
    assert [one.id for one in after] == [one.id for one in before]
    assert after[0].scheduled[0] == at("2026-03-27 10:00")


def test_one_that_comes_when_another_is_over_is_another(room):
    before = initial(room, "SC-9")

    room.clock.now = at("2026-03-23 10:00")
    with room.case("SC-9") as body:
        body["meetings"] = [icpc(scheduled_at="2026-03-27T10:00")]
    room.turn()

    assert not {one.id for one in initial(room, "SC-9")} & {one.id for one in before}
