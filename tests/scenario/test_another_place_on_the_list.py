"""Whoever has an entry and stands in a new place on a list is invited, and has answered, there as well."""

import pytest

from daemon.testing.world import person
from tests.scenario.invited import MOTHER, NURSE, POLICE, icpc
from tests.scenario.test_foreseeing import lists
from tests.scenario.test_what_comes_back import YES, Answered


@pytest.fixture
def world(folder, backend, make_url):
    """An officer who has accepted; a nurse who was told, and has not answered; a mother who has no letter yet."""
    made = Answered(folder, "2026-03-05 11:00", url=make_url() if backend == "postgres" else None)
    made.directory.everybody.append(person("chris", "conference_chair"))
    made.books(icpc(POLICE, NURSE, MOTHER))
    made.answers(YES)
    yield made
    made.close()


def stood(world, ref="SC-1", meeting="M-1"):
    with world.store.read() as tx:
        found = {one.id: one for one in world.house.record(tx, ref).meetings}
    return [
        (one.agency, one.response, one.invited_at is not None, one.delivered)
        for one in found[meeting].invitees
    ]


KNOWN = [("police", "accepted", True, True), ("health", "none", True, True)]


def test_a_brother_or_sister_whose_list_comes_later(world):
    world.books(icpc(POLICE, NURSE, MOTHER), ref="SC-2")
    world.turn()

    assert stood(world, "SC-2") == [*KNOWN, (None, "none", False, None)]
    assert len(world.entries()) == 2


def test_what_somebody_said_by_telephone_stands_where_their_entry_has_no_answer(world):
    world.books(icpc(POLICE, {**NURSE, "response": "accepted"}), ref="SC-2")
    world.turn()

    assert [said for _, said, _, _ in stood(world, "SC-2")] == ["accepted", "accepted"]


def test_a_line_that_has_another_id(world):
    world.books(icpc({**POLICE, "id": "I-11"}, {**NURSE, "id": "I-12"}))
    world.turn()

    assert stood(world) == KNOWN


def test_what_somebody_said_is_not_said_by_whoever_takes_their_line(world):
    world.books(icpc({**POLICE, "person": "new@police.example"}, NURSE, MOTHER))
    world.turn()

    assert stood(world)[0] == ("police", "none", True, True)
    assert set(world.entries()[-2:]) == {("new", "invite", 0), ("cp", "cancel", 1)}


def test_a_booking_for_the_same_time_that_has_another_id(world):
    called_off = icpc(POLICE, NURSE, status="cancelled")
    world.books(called_off, icpc(POLICE, NURSE, id="M-2"))
    world.turn()

    assert stood(world, meeting="M-2") == KNOWN
    world.leaps("2026-03-18 09:00")
    assert "Police: somebody comes" in lists(world)[0][1]


def test_of_another_time_nobody_has_answered_yet(world):
    called_off = icpc(POLICE, NURSE, status="cancelled")
    moved = icpc(POLICE, NURSE, id="M-2", scheduled_at="2026-03-19T10:00")

    world.books(called_off, moved)
    world.turn()

    assert stood(world, meeting="M-2") == [
        (one, "none", True, True) for one in ("police", "health")
    ]
