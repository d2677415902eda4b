"""A case passes to another social worker: one list for the new one, nothing more for the old, no blame."""

import pytest

from daemon.testing.world import person
from tests.scenario.test_who_is_told import told


@pytest.fixture
def world(story):
    """Return a world of two siblings whose social worker is Sam, and a second social worker, Sal."""
    made = story()
    made.directory.everybody.append(person("sal", "social_worker", "north"))
    for ref in ("SC-1", "SC-2"):
        made.opens(ref, family="F-1", roles={"social_worker": "sam"})
    return made


def pass_on(world, *refs, to="sal"):
    for ref in refs:
        with world.case(ref, roles={"social_worker": to}):
            pass


def handed(world):
    return [(at, to) for at, to, rung in world.fired() if rung == "handed-over"]


def test_the_new_social_worker_gets_one_list_for_the_family_and_the_old_one_nothing_more(world):
    world.until("2026-03-04 11:00")
    pass_on(world, "SC-1", "SC-2")

    world.until("2026-03-05 12:00")

    lists = [text for to, text in world.texts() if to == "sal" and "passed to you" in text]
    assert len(lists) == 1
    assert "SC-1" in lists[0]
    assert "SC-2" in lists[0]
    assert {to for _, to in handed(world)} == {"sal"}
    assert told(world, "invite-list-reminder") == ["cora", "cora", "sal", "sal"]
    assert "sam" not in {to for to, _ in world.texts()}
    assert len(world.journal("case.handed-over")) == 2


def test_what_waits_for_the_old_one_is_superseded(world):
    world.until("2026-03-05 08:59")
    world.clock.now = world.clock.now.replace(hour=9, minute=0)
    world.line.decide()  # fired to Sam, and not sent yet
    pass_on(world, "SC-1", "SC-2")
    world.turn()

    assert "sam" not in {to for to, _ in world.texts()}
    assert "sal" in told(world, "invite-list-reminder")


def test_a_list_that_falls_into_the_night_waits_for_the_morning(world):
    world.until("2026-03-04 22:00")
    pass_on(world, "SC-1")

    world.until("2026-03-05 12:00")

    assert {at for at, _ in handed(world)} == {"2026-03-05 09:00"}


def test_a_case_first_given_to_somebody_or_left_without_anybody_is_no_handover(world):
    world.opens("SC-3")
    world.until("2026-03-03 12:00")
    pass_on(world, "SC-3")
    pass_on(world, "SC-1", to=[])

    world.until("2026-03-04 12:00")

    assert handed(world) == []


def test_an_excluded_new_social_worker_gets_no_list(world):
    world.until("2026-03-04 11:00")
    with world.case("SC-1", roles={"social_worker": "sal"}, excluded=["sal@council.example"]):
        pass

    world.until("2026-03-05 12:00")

    assert handed(world) == []
    assert not any("SC-1" in text for to, text in world.texts() if to == "sal")


def test_what_was_overdue_before_climbs_only_after_a_days_grace_and_once(world):
    world.until("2026-03-06 18:00")  # missed at 17:00: the service manager has been told
    before = len(world.fired())
    pass_on(world, "SC-1")
    world.until("2026-03-09 12:59")
    pass_on(world, "SC-1", to="sam")

    world.until("2026-03-12 09:00")

    later = [one for one in world.fired()[before:] if one[2].startswith("invite-list")]
    assert later == [
        ("2026-03-09 13:00", "wes", "invite-list-still-missing"),  # SC-2, which was not handed over
        ("2026-03-10 13:00", "wes", "invite-list-still-missing"),  # SC-1: two changes, one day
    ]
