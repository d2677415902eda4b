"""What is already on its way when a child dies, is restricted or is silenced is looked at once more."""

from datetime import timedelta

import pytest

from daemon.domain.errors import Temporary
from daemon.domain.who import Who
from daemon.engine.telling.quiet import quiet_until
from daemon.testing.world import at, person
from tests.scenario.deciding.conftest import CHRIS, ROOM, meeting
from tests.scenario.invited import MOTHER, POLICE, icpc
from tests.scenario.test_issue_resolution import letters, send

SUE = Who("sue", frozenset({"safeguarding_service_manager"}))
DOWN = [Temporary("no-connection")] * 20


@pytest.mark.parametrize("has_died", [True, False], ids=["a child has died", "nobody has"])
def test_an_invitation_that_no_relay_has_taken_yet_waits_after_a_death(world, has_died):
    world.calendar.answers, world.email.answers = [*DOWN], [*DOWN]
    world.books(icpc(POLICE, MOTHER))
    if has_died:
        world.fact("SC-1", child_died="2026-03-05T11:01")
    world.leaps("2026-03-05 11:02")
    world.calendar.answers, world.email.answers = [], []

    world.leaps("2026-03-05 12:30")

    assert (world.entries() == []) is has_died
    assert (world.mails("invite") == []) is has_died


@pytest.mark.parametrize("has_died", [True, False], ids=["a child has died", "nobody has"])
def test_a_letter_that_a_person_has_sent_does_not_leave_after_a_death(stoke, has_died):
    world = stoke
    world.directory.everybody.append(person("lena", "safeguarding_lead_agency", agency="police"))
    found = {"presence_failed": {"at": "2026-03-20T10:15", "value": "yes", "about": "police"}}
    world.opens("SC-1", roles={"cp_chair": ["chris"]}, meetings=[meeting(facts=found)])
    world.turn()
    world.clock.now = at(ROOM)
    world.turn()
    world.email.answers = [*DOWN]
    send(world, CHRIS, "issue-resolution-informal")
    if has_died:
        world.fact("SC-1", child_died="2026-03-20T10:30")
        world.turn()
    world.email.answers = []

    world.clock.now += timedelta(hours=1)
    world.turn()

    assert (letters(world) == []) is has_died


def test_what_goes_out_about_a_conference_names_a_restricted_brother_or_sister_nowhere(world):
    may = ["cp@police.example", "conor"]
    world.books(icpc(POLICE))
    world.books(icpc(POLICE), ref="SC-2", restricted=True, holders=may)

    later = icpc(POLICE, scheduled_at="2026-03-23T10:00", ends_at="2026-03-23T12:00")
    world.books(later)
    world.books(later, ref="SC-2", restricted=True, holders=may)

    about = [one.message.text for one in world.calendar.sent if "SC-1" in one.message.text]
    assert len(about) >= 2
    assert not [text for text in about if "SC-2" in text]


def test_the_ladders_of_a_silenced_case_sleep_until_it_is_over(story):
    world = story()
    world.house.signs_in = True
    world.opens("SC-1")
    world.turn()
    world.line.silencing.silence(SUE, "SC-1", "record_is_wrong", world.clock())
    again_at = world.clock() + timedelta(hours=1)

    with world.store.read() as tx:
        held, silenced = quiet_until(tx, tx.cases.of(["SC-1"]), again_at)

    assert held == {}
    assert silenced == {"SC-1": at("2026-03-09 16:00")}
