"""Lists and reports know a duty that goes on under older rules by those, and an ended one by its own (DOMAIN 5.13)."""

import pytest

from daemon.decide.telling.digests import digests_of
from daemon.domain.times import day_of
from daemon.engine.answering.questions import asking_rules
from daemon.engine.rules.pinned import former, older
from daemon.engine.standing.vacancies import Books
from daemon.engine.telling.digests import standing_in
from daemon.report import Span, gathered
from tests.scenario.tuned import AUTHORITY, DUTY, Tuned

LIST = """\
changes:
  - digest: due-soon
    title: Your next ten working days
    clauses: []
    every: working day, 08:30
    tell: [social_worker, team_coordinator]
    via: [email]
    shows: due
    within: 10 working days
    own: role
    message: look-ahead
  - message: look-ahead
    subject: "Your next days: {{ count }}"
    lead: "These are yours: {{ count }}."
    clear: "Do them."
"""
OTHERS = "change: icpc-invite-list\nresponsible: [team_manager]\ntitle: The list, in new words\n"
GONE = "switch_off: icpc-invite-list\nbecause: The list is kept elsewhere now.\n"


@pytest.fixture
def tuned(story, folder):
    """A case with its duty open, under rules with a list of what lies ahead."""
    tuned = Tuned(story(), folder / "potterby")
    tuned.write("changes/list.yaml", LIST)
    tuned.begin()
    tuned.world.opens("SC-1")
    tuned.world.until("2026-03-03 12:00")
    return tuned


def for_new_cases(tuned, change):
    tuned.write("authority.yaml", f"{AUTHORITY}applies: new_cases\n")
    tuned.write("changes/new.yaml", change)
    tuned.notice()
    tuned.world.turn()


def listed(world):
    """Return whose list names which duty of the case, with its title and role."""
    (digest,) = (
        one for one in digests_of(world.house.deciding.rulebook).values() if one.name == "due-soon"
    )
    with world.store.read() as tx:
        return {
            (one.role, each.rule)
            for one in standing_in(tx, world.house, digest, ["SC-1"], world.clock())
            for each in one.found
        }


def counted(world):
    """Return what the report counts of the case: each duty's measure, and each step by its title."""
    now = world.clock()
    with world.store.read() as tx:
        found = gathered(
            tx, world.house.deciding, world.house.order, Span(day_of(now), day_of(now), now)
        )
    return {one.measure for one in found.duties}, {one.rule for one in found.steps}


def test_a_pinned_duty_stands_in_the_list_of_those_whose_duty_it_was(tuned):
    before = listed(tuned.world)
    for_new_cases(tuned, OTHERS)

    assert ("team_coordinator", "icpc-invite-list") in before
    assert listed(tuned.world) == before


def test_a_new_duty_stands_in_the_list_of_those_whose_duty_it_is(tuned):
    tuned.write("changes/new.yaml", OTHERS)
    tuned.notice()
    tuned.world.turn()

    assert "icpc-invite-list" not in {rule for _, rule in listed(tuned.world)}


def test_a_pinned_duty_of_a_rule_that_is_switched_off_is_listed_and_counted_still(tuned):
    before = listed(tuned.world), counted(tuned.world)
    for_new_cases(tuned, GONE)

    assert "invite_lists" in before[1][0]
    assert (listed(tuned.world), counted(tuned.world)) == before


def test_a_step_of_a_pinned_duty_is_counted_under_the_title_that_it_had(tuned):
    for_new_cases(tuned, OTHERS)
    tuned.world.until("2026-03-06 17:30")

    assert "Conference invite list" in counted(tuned.world)[1]


def test_what_ended_under_a_rule_that_is_switched_off_since_is_counted_still(tuned):
    tuned.world.fact("SC-1", invite_list_received="2026-03-03T11:00")
    tuned.world.until("2026-03-03 13:00")
    tuned.write("changes/new.yaml", GONE)
    tuned.notice()
    tuned.world.turn()

    assert tuned.world.count("met") == 1
    assert "invite_lists" in counted(tuned.world)[0]


def test_whoever_only_looks_finds_the_older_rules_that_the_service_decides_by(tuned):
    for_new_cases(tuned, GONE)
    world = tuned.world

    with world.store.read() as tx:
        seen = older(tx, world.house.deciding)
        ended = former(tx, world.house.deciding)
        track = tx.obligations.get(DUTY)
        (case,) = tx.cases.of(["SC-1"]).values()

    assert seen.keys() == world.house.older.keys() != set()
    assert track.pack_digest in ended
    assert Books(world.house.deciding, seen).rule_of(track, case).title == "Conference invite list"
    assert Books(world.house.deciding, {}).rule_of(track, case) is None
    assert "icpc-invite-list" in asking_rules(world.house)
